"""A hand-off in words: its note, its tasks, the next step. English and Japanese, pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.activity import (
    BODY_MAX,
    TITLE_MAX,
    Label,
    Language,
    one_line,
    shorten,
)
from app.domain.handoff import Handoff
from app.domain.handoff_document import Flow, MemoField
from app.domain.handoff_moves import State
from app.domain.handoff_quality import Judged
from app.domain.notice_document import NoticeKind
from app.domain.templates import filled
from connectors.base import Value


def _labels(pairs: Mapping[str, tuple[str, str]]) -> Mapping[str, Label]:
    return MappingProxyType({key: Label(en=en, ja=ja) for key, (en, ja) in pairs.items()})


STATE_WORDS = _labels(
    {
        "draft": ("Draft", "作成中"),
        "submitted": ("Waiting for approval", "承認待ち"),
        "returned": ("Returned", "差し戻し"),
        "delivered": ("Handed over", "引き継ぎ済み(受諾待ち)"),
        "questioned": ("Question open", "質問中"),
        "answered": ("Question answered", "回答済み(受諾待ち)"),
        "accepted": ("Accepted", "受諾済み"),
        "meeting_set": ("Meeting set", "商談予定"),
        "feedback_due": ("Feedback due", "フィードバック待ち"),
        "reported": ("Feedback given", "フィードバック済み"),
        "won": ("Won", "受注"),
        "lost": ("Lost", "失注"),
        "done": ("Done", "完了"),
        "rejected": ("Rejected", "却下"),
        "recycled": ("Recycled", "再ナーチャリング"),
        "withdrawn": ("Withdrawn", "取り下げ"),
    }
)
NEXT_STEPS = _labels(
    {
        "draft": ("Complete the memo and submit it", "引き継ぎメモを完成させて申請する"),
        "submitted": ("A manager approves or returns it", "マネージャーが承認または差し戻す"),
        "returned": ("Complete what the manager asked for", "差し戻し内容を補完して再申請する"),
        "delivered": ("Accept, ask, or reject with a reason", "受諾・質問・却下(理由必須)を行う"),
        "questioned": ("Answer the question", "質問に回答する"),
        "answered": ("Accept, or reject with a reason", "受諾または却下(理由必須)を行う"),
        "accepted": ("Fix the meeting", "商談日程を確定する"),
        "meeting_set": ("Hold the meeting", "商談を実施する"),
        "feedback_due": ("Give feedback on the meeting", "商談のフィードバックを登録する"),
        "reported": ("Close the deal as won or lost", "受注・失注を登録する"),
        "won": ("Hand over to customer success", "カスタマーサクセスへ引き継ぐ"),
        "lost": ("Give back to marketing for nurturing", "マーケティングへ戻し再育成する"),
        "done": ("-", "-"),
        "rejected": ("Give back to marketing for nurturing", "マーケティングへ戻し再育成する"),
        "recycled": ("Nurture", "ナーチャリングを継続する"),
        "withdrawn": ("-", "-"),
    }
)
TASK_WORDS = _labels({
    "approval": ("Hand-off: approve or return {name}",
                 "引き継ぎ: {name}の承認・差し戻しをお願いします"),
    "delivered": ("Hand-off: accept or reject {name}",
                  "引き継ぎ: {name}の受諾・却下をお願いします"),
    "reassigned": ("Hand-off: {name} is yours now", "引き継ぎ: {name}の担当になりました"),
    "question": ("Hand-off: question about {name}", "引き継ぎ: {name}について質問があります"),
    "answer": ("Hand-off: answer about {name}", "引き継ぎ: {name}への回答が届きました"),
    "returned": ("Hand-off: {name} was returned", "引き継ぎ: {name}が差し戻されました"),
    "accepted": ("Hand-off: {name} was accepted", "引き継ぎ: {name}が受諾されました"),
    "closed": ("Hand-off: {name} has ended: {state}",
               "引き継ぎ: {name}の結果が登録されました({state})"),
    "rejected": ("Hand-off: {name} was rejected", "引き継ぎ: {name}が却下されました"),
    "reminder": ("Hand-off: complete {name} before the meeting",
                 "引き継ぎ: 商談前日までに{name}の情報を追記してください"),
    "feedback_due": ("Hand-off: feedback on {name}",
                     "引き継ぎ: {name}の商談フィードバックをお願いします"),
})  # fmt: skip
_WORDS = _labels({
    "title": ("Hand-off memo: {name} ({state}, quality {quality})",
              "引き継ぎメモ: {name}({state}・品質{quality}点)"),
    "state": ("State", "状態"), "quality": ("Quality", "品質スコア"),
    "missing": ("Missing", "不足している情報"), "next": ("Next step", "次のアクション"),
    "giver": ("From", "引き継ぎ元"), "receiver": ("To", "引き継ぎ先"),
    "meeting": ("Meeting", "商談日時"), "due": ("Due", "期限"), "reason": ("Reason", "理由"),
    "note": ("Note", "備考"), "override": ("Gate overridden", "ゲート条件の例外承認"),
    "yes": ("Yes", "はい"), "no": ("No", "いいえ"), "none": ("nothing", "なし"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A memo, and in which language and time zone it is said."""

    flow: Flow
    memo: Mapping[str, Value]
    zone: str
    words: Language

    def say(self, key: str) -> str:
        return _WORDS[key].text(self.words)

    def time(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.zone)):%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Told:
    """What texts are made of. `name`: whom it is about."""

    written: Written
    id: int
    standing: Handoff
    judged: Judged
    name: str
    giver: str | None
    person: Mapping[str, Value]

    @property
    def flow(self) -> Flow:
        return self.written.flow

    @property
    def words(self) -> Language:
        return self.written.words

    def say(self, key: str) -> str:
        return self.written.say(key)


def state_text(state: State | str, words: Language) -> str:
    return STATE_WORDS[state].text(words)


def next_step(state: State | str, words: Language) -> str:
    return NEXT_STEPS[state].text(words)


def reason_text(flow: Flow, reason: str | None, words: Language) -> str | None:
    """A reason of the lists in words; free text as it is."""
    lists = (*flow.reject_reasons, *flow.lost_reasons, *flow.won_reasons)
    found = next((one for one in lists if one.name == reason), None)
    return reason if found is None else found.label.text(words)


def memo_sections(one: Written) -> dict[str, dict[str, str]]:
    """The memo in words: section -> field -> value; what is empty is left out."""
    found: dict[str, dict[str, str]] = {}
    for section in one.flow.sections:
        lines = {
            field.label.text(one.words): _value(one, field, one.memo[field.name])
            for field in section.fields
            if field.name in one.memo
        }
        if lines:
            found[section.label.text(one.words)] = lines
    return found


def memo_text(one: Written) -> str:
    """The memo as lines of text."""
    lines = []
    for section, those in memo_sections(one).items():
        lines.append(f"■ {section}")
        lines += [f"{label}: {value}" for label, value in those.items()]
    return shorten("\n".join(lines), BODY_MAX)


def note(told: Told) -> tuple[str, str]:
    """Title and body of the readable note: the document's templates, else Baton's own words."""
    one, words = told.standing, told.words
    state, quality = state_text(one.state, words), told.judged.quality
    default = told.say("title").format(name=told.name, state=state, quality=quality.total)
    body = "\n".join([*_head(told), "", memo_text(told.written)])
    values: dict[str, Any] = {
        "default": default,
        "memo": memo_sections(told.written),
        "person": dict(told.person),
        "handoff": {
            "id": told.id, "state": state, "quality": quality.total,
            "band": quality.band.label.text(words), "next_step": next_step(one.state, words),
            "missing": [label.text(words) for label in quality.missing], "giver": told.giver,
            "receiver": one.receiver, "reason": reason_text(told.flow, one.reason, words),
            "meeting_at": one.meeting_at and told.written.time(one.meeting_at),
        },
    }  # fmt: skip
    texts = told.flow.note
    own_title = texts.title and filled(getattr(texts.title, words), values)
    own_body = texts.body and filled(getattr(texts.body, words), {**values, "default": body})
    title = shorten(one_line(own_title or default), TITLE_MAX)
    return title, shorten(own_body or body, BODY_MAX)


def task(told: Told, kind: NoticeKind, said: str | None) -> tuple[str, str]:
    """Title and body of a task; `said` is the question, the answer or the reason."""
    state = state_text(told.standing.state, told.words)
    title = TASK_WORDS[kind].text(told.words).format(name=told.name, state=state)
    body = "\n".join([*([said, ""] if said else []), *_head(told)])
    return shorten(one_line(title), TITLE_MAX), shorten(body, BODY_MAX)


def _head(told: Told) -> list[str]:
    """Where it stands, line by line; what there is not is left out."""
    one, words, quality = told.standing, told.words, told.judged.quality
    missing = ", ".join(label.text(words) for label in quality.missing)
    lines: dict[str, str | None] = {
        "state": state_text(one.state, words),
        "quality": f"{quality.total}/100 {quality.band.label.text(words)}",
        "missing": missing or told.say("none"),
        "next": next_step(one.state, words),
        "giver": told.giver,
        "receiver": one.receiver,
        "meeting": told.written.time(one.meeting_at) if one.meeting_at else None,
        "due": told.written.time(one.due_at) if one.due_at else None,
        "reason": reason_text(told.flow, one.reason, words),
        "note": one.note,
        "override": f"{one.override['by']}: {one.override['reason']}" if one.override else None,
    }
    return [f"{told.say(key)}: {text}" for key, text in lines.items() if text]


def _value(one: Written, field: MemoField, value: Value) -> str:
    if isinstance(value, bool):
        return one.say("yes" if value else "no")
    chosen = next((choice for choice in field.choices if choice.value == value), None)
    if chosen is not None:
        return chosen.label.text(one.words)
    if field.type == "datetime":
        return one.time(datetime.fromisoformat(str(value)))
    return str(value)

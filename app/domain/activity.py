"""Activities as the rules see them, and the words in which they are shown.

A `Fact` is the frozen view of one activity. Languages are English and Japanese.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Literal, TypeAlias

from pydantic import Field

from connectors.base import Value
from mappings.field_conditions import Part

Language: TypeAlias = Literal["en", "ja"]
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
EARLY = timedelta(minutes=5)  # clocks of browsers and vendors run ahead of ours
TITLE_MAX = 255  # the shortest subject line among the systems that we write to
LONGEST_S = 30 * 86_400  # what is said to have lasted longer is shown as it was said
BODY_MAX = 8_000  # a note is to be read; the whole detail stays in the timeline
EMPTY_LINES = re.compile(r"\n{3,}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


class Label(Part):
    """The same words in both languages."""

    en: str = Field(min_length=1, max_length=300)
    ja: str = Field(min_length=1, max_length=300)

    def text(self, language: Language) -> str:
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True, slots=True)
class Fact:
    """One activity of a person. `at` is aware UTC; `detail` holds scalars such as `url`."""

    type: str
    at: datetime
    title: str = ""
    detail: Mapping[str, Value] = field(default_factory=dict)

    @property
    def counts_from(self) -> datetime:
        """A meeting of next week counts next week; a clock five minutes ahead does not matter."""
        return later(self.at, -EARLY)


def _labels(**pairs: tuple[str, str]) -> Mapping[str, Label]:
    return MappingProxyType({key: Label(en=en, ja=ja) for key, (en, ja) in pairs.items()})


TYPES = _labels(
    page_view=("Page view", "ページ閲覧"),
    email_sent=("E-mail sent", "メール送信"),
    email_open=("E-mail opened", "メール開封"),
    email_click=("E-mail link clicked", "メールクリック"),
    email_bounce=("E-mail bounced", "メール不達"),
    email=("E-mail", "メール"),
    unsubscribe=("Unsubscribed", "配信停止"),
    form_submit=("Form submitted", "フォーム送信"),
    download=("Download", "資料ダウンロード"),
    seminar=("Seminar", "セミナー"),
    trial=("Trial", "トライアル"),
    chat=("Chat", "チャット"),
    ad_click=("Ad clicked", "広告クリック"),
    campaign=("Campaign", "キャンペーン"),
    list_membership=("List membership", "リスト登録"),
    call=("Call", "通話"),
    meeting=("Meeting", "商談・打ち合わせ"),
    task=("Task", "タスク"),
    note=("Note", "メモ"),
    lifecycle_change=("Lifecycle stage changed", "ライフサイクル変更"),
    stage_change=("Opportunity stage changed", "商談フェーズ変更"),
    won=("Won", "受注"),
    lost=("Lost", "失注"),
    other=("Activity", "活動"),
)
DETAILS = _labels(
    url=("URL", "URL"),
    page=("Page", "ページ"),
    form=("Form", "フォーム"),
    form_name=("Form", "フォーム"),
    campaign=("Campaign", "キャンペーン"),
    campaign_name=("Campaign", "キャンペーン"),
    event=("Event", "イベント"),
    event_name=("Event", "イベント"),
    list=("List", "リスト"),
    list_name=("List", "リスト"),
    file=("File", "ファイル"),
    subject=("Subject", "件名"),
    body=("Text", "本文"),
    duration_s=("Duration", "所要時間"),
    outcome=("Outcome", "結果"),
    direction=("Direction", "方向"),
    channel=("Channel", "チャネル"),
    location=("Location", "場所"),
    amount=("Amount", "金額"),
    currency=("Currency", "通貨"),
    stage=("Stage", "フェーズ"),
    from_stage=("Stage before", "変更前のフェーズ"),
    close_date=("Close date", "完了予定日"),
    reason=("Reason", "理由"),
    referrer=("Referrer", "参照元"),
    source=("Source", "流入元"),
    utm_source=("UTM source", "UTMソース"),
    utm_medium=("UTM medium", "UTMメディア"),
    utm_campaign=("UTM campaign", "UTMキャンペーン"),
    utm_content=("UTM content", "UTMコンテンツ"),
    utm_term=("UTM term", "UTMキーワード"),
)
# What the sources of calls, meetings and events say; a word of somebody else's stays as it is.
SAID = _labels(
    connected=("connected", "会話あり"),
    busy=("busy", "話し中"),
    no_answer=("no answer", "応答なし"),
    left_voicemail=("left voicemail", "留守番電話に伝言"),
    left_live_message=("left live message", "伝言を依頼"),
    wrong_number=("wrong number", "番号違い"),
    registered=("registered", "申込"),
    attended=("attended", "参加"),
    no_show=("no-show", "欠席"),
    cancelled=("cancelled", "キャンセル"),
    canceled=("cancelled", "キャンセル"),
    completed=("completed", "完了"),
    scheduled=("scheduled", "予定"),
    rescheduled=("rescheduled", "日程変更"),
    inbound=("inbound", "受信"),
    outbound=("outbound", "発信"),
    internal=("internal", "社内"),
)
WRITTEN = "body"  # a note, a message, an e-mail: its lines mean something
IN_WORDS = frozenset({"outcome", "direction"})
# Ids that tell a reader nothing: of another system's user; of what is named besides.
UNREAD = frozenset({"owner_id"})
NAMED = {name: f"{name}_name" for name in ("form", "campaign", "event", "list")}


def type_label(type_: str, language: Language) -> str:
    """Say an activity type in words; a type of somebody else's connector in its own."""
    label = TYPES.get(type_)
    return label.text(language) if label else _humanise(type_)


def entry_text(fact: Fact, language: Language) -> tuple[str, str]:
    """Write the title and body under which a fact is logged in the other system.

    The title is one line of at most 255 characters; the body has a line for each detail that
    somebody can read, the address first. What somebody wrote comes last, in the lines it has.
    """
    kind = type_label(fact.type, language)
    about = one_line(fact.title)
    title = kind if about in {"", kind} else f"{kind}: {about}"
    read = [
        key for key in fact.detail if key not in UNREAD and not fact.detail.get(NAMED.get(key, ""))
    ]
    keys = sorted(read, key=lambda key: (key != "url", key == WRITTEN, key))
    lines = [_detail_line(key, fact.detail[key], language) for key in keys]
    body = "\n".join(line for line in lines if line)
    return shorten(title, TITLE_MAX), shorten(body, BODY_MAX)


def ago(at: datetime, now: datetime, language: Language) -> str:
    """Say how long ago something was, in the largest unit that fits."""
    seconds = max(0.0, (now - at).total_seconds())
    for size, en, ja in ((86_400, "day", "日"), (3_600, "hour", "時間"), (60, "minute", "分")):
        count = int(seconds // size)
        if count:
            plural = "" if count == 1 else "s"
            return f"{count}{ja}前" if language == "ja" else f"{count} {en}{plural} ago"
    return "たった今" if language == "ja" else "just now"


# How a line ends that says how long ago something was: true only at the moment of its writing.
AGED: Mapping[Language, re.Pattern[str]] = MappingProxyType(
    {
        "en": re.compile(r", ()(?:just now|\d+ (?:day|hour|minute)s? ago)$"),
        "ja": re.compile(r"\((最終)?(?:たった今|\d+(?:日|時間|分)前)\)$"),
    }
)


def later(at: datetime, span: timedelta) -> datetime:
    """Add a span; a sum outside of the calendar (after "9999-12-31") is its edge."""
    try:
        return at + span
    except OverflowError:
        return LAST if span > timedelta() else FIRST


def day_of(at: datetime, zone: tzinfo) -> str:
    """The day on which something was in a zone; at the edges of the calendar in UTC."""
    try:
        return f"{at.astimezone(zone):%Y-%m-%d}"
    except OverflowError:
        return f"{at:%Y-%m-%d}"


def one_line(text: str) -> str:
    """Remove what would break a line, hide text or reverse it; squeeze the white space."""
    return " ".join(CONTROL.sub(" ", text).split())


def lines_of(text: str) -> str:
    """A text in its own lines, each as `one_line`; no more than one empty line between two."""
    lines = [one_line(line) for line in text.splitlines()]
    return EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _humanise(name: str) -> str:
    return one_line(name.replace("_", " ")).capitalize()


def _detail_line(key: str, value: Value, language: Language) -> str:
    shown = _shown(key, value, language)
    if not shown:
        return ""
    label = DETAILS.get(key)
    between = "\n" if "\n" in shown else " "
    return f"{label.text(language) if label else _humanise(key)}:{between}{shown}"


def _lasted(seconds: int, language: Language) -> str:
    """Hours, minutes and seconds, without those that are nothing."""
    units = ((3_600, " h", "時間"), (60, " min", "分"), (1, " s", "秒"))
    said: list[str] = []
    for size, en, ja in units:
        count, seconds = divmod(seconds, size)
        if count or (size == 1 and not said):
            said.append(f"{count}{ja if language == 'ja' else en}")
    return ("" if language == "ja" else " ").join(said)


def _shown(key: str, value: Value, language: Language) -> str:
    match value:
        case None:
            return ""
        case bool():
            return {"en": ("no", "yes"), "ja": ("いいえ", "はい")}[language][value]
        case int() | float() if key.endswith("_s") and 0 <= value <= LONGEST_S:
            return _lasted(round(value), language)
        case int() | float() if key == "amount":
            return f"{value:,.15g}"
        case str() if key == WRITTEN:
            return lines_of(value)
        case _:
            text = one_line(str(value))
            known = SAID.get(text.lower().replace(" ", "_")) if key in IN_WORDS else None
            return known.text(language) if known else text

"""The words of an alert: who, why, what they did, the suggested next step, the deadline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from app.domain.activity import AGED, Fact, Language, one_line, shorten, type_label
from app.domain.hot_lead import AlertPlan
from app.domain.scoring import Reason, Score
from connectors.base import Value

TITLE_MAX = 80  # what a phone shows of a notification
WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "head": "Hot lead: ",
        "tail": " ({total} points, {grade})",
        "axes": "{rule}. Score {score.total} ({score.grade}): "
        "fit {score.fit}, intent {score.intent}, timing {score.timing}",
        "why": "Why:",
        "did": "What they did:",
        "step": "Next step: ",
        "due": "React by: ",
    },
    "ja": {
        "head": "ホットリード: ",
        "tail": " ({total}点・{grade})",
        "axes": "{rule}。スコア{score.total}({score.grade}): "
        "属性{score.fit}・行動{score.intent}・時期{score.timing}",
        "why": "理由:",
        "did": "最近の行動:",
        "step": "推奨アクション: ",
        "due": "対応期限: ",
    },
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines under a heading. `listed`: each is a point of a list."""

    heading: str
    lines: tuple[str, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What an alert says in one language."""

    title: str
    pieces: tuple[Piece, ...]

    @property
    def body(self) -> str:
        """As plain text."""
        return "\n".join(line for piece in self.pieces for line in _plain(piece))

    def as_row(self) -> dict[str, Any]:
        """As JSON keeps it."""
        pieces = [
            {"heading": one.heading, "lines": list(one.lines), "listed": one.listed}
            for one in self.pieces
        ]
        return {"title": self.title, "pieces": pieces}


def _plain(piece: Piece) -> Sequence[str]:
    if piece.listed:
        return [piece.heading, *(f"- {line}" for line in piece.lines)]
    return [f"{piece.heading} {line}".strip() for line in piece.lines]


def content(
    plan: AlertPlan,
    person_fields: Mapping[str, Value],
    score: Score,
    language: Language,
    *,
    zone: tzinfo = UTC,
) -> Content:
    """Write an alert, with times in `zone`. The title has at most 80 characters.

    Read: `first_name`, `last_name` (or `name`), `company`, `email`, `phone`.
    """
    texts = {key: one_line(str(value)) for key, value in person_fields.items() if value is not None}
    words = WORDS[language]
    tail = words["tail"].format(total=score.total, grade=score.grade)
    head = words["head"] + _who(texts, language)
    reach = [texts[key] for key in ("phone", "email") if texts.get(key)]
    who = _who(texts, language) + (f" ({', '.join(reach)})" if reach else "")
    axes = words["axes"].format(score=score, rule=plan.rule_label.text(language))
    deeds = tuple(_deed(fact, language, zone) for fact in plan.recent)
    pieces = [
        Piece("", (who, axes)),
        Piece(words["why"], tuple(_reason(one, language, zone) for one in plan.reasons), True),
        *([Piece(words["did"], deeds, True)] if deeds else []),
        Piece(words["step"].strip(), (plan.step.text(language),)),
        Piece(words["due"].strip(), (_time(plan.due_at, zone),)),
    ]
    return Content(shorten(head, TITLE_MAX - len(tail)) + tail, tuple(pieces))


def _who(texts: Mapping[str, str], language: Language) -> str:
    first, last = texts.get("first_name", ""), texts.get("last_name", "")
    parts = (last, first) if language == "ja" else (first, last)
    full = " ".join(part for part in parts if part) or texts.get("name", "")
    company = texts.get("company", "")
    if language == "ja":
        named = f"{full} 様" if full else ""
        return " ".join(part for part in (company, named) if part) or texts.get("email", "不明")
    return ", ".join(part for part in (full, company) if part) or texts.get("email", "unknown")


def _reason(reason: Reason, language: Language, zone: tzinfo) -> str:
    """With the time itself: an alert is read, and told again, long after "just now"."""
    text = one_line(reason.text_ja if language == "ja" else reason.text_en)
    if reason.at is None:
        return text
    at, form = _time(reason.at, zone), "({}{})" if language == "ja" else ", {}{}"
    return AGED[language].sub(lambda age: form.format(age[1] or "", at), text)


def _deed(fact: Fact, language: Language, zone: tzinfo) -> str:
    title = shorten(one_line(fact.title), 120)
    what = (
        f"{type_label(fact.type, language)}: {title}" if title else type_label(fact.type, language)
    )
    return f"{_time(fact.at, zone)} {what}"


def _time(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")

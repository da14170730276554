"""The memo of a hand-off: what may stand in it, what it is filled with, and how rules read it.

Values are text, numbers or booleans as JSON holds them; times are ISO 8601 with a zone, dates
`2026-04-01`. A blank is kept by leaving the field out.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from types import MappingProxyType
from typing import Any

from app.domain.activity import (
    Fact,
    Language,
    day_of,
    entry_text,
    one_line,
    shorten,
    type_label,
)
from app.domain.handoff_document import MEMO, Flow, MemoField
from app.domain.touch import Touch, channel_label
from connectors.base import Value

LARGEST = 1e15
EARLIER = "earlier."  # of the memo that was handed over before
LONGEST_LINE, LONGEST_TEXT = 500, 10_000
DIGITS = re.compile(r"\d+")  # also of full width
TALKS = frozenset({"call", "meeting", "email", "chat", "note"})
PAGES = frozenset({"page_view", "download", "form_submit", "trial", "seminar"})
SUMMARY_LINES, TALK_LINES, PAGE_LINES = 12, 10, 8


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The memo after a change, and what is wrong with the change, by field."""

    memo: Mapping[str, Value]
    problems: Mapping[str, str]


def changed(flow: Flow, memo: Mapping[str, Value], new: Mapping[str, Any]) -> Cleaned:
    """Take in new values; None or blank text empties a field."""
    result, problems, fields = dict(memo), dict[str, str](), flow.fields
    for name, value in new.items():
        field = fields.get(name)
        if field is None:
            problems[name] = "the memo has no such field"
            continue
        try:
            kept = _value(field, value)
        except ValueError as error:
            problems[name] = str(error)
            continue
        if kept is None:
            result.pop(name, None)
        else:
            result[name] = kept
    return Cleaned(memo if problems else result, problems)


def _value(field: MemoField, value: Any) -> Value:
    """A value as it is kept, None for a blank. Raises: ValueError."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    read = _READ.get(field.type)
    if read is not None:
        return read(value)
    return _choice(field, value) if field.type == "choice" else _text(field, value)


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("give true or false")  # noqa: TRY004  it is caught as what it says
    return value


def _number(value: Any) -> float | int:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError("give a number") from None
    if isinstance(value, bool) or not abs(number) < LARGEST:
        raise ValueError("give a number")
    return int(number) if number.is_integer() else number


def _choice(field: MemoField, value: Any) -> str:
    known = [one.value for one in field.choices]
    if value not in known:
        raise ValueError(f"give one of {', '.join(known)}")
    return str(value)


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise ValueError("give a date such as 2026-04-01") from None


def _moment(value: Any) -> str:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        at = datetime(1, 1, 1)  # noqa: DTZ001  without a zone it is refused below
    if at.tzinfo is None:
        raise ValueError("give a time with its zone such as 2026-04-01T10:00:00+09:00")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text(field: MemoField, value: Any) -> str:
    if not isinstance(value, str):
        value = str(value)
    longest = LONGEST_TEXT if field.type == "long_text" else LONGEST_LINE
    if len(value) > longest:
        raise ValueError(f"at most {longest} characters")
    if field.type == "email" and ("@" not in value or " " in value.strip()):
        raise ValueError("give an e-mail address")
    return "\n".join(one_line(line) for line in value.strip().splitlines())


_READ: Mapping[str, Callable[[Any], Value]] = MappingProxyType(
    {"bool": _bool, "number": _number, "date": _date, "datetime": _moment}
)


def moment_of(memo: Mapping[str, Value], name: str = "meeting_at") -> datetime | None:
    """A time in the memo."""
    value = memo.get(name)
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def read_by_rules(memo: Mapping[str, Value]) -> dict[str, Value]:
    """The memo's fields under the names that conditions ask for, with their measures."""
    found: dict[str, Value] = {}
    for name, value in memo.items():
        found[MEMO + name] = value
        text = value if isinstance(value, str) else ""
        found[f"{MEMO}{name}.length"] = len("".join(text.split()))
        found[f"{MEMO}{name}.numbers"] = len(DIGITS.findall(text))
    return found


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of a person beforehand: canonical fields, the newest activities, touches, what
    became of earlier hand-offs (in words), and the memo of the last of them. Days are those of
    `zone`.
    """

    fields: Mapping[str, Value]
    facts: Sequence[Fact]
    touch: Touch
    name: str = ""
    earlier: str | None = None
    last: Mapping[str, Value] = field(default_factory=dict)
    zone: tzinfo = UTC


def prefilled(flow: Flow, known: Background, words: Language) -> dict[str, Value]:
    """The memo as it begins: what is known need not be asked again."""
    last = {f"{EARLIER}{name}": value for name, value in known.last.items()}
    values = {**known.fields, **history(known, words), **last}
    memo: dict[str, Value] = {}
    for one in flow.fields.values():
        found = (values.get(name) for name in one.prefill)
        first = next((value for value in found if value not in (None, "")), None)
        cut = first[:LONGEST_LINE] if one.type == "text" and isinstance(first, str) else first
        memo = dict(changed(flow, memo, {one.name: cut}).memo)
    return memo


def history(known: Background, words: Language) -> dict[str, Value]:
    """The person's history in words."""
    touch = known.touch
    facts = sorted(known.facts, key=lambda fact: fact.at, reverse=True)
    talks = [fact for fact in facts if fact.type in TALKS]
    first = None
    if touch.first_at is not None:
        channel = channel_label(touch.first_channel, words) or ""
        first = f"{day_of(touch.first_at, known.zone)} {channel}".strip()
    return {
        "history.name": known.name or None,
        "history.first_touch": first,
        "history.touches": touch.count or None,
        "history.summary": _summary(known, facts, words),
        "history.conversations": _lines(talks[:TALK_LINES], words, known.zone),
        "history.pages": _pages(facts),
        "history.earlier": known.earlier,
    }


def _summary(known: Background, facts: Sequence[Fact], words: Language) -> str | None:
    """How often what happened, and the newest lines."""
    if not facts:
        return None
    counts: dict[str, int] = {}
    for fact in facts:
        label = type_label(fact.type, words)
        counts[label] = counts.get(label, 0) + 1
    often = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    head = ", ".join(f"{label} {n}" for label, n in often)
    if known.touch.campaign:
        head += f"\n{type_label('campaign', words)}: {known.touch.campaign}"
    lines = _lines(facts[:SUMMARY_LINES], words, known.zone)
    return shorten(f"{head}\n{lines}", LONGEST_TEXT)


def _lines(facts: Sequence[Fact], words: Language, zone: tzinfo) -> str | None:
    lines = [f"{day_of(fact.at, zone)} {entry_text(fact, words)[0]}" for fact in facts]
    return "\n".join(lines) or None


def _pages(facts: Sequence[Fact]) -> str | None:
    """What was looked at most, by title or address."""
    counts: dict[str, int] = {}
    for fact in facts:
        if fact.type in PAGES:
            shown = one_line(fact.title) or str(fact.detail.get("url") or "")
            if shown:
                counts[shown] = counts.get(shown, 0) + 1
    often = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:PAGE_LINES]
    return "\n".join(f"{shown} ({n})" for shown, n in often) or None

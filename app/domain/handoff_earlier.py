"""What became of somebody's earlier hand-offs, in words, for who hands them over again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from app.domain.activity import Language, day_of, one_line
from app.domain.handoff import Handoff
from app.domain.handoff_document import Flow
from app.domain.handoff_words import reason_text, state_text

WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {"why": "{line}: {reason}", "missing": "{line} (missing: {what})"},
    "ja": {"why": "{line}: {reason}", "missing": "{line}(不足: {what})"},
}


@dataclass(frozen=True, slots=True)
class Earlier:
    """One that ended: when, where it stands, and by which flow (None: it is not published now)."""

    at: datetime
    standing: Handoff
    flow: Flow | None


def told(those: Sequence[Earlier], language: Language, zone: tzinfo = UTC) -> str | None:
    """A line for each: the day in `zone`, how it ended, why, and what its receiver missed."""
    return "\n".join(_line(one, language, zone) for one in those) or None


def _line(one: Earlier, language: Language, zone: tzinfo) -> str:
    words, standing = WORDS[language], one.standing
    line = f"{day_of(one.at, zone)} {state_text(standing.state, language)}"
    if why := _why(one, language):
        line = words["why"].format(line=line, reason=why)
    feedback: Mapping[str, Any] = standing.feedback or {}
    if missing := one_line(str(feedback.get("missing") or "")):
        line = words["missing"].format(line=line, what=missing)
    return line


def _why(one: Earlier, language: Language) -> str:
    """The reason, and what was said besides."""
    reason = one.standing.reason
    text = reason if one.flow is None else reason_text(one.flow, reason, language)
    said = (one_line(part) for part in (text, one.standing.note) if part)
    return ", ".join(dict.fromkeys(said))

"""A history in words: its days, what each activity says, where it was logged and why not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from app.domain.activity import Fact, Language, entry_text, one_line, type_label
from app.web import moments
from app.web.ui.words import Words

Tone = Literal["good", "warn", "bad", "calm"]
TONES: Mapping[str, Tone] = {
    "sent": "good", "failed": "bad", "waiting": "warn", "gathered": "calm", "pending": "calm",
    "left_out": "calm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """An activity at one connection: how it stands there, and `why` where it is not logged."""

    connection: str
    state: str
    tone: Tone
    why: str


def day_name(day: date, words: Words, zone: ZoneInfo, now: datetime) -> str:
    """Today, yesterday, or the date; what lies ahead, such as a meeting, is said to."""
    today = now.astimezone(zone).date()
    names = {today: "timeline.today", today - timedelta(days=1): "timeline.yesterday"}
    if day in names:
        return words(names[day])
    on = moments.day(day, words.language)
    return words("timeline.ahead", day=on) if day > today else on


def heading(fact: Fact, language: Language) -> str:
    """What it is called besides its type: one line, in which no letter hides or turns others."""
    title = one_line(fact.title)
    return "" if title == type_label(fact.type, language) else title


def details(fact: Fact, language: Language) -> list[str]:
    """What is known of an activity, a line each; not what its title says already."""
    lines = entry_text(replace(fact, title=""), language)[1].splitlines()
    return [line for line in lines if line and not line.endswith(f": {fact.title}")]


def told(delivery: Mapping[str, Any], words: Words, zone: ZoneInfo) -> Told:
    """Say how a delivery stands; one that is part of a digest stands as that does."""
    state, digest = delivery["state"], delivery["digest"]
    source = delivery
    if digest is not None and state == "gathered" and digest["state"] == "failed":
        state, source = "failed", digest
    text = words.known("delivery", state)
    if digest is not None and state == "sent":
        day = moments.day(digest["starts_at"].astimezone(zone).date(), words.language)
        text = words("delivery.in_digest", day=day, n=digest["count"])
    why = source["reason"] or ""
    if state == "left_out":
        why = words.known("left_out", source["code"])
    elif state != "failed":
        why = why if state == "pending" else ""
    return Told(delivery["connection"], text, TONES.get(state, "calm"), why)

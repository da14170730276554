"""The words under which activities, and digests of them, are logged in another system."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.activity import (
    BODY_MAX,
    TITLE_MAX,
    Fact,
    Language,
    entry_text,
    one_line,
    shorten,
    type_label,
)
from app.domain.activity_document import MOST_ITEMS, ActivityDocument, Route
from app.domain.routing import told
from app.domain.templates import filled
from connectors.base import Value
from connectors.entry_words import ENTRY_WORDS

ABOUT_MAX = 200
LINES = 40  # of a digest's default text; the timeline has all


@dataclass(frozen=True, slots=True)
class Text:
    """What an entry says. `fields` are Baton's words for it, and the receiver's that the route
    fills.
    """

    title: str
    body: str
    form: str
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Gathered:
    """`count` activities between two times, the newest of which are `facts`, newest first."""

    facts: Sequence[Fact]
    count: int
    starts_at: datetime
    ends_at: datetime


def of_one(
    rules: ActivityDocument,
    route: Route | None,
    fact: Fact,
    person: Mapping[str, Value],
    language: Language,
) -> Text:
    """The text of a single activity."""
    shown = (
        fact if route is None else Fact(fact.type, fact.at, fact.title, told(route, fact.detail))
    )
    zone = ZoneInfo(rules.time_zone)
    values = {**_values(shown, zone, language), "person": dict(person)}
    text = _text(route, values, entry_text(shown, language), language)
    words = {name: one for name, one in shown.detail.items() if name in ENTRY_WORDS}
    return replace(text, fields={**words, **text.fields})


def of_many(
    rules: ActivityDocument,
    route: Route | None,
    digest: Gathered,
    person: Mapping[str, Value],
    language: Language,
) -> Text:
    """The text of a digest."""
    zone = ZoneInfo(rules.time_zone)
    shown = [
        one if route is None else Fact(one.type, one.at, one.title, told(route, one.detail))
        for one in digest.facts
    ]
    counts = {
        type_label(type_, language): n
        for type_, n in Counter(one.type for one in shown).most_common()
    }
    starts, ends = (at.astimezone(zone) for at in (digest.starts_at, digest.ends_at))
    values: dict[str, Any] = {
        "count": digest.count,
        "counts": counts,
        "items": [_values(one, zone, language) for one in shown[:MOST_ITEMS]],
        "first_at": shown[-1].at.astimezone(zone) if shown else starts,
        "last_at": shown[0].at.astimezone(zone) if shown else starts,
        "starts_at": starts,
        "ends_at": ends,
        "person": dict(person),
    }
    return _text(route, values, _default(values, language), language)


def _values(fact: Fact, zone: ZoneInfo, language: Language) -> dict[str, Any]:
    return {
        "type": fact.type,
        "label": type_label(fact.type, language),
        "title": one_line(fact.title),
        "at": fact.at.astimezone(zone),
        "detail": dict(fact.detail),
    }


def _text(
    route: Route | None, values: Mapping[str, Any], default: tuple[str, str], language: Language
) -> Text:
    """A route's templates, else the default; also where a template fails on these values."""
    if route is None:
        return Text(*default, "", {})
    title, body = default
    if route.title is not None:
        title = one_line(filled(getattr(route.title, language), values) or "") or title
    if route.body is not None:
        own = filled(getattr(route.body, language), values)
        body = body if own is None else own.strip()
    fields = {name: filled(source, values) for name, source in route.fields.items()}
    return Text(
        shorten(title, TITLE_MAX),
        shorten(body, BODY_MAX),
        route.form,
        {name: text for name, text in fields.items() if text},
    )


def _default(values: Mapping[str, Any], language: Language) -> tuple[str, str]:
    """When, how many of what, and the latest of them with what they were about."""
    first = values["starts_at"].date()
    last = values["ends_at"].date() - timedelta(days=1)
    to = "〜" if language == "ja" else " to "
    span = f"{first}" if last <= first else f"{first}{to}{last:%m-%d}"
    kinds = ", ".join(f"{label} {n}" for label, n in values["counts"].items())
    n = values["count"]
    several = "activity" if n == 1 else "activities"
    head = f"{span}の行動 {n}件" if language == "ja" else f"{n} {several}, {span}"
    groups: dict[str, list[datetime]] = {}
    for item in values["items"]:
        groups.setdefault(_about(item), []).append(item["at"])
    lines = [_line(about, times) for about, times in groups.items()]
    body = [kinds, "", *lines[:LINES]]
    more = len(lines) - LINES
    if more > 0:
        body.append(f"… ほか{more}件" if language == "ja" else f"… and {more} more")
    return shorten(f"{head}: {kinds}", TITLE_MAX), shorten("\n".join(body), BODY_MAX)


def _about(item: Mapping[str, Any]) -> str:
    about = item["title"] or str(item["detail"].get("url") or "")
    return f"{item['label']}: {shorten(about, ABOUT_MAX)}" if about else str(item["label"])


def _line(about: str, times: Sequence[datetime]) -> str:
    """The same thing several times is one line, with the last time."""
    often = f" \u00d7{len(times)}" if len(times) > 1 else ""
    return f"{times[0]:%m-%d %H:%M} {about}{often}"

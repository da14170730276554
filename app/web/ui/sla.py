"""The page of the agreement: what is due, what is overdue, and how well it is kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import Request

from app.domain.sla_document import Limit, SlaDocument
from app.flows import sla_rules, sla_what_if
from app.flows.sla_what_if import Compared, NoSuchClock
from app.store import sla_listing
from app.store.db import Tx
from app.store.sla_listing import Figures, Wanted
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import empty, fact, given, tag
from app.web.ui.sla_clocks import Names, row_of, span

SHOWN = 100
SPANS = (7, 30, 90)  # days
COMMANDS = (
    "# sla.yaml\ndocuments:\n  - {kind: sla, name: main, preset: default}",
    "baton apply -f sla.yaml",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `hours`: "what if" of the clock that is chosen."""

    clock: str | None
    owner: str | None
    days: int
    hours: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page shows."""

    document: SlaDocument | None
    overdue: Sequence[dict[str, Any]]
    running: Sequence[dict[str, Any]]
    names: Names
    figures: Sequence[Figures]
    what_if: Compared | None


async def page(request: Request) -> None:
    """The page `/sla`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    asked = _asked(request)
    found = await asyncio.to_thread(_read, visit, asked)
    with frame(request, "sla", sight) as main:
        tag("h1", visit.words("sla.title"))
        if found.document is None:
            with tag("div", classes="card"):
                empty(visit.words("sla.none"), visit.words("sla.none_hint"), COMMANDS)
        else:
            _filters(visit, asked, found.document)
            _figures(visit, asked, found)
            _clocks(visit, "sla.overdue_title", "sla.nobody_late", found.overdue, found.names)
            _clocks(visit, "sla.running_title", "sla.nothing_runs", found.running, found.names)
    watch(visit, main)


def _asked(request: Request) -> Asked:
    """What cannot be read counts as not said."""
    given = request.query_params
    days = given.get("days", "")
    try:
        hours = float(given.get("hours") or "nan")
    except ValueError:
        hours = 0.0
    return Asked(
        clock=given.get("clock", "")[:100].replace("\x00", "") or None,
        owner=given.get("owner", "")[:254].replace("\x00", "").strip() or None,
        days=int(days) if days in {str(one) for one in SPANS} else 30,
        hours=hours if 0 < hours <= 24 * 365 else None,
    )


def _read(visit: Visit, asked: Asked) -> Shown:
    with visit.desk.parts.database.begin() as tx:
        agreement = sla_rules.active(tx)
        document = None if agreement is None else agreement.document
        wanted = Wanted(clock=asked.clock, owner=asked.owner)
        rows = sla_listing.urgent(tx, wanted, SHOWN)
        now = datetime.now(UTC)
        since = now - timedelta(days=asked.days)
        figures = sla_listing.figures(tx, Wanted(clock=asked.clock, owner=asked.owner, since=since))
        return Shown(
            document,
            [row for row in rows if row["state"] == "breached"],
            [row for row in rows if row["state"] != "breached"],
            Names(tx, rows),
            figures,
            _what_if(tx, document, asked, (since, now)),
        )


def _what_if(
    tx: Tx, document: SlaDocument | None, asked: Asked, during: tuple[datetime, datetime]
) -> Compared | None:
    if document is None or asked.clock is None or asked.hours is None:
        return None
    rule = document.clock(asked.clock)
    time = "business" if rule is not None and rule.limit.is_business else "wall"
    limit = Limit(minutes=asked.hours * 60, time=time)
    try:
        other = sla_what_if.with_limit(document, asked.clock, limit)
    except NoSuchClock:
        return None
    [found] = sla_what_if.compare(tx, document, other, during, now=during[1], clock=asked.clock)
    return found


def _filters(visit: Visit, asked: Asked, document: SlaDocument) -> None:
    words = visit.words
    clocks = [(one.name, one.label.text(words.language)) for one in document.clocks]
    with tag("form", classes="filters card", method="get", action="/sla", role="search"):
        with tag("div", classes="field grow"):
            tag("label", words("sla.clock"), for_="clock")
            with tag("select", id="clock", name="clock"):
                _options([("", words("people.any")), *clocks], asked.clock or "")
        with tag("div", classes="field grow"):
            tag("label", words("sla.owner"), for_="owner")
            given(tag("input", id="owner", name="owner", type="search"), asked.owner or "")
        with tag("div", classes="field"):
            tag("label", words("sla.days_back"), for_="days")
            with tag("select", id="days", name="days"):
                spans = [(str(one), words("sla.last_days", n=one)) for one in SPANS]
                _options(spans, str(asked.days))
        with tag("div", classes="field"):
            tag("label", words("sla.what_if"), for_="hours")
            hours = "" if asked.hours is None else f"{asked.hours:g}"
            given(tag("input", id="hours", name="hours", type="number", min="0", step="any"), hours)
        tag("button", words("people.find"), "button main", type="submit")


def _options(options: Sequence[tuple[str, str]], chosen: str) -> None:
    for value, text in options:
        option = tag("option", text, value=value)
        if value == chosen:
            option.props["selected"] = True


def _figures(visit: Visit, asked: Asked, found: Shown) -> None:
    words, document = visit.words, found.document
    with tag("section", classes="cards"):
        for one in found.figures:
            rule = None if document is None else document.clock(one.name)
            with tag("article", classes="card"):
                title = one.name if rule is None else rule.label.text(words.language)
                tag("h2", title)
                _of_clock(visit, one)
    if asked.hours is not None:
        _answer(visit, asked, found.what_if)


def _of_clock(visit: Visit, one: Figures) -> None:
    words = visit.words
    rate = "-" if one.met_rate is None else f"{one.met_rate:.0%}"
    late = one.late + one.overdue
    ours = None if one.median_system_s is None else one.median_system_s / 60
    with tag("dl", classes="facts"):
        for key, value in (
            ("sla.met_rate", rate), ("sla.met", f"{one.met:,}"), ("sla.breached", f"{late:,}"),
            ("sla.running", f"{one.running + one.paused:,}"),
            ("sla.median", span(visit, one.median_minutes)),
            ("sla.p90", span(visit, one.p90_minutes)),
            ("sla.median_people", span(visit, one.median_human_minutes)),
            ("sla.median_system", span(visit, ours)),
        ):  # fmt: skip
            with fact(words(key)):
                tag("span", value)


def _answer(visit: Visit, asked: Asked, found: Compared | None) -> None:
    """What would have been with so many hours."""
    words = visit.words
    if found is None or found.before is None or found.after is None:
        tag("p", words("sla.choose_clock"), "notice warn")
        return
    said = words(
        "sla.would",
        hours=f"{asked.hours:g}",
        days=asked.days,
        runs=found.after.runs,
        before=found.before.breached,
        after=found.after.breached,
    )
    tag("p", said, "notice calm", role="status")


def _clocks(
    visit: Visit, title: str, none: str, rows: Sequence[dict[str, Any]], names: Names
) -> None:
    tag("h2", visit.words(title))
    if not rows:
        with tag("div", classes="card"):
            empty(visit.words(none), "")
        return
    with tag("ul", classes="plain-list rows card"):
        for row in rows:
            row_of(visit, row, names)

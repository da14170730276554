"""A version of the agreement tried on what happened lately. Nothing is written."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request

from app.domain.sla_document import SlaDocument
from app.domain.sla_forecast import Outcome
from app.flows import sla_rules, sla_what_if
from app.flows.sla_what_if import Compared
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import fact, link, tag
from app.web.ui.sla_clocks import span

DAYS = 30


@dataclass(frozen=True, slots=True)
class Tried:
    """The version, and how each clock would have been kept by it."""

    document: SlaDocument
    clocks: Sequence[Compared]


async def page(request: Request, name: str, version: int) -> None:
    """The page `/documents/sla/{name}/{version}`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    found = await asyncio.to_thread(_read, visit, name, version)
    with frame(request, "documents", sight) as main:
        tag("h1", words("sla.try_title", name=name, version=version))
        tag("p", words("sla.try_intro", days=DAYS), "muted")
        with tag("p"):
            link(words("documents.every"), "/documents")
        if found is None:
            tag("p", words("app.not_found"), "notice bad", role="alert")
        else:
            for one in found.clocks:
                _clock(visit, found.document, one)
    watch(visit, main)


def _read(visit: Visit, name: str, version: int) -> Tried | None:
    now = datetime.now(UTC)
    with visit.desk.parts.database.begin() as tx:
        tried, active = sla_rules.of(tx, name, version), sla_rules.active(tx)
        if tried is None:
            return None
        before = None if active is None else active.document
        during = (now - timedelta(days=DAYS), now)
        return Tried(
            tried.document, sla_what_if.compare(tx, before, tried.document, during, now=now)
        )


def _clock(visit: Visit, document: SlaDocument, one: Compared) -> None:
    words, rule = visit.words, document.clock(one.clock)
    with tag("section", classes="card"):
        tag("h2", one.clock if rule is None else rule.label.text(words.language))
        _outcome(visit, words("sla.try_before"), one.before)
        _outcome(visit, words("sla.try_after"), one.after)


def _outcome(visit: Visit, title: str, found: Outcome | None) -> None:
    words = visit.words
    tag("h3", title)
    if found is None:
        tag("p", words("sla.try_no_clock"), "muted")
        return
    rate = "-" if found.met_rate is None else f"{found.met_rate:.0%}"
    with tag("dl", classes="facts"):
        for key, value in (
            ("sla.met_rate", rate), ("sla.met", f"{found.met:,}"),
            ("sla.breached", f"{found.breached:,}"), ("sla.running", f"{found.open:,}"),
            ("sla.median", span(visit, found.median_minutes)),
        ):  # fmt: skip
            with fact(words(key)):
                tag("span", value)

"""A version of the agreement tried on what happened lately. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request

from app.configuring import Missing
from app.domain.sla_document import SlaDocument
from app.domain.sla_forecast import Outcome
from app.flows import sla_rules, sla_what_if
from app.flows.sla_what_if import Compared
from app.web.ui.desk import Visit
from app.web.ui.pieces import fact, tag
from app.web.ui.sla_clocks import span
from app.web.ui.tried import at_once

DAYS = 30


@dataclass(frozen=True, slots=True)
class Tried:
    """The version, and how each clock would have been kept by it."""

    document: SlaDocument
    clocks: Sequence[Compared]


async def page(request: Request, name: str, version: int) -> None:
    """The page `/documents/sla/{name}/{version}`."""

    def read(visit: Visit) -> Tried:
        now = datetime.now(UTC)
        with visit.desk.parts.database.begin() as tx:
            tried, active = sla_rules.of(tx, name, version), sla_rules.active(tx)
            if tried is None:
                raise Missing(f'there is no version {version} of sla "{name}"')
            before = None if active is None else active.document
            during = (now - timedelta(days=DAYS), now)
            clocks = sla_what_if.compare(tx, before, tried.document, during, now=now)
            return Tried(tried.document, clocks)

    await at_once(request, "sla", name, version, read=read, show=_show)


def _show(visit: Visit, found: Tried) -> None:
    for one in found.clocks:
        _clock(visit, found.document, one)


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

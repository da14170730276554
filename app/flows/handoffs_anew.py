"""Open hand-offs judged anew, because another version of the document is in force."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

from app.domain.activity import Fact
from app.domain.handoff import Act
from app.domain.handoff_document import FlowName
from app.domain.handoff_moves import ENDED
from app.domain.link import Link
from app.flows import handoffs_told
from app.flows.handoffs_known import Known, Paper, Seen, judged
from app.flows.handoffs_told import Times
from app.flows.round import Past
from app.flows.rules import Rules
from app.store import handoffs as stored
from app.store import handoffs_entries, journal
from app.store.db import Tx
from app.store.handoffs import Kept
from app.store.journal import Line


def judge(
    tx: Tx, rules: Rules, found: Mapping[UUID, Link], past: dict[UUID, Past], now: datetime
) -> None:
    """Judge the open hand-offs of these links, which are locked, by the version in force, and put
    them into their `past`. It is no act: what may be done stays as it is.
    """
    if rules.handoff is None:
        return
    for link_id, link in found.items():
        one = past[link_id].handoff
        if one is None or one.rules == rules.handoff[1] or one.standing.state in ENDED:
            continue
        kept = stored.lock(tx, one.id)
        if kept is not None:
            after = _judged(tx, rules, (link, past[link_id]), kept, now)
            past[link_id] = replace(past[link_id], handoff=after)


def _judged(tx: Tx, rules: Rules, who: tuple[Link, Past], kept: Kept, now: datetime) -> Kept:
    link, past = who
    assert rules.handoff is not None  # noqa: S101  asked above
    document, version = rules.handoff
    flow = document.flows.get(cast("FlowName", kept.flow))
    if flow is None:
        return kept
    facts = [Fact(a["type"], a["at"], a["title"], a["detail"]) for a in past.facts]
    known = Known(link, facts, past.touch, handoffs_entries.notified(tx, kept.id))
    said = judged(flow, known, Paper(kept.memo, kept.ticks, kept.standing), now)
    quality = said.quality
    stored.judge(tx, kept.id, quality.total, quality.band.name, version)
    if (quality.total, quality.band.name) != (kept.quality, kept.band):
        detail = {
            "handoff": kept.id, "flow": kept.flow, "rules": version,
            "quality": quality.total, "quality_before": kept.quality,
        }  # fmt: skip
        journal.write(tx, [Line("handoff_judged", link.id, None, kept.cause_id, detail)])
    after = replace(kept, quality=quality.total, band=quality.band.name, rules=version)
    seen = Seen(flow, after, known, said, document.calendar.time_zone)
    edit = Act("edit", "Baton", "clock")  # the note says what the version in force does
    handoffs_told.entries(tx, rules, kept.standing, seen, edit, times=Times(now, now))
    return after

"""Mending: what a comparison found is set on its way, where another look or try may help."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.link import Side, SideState, WriteState
from app.flows.decide import decide
from app.flows.round import HISTORY, Cause
from app.flows.rules import Rules
from app.store import inbox, links
from app.store.db import Tx
from app.store.work import Finding, Job
from connectors.base import Ref

LOOK = frozenset({"missed", "missing_here", "in_doubt", "missing_there"})
TRY = frozenset({"failed", "unmapped"})


def repair(
    tx: Tx, rules: Rules, job: Job, found: Sequence[Finding], *, now: datetime
) -> tuple[list[Finding], set[str]]:
    """Look again, try again, or decide again; answer the findings, and the lanes to wake."""
    locked = links.lock(tx, [i for one in found if (i := _decided_by(one)) is not None])
    mended: list[Finding] = []
    hints: list[tuple[str, Ref, UUID, datetime | None]] = []
    for one in found:
        link = locked.get(one.link_id or job.cause_id)
        if one.category in LOOK and one.connection and one.kind and one.external_id:
            ref = Ref(one.kind, one.external_id)
            hints.append((one.connection, ref, job.cause_id, None))
        elif link is None:
            mended.append(one)
            continue
        elif one.category in TRY:
            _try_again(link.sides[one.connection or ""])
        mended.append(replace(one, repaired=True))
    inbox.add_hints(tx, hints)
    causes = dict.fromkeys(locked, Cause(job.cause_id, HISTORY))
    wakes = decide(tx, rules, locked, causes, now=now)
    return mended, wakes | {f"fetch:{connection}" for connection, *_ in hints}


def _decided_by(one: Finding) -> UUID | None:
    """The link that must be decided about for this difference to go."""
    absent = one.category == "missing_there" and one.code == "not_created"
    return one.link_id if absent or one.category in TRY else None


def _try_again(side: Side) -> None:
    """Forget that it was refused, unless somebody else has it in hand by now."""
    if side.write_state == WriteState.IDLE and side.state != SideState.GONE:
        side.write, side.code, side.reason, side.attempts = None, None, None, 0
        side.state = SideState.PENDING

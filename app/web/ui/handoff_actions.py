"""What viewers do to hand-offs from the pages. Each asks anew whether the viewer may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.domain.handoff import Act
from app.domain.handoff_document import FlowName
from app.domain.handoff_memo import changed
from app.domain.handoff_moves import Deed
from app.domain.handoff_quality import Judged
from app.flows import handoffs_acts, handoffs_known
from app.flows.handoffs_acts import Opening, Who
from app.flows.handoffs_known import Paper, Seen
from app.store import handoffs, handoffs_entries, handoffs_listing
from app.store.db import Tx
from app.web.deps import transacted
from app.web.ui.actions import check_operator
from app.web.ui.desk import Visit

MORE = ("result", "rating", "next_action", "stall_reason", "useful", "missing", "outcome")


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page of a hand-off shows."""

    seen: Seen
    thread: list[dict[str, Any]]
    told: list[dict[str, Any]]


def look(visit: Visit, handoff_id: int) -> Shown:
    """Raises: NoSuchHandoff, NoDocument."""
    with visit.desk.parts.database.begin() as tx:
        seen = handoffs_acts.look(tx, handoff_id, now=datetime.now(UTC))
        told = [
            *handoffs_listing.entries(tx, handoff_id),
            *handoffs_listing.messages(tx, seen.kept.link_id, handoff_id),
        ]
        return Shown(seen, handoffs.thread(tx, handoff_id), told)


def begin(visit: Visit, link_id: UUID, flow: FlowName) -> int:
    """Begin a hand-off; answer its number. Raises: NotAllowed, and as `handoffs_acts.begin`."""
    check_operator(visit)
    opening, now = Opening(link_id, flow), datetime.now(UTC)
    parts = visit.desk.parts
    seen, wakes = transacted(
        parts, lambda tx: handoffs_acts.begin(tx, opening, _who(visit), now=now)
    )
    parts.wake(wakes)
    return seen.kept.id


def act(visit: Visit, seen: Seen, deed: Deed, given: Mapping[str, Any]) -> None:
    """Act on what the viewer saw. Raises: NotAllowed, and as `handoffs_acts.do`."""
    check_operator(visit)
    who, parts, now = _who(visit), visit.desk.parts, datetime.now(UTC)
    new = Act(
        deed, who.by, who.role,
        reason=given.get("reason") or None, note=given.get("note") or None, at=given.get("at"),
        to=given.get("to") or None, override=given.get("override") or None,
        more={name: given[name] for name in MORE if given.get(name)},
    )  # fmt: skip
    kept = seen.kept
    _, wakes = transacted(
        parts, lambda tx: handoffs_acts.do(tx, kept.id, new, now=now, version=kept.version)
    )
    parts.wake(wakes)


def write(visit: Visit, seen: Seen, values: Mapping[str, Any]) -> None:
    """Save the memo. Raises: NotAllowed, and as `handoffs_acts.write`."""
    check_operator(visit)
    kept, parts, now = seen.kept, visit.desk.parts, datetime.now(UTC)

    def written(tx: Tx) -> tuple[Seen, set[str]]:
        return handoffs_acts.write(tx, kept.id, values, _who(visit), now=now, version=kept.version)

    parts.wake(transacted(parts, written)[1])


def tick(visit: Visit, seen: Seen, item: str, *, done: bool) -> None:
    """Raises: NotAllowed, and as `handoffs_acts.tick`."""
    check_operator(visit)
    kept, parts, now = seen.kept, visit.desk.parts, datetime.now(UTC)

    def ticked(tx: Tx) -> tuple[Seen, set[str]]:
        return handoffs_acts.tick(
            tx, kept.id, item, _who(visit), done=done, now=now, version=kept.version
        )

    parts.wake(transacted(parts, ticked)[1])


def retry(visit: Visit, seen: Seen) -> None:
    """Tell again what was refused. Raises: NotAllowed."""
    check_operator(visit)
    parts = visit.desk.parts
    failed = transacted(parts, lambda tx: handoffs_entries.retry(tx, seen.kept.id))
    parts.wake({f"handoff:{name}" for name in failed})


def preview(seen: Seen, values: Mapping[str, Any]) -> Judged:
    """How good it would be with these values in the memo; what can't be kept is left out."""
    memo = dict(seen.kept.memo)
    for name, value in values.items():
        memo = dict(changed(seen.flow, memo, {name: value}).memo)
    paper = Paper(memo, seen.kept.ticks, seen.kept.standing)
    return handoffs_known.judged(seen.flow, seen.known, paper, datetime.now(UTC))


def _who(visit: Visit) -> Who:
    return Who(visit.who, visit.key.role)

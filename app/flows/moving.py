"""Move: a person, or a hand-off, puts somebody into a stage."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.lifecycle import Move, MovedBy, NotAllowed, apply, ask, restart
from app.domain.lifecycle_document import StageName
from app.flows import rules as rules_
from app.flows import stages
from app.flows.decide import decide
from app.flows.round import HISTORY, Case, Cause, Round
from app.flows.stages import standing_of
from app.store import journal, links
from app.store.db import Tx

__all__ = ["NotAllowed", "OvertakenError", "Wanted", "move"]


class OvertakenError(Exception):
    """The stage is another one than whoever asked had seen."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A move that is asked for. `role` is a person's at Baton; `seen` the stage that was there
    when it was asked for, where that matters.
    """

    target: StageName
    by: MovedBy
    who: str
    role: str | None = None
    reason: str | None = None
    seen: str | None = None
    cause_id: UUID | None = None


def move(tx: Tx, link_id: UUID, wanted: Wanted, *, now: datetime) -> tuple[Move, set[str]]:
    """Make a move, and what the rules make of it; answer it and the lanes to wake.

    Raises: LookupError (nobody has this id), NotAllowed, OvertakenError.
    """
    link = links.lock(tx, [link_id]).get(link_id)
    rules = rules_.load(tx)
    plan = None if link is None else rules.plan_of(link.kind, tuple(link.sides))
    if link is None or plan is None or link.kind != "person":
        raise LookupError(f"there is no person {link_id}")
    if rules.lifecycle is None:
        raise NotAllowed("no lifecycle is active")
    if wanted.seen is not None and wanted.seen != link.stage:
        raise OvertakenError(f"the stage is {link.stage} by now, not {wanted.seen}")
    document, _ = rules.lifecycle
    standing = restart(standing_of(link), document)
    made = ask(
        document, standing, wanted.target,
        by=wanted.by, who=wanted.who, role=wanted.role, reason=wanted.reason,
    )  # fmt: skip
    cause = Cause(wanted.cause_id or uuid4(), HISTORY)
    round_ = Round(rules, now)
    stages.enter(Case(round_, plan, link, cause), apply(document, standing, made, now), made)
    stages.store(tx, round_)
    journal.write(tx, round_.lines)
    return made, round_.wakes | decide(tx, rules, {link_id: link}, {link_id: cause}, now=now)

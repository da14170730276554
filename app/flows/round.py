"""A round of decisions: what is decided by, and what it leaves to be stored and done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.domain.link import Link
from app.domain.touch import NONE, Touch
from app.flows.rules import Plan, Rules
from app.store import activities, handoffs, touches
from app.store.alerts import NewAlert
from app.store.db import Tx
from app.store.handoffs import Kept
from app.store.journal import Line
from app.store.stages import Change, Wish

HISTORY = datetime.fromtimestamp(0, UTC)  # the time of a cause too old to alert anyone


@dataclass(frozen=True, slots=True)
class Cause:
    """What led here: the id that journal lines share, and when it happened (for freshness)."""

    id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What a link did: its newest activities, and a summary of all."""

    facts: Sequence[Mapping[str, Any]] = ()
    touch: Touch = NONE
    handoff: Kept | None = None


def pasts(tx: Tx, link_ids: Collection[UUID]) -> dict[UUID, Past]:
    """The past of each link."""
    facts, met = activities.facts(tx, link_ids), touches.of(tx, link_ids)
    handed = handoffs.latest(tx, link_ids)
    return {i: Past(facts[i], met.get(i, NONE), handed.get(i)) for i in link_ids}


@dataclass(slots=True)
class Round:
    """Rules and time of a round, and what it leaves: rows to store, lanes to wake. `told`: it is
    about writes that ended, and nothing was learned.
    """

    rules: Rules
    now: datetime
    told: bool = False
    lines: list[Line] = field(default_factory=list)
    alerts: list[NewAlert] = field(default_factory=list)
    repeats: set[UUID] = field(default_factory=set)
    scores: list[dict[str, Any]] = field(default_factory=list)
    moves: list[Change] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    wakes: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Case:
    """One link in a round, with the mapping it goes by and why it is looked at."""

    round: Round
    plan: Plan
    link: Link
    cause: Cause
    past: Past = Past()

    def note(self, event: str, connection: str | None = None, **detail: Any) -> None:
        """Add a journal line about this link."""
        label = self.plan.label
        line = Line(event, self.link.id, connection, self.cause.id, detail, version=label)
        self.round.lines.append(line)

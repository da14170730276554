"""Who would move: a lifecycle tried on people as they are, by the functions that decide. Nothing
is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.lifecycle_document import LifecycleDocument
from app.flows import rules as rules_
from app.flows import stages
from app.flows.round import HISTORY, Case, Cause, Round, pasts
from app.store import links
from app.store.db import Tx
from app.store.stages import Change


@dataclass(frozen=True, slots=True)
class Would:
    """What would become of one person: all moves, in their order."""

    link_id: UUID
    email: str | None
    before: str
    moves: Sequence[Change]

    @property
    def after(self) -> str:
        return self.moves[-1].target if self.moves else self.before

    @property
    def moved(self) -> bool:
        return self.after != self.before


def tried(
    tx: Tx, document: LifecycleDocument, version: int, ids: Sequence[UUID], *, now: datetime
) -> Iterator[Would]:
    """Try a lifecycle on these people."""
    rules = replace(rules_.load(tx), lifecycle=(document, version))
    found, past = links.read(tx, ids), pasts(tx, ids)
    for link in found.values():
        plan = rules.plan_of(link.kind, tuple(link.sides))
        if plan is None:
            continue
        before, round_ = link.stage, Round(rules, now)
        stages.place(Case(round_, plan, link, Cause(uuid4(), HISTORY), past[link.id]))
        yield Would(link.id, link.email, before, round_.moves)

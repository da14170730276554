"""The stage of a person follows their hand-off: SQL when it is handed over, SAO when accepted."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from app.domain.handoff import Act, Handoff
from app.domain.handoff_moves import State
from app.domain.lifecycle import NotAllowed, apply, ask
from app.domain.lifecycle_document import StageName
from app.flows import stages
from app.flows.handoffs_known import Ground
from app.flows.round import Case, Cause, Round
from app.store import journal
from app.store.db import Tx

STAGES: Mapping[str, Mapping[State, StageName]] = MappingProxyType({
    "is_fs": {
        "delivered": "sql", "accepted": "sao", "won": "won", "lost": "lost",
        "recycled": "recycled",
    },
    "fs_cs": {"done": "customer"},
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """From where to where a hand-off went, by which act."""

    flow: str
    before: Handoff
    after: Handoff
    new: Act
    cause_id: UUID


def follow(tx: Tx, ground: Ground, step: Step) -> set[str]:
    """Move the person to the stage that belongs to the new state; the link is saved by who asks.

    Where the lifecycle does not let them go there, that is noted and nothing else.
    """
    rules, link, after = ground.rules, ground.link, step.after
    target = STAGES.get(step.flow, {}).get(after.state)
    plan = rules.plan_of(link.kind, tuple(link.sides))
    if target is None or after.state == step.before.state or plan is None:
        return set()
    if rules.lifecycle is None:
        return set()
    round_ = Round(rules, ground.now)
    case = Case(round_, plan, link, Cause(step.cause_id, ground.now))
    document, standing = rules.lifecycle[0], stages.standing_of(link)
    if standing.stage == target:
        return set()
    try:
        why = after.reason or step.new.note or f"hand-off: {after.state}"
        move = ask(document, standing, target, by="handoff", who=step.new.by, reason=why)
    except NotAllowed as error:
        case.note("stage_refused", None, stage=target, why=str(error))
    else:
        stages.enter(case, apply(document, standing, move, ground.now), move)
    stages.store(tx, round_)
    journal.write(tx, round_.lines)
    return round_.wakes

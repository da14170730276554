"""Stages within a round of decisions: what sides show, what rules say, and what is stored of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from app.domain.activity import Fact
from app.domain.condition_document import Grade
from app.domain.lifecycle import (
    Move,
    MovedBy,
    NotAllowed,
    Person,
    Standing,
    advance,
    apply,
    ask,
    begin,
    rank,
    restart,
    tidy,
)
from app.domain.lifecycle_document import LifecycleDocument, Mirror, StageName
from app.domain.link import Link, Side, exists
from app.domain.mirroring import beginning, meant, shown
from app.flows.round import Case, Round
from app.store import events, stages
from app.store.db import Tx
from app.store.events import Happening
from app.store.stages import Change, Wish
from connectors.base import Value
from mappings.document import FieldRule
from mappings.sides import Role

FIELDS: dict[str, Role] = {"stage_ma": "ma", "stage_sfa": "sfa"}  # those that speak a side's words


@dataclass(frozen=True, slots=True)
class Figures:
    """A person's stored score, as conditions compare it."""

    total: int
    fit: float
    intent: float
    timing: float
    grade: Grade
    ma_score: int | None = None


@dataclass(frozen=True, slots=True)
class Shows:
    """What a side shows in a field of the stage, and its words for stages."""

    role: Role
    side: Side
    rule: FieldRule
    mirror: Mirror

    @property
    def value(self) -> Value:
        return self.side.seen.get(self.rule.name)


def place(case: Case) -> None:
    """Move a person as sides and rules say."""
    lifecycle = case.round.rules.lifecycle
    if lifecycle is None:
        return
    document, _ = lifecycle
    link = case.link
    standing = standing_of(link)
    if standing.since is None:
        move = begin(document, _at_first(case, document))
        standing = _enter(case, document, standing, move)
    else:
        standing = _edited(case, document, restart(standing, document))
    done = advance(document, standing, person_of(case), case.round.now)
    for move in done.moves:
        standing = _enter(case, document, standing, move)
    if done.changes_at is not None:
        link.next_score_at = min(done.changes_at, link.next_score_at or done.changes_at)


def standing_of(link: Link) -> Standing:
    """Where a person stands."""
    stage = cast("StageName", link.stage)
    return Standing(stage, link.stage_since, link.cycle_since, link.stage_reason)


def person_of(case: Case) -> Person:
    """What the rules know of a person."""
    link = case.link
    facts = [Fact(a["type"], a["at"], a["title"], a["detail"]) for a in case.past.facts]
    return Person(link.agreed, facts, _figures(case), hot=link.hot_since is not None)


def _figures(case: Case) -> Figures | None:
    link, scoring = case.link, case.round.rules.scoring
    if link.score is None or link.grade is None:
        return None
    named = None if scoring is None else scoring[0].ma_score
    own = None if named is None else link.agreed.get(named.field)
    return Figures(
        total=link.score,
        fit=link.fit or 0,
        intent=link.intent or 0,
        timing=link.timing or 0,
        grade=cast("Grade", link.grade),
        ma_score=round(own) if isinstance(own, int | float) else None,
    )


def _enter(case: Case, document: LifecycleDocument, standing: Standing, move: Move) -> Standing:
    """Make a move, and note what follows of it."""
    after = apply(document, standing, move, case.round.now)
    enter(case, after, move)
    return after


def enter(case: Case, after: Standing, move: Move) -> None:
    """Put a person where a move leads, with all that is to be stored of it."""
    link, round_ = case.link, case.round
    lifecycle = round_.rules.lifecycle
    assert lifecycle is not None  # noqa: S101  nobody moves without one
    document, version = lifecycle
    link.stage, link.stage_since = after.stage, after.since
    link.cycle_since, link.stage_reason = after.cycle_since, after.reason
    why = [
        {"what": e.what, "found": e.found, "at": e.at.isoformat() if e.at else None, "n": e.count}
        for e in move.why
    ]
    round_.moves.append(
        Change(
            link.id,
            round_.now,
            move.source,
            move.target,
            move.by,
            move.who,
            move.reason,
            why,
            version,
            link.score,
            link.grade,
            case.cause.id,
            case.cause.at if move.by == "rule" else None,
        )
    )
    detail: dict[str, Any] = {
        "before": move.source,
        "stage": move.target,
        "by": move.who or move.by,
    }
    if move.reason is not None:
        detail["reason"] = move.reason
    case.note("stage_changed", **detail)
    round_.wishes += _wishes(case, document, move)


def _wishes(case: Case, document: LifecycleDocument, move: Move) -> Iterator[Wish]:
    """That the person be put on the list of the marketing system, or taken off it."""
    nurture, round_ = document.nurture, case.round
    connection = case.plan.connection("ma")
    target = round_.rules.connections.get(connection)
    if nurture is None or target is None or "KeepsMembers" not in target.capabilities:
        return
    wanted = move.target in nurture.stages
    if wanted or (nurture.leave and move.source in nurture.stages):
        yield Wish(case.link.id, connection, nurture.list, wanted, case.cause.id, due_at=round_.now)
        round_.wakes.add(f"members:{connection}")


def _at_first(case: Case, document: LifecycleDocument) -> dict[MovedBy, StageName]:
    """The stage that each side shows, of several fields the furthest."""
    found: dict[MovedBy, StageName] = {}
    for one in showing(case, document):
        stage = beginning(document, one.mirror, one.value)
        there = found.get(one.role)
        if stage is not None and (there is None or rank(document, stage) > rank(document, there)):
            found[one.role] = stage
    return found


def _edited(case: Case, document: LifecycleDocument, standing: Standing) -> Standing:
    """Follow who edited the stage at a side. What differs from what was last agreed is an edit;
    what was never agreed counts only where it is further on.
    """
    for one in showing(case, document):
        base = case.link.base
        is_known = one.rule.name in base
        if is_known and base[one.rule.name] == one.value:
            continue
        target = meant(document, one.mirror, one.value, standing.stage)
        if target is None:
            continue
        if not is_known and rank(document, target) < rank(document, standing.stage):
            continue
        try:
            move = ask(
                document, standing, target, by=one.role, who=one.side.connection,
                reason=_said(case, document, target, one),
            )  # fmt: skip
        except NotAllowed as error:
            case.note("stage_refused", one.side.connection, stage=target, why=str(error))
            continue
        standing = _enter(case, document, standing, move)
    return standing


def _said(case: Case, document: LifecycleDocument, target: StageName, one: Shows) -> str:
    """Why a side moved somebody: as one of its fields says, where a reason is asked for, else what
    was set to what.
    """
    rule = document.rule(target)
    names = document.reason_fields if rule is not None and rule.reason else ()
    given = (case.link.agreed.get(name) for name in names)
    own = next((tidy(str(value)) for value in given if value is not None), "")
    return own or f"{one.side.connection}: {one.rule.field(one.role)} = {one.value}"


def showing(case: Case, document: LifecycleDocument) -> Iterator[Shows]:
    """The fields of the stage that sides show and mean."""
    for role, name in case.plan.roles():
        side = case.link.sides.get(name)
        if side is None or not exists(side):
            continue
        for rule in case.plan.document.rules(role, side.object):
            mirror = _mirror(document, rule, role)
            if mirror is not None and rule.name in side.seen and rule.name not in side.aside:
                yield Shows(role, side, rule, mirror)


def _mirror(document: LifecycleDocument, rule: FieldRule, role: Role) -> Mirror | None:
    """A side's words in a field; None for a field of another thing, and for one of both sides: of
    that nobody can tell whether a side edited it, or was only told later than the other.
    """
    if rule.field(role) is None or rule.baton is None or (rule.ma and rule.sfa):
        return None
    if rule.baton == "stage":
        return Mirror(values={one.name: (one.name,) for one in document.stages})
    return document.mirror(role) if FIELDS.get(rule.baton) == role else None


def mirrored(case: Case) -> dict[str, Value]:
    """What the fields that speak a side's own words shall hold, by canonical name."""
    lifecycle = case.round.rules.lifecycle
    found: dict[str, Value] = {}
    for rule in case.plan.document.fields:
        role = FIELDS.get(rule.baton or "")
        if role is None:
            continue
        side = case.link.sides.get(case.plan.connection(role))
        seen = None if side is None else side.seen.get(rule.name)
        mirror = Mirror() if lifecycle is None else lifecycle[0].mirror(role)
        found[rule.name] = shown(mirror, case.link.stage, seen)
    return found


def store(tx: Tx, round_: Round) -> None:
    """Keep all moves of a round, and tell of them."""
    stages.add(tx, round_.moves)
    stages.want(tx, round_.wishes)
    events.tell(tx, [happening(one) for one in round_.moves if one.source is not None])


def happening(one: Change) -> Happening:
    """A move as those hear of it who asked to."""
    data = {
        "from": one.source, "to": one.target, "moved_by": one.moved_by, "who": one.who,
        "reason": one.reason, "why": list(one.why), "version": one.version, "score": one.score,
        "grade": one.grade, "at": one.at.isoformat(),
        "caused_at": one.caused_at.isoformat() if one.caused_at else None,
    }  # fmt: skip
    return Happening("stage.changed", one.link_id, data=data, cause_id=one.cause_id)

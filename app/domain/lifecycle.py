"""Where a person stands between lead and customer: what the rules, people and systems make of it.

Deciding is pure, and deciding again about the same changes nothing: by rule somebody goes forward,
and back up only after the end of a cycle and a new activity.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from app.domain.activity import Fact
from app.domain.condition_document import (
    ActivityHappened,
    ActivityMatch,
    AllOf,
    AnyOf,
    Condition,
    NotSo,
)
from app.domain.conditions import Evidence, Scored, Subject, examine
from app.domain.lifecycle_document import LifecycleDocument, Reactivation, StageName, StageRule
from app.domain.matching import Choose, chooser
from app.domain.prepared import kept
from connectors.base import Value

MovedBy: TypeAlias = Literal["rule", "person", "handoff", "ma", "sfa"]
Ranks: TypeAlias = Mapping[str, int]
RANKS: Ranks = {"viewer": 1, "operator": 2, "admin": 3}
LONGEST_REASON = 1_000
BOUGHT: frozenset[StageName] = frozenset({"won", "customer"})
HOT, STAGE, REASON = "baton.hot", "baton.stage", "baton.reason"


class NotAllowed(ValueError):
    """A move that the document does not allow; the text says why."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands. `since` is None before any lifecycle has decided about them.

    `cycle_since`: since when activities count for entries (None: all do); `reason`: why the last
    cycle ended.
    """

    stage: StageName
    since: datetime | None = None
    cycle_since: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What the rules know of somebody: canonical fields, activities, score, whether hot."""

    fields: Mapping[str, Value]
    facts: Sequence[Fact] = ()
    score: Scored | None = None
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One transition. `source` is None for the first stage of a person; `back`: up the list."""

    source: StageName | None
    target: StageName
    by: MovedBy
    who: str = ""
    reason: str | None = None
    why: tuple[Evidence, ...] = ()
    back: bool = False


@dataclass(frozen=True, slots=True)
class Advanced:
    """What the rules made of somebody, and when the clock alone could change that."""

    standing: Standing
    moves: tuple[Move, ...] = ()
    changes_at: datetime | None = None


def apply(document: LifecycleDocument, standing: Standing, move: Move, now: datetime) -> Standing:
    """Where somebody stands after a move. Ending a cycle, or going back, begins a new one."""
    rule = document.rule(move.target)
    ends = rule is not None and rule.ends
    anew = ends or (move.back and move.by != "rule")
    # A clock ahead of ours may have dated what ended the cycle; it is not part of the next one.
    ended = max([now, *(one.at for one in move.why if one.at is not None)])
    return Standing(
        stage=move.target,
        since=now,
        cycle_since=ended if anew else standing.cycle_since,
        reason=(move.reason or standing.reason) if anew else standing.reason,
    )


def advance(
    document: LifecycleDocument, standing: Standing, person: Person, now: datetime
) -> Advanced:
    """All moves that the rules make now, in their order."""
    moves: list[Move] = []
    choose = _asked_about(document)
    told = [one for one in person.facts if choose(one)]
    while True:
        move, changes_at = _next(document, standing, person, told, now)
        if move is None or any(one.target == move.target for one in moves):
            return Advanced(standing, tuple(moves), changes_at)
        moves.append(move)
        standing = apply(document, standing, move, now)


def _next(
    document: LifecycleDocument,
    standing: Standing,
    person: Person,
    told: Sequence[Fact],
    now: datetime,
) -> tuple[Move | None, datetime | None]:
    """The first stage that may follow and lets them in; else when one may. `told` are the
    activities that conditions ask about.
    """
    here = document.rule(standing.stage)
    begin = standing.cycle_since
    facts = [one for one in told if begin is None or one.at > begin]
    own: dict[str, Value] = {HOT: person.hot, STAGE: standing.stage, REASON: standing.reason}
    subject = Subject({**person.fields, **own}, facts, person.score)
    again = begin is None or _is_active(document.reactivation, person.facts, begin, now)
    times: list[datetime] = []
    for target in here.to if here is not None else ():
        rule = document.rule(target)
        if rule is None or rule.when is None or not rule.movers.rule:
            continue
        if not again and target in document.reactivation.stages:
            continue
        found = examine(rule.when, subject, now)
        if found.holds:
            names = document.reason_fields if rule.reason else ()
            said = _reason(names, person.fields, facts, found.evidence)
            if said is None and rule.ends and here is not None and here.ends:
                said = standing.reason
            back = document.place(target) < document.place(standing.stage)
            why = found.evidence
            if back and standing.reason is not None:  # the history of who comes back
                why = (*why, Evidence(REASON, standing.reason))
            return Move(standing.stage, target, "rule", "", said, why, back), None
        times += [found.changes_at] if found.changes_at is not None else []
    return None, min(times, default=None)


def _chooser(reactivation: Reactivation) -> Choose:
    return chooser([ActivityMatch(activity=reactivation.activity)])


_chooses = kept(_chooser)


def _is_active(
    reactivation: Reactivation, facts: Sequence[Fact], begin: datetime, now: datetime
) -> bool:
    choose = _chooses(reactivation)
    return any(begin < one.at <= now and choose(one) for one in facts)


def _prepare(document: LifecycleDocument) -> Choose:
    """Choose the activities that any stage's condition asks about: few of many."""
    rules = (one.when for one in document.stages if one.when is not None)
    globs = {glob for when in rules for glob in _globs(when)}
    return chooser([ActivityMatch(activity=tuple(sorted(globs)))]) if globs else lambda _: ()


_asked_about = kept(_prepare)


def _globs(condition: Condition) -> Iterator[str]:
    match condition:
        case ActivityHappened():
            yield from condition.activity
        case AllOf():
            for part in condition.all:
                yield from _globs(part)
        case AnyOf():
            for part in condition.any:
                yield from _globs(part)
        case NotSo():
            yield from _globs(condition.so)
        case _:
            return


def _reason(
    names: Sequence[str],
    fields: Mapping[str, Value],
    facts: Sequence[Fact],
    evidence: Sequence[Evidence],
) -> str | None:
    """Why, as an activity behind the move says, or a field that is for that."""
    behind = {(one.what, one.at) for one in evidence}
    said = [one.detail.get("reason") for one in facts if (one.type, one.at) in behind]
    said += [fields.get(name) for name in names]
    return next((tidy(str(one)) for one in said if one is not None and tidy(str(one))), None)


def tidy(reason: str) -> str:
    """A reason as it is kept: one line, not too long."""
    return " ".join(reason.split())[:LONGEST_REASON]


def ask(
    document: LifecycleDocument,
    standing: Standing,
    target: StageName,
    *,
    by: MovedBy,
    who: str = "",
    role: str | None = None,
    reason: str | None = None,
) -> Move:
    """The move that somebody asks for. `role` is a person's at Baton. Raises: NotAllowed."""
    rule, here = document.rule(target), document.rule(standing.stage)
    if rule is None:
        raise NotAllowed(f"the lifecycle has no stage {target}")
    if target == standing.stage:
        raise NotAllowed(f"the stage is {target} already")
    _check_mover(rule, by, role)
    back = 0 <= document.place(target) < document.place(standing.stage)
    follows = here is None or target in here.to
    if not follows and not (back and document.moves_back):
        where = ", ".join(here.to) if here is not None and here.to else "nothing"
        raise NotAllowed(f"{target} can't follow {standing.stage}; what can: {where}")
    said = tidy(reason or "") or None
    if said is None and (rule.reason or (back and not follows)):
        raise NotAllowed(f"a move from {standing.stage} to {target} needs a reason")
    return Move(standing.stage, target, by, who, said, back=back)


def _check_mover(rule: StageRule, by: MovedBy, role: str | None) -> None:
    movers = rule.movers
    if by in {"ma", "sfa"} and by not in movers.sides:
        raise NotAllowed(f"nobody is moved to {rule.name} by an edit in the {by}")
    if by != "person":
        return
    if movers.role is None:
        raise NotAllowed(f"people move nobody to {rule.name}")
    if RANKS.get(role or "", 0) < RANKS[movers.role]:
        raise NotAllowed(f"moving somebody to {rule.name} needs the role {movers.role}")


def begin(document: LifecycleDocument, shown: Mapping[MovedBy, StageName]) -> Move:
    """The first move of somebody: to the furthest stage that a side shows, else to the first."""
    first = document.stages[0].name
    side = max(shown, key=lambda one: rank(document, shown[one]), default=None)
    if side is None or document.place(shown[side]) <= 0:
        return Move(None, first, "rule")
    return Move(None, shown[side], side)


def rank(document: LifecycleDocument, stage: StageName) -> tuple[bool, int]:
    """How far a stage is where sides differ at first sight: its place, but that whoever has bought
    is a customer, also where some lead of theirs was given up long ago.
    """
    return stage in BOUGHT, document.place(stage)


def restart(standing: Standing, document: LifecycleDocument) -> Standing:
    """Somebody whose stage the document does not have begins anew at its first stage."""
    if document.place(standing.stage) >= 0:
        return standing
    return replace(standing, stage=document.stages[0].name)

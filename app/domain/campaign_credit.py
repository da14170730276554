"""To which campaign an opportunity is credited: the one that touched its people first, or last."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Touched:
    """A person had to do with a campaign: as a member, or by an activity that names it."""

    person_id: UUID
    campaign: str
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person of an opportunity. `direct`: it names the person itself, not their company."""

    opportunity_id: UUID
    person_id: UUID
    direct: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """The campaign that an opportunity is credited to, for whose sake."""

    opportunity_id: UUID
    campaign: str
    person_id: UUID


def choose(
    candidates: Collection[Candidate],
    touches: Collection[Touched],
    mode: Literal["first_touch", "last_touch"],
) -> list[Chosen]:
    """One campaign for each opportunity that any campaign touched. People whom it names count
    before others of their company. Of equals the name decides, so that it is always the same.
    """
    by_person: dict[UUID, list[Touched]] = {}
    for one in touches:
        by_person.setdefault(one.person_id, []).append(one)
    people: dict[UUID, list[Candidate]] = {}
    for candidate in candidates:
        if candidate.person_id in by_person:
            people.setdefault(candidate.opportunity_id, []).append(candidate)
    found: list[Chosen] = []
    for opportunity_id, named in sorted(people.items()):
        direct = [one for one in named if one.direct] or named
        mine = [touch for one in direct for touch in by_person[one.person_id]]
        best = _first(mine) if mode == "first_touch" else _last(mine)
        found.append(Chosen(opportunity_id, best.campaign, best.person_id))
    return found


def _first(touches: Sequence[Touched]) -> Touched:
    return min(touches, key=lambda one: (one.first_at, one.campaign, one.person_id))


def _last(touches: Sequence[Touched]) -> Touched:
    latest = max(one.last_at for one in touches)
    equals = [one for one in touches if one.last_at == latest]
    return min(equals, key=lambda one: (one.campaign, one.person_id))

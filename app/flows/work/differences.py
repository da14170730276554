"""Why a link's side is not as it should be: each difference has exactly one explanation.

Every link has a place at both connections of its mapping, and `explain` finds the one category
that its place belongs to. So the categories, with "in_sync", add up to all places.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from app.domain.link import Link, Side, SideState, WriteState, quarantined
from app.domain.merge import Role
from app.flows.decide import tell
from app.flows.rules import Plan
from app.store.comparing import Sighting
from app.store.work import Finding
from mappings.engine import unmet_filter
from mappings.sides import OTHER

IN_SYNC = "in_sync"
CATEGORIES = (
    IN_SYNC, "pending", "failed", "filtered", "conflict", "unmapped", "missing_here",
    "missing_there", "duplicate", "erased", "in_doubt", "missed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A link's place at a connection, with what was sighted of its record there (None: nothing).

    `began`: the counter when the listing began. `hinted`: a look at it is due anyway. `twins`:
    other links with the same e-mail that do exist there.
    """

    plan: Plan
    role: Role
    link: Link
    sighting: Sighting | None
    began: int
    hinted: bool = False
    twins: AbstractSet[str] = frozenset()

    @property
    def connection(self) -> str:
        return self.plan.connection(self.role)


def explain(place: Place) -> Finding | None:
    """The difference at a place; None where it is in sync."""
    side = place.link.sides.get(place.connection)
    if side is None:
        return _absent(place)
    return (
        _refused(place, side)
        or (_uncreated(place, side) if side.ref is None else _unsighted(place, side))
        or _unlike(place, side)
    )


def _found(
    place: Place, category: str, code: str | None = None, side: Side | None = None, **detail: Any
) -> Finding:
    return Finding(
        category,
        place.link.id,
        place.connection,
        place.plan.kind,
        None if side is None else side.external_id,
        code,
        {name: value for name, value in detail.items() if value},
    )


def _absent(place: Place) -> Finding:
    """Nobody planned to create it there. Why?"""
    if place.twins:
        return _found(place, "duplicate", "same_email", people=sorted(place.twins))
    creation = place.plan.document.creation(place.role)
    if not creation.enabled:
        return _found(place, "filtered", "not_created", filter=f"create.{place.role}")
    unmet = unmet_filter(place.plan.document, OTHER[place.role], place.link.agreed)
    if unmet is not None:
        return _found(place, "filtered", "filter", filter=unmet)
    if place.link.sides and all(s.state == SideState.GONE for s in place.link.sides.values()):
        return _found(place, "missing_there", "deleted_everywhere")
    return _found(place, "missing_there", "not_created")


def _refused(place: Place, side: Side) -> Finding | None:
    """A write that failed or nobody knows of, a record that ended."""
    told: Mapping[str, Any] = {"reason": side.reason, "fields": sorted(side.write or {})}
    if side.code in {"duplicate", "merged"}:  # known, whatever became of the write
        return _found(place, "duplicate", side.code, side, **told)
    if side.write_state == WriteState.UNKNOWN:
        return _found(place, "in_doubt", side.code, side, **told)
    if side.state == SideState.FAILED:
        return _found(place, "failed", side.code, side, **told)
    if side.state == SideState.GONE:
        if place.sighting is not None and place.sighting.started > side.stamp:
            return _found(place, "missed", "returned", side)
        return _found(place, "missing_there", "deleted", side)
    return None


def _uncreated(place: Place, side: Side) -> Finding | None:
    if place.twins and side.due_at is None and side.write_state == WriteState.IDLE:
        return _found(place, "duplicate", "same_email", side, people=sorted(place.twins))
    return _found(place, "pending", "create", side, reason=side.reason)


def _unsighted(place: Place, side: Side) -> Finding | None:
    """We hold a record that the vendor did not list, and have not looked at it since."""
    if place.sighting is not None or side.stamp > place.began:
        return None
    if place.hinted:
        return _found(place, "pending", "look", side)
    return _found(place, "missing_there", "not_listed", side)


def _unlike(place: Place, side: Side) -> Finding | None:
    """Values that differ: at the vendor from ours, or between the sides."""
    seen = place.sighting
    if seen is not None and seen.differs and side.stamp < seen.started:
        category = "pending" if place.hinted else "missed"
        return _found(place, category, "look" if place.hinted else None, side, fields=seen.differs)
    fields = sorted(tell(place.plan, place.role, place.link, side))
    told: Mapping[str, Any] = {"fields": fields, "reason": side.reason}
    if side.code == "unmapped" and fields:
        return _found(place, "unmapped", side.code, side, **told)
    if side.state != SideState.IN_SYNC or side.write_state != WriteState.IDLE or fields:
        return _found(place, "pending", side.code, side, **told)
    return _undecided(place, side)


def _undecided(place: Place, side: Side) -> Finding | None:
    """Values that nobody may, or can, carry over."""
    writes = place.plan.writes(place.role, side.object)
    undecided = sorted(name for name in place.link.conflicts if name in writes)
    if undecided:
        return _found(place, "conflict", "conflict", side, fields=undecided)
    fought = sorted(n for n, v in place.link.agreed.items() if quarantined(side, n, v))
    if fought:
        return _found(place, "conflict", "reformatted", side, fields=fought)
    put_back = sorted(name for name, one in side.aside.items() if "agreed" in one)
    if put_back:
        return _found(place, "conflict", "put_back", side, fields=put_back)
    if side.problems:
        muddled = sorted({str(problem["field"]) for problem in side.problems})
        return _found(place, "unmapped", "value", side, fields=muddled)
    return None

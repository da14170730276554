"""A link (one person, company or opportunity) and its sides, under the second and third law.

2. A write that landed is the new base: known from the answer, or from the next look.
3. A look that overlaps one of our writes is thrown away and repeated. One database-wide counter
   orders looks and writes; no wall clock, and no time in which echoes are ignored.

So our own write coming back is an ordinary look at which nothing differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.domain.aside import Asides, awaited, landed, looked, wish
from app.domain.merge import Values
from connectors.base import Kind, Ref, Value

BOUNCES = 3  # the same value reformatted by a vendor this often is a fight that nobody wins


class WriteState(StrEnum):
    IDLE = "idle"
    FLYING = "flying"
    UNKNOWN = "unknown"


class SideState(StrEnum):
    IN_SYNC = "in_sync"
    PENDING = "pending"
    FAILED = "failed"
    PAUSED = "paused"
    GONE = "gone"


@dataclass(slots=True)
class Side:
    """A link at one connection. `external_id` is None until it exists there.

    `seen` holds canonical values as last seen, `stamp` the counter of that knowledge; `write` is
    the write in flight or in doubt as {field: [old, new]} (kept after a failure, to tell whether
    the next attempt would be the same); `told` what landed since the last look, `told_at` when a
    write landed last; `aside` what it shows without meaning it (`app/domain/aside.py`).
    `field_times`: of fields that are not as agreed last, when they were changed there, at the
    latest; in ISO form.
    """

    link_id: UUID
    connection: str
    kind: Kind
    external_id: str | None = None
    object: str | None = None
    seen: dict[str, Value] = field(default_factory=dict)
    modified_at: datetime | None = None
    stamp: int = 0
    sought: bool = False
    write_state: str = WriteState.IDLE
    write_id: UUID | None = None
    write: dict[str, list[Value]] | None = None
    state: str = SideState.IN_SYNC
    code: str | None = None
    reason: str | None = None
    problems: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, Value] = field(default_factory=dict)
    aside: Asides = field(default_factory=dict)
    bounces: dict[str, dict[str, Any]] = field(default_factory=dict)
    attempts: int = 0
    hot: bool = False
    cause_id: UUID | None = None
    due_at: datetime | None = None
    told_at: datetime | None = None
    field_times: dict[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> Ref | None:
        """Where it is at the vendor; None until it exists there."""
        return None if self.external_id is None else Ref(self.kind, self.external_id)


@dataclass(slots=True)
class Link:
    """What is agreed about one person, company or opportunity, and what Baton thinks of it.

    `stage_since` is None before a lifecycle has decided; `cycle_since` is when the person was last
    recycled, lost or moved back, `stage_reason` why.
    """

    id: UUID
    kind: Kind
    base: dict[str, Value] = field(default_factory=dict)
    agreed: dict[str, Value] = field(default_factory=dict)
    conflicts: dict[str, Any] = field(default_factory=dict)
    email: str | None = None
    phone: str | None = None
    stage: str = "lead"
    score: int | None = None
    fit: int | None = None
    intent: int | None = None
    timing: int | None = None
    grade: str | None = None
    priority: int | None = None
    categories: dict[str, int] = field(default_factory=dict)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    scored_at: datetime | None = None
    next_score_at: datetime | None = None
    hot_since: datetime | None = None
    crossing: int = 0
    last_alert_at: datetime | None = None
    stage_since: datetime | None = None
    cycle_since: datetime | None = None
    stage_reason: str | None = None
    sides: dict[str, Side] = field(default_factory=dict)


def times_of(side: Side) -> dict[str, datetime]:
    """When fields were changed at a side, at the latest, as far as that is known."""
    return {name: datetime.fromisoformat(at) for name, at in side.field_times.items()}


def exists(side: Side | None) -> bool:
    """Whether there is a record at this side."""
    return side is not None and side.external_id is not None and side.state != SideState.GONE


def observe(
    link: Link,
    side: Side,
    values: Values,
    *,
    started: int,
    modified_at: datetime | None,
    times: Mapping[str, datetime] = MappingProxyType({}),
) -> bool:
    """Take in a look that began at counter `started`; False when it must be thrown away.

    `times`: when fields were changed, where the vendor tells it. Of others it is known from a look
    at which they differ from the one before: then, at the latest, the record was changed.
    """
    if side.write_state == WriteState.FLYING or started <= side.stamp:
        return False
    if side.write_state == WriteState.UNKNOWN:
        _rebase(link, side, {name: new for name, (_, new) in confirmed(side, values).items()})
        side.write, side.write_id, side.write_state = None, None, WriteState.IDLE
    _count_bounces(side, values)
    _note_times(link, side, values, modified_at, times)
    side.stamp = started
    side.seen = dict(values)
    side.told = {}
    looked(side.aside, values)
    side.modified_at = modified_at
    return True


def _note_times(
    link: Link,
    side: Side,
    values: Values,
    modified_at: datetime | None,
    told: Mapping[str, datetime],
) -> None:
    found: dict[str, str] = {}
    for name, value in values.items():
        if name in link.base and link.base[name] == value:
            continue
        is_changed = name in side.seen and side.seen[name] != value
        at = told.get(name) or (modified_at if is_changed else None)
        if at is not None:
            found[name] = at.isoformat()
        elif name in side.field_times and not is_changed:
            found[name] = side.field_times[name]
    side.field_times = found


def confirmed(side: Side, values: Values) -> dict[str, list[Value]]:
    """What a look shows of a write in doubt: it landed after all, as {field: [old, new]}."""
    if side.write_state != WriteState.UNKNOWN:
        return {}
    return {
        name: [old, new]
        for name, (old, new) in (side.write or {}).items()
        if values.get(name) == new != old
    }


def begin(side: Side, tell: Values, write_id: UUID) -> None:
    """Mark a write as flying; to be committed before the call is made."""
    side.write = {name: [side.seen.get(name), value] for name, value in tell.items()}
    side.write_id, side.write_state = write_id, WriteState.FLYING
    side.due_at = None


def land(link: Link, side: Side, *, at: int, now: datetime) -> None:
    """The vendor confirmed the write in flight: what was told is seen, and is the new base."""
    new = {name: value for name, (_, value) in (side.write or {}).items()}
    side.seen |= new
    side.told |= new
    _rebase(link, side, new)
    landed(side.aside, new)
    rest(side, at=at)
    side.attempts, side.code, side.reason = 0, None, None
    side.state, side.told_at = SideState.IN_SYNC, now


def _rebase(link: Link, side: Side, told: Values) -> None:
    """What landed is the new base, except for an old value that was put back."""
    for name, value in told.items():
        if not awaited(side.aside, name, value):
            link.base[name] = value


def doubt(side: Side, *, at: int) -> None:
    """No answer came: look before writing again."""
    side.write_state, side.stamp, side.sought = WriteState.UNKNOWN, at, side.ref is not None


def rest(side: Side, *, at: int) -> None:
    """The write did not happen: nothing is in flight any more."""
    side.write, side.write_id, side.write_state = None, None, WriteState.IDLE
    side.stamp = at


def fail(side: Side, todo: Values, code: str, reason: str) -> None:
    """The vendor will not take this. Tried again when what is to be told, or a rule, changes."""
    side.write = {name: [side.seen.get(name), value] for name, value in todo.items()}
    side.state, side.code, side.reason, side.due_at = SideState.FAILED, code, reason, None


def leave_untold(side: Side, todo: Values, reason: str, code: str = "unmapped") -> None:
    """The mapping can't express this for the vendor (an owner whom it does not have, say).

    The record stays in sync otherwise; tried again when what is to be told, or a rule, changes.
    """
    fail(side, todo, code, reason)
    if side.ref is not None:
        side.state = SideState.IN_SYNC


def settle_base(link: Link, sides: Mapping[str, Mapping[str, Value]]) -> None:
    """What every side shows alike, as agreed, is the base (`sides`: values that each holds)."""
    for name, value in link.agreed.items():
        shown = [seen[name] for seen in sides.values() if name in seen]
        if shown and all(other == value for other in shown):
            link.base[name] = value
    for side in link.sides.values():
        for name in [n for n in side.field_times if link.base.get(n) == side.seen.get(n)]:
            del side.field_times[name]


def untold(side: Side, agreed: Values, holds: frozenset[str]) -> dict[str, Value]:
    """What this side must be told: agreed minus seen, of the fields that it `holds`.

    A field that an existing record has not shown yet is left alone until it was looked at, and
    where an undo put back an old value, that shall stand instead of what is agreed.
    """
    new = side.external_id is None
    wanted = {n: wish(side.aside, n, value) for n, value in agreed.items() if n in holds}
    return {
        name: value
        for name, value in wanted.items()
        if ((new and value is not None) or (name in side.seen and side.seen[name] != value))
        and not quarantined(side, name, value)
    }


def quarantined(side: Side, name: str, value: Value) -> bool:
    """Whether this vendor has answered this value with its own version too often."""
    bounce = side.bounces.get(name)
    return bounce is not None and bounce["n"] >= BOUNCES and bounce["told"] == value


def _count_bounces(side: Side, values: Values) -> None:
    for name, told in side.told.items():
        came = values.get(name)
        if came == told:
            continue
        before = side.bounces.get(name, {})
        same = before.get("told") == told and before.get("came") == came
        n = before["n"] + 1 if same else 1
        side.bounces[name] = {"told": told, "came": came, "n": n}

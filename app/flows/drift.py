"""Drift: a vendor's schema is read, and is not what it was.

What an active mapping touches is shown to a person before data is lost. A field that is gone, or
that the mapping can't read any more, rests: neither read nor told, so that its absence is no
blank. When it is as it was, it goes on by itself, with everything that changed meanwhile.
"""

from collections.abc import Sequence

from app.flows import rules as rules_
from app.flows.rules import Plan
from app.store import connections, drift, feeds, journal, links, work
from app.store.db import Tx
from app.store.drift import Drifted
from app.store.journal import Line
from connectors.base import Field, Kind
from mappings.drift import Drift, Pause, compare, pause, pointers

TOLD = 50  # differences named in a journal line
STALE_S = 60.0  # a refusal makes a schema be read again that is older


def keep(tx: Tx, connection: str, kind: Kind, fields: Sequence[Field]) -> set[str]:
    """Store a schema as described now, and what differs; answer the lanes to wake.

    A vendor that shows no field at all is not believed: a permission is missing.
    """
    if not fields:
        return set()
    before = connections.described(tx, connection, kind, for_update=True)
    connections.save_schema(tx, connection, kind, fields)
    found = [] if before is None else compare(before, fields)
    if not found:
        return set()
    told = [f"{one.field.object}.{one.field.name}: {one.change}" for one in found[:TOLD]]
    line = Line("schema_changed", None, connection, None, {"kind": kind, "changes": told})
    journal.write(tx, [line])
    plan = rules_.load(tx).plan(connection, kind)
    open_ = drift.unsettled(tx, connection, kind)
    released = False
    for one in found:
        same = [
            row for row in open_ if (row.object, row.field) == (one.field.object, one.field.name)
        ]
        undone = [row for row in same if _undoes(one, row)]
        for row in undone:
            released |= row.paused is not None
            _end(tx, plan, connection, row)
        if not undone:
            places, rests = _touched(plan, connection, one)
            drift.add(tx, (connection, kind), one, places, rests)
    if plan is None:
        return set()
    links.wake_sides(tx, connection, ["failed"])
    wakes = {f"deliver:{connection}:{kind}"}
    return wakes | (_resync(tx, plan) if released else set())


def _touched(
    plan: Plan | None, connection: str, one: Drift
) -> tuple[list[dict[str, str]], Pause | None]:
    """The places of the active mapping that it touches, and what has to rest."""
    if plan is None:
        return [], None
    role = plan.role(connection)
    places = pointers(plan.document, role, one)
    touches = [{"mapping": plan.name, "pointer": place} for place in places]
    return touches, pause(plan.document, role, one) if places else None


def _undoes(one: Drift, row: Drifted) -> bool:
    """Whether this difference takes an earlier one back."""
    if one.change == "added":
        return row.change == "deleted" and one.after["type"] == row.before["type"]
    return one.change == row.change and one.after == row.before


def _end(tx: Tx, plan: Plan | None, connection: str, row: Drifted) -> None:
    """It is as it was. A field that may have come back empty is left for a person to confirm,
    where the mapping lets a blank clear the other side.
    """
    if row.change == "deleted" and plan is not None and row.touches:
        role = plan.role(connection)
        rules = [r for r in plan.document.fields if row.field in r.reads(role)]
        if any(rule.clears for rule in rules):
            drift.rest(tx, row.id, row.touches, None)
            return
    drift.confirm(tx, row.id, "")


def _resync(tx: Tx, plan: Plan) -> set[str]:
    """What changed while a field rested is brought over."""
    args = {"mapping": plan.name}
    if work.listed(tx, kind="resync", states=work.OPEN, args=args):
        return set()
    return {work.lane_of(work.add(tx, "resync", args, by="schema"))}


def confirm(tx: Tx, row: Drifted, by: str) -> set[str]:
    """A person says that it is all right; answer the lanes to wake."""
    drift.confirm(tx, row.id, by)
    plan = rules_.load(tx).plan(row.connection, row.kind)
    detail = {"kind": row.kind, "field": f"{row.object}.{row.field}", "by": by}
    journal.write(tx, [Line("drift_confirmed", None, row.connection, None, detail)])
    rested = row.paused is not None or (row.change == "deleted" and row.touches)
    return _resync(tx, plan) if plan is not None and rested else set()


def is_missing(row: Drifted) -> bool:
    """Whether a mapping needs a field that is still not there: nobody can confirm that away."""
    return row.change == "deleted" and row.paused is not None and bool(row.touches)


def remapped(tx: Tx, kind: Kind) -> None:
    """Another version of a mapping is active, checked against the schemas as they are: nothing
    rests any more but what it needs and is not there.
    """
    rules = rules_.load(tx)
    for row in drift.unsettled(tx, None, kind):
        plan = rules.plan(row.connection, kind)
        one = Drift(row.change, _field(tx, row), row.before, row.after)
        touches, _ = _touched(plan, row.connection, one)
        gone = row.change == "deleted" and row.paused is not None and touches
        drift.rest(tx, row.id, touches, "all" if gone else None)


def _field(tx: Tx, row: Drifted) -> Field:
    """The field of a difference, as described last."""
    known = connections.described(tx, row.connection, row.kind) or []
    there = [one for one in known if (one.object, one.name) == (row.object, row.field)]
    if there:
        return there[0]
    told = row.before if row.change == "deleted" else {}
    return Field(row.field, row.field, told.get("type", "other"), row.object)


def look_again(tx: Tx, connection: str, kind: Kind) -> set[str]:
    """A vendor refused a write: its schema may have changed."""
    feed = f"schema:{kind}"
    asked = feeds.refresh(tx, connection, feed, older_than_s=STALE_S)
    return {f"read:{connection}:{feed}"} if asked else set()

"""Undo: which values to put back, judged by what a side still shows. Pure.

Writes are taken back newest first, each only where what it wrote still stands. So an edit that
came in between, or after, is kept.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from app.domain.aside import put_back
from app.domain.link import Link, Side, SideState, WriteState
from connectors.base import Value

Skip: TypeAlias = Literal["created", "changed_since", "pending", "gone", "not_written"]


@dataclass(frozen=True, slots=True)
class Back:
    """`value` is to stand again in a field that shows `now`; `entries` are what that undoes."""

    connection: str
    field: str
    now: Value
    value: Value
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """What is left as it is, and why.

    created: the record was made by this write; changed_since: it shows something else than was
    written; pending: a change of it is on its way; gone: the record is; not_written: the active
    mapping does not write the field.
    """

    connection: str
    field: str
    why: Skip


@dataclass(slots=True)
class Outcome:
    """What an undo does about one link."""

    back: list[Back] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def undo(
    link: Link | None,
    entries: Sequence[Mapping[str, Any]],
    *,
    writable: Mapping[str, Collection[str]],
    fields: Collection[str] = (),
) -> Outcome:
    """Judge a link's entries of the ledger (newest first); of `fields` only, if there are any.

    `writable` has, per connection, what the active mapping writes there.
    """
    outcome = Outcome()
    by_place: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for entry in entries:
        for name in entry["changes"]:
            if not fields or name in fields:
                by_place.setdefault((entry["connection"], name), []).append(entry)
    for (connection, name), writes in by_place.items():
        side = None if link is None else link.sides.get(connection)
        if link is None or side is None or side.ref is None or side.state == SideState.GONE:
            outcome.skipped.append(Skipped(connection, name, "gone"))
            continue
        found = _judge(link, side, name, writes, writable.get(connection, ()))
        if isinstance(found, Back):
            outcome.back.append(found)
        elif found is not None:
            outcome.skipped.append(Skipped(connection, name, found))
    return outcome


def _judge(
    link: Link,
    side: Side,
    name: str,
    writes: Sequence[Mapping[str, Any]],
    writable: Collection[str],
) -> Back | Skip | None:
    if writes[0]["created"]:
        return "created"
    now = side.seen.get(name)
    value, undone = now, list[int]()
    for entry in writes:
        old, new = entry["changes"][name]
        if entry["created"] or value != new:
            break
        value = old
        undone.append(entry["id"])
    if not undone:
        return "changed_since"
    if name not in writable:
        return "not_written"
    if not _settled(link, side, name):
        return "pending"
    return None if value == now else Back(side.connection, name, now, value, tuple(undone))


def _settled(link: Link, side: Side, name: str) -> bool:
    """Whether nothing about a field is under way: only then does what stands there mean nothing
    else than what is agreed.
    """
    if side.write_state != WriteState.IDLE and name in (side.write or {}):
        return False
    agreed = link.agreed.get(name)
    if name not in link.agreed or link.base.get(name) != agreed:
        return False
    return side.seen.get(name) == agreed or name in side.aside


def carry_out(link: Link, back: Sequence[Back], *, version: str, job: int) -> None:
    """Have the values stand again; the lanes write them."""
    for one in back:
        side = link.sides[one.connection]
        agreed = link.agreed[one.field]
        side.aside[one.field] = put_back(one.now, one.value, agreed, version=version, job=job)

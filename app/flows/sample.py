"""Sample: which records to rehearse with, and how to look at them and at their counterparts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, TypeAlias

from app.domain.link import Link, exists
from app.flows.glimpses import looked_at
from app.flows.rehearsing import Stage, email_of
from app.store import links, sampling
from app.store.db import Tx
from connectors.base import Kind, Record, Ref
from connectors.capabilities import Batches, FindsRecords, ListsChanges, ReadsRecords

Pick: TypeAlias = Literal["newest", "random"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: so many of the newest or any, or those with an e-mail address or an id (by
    connection).
    """

    limit: int
    pick: Pick = "newest"
    emails: Sequence[str] = ()
    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """What to look at, at one connection: records by id, by e-mail, or the `first` of a list."""

    connection: str
    kind: Kind
    fields: frozenset[str]
    refs: Sequence[Ref] = ()
    emails: Sequence[str] = ()
    first: int = 0


def chosen(tx: Tx, scene: Stage, wanted: Wanted) -> list[Look]:
    """The first looks. Where Baton knows no record yet, the vendors' lists are looked into."""
    plan = scene.plan
    if wanted.emails or wanted.ids:
        emails = [email.strip().lower() for email in wanted.emails]
        return [
            at(scene, name, [Ref(plan.kind, one) for one in wanted.ids.get(name, ())], emails)
            for name in plan.connections
        ]
    pick = sampling.newest if wanted.pick == "newest" else sampling.random
    known = links.read(tx, pick(tx, plan.kind, plan.connections, wanted.limit))
    if known:
        return [at(scene, name, _refs(known.values(), name)) for name in plan.connections]
    return [at(scene, name, first=wanted.limit) for name in plan.connections]


def at(
    scene: Stage, name: str, refs: Sequence[Ref] = (), emails: Sequence[str] = (), first: int = 0
) -> Look:
    """A look at a connection, of the fields that the draft reads there."""
    fields = scene.plan.reads(scene.plan.role(name))
    return Look(name, scene.plan.kind, fields, refs, emails, first)


def _refs(known: Iterable[Link], name: str) -> list[Ref]:
    sides = (link.sides.get(name) for link in known)
    return [side.ref for side in sides if side is not None and exists(side) and side.ref]


def counterparts(tx: Tx, scene: Stage, found: Mapping[str, Sequence[Record]]) -> list[Look]:
    """Looks at the other side of what was found: by link, else by e-mail."""
    looks: list[Look] = []
    for name, records in found.items():
        known = links.by_external_id(tx, name, scene.plan.kind, [one.ref.id for one in records])
        (other,) = (one for one in scene.plan.connections if one != name)
        seen = {one.ref.id for one in found.get(other, ())}
        there = _refs(links.read(tx, known.values()).values(), other)
        refs = [ref for ref in there if ref.id not in seen]
        strangers = (one for one in records if one.ref.id not in known and not one.deleted)
        emails = {email_of(scene, name, one) for one in strangers}
        emails -= {"", *(email_of(scene, other, one) for one in found.get(other, ()))}
        if refs or emails:
            looks.append(at(scene, other, refs, sorted(emails)))
    return looks


def look(connector: object, what: Look) -> list[Record]:
    """Look at records, live. Raises: Busy, AuthLost, Rejected."""
    found = {record.ref.id: record for record in _looked(connector, what)}
    return list(found.values())


def _looked(connector: object, what: Look) -> Iterator[Record]:
    batch = connector.read_batch if isinstance(connector, Batches) else 1
    if isinstance(connector, ReadsRecords):
        for start in range(0, len(what.refs), batch):
            yield from connector.read(what.refs[start : start + batch], what.fields)
    if isinstance(connector, FindsRecords):
        for start in range(0, len(what.emails), batch):
            some = what.emails[start : start + batch]
            by_email = connector.find(what.kind, "email", some, what.fields)
            yield from (records[0] for records in by_email.values() if records)
    if what.first and isinstance(connector, ListsChanges):
        page = connector.changes(what.kind, what.fields, None)
        live = (one for one in looked_at(connector, page, what.fields) if not one.deleted)
        yield from islice(live, what.first)

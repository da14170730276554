"""Seek: does the record that we are about to create exist already? After a write whose outcome is
not known by our key; then by e-mail. What was never written has no key there yet, and a create is
an upsert by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.link import Link, Side, SideState, fail
from app.flows.apply import Looks, apply
from app.flows.moves import absorb
from app.flows.round import HISTORY, Cause
from app.flows.rules import Rules
from app.store import apart, journal, links
from app.store.db import Tx
from app.store.journal import Line
from connectors.base import Kind, Record
from connectors.capabilities import FindsRecords


@dataclass(frozen=True, slots=True)
class Seek:
    """A link to be found at a connection: its id as the key, and its e-mail.

    `in_doubt`: a write of it may have landed.
    """

    key: str
    email: str | None
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """What was sought and found (by link key), in a look that began at counter `started`."""

    connection: str
    kind: Kind
    seeks: Sequence[Seek]
    found: Mapping[str, Record]
    started: int


def look(
    connector: FindsRecords, kind: Kind, seeks: Sequence[Seek], fields: frozenset[str]
) -> Mapping[str, Record]:
    """Find what exists already; link key -> the oldest record."""
    found: dict[str, Record] = {}
    if keys := [one.key for one in seeks if one.in_doubt]:
        by_key = connector.find(kind, "key", keys, fields)
        found = {key: records[0] for key, records in by_key.items()}
    emails = {one.email: one.key for one in seeks if one.email and one.key not in found}
    if emails:
        by_email = connector.find(kind, "email", list(emails), fields)
        found |= {emails[e]: records[0] for e, records in by_email.items() if e in emails}
    return found


def settle(tx: Tx, rules: Rules, sought: Sought, *, now: datetime) -> set[str]:
    """Adopt what was found; what was not found may be created now."""
    connection, kind = sought.connection, sought.kind
    # Whoever identifies these people at the moment comes before us, or after us.
    links.guard_identities(tx, kind, {one.email for one in sought.seeks if one.email})
    ids = [record.ref.id for record in sought.found.values()]
    parted = apart.of(tx, connection, kind, ids)
    holders = links.by_external_id(tx, connection, kind, ids)
    found = {
        UUID(key): record
        for key, record in sought.found.items()
        if (record.ref.id, UUID(key)) not in parted
    }
    # All at once and in one order: no deadlocks.
    links.hold(tx, [UUID(one.key) for one in sought.seeks])
    links.to_be_created(tx, connection, {UUID(one.key) for one in sought.seeks} - found.keys())
    locked = links.lock(tx, found)
    causes: dict[str, Cause] = {}
    for link in locked.values():
        side, record = link.sides[connection], found[link.id]
        cause = Cause(side.cause_id or uuid4(), HISTORY)
        causes[record.ref.id] = cause
        holder = holders.get(record.ref.id)
        if holder is not None and holder != link.id:
            _unite(tx, link, holder, connection, cause)
        elif holder is None:
            _adopt(link, side, record)
            journal.write(tx, [Line("joined", link.id, connection, cause.id)])
    links.save(tx, locked.values())
    wakes = {f"deliver:{connection}:{kind}"}
    if not locked:
        return wakes
    first, joined = next(iter(causes.values())), frozenset(locked)
    records = [found[link_id] for link_id in locked]
    looks = Looks(connection, kind, records, sought.started, first, causes, joined=joined)
    return wakes | apply(tx, rules, looks, now=now).wakes


def _adopt(link: Link, side: Side, record: Record) -> None:
    """What was found is this link's."""
    side.external_id, side.object, side.sought = record.ref.id, record.object, True
    side.state = SideState.IN_SYNC
    if record.key != str(link.id):
        link.base = {}  # never agreed with what another system entered


def _unite(tx: Tx, link: Link, holder: UUID, connection: str, cause: Cause) -> None:
    """What was found belongs to another link: the same person, or for a person to decide."""
    if absorb(tx, link, holder, connection, cause.id):
        link.base = {}
        return
    todo = {name: value for name, value in link.agreed.items() if value is not None}
    reason = f"the record with this e-mail belongs to another person, {holder}"
    fail(link.sides[connection], todo, "duplicate", reason)

"""Seek: does the record that we are about to create exist already? By our key, then by e-mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.link import Link, Side, SideState, WriteState, fail
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
    """A link to be found at a connection: its id as the key, and its e-mail."""

    key: str
    email: str | None


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
    by_key = connector.find(kind, "key", [one.key for one in seeks], fields)
    for key, records in by_key.items():
        found[key] = records[0]
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
    locked = links.lock(tx, [UUID(one.key) for one in sought.seeks])
    found = {
        key: record
        for key, record in sought.found.items()
        if UUID(key) in locked and (record.ref.id, UUID(key)) not in parted
    }
    causes: dict[str, Cause] = {}
    for link in locked.values():
        side = link.sides[connection]
        record = found.get(str(link.id))
        cause = Cause(side.cause_id or uuid4(), HISTORY)
        if record is None:
            side.sought, side.due_at = True, now
            side.write, side.write_id, side.write_state = None, None, WriteState.IDLE
            continue
        causes[record.ref.id] = cause
        holder = holders.get(record.ref.id)
        if holder is not None and holder != link.id:
            _unite(tx, link, holder, connection, cause)
        elif holder is None:
            _adopt(link, side, record)
            journal.write(tx, [Line("joined", link.id, connection, cause.id)])
    links.save(tx, locked.values())
    wakes = {f"deliver:{connection}:{kind}"}
    if not found:
        return wakes
    first, joined = next(iter(causes.values())), frozenset(locked)
    records = list(found.values())
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

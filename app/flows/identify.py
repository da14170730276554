"""Identity: whose record is this? By external id, our key, the mapping's keys; else somebody new.

The keys (`identity.keys` of the mapping) are e-mail and phone of people, domain and name of
companies, and fields that a document names. Likeness joins nobody: `app/flows/recognise.py`
shows likely ones to a person.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from app.domain import likeness
from app.domain.link import Link, Side, SideState, exists
from app.flows.decide import canonical
from app.flows.rules import Plan, Rules
from app.store import apart, clues, links, removals, tombstones
from app.store.db import Tx
from connectors.base import Record, Value
from mappings.identity import COMPARED, Key

NOBODY = UUID(int=0)


@dataclass(slots=True)
class Identified:
    """External id -> link; `joined` links got a side here, `made` are new; neither is stored yet.

    `found` are those of the links that are locked or made already. `read` is what the records of
    `made` links show, by external id. Records of erased people are in none of them.
    """

    owners: dict[str, UUID]
    joined: set[UUID] = field(default_factory=set)
    made: set[UUID] = field(default_factory=set)
    found: dict[UUID, Link] = field(default_factory=dict)
    read: dict[str, Mapping[str, Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Stranger:
    """A record unseen before, what it shows, what of that could not be read, and what it can be
    recognised by; `emails` are all addresses.
    """

    record: Record
    values: Mapping[str, Value]
    problems: list[dict[str, Any]]
    keys: Mapping[Key, str]
    emails: frozenset[str]

    @property
    def key(self) -> UUID | None:
        try:
            return UUID(self.record.key) if self.record.key else None
        except ValueError:
            return None  # somebody else's value in our field

    @property
    def age(self) -> tuple[int, str]:
        """Ids grow: the oldest record of a batch comes first."""
        return len(self.record.ref.id), self.record.ref.id


def identify(
    tx: Tx, rules: Rules, plan: Plan, connection: str, records: Sequence[Record]
) -> Identified:
    """Find or make the link of each record.

    A record unseen before joins the link that its key names (we created it), else the oldest
    link with its e-mail (or next key) that does not exist at this connection. Held against others
    by advisory locks on the keys, so that two lanes never make two links of one person.
    """
    ids = [record.ref.id for record in records]
    result = Identified(links.by_external_id(tx, connection, plan.kind, ids))
    unknown = [r for r in records if r.ref.id not in result.owners and not r.deleted]
    strangers = _not_erased(
        tx, connection, [_stranger(rules, plan, connection, r) for r in unknown]
    )
    if not strangers:
        return result
    texts = {text for one in strangers for text in (*one.keys.values(), *one.emails)}
    links.guard_identities(tx, plan.kind, texts)
    result.owners |= links.by_external_id(tx, connection, plan.kind, [r.ref.id for r in unknown])
    strangers = [one for one in strangers if one.record.ref.id not in result.owners]
    wanted = _wanted(tx, plan, connection, strangers)
    # All at once and in one order, with the links that are looked at anyway: no deadlocks.
    everybody = {link_id for ids in wanted.values() for link_id in ids}
    locked = result.found = links.lock(tx, everybody | set(result.owners.values()))
    result.owners |= links.by_external_id(tx, connection, plan.kind, list(wanted))
    for one in sorted(strangers, key=lambda stranger: stranger.age):
        record = one.record
        if record.ref.id in result.owners:
            continue
        free = [locked[i] for i in wanted[record.ref.id] if _is_free(locked, i, plan, connection)]
        if free:
            _join(tx, free[0], connection, record)
            result.joined.add(free[0].id)
            result.owners[record.ref.id] = free[0].id
        else:
            link = _make(plan, connection, one)
            result.made.add(link.id)
            result.found[link.id] = link
            result.read[record.ref.id] = one.values
            result.owners[record.ref.id] = link.id
    return result


def may_be(
    tx: Tx, rules: Rules, plan: Plan, connection: str, records: Sequence[Record]
) -> dict[str, list[UUID]]:
    """External id -> links that an unseen record may be, as they would be tried; nothing is locked
    or changed.
    """
    strangers = [_stranger(rules, plan, connection, record) for record in records]
    return _wanted(tx, plan, connection, strangers)


def keys_of(rules: Rules, plan: Plan, connection: str, record: Record) -> Mapping[Key, str]:
    """What a record can be recognised by, in the order in which it is tried."""
    return _stranger(rules, plan, connection, record).keys


def _stranger(rules: Rules, plan: Plan, connection: str, record: Record) -> _Stranger:
    probe = Side(NOBODY, connection, plan.kind, object=record.object)
    values = canonical(rules, plan, plan.role(connection), probe, record.fields)
    emails = {email.strip().lower() for email in (*(record.emails or ()), _email(values))}
    keys = likeness.exact(plan.kind, plan.document.identity.of(plan.kind), values)
    return _Stranger(record, values, probe.problems, keys, frozenset(emails - {""}))


def _email(values: Mapping[str, Value]) -> str:
    email = values.get("email")
    return email if isinstance(email, str) else ""


def _not_erased(tx: Tx, connection: str, strangers: Sequence[_Stranger]) -> list[_Stranger]:
    """Those who were not erased. What we created ourselves meanwhile goes the same way."""
    marks = {one.record.ref.id: _marks(connection, one) for one in strangers}
    erased = tombstones.known(tx, {mark for own in marks.values() for mark in own})
    for one in strangers if erased else ():
        tombstone_id = erased.get(tombstones.by_key(one.record.key or ""))
        if tombstone_id is not None:
            removals.add(
                tx, connection, one.record.ref, cause_id=uuid4(), tombstone_id=tombstone_id
            )
            tombstones.done_at(tx, tombstone_id, connection, {"state": "pending"})
    return [one for one in strangers if not marks[one.record.ref.id] & erased.keys()]


def _marks(connection: str, one: _Stranger) -> set[str]:
    ref = one.record.ref
    found = {tombstones.by_email(ref.kind, email) for email in one.emails}
    if one.record.key:
        found.add(tombstones.by_key(one.record.key))
    return found | {tombstones.by_ref(connection, ref)}


def _wanted(
    tx: Tx, plan: Plan, connection: str, strangers: Sequence[_Stranger]
) -> dict[str, list[UUID]]:
    """External id -> links that the record may be, in the order in which they are tried."""
    keyed = links.existing(tx, [one.key for one in strangers if one.key is not None])
    emails = {email for one in strangers for email in one.emails}
    by_email = links.by_email(tx, plan.kind, emails)
    by_more = clues.owners(tx, plan.kind, {f"{clues.EMAIL}{email}" for email in emails})
    phones = {one.keys["phone"] for one in strangers if "phone" in one.keys}
    by_phone = clues.by_phone(tx, plan.kind, phones)
    by_clue = clues.owners(tx, plan.kind, {key for one in strangers for key in _clue_keys(one)})
    parted = apart.of(tx, connection, plan.kind, [one.record.ref.id for one in strangers])
    hosts = clues.of(tx, {i for ids in by_clue.values() for i in ids}) if by_clue else {}
    found: dict[str, list[UUID]] = {}
    for one in strangers:
        mine: list[UUID] = [one.key] if one.key in keyed and one.key is not None else []
        for key in plan.document.identity.of(plan.kind):
            if key == "email":
                mine += [i for email in sorted(one.emails) for i in by_email.get(email, ())]
                more = (by_more.get(f"{clues.EMAIL}{email}", ()) for email in sorted(one.emails))
                mine += [i for ids in more for i in ids]
            elif key == "phone":
                same = by_phone.get(one.keys.get("phone", ""), [])
                mine += same if len(same) == 1 else []
            elif key not in COMPARED:
                same = by_clue.get(clues.exact(key, one.keys.get(key, "")), [])
                mine += same if len(same) == 1 else []
            elif key in one.keys:
                same = by_clue.get(clues.exact(key, one.keys[key]), [])
                mine += [i for i in same if key == "domain" or _may_be(one, hosts.get(i, ()))]
        ref_id = one.record.ref.id
        found[ref_id] = [i for i in dict.fromkeys(mine) if (ref_id, i) not in parted]
    return found


def _clue_keys(one: _Stranger) -> list[str]:
    kept = one.keys.keys() - {"email", "phone"}  # links have these in columns of their own
    return [clues.exact(key, one.keys[key]) for key in kept]


def _may_be(one: _Stranger, theirs: Collection[str]) -> bool:
    """Whether a company of the same name may be this one: not under another domain."""
    domains = {key for key in theirs if key.startswith("domain:")}
    return not domains or "domain" not in one.keys or f"domain:{one.keys['domain']}" in domains


def _is_free(locked: Mapping[UUID, Link], link_id: UUID, plan: Plan, connection: str) -> bool:
    """Whether a link does not exist at this connection (any more), nor in another pair of them."""
    link = locked.get(link_id)
    return link is not None and not exists(link.sides.get(connection)) and plan.spans(link)


def _join(tx: Tx, link: Link, connection: str, record: Record) -> None:
    """A link exists at this connection now, as this record. What another system entered was never
    agreed with it, so that the mapping's policy decides; what we created is known.
    """
    side = link.sides.get(connection)
    if side is None or side.state == SideState.GONE:
        removals.call_off(tx, [link.id])
        side = link.sides[connection] = Side(link.id, connection, link.kind)
    side.external_id, side.object, side.sought = record.ref.id, record.object, True
    if record.key != str(link.id):
        link.base = {}


def _make(plan: Plan, connection: str, one: _Stranger) -> Link:
    link, record = Link(uuid4(), plan.kind), one.record
    side = Side(link.id, connection, plan.kind, record.ref.id, record.object, sought=True)
    side.problems = one.problems
    link.sides[connection] = side
    return link

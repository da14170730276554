"""Erase: a person goes everywhere, for good, and is not made anew. Then a receipt.

Here in one transaction; at the vendors by removals (`app/flows/remove.py`), which go on after a
crash. What remains is a tombstone: digests of what the person was known by.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from app.domain.link import Link
from app.flows import rules as rules_
from app.flows.rules import Rules
from app.store import clues, erasure, events, journal, links, removals, tombstones
from app.store.db import Tx
from app.store.events import Happening
from app.store.journal import Line
from app.store.tombstones import Source
from connectors.base import Kind, Ref

AT_ONCE = 20  # erasures that were only asked for, in one transaction
NOT_ABLE = "its API offers no deletion: delete the record there by hand"


@dataclass(frozen=True, slots=True)
class Would:
    """What an erasure would take: `records` as connection:id, and rows of Baton's own."""

    people: tuple[UUID, ...]
    records: tuple[str, ...]
    rows: Mapping[str, int]
    same_email: tuple[UUID, ...]  # others with this address, who are not erased along


def would(tx: Tx, ids: Collection[UUID]) -> Would:
    """What erasing these would take; nothing is done."""
    found = links.read(tx, ids)
    at = [f"{name}:{ref.id}" for link in found.values() for name, ref in everywhere(tx, link)]
    emails = {link.email for link in found.values() if link.email}
    kind = next((link.kind for link in found.values()), "person")
    same = {i for of in links.by_email(tx, kind, emails).values() for i in of} - found.keys()
    rows = dict(erasure.counts(tx, found))
    return Would(tuple(sorted(found)), tuple(sorted(at)), rows, tuple(sorted(same)))


def everybody(tx: Tx, rules: Rules, ids: Collection[UUID], *, by: str) -> list[UUID]:
    """Erase these, as somebody asks for; answer the receipts' ids."""
    return [erase(tx, rules, link, source="api", by=by) for link in links.lock(tx, ids).values()]


def beforehand(tx: Tx, kind: Kind, email: str, *, by: str) -> list[UUID]:
    """Remember an address that nobody has, so that nobody comes in with it; answer the receipt's
    id, none where it is remembered already.
    """
    mark = tombstones.by_email(kind, email)
    if tombstones.known(tx, [mark]):
        return []
    receipt = tombstones.add(tx, kind, [mark], source="api", by=by, sides={})
    tombstones.settle(tx, receipt)
    return [receipt]


def erase(tx: Tx, rules: Rules, link: Link, *, source: Source, by: str) -> UUID:
    """Erase a locked link and ask its vendors to; answer the receipt's id."""
    tombstone_id = tombstones.add(tx, link.kind, (), source=source, by=by, sides={})
    _erase_into(tx, rules, tombstone_id, link, erased_at={})
    return tombstone_id


def asked(tx: Tx) -> tuple[int, set[str]]:
    """Carry out the erasures that vendors' webhooks asked for; answer how many, and the lanes to
    wake.
    """
    due = tombstones.due(tx, AT_ONCE)
    rules = rules_.load(tx) if due else None
    for tombstone_id in due:
        one = tombstones.get(tx, tombstone_id)
        if one is None or rules is None:
            continue
        refs = {
            name: Ref(one.kind, str(side["external_id"]))
            for name, side in one.sides.items()
            if "external_id" in side
        }
        done = {name: {"state": "erased", "records": 1} for name in refs}
        for name, ref in refs.items():
            held = links.by_external_id(tx, name, ref.kind, [ref.id])
            for link in links.lock(tx, held.values()).values():
                _erase_into(tx, rules, tombstone_id, link, erased_at=refs)
            erasure.forget_record(tx, name, ref)
        tombstones.extend(tx, tombstone_id, (), done)
        tombstones.settle(tx, tombstone_id)
    return len(due), wakes(rules) if rules is not None else set()


def wakes(rules: Rules) -> set[str]:
    """The lanes in which vendors are asked to erase."""
    return {f"remove:{name}" for name in rules.connections if _able(rules, name)}


def marks(tx: Tx, link: Link) -> set[str]:
    """All that a link is known by."""
    emails = {str(values.get("email") or "") for values in _values(link)} | {link.email or ""}
    emails |= {key[len(clues.EMAIL) :] for key in _clues(tx, link) if key.startswith(clues.EMAIL)}
    found = {tombstones.by_email(link.kind, email) for email in emails if email.strip()}
    found |= {tombstones.by_ref(name, ref) for name, ref in everywhere(tx, link)}
    if link.phone and clues.by_phone(tx, link.kind, [link.phone]) == {link.phone: [link.id]}:
        found.add(tombstones.by_phone(link.kind, link.phone))  # one that nobody else has
    return found | {tombstones.by_key(str(link.id))}


def everywhere(tx: Tx, link: Link) -> list[tuple[str, Ref]]:
    """(connection, record), also where it was deleted: it may wait in a recycle bin; and the lead
    that was converted, the record that was merged, unless it is somebody else's by now.
    """
    found = [(name, side.ref) for name, side in link.sides.items() if side.ref is not None]
    for name, external_id in journal.former(tx, link.id):
        held = links.by_external_id(tx, name, link.kind, [external_id])
        if not held and name in link.sides:
            found.append((name, Ref(link.kind, external_id)))
    return found


def _erase_into(
    tx: Tx, rules: Rules, tombstone_id: UUID, link: Link, *, erased_at: Collection[str]
) -> None:
    """Erase one link under a tombstone; at `erased_at` the vendor has done its part."""
    cause_id = uuid4()
    known_by, refs = marks(tx, link), everywhere(tx, link)
    sides: dict[str, Mapping[str, Any]] = {}
    for name, ref in refs:
        erasure.forget_record(tx, name, ref)
        n = sum(1 for at, _ in refs if at == name)
        sides[name] = {"state": "pending", "records": n}
        if name in erased_at:
            sides[name] = {"state": "erased", "records": n}
        elif name not in rules.connections or not _able(rules, name):
            sides[name] = {"state": "by_hand", "records": n, "reason": NOT_ABLE}
        else:
            removals.add(tx, name, ref, cause_id=cause_id, tombstone_id=tombstone_id)
    erasure.forget(tx, link.id)
    tombstones.extend(tx, tombstone_id, known_by, sides)
    tombstones.settle(tx, tombstone_id)
    detail = {"receipt": str(tombstone_id)}
    journal.write(tx, [Line("erased", None, None, cause_id, detail)])
    events.tell(tx, [Happening("people.erased", link.id, data=detail, cause_id=cause_id)])


def _able(rules: Rules, name: str) -> bool:
    return bool({"Erases", "Deletes"} & {*rules.connections[name].capabilities})


def _values(link: Link) -> Iterable[Mapping[str, Any]]:
    return (link.agreed, link.base, *(side.seen for side in link.sides.values()))


def _clues(tx: Tx, link: Link) -> set[str]:
    return clues.of(tx, [link.id])[link.id]

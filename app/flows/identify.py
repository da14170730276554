"""Identity: whose record is this? By external id, by our key, by e-mail; else somebody new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from app.domain.link import Link, Side
from app.flows.decide import canonical
from app.flows.rules import Plan, Rules
from app.store import links
from app.store.db import Tx
from connectors.base import Record


@dataclass(slots=True)
class Identified:
    """External id -> link; `joined` links got a side here, `made` are new and not yet stored."""

    owners: dict[str, UUID]
    joined: set[UUID] = field(default_factory=set)
    made: dict[UUID, Link] = field(default_factory=dict)


def identify(
    tx: Tx, rules: Rules, plan: Plan, connection: str, records: Sequence[Record]
) -> Identified:
    """Find or make the link of each record.

    A record unseen before joins the link that its key names (we created it), else the oldest
    link with its e-mail that does not exist at this connection yet. Held against others by
    advisory locks on the e-mails, so that two lanes never make two links of one person.
    """
    ids = [record.ref.id for record in records]
    result = Identified(links.by_external_id(tx, connection, plan.kind, ids))
    unknown = [r for r in records if r.ref.id not in result.owners and not r.deleted]
    if not unknown:
        return result
    emails = {r.ref.id: _email(rules, plan, connection, r) for r in unknown}
    links.guard_identities(tx, plan.kind, {e for e in emails.values() if e})
    unknown_ids = [r.ref.id for r in unknown]
    result.owners |= links.by_external_id(tx, connection, plan.kind, unknown_ids)
    keyed = links.existing(tx, [key for r in unknown if (key := _uuid(r.key)) is not None])
    by_email = links.by_email(tx, plan.kind, {e for e in emails.values() if e})
    wanted = {
        record.ref.id: _candidates(record, keyed, by_email.get(emails[record.ref.id] or "", []))
        for record in unknown
        if record.ref.id not in result.owners
    }
    # All at once and in one order, with the links that are looked at anyway: no deadlocks.
    everybody = {link_id for ids in wanted.values() for link_id in ids}
    locked = links.lock(tx, everybody | set(result.owners.values()))
    result.owners |= links.by_external_id(tx, connection, plan.kind, list(wanted))
    for record in unknown:
        if record.ref.id in result.owners:
            continue
        free = [locked[i] for i in wanted[record.ref.id] if _is_free(locked, i, connection)]
        if free:
            _join(tx, free[0], connection, record)
            result.joined.add(free[0].id)
            result.owners[record.ref.id] = free[0].id
        else:
            link = _make(plan, connection, record)
            result.made[link.id] = link
            result.owners[record.ref.id] = link.id
    return result


def _candidates(record: Record, keyed: set[UUID], same_email: Sequence[UUID]) -> list[UUID]:
    key = _uuid(record.key)
    return ([key] if key is not None and key in keyed else []) + list(same_email)


def _is_free(locked: Mapping[UUID, Link], link_id: UUID, connection: str) -> bool:
    """Whether a link does not exist at this connection yet."""
    link = locked.get(link_id)
    if link is None:
        return False
    side = link.sides.get(connection)
    return side is None or side.ref is None


def _join(tx: Tx, link: Link, connection: str, record: Record) -> None:
    """A link exists at this connection now, as this record."""
    side = link.sides.get(connection)
    if side is None:
        side = link.sides[connection] = Side(link.id, connection, link.kind)
    side.external_id, side.object, side.sought = record.ref.id, record.object, True
    links.save(tx, [link])


def _make(plan: Plan, connection: str, record: Record) -> Link:
    link = Link(uuid4(), plan.kind)
    link.sides[connection] = Side(
        link.id, connection, plan.kind, record.ref.id, record.object, sought=True
    )
    return link


def _email(rules: Rules, plan: Plan, connection: str, record: Record) -> str | None:
    probe = Side(uuid4(), connection, plan.kind, object=record.object)
    values = canonical(rules, plan, plan.role(connection), probe, record.fields)
    email = values.get("email")
    return email.lower() if isinstance(email, str) else None


def _uuid(key: str | None) -> UUID | None:
    try:
        return UUID(key) if key else None
    except ValueError:
        return None  # somebody else's value in our field

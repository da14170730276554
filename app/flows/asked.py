"""What somebody asks about: the records that fit, or why Baton does not know any; a look now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from app.flows.rules import Rules
from app.flows.why import Step, Why, of_link
from app.store import feeds, inbox, links, people, tombstones, traces
from app.store.db import Tx
from connectors.base import Kind, Ref


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks about: an e-mail, an id at a vendor, or the key of a webhook."""

    email: str | None = None
    external_id: str | None = None
    connection: str | None = None
    key: str | None = None
    kind: Kind = "person"


def of_asked(tx: Tx, rules: Rules, asked: Asked) -> list[Why]:
    """Explain each record that fits; where there is none, why Baton does not know it."""
    found = [why for one in known(tx, asked) if (why := of_link(tx, rules, one)) is not None]
    return found or [Why(None, tuple(_unknown(tx, rules, asked)))]


def of_text(tx: Tx, rules: Rules, text: str) -> list[Why]:
    """Explain what somebody typed: an e-mail address, Baton's id, a vendor's, or a webhook's."""
    meant = _meant(text.strip())
    asked = next((one for one in meant if known(tx, one)), meant[0])
    return of_asked(tx, rules, asked)


def _meant(text: str) -> list[Asked]:
    """What may be meant, the likeliest first."""
    if "@" in text:
        return [Asked(email=text)]
    try:
        return [Asked(key=str(UUID(text))), Asked(external_id=text)]
    except ValueError:
        return [Asked(external_id=text), Asked(key=text)]


def known(tx: Tx, asked: Asked) -> Sequence[UUID]:
    """Links that fit, oldest first."""
    if asked.email is not None:
        email = asked.email.strip().lower()
        return links.by_email(tx, asked.kind, [email]).get(email, [])
    if asked.external_id is not None:
        return people.ids_of(tx, asked.external_id, asked.connection)
    key = asked.key or ""
    try:
        return list(links.existing(tx, [UUID(key)]))
    except ValueError:
        receipt = traces.receipt(tx, key, asked.connection)
        return [receipt["link_id"]] if receipt and receipt["link_id"] else []


def named(tx: Tx, text: str, kind: Kind) -> list[UUID]:
    """Links that an e-mail address, Baton's id or a vendor's id names, oldest first; by one of the
    first and the last only those of a kind.
    """
    asked = Asked(email=text, kind=kind) if "@" in text else Asked(external_id=text)
    try:
        return list(links.existing(tx, [UUID(text)]))
    except ValueError:
        found = known(tx, asked)
    of_kind = links.read(tx, found)
    return [one for one in found if of_kind[one].kind == kind]


def _unknown(tx: Tx, rules: Rules, asked: Asked) -> Iterator[Step]:
    """What is known of a record that Baton does not have."""
    names = [n for n in rules.connections if asked.connection in {None, n}]
    if asked.key is not None:
        receipt = traces.receipt(tx, asked.key, asked.connection)
        if receipt is not None:
            yield Step("webhook", at=receipt["received_at"], connection=receipt["connection"])
    if asked.external_id is not None:
        for hint in traces.hints(tx, [asked.external_id], names):
            facts = {"attempts": hint["attempts"]}
            yield Step("look_due", "waiting", hint["received_at"], hint["connection"], facts)
        for name in names:
            waiting = traces.waiting_activities(tx, name, asked.external_id)
            if waiting["n"]:
                facts = {"n": waiting["n"]}
                yield Step("activities_wait", "waiting", waiting["at"], name, facts)
    marks = [tombstones.by_email(asked.kind, asked.email)] if asked.email is not None else []
    if asked.external_id is not None:
        ref = Ref(asked.kind, asked.external_id)
        marks += [tombstones.by_ref(name, ref) for name in names]
    for stone in tombstones.known(tx, marks).values():
        one = tombstones.get(tx, stone)
        yield Step("erased", "stopped", None if one is None else one.at)
    yield Step("never_seen", "stopped")
    for name in names:
        yield from _reading(tx, rules, name, asked.kind)


def _reading(tx: Tx, rules: Rules, name: str, kind: Kind) -> Iterator[Step]:
    """How far a connection was read."""
    one = rules.connections[name]
    if one.state != "active":
        yield Step(one.state, "stopped", connection=name, facts={"reason": one.reason or ""})
    plan = next((p for p in rules.plans if p.kind == kind and name in p.connections), None)
    if plan is None:
        yield Step("not_mapped", "stopped", connection=name, facts={"kind": kind, "where": name})
    for feed in feeds.of(tx, name):
        if feed["name"] != f"changes:{kind}":
            continue
        facts = {"feed": feed["name"], "reason": feed["reason"] or ""}
        at = feed["stands_at"] or feed["read_at"]
        if feed["reason"]:
            yield Step("feed_failed", "stopped", at, name, facts)
        elif not feed["caught_up"]:
            yield Step("catching_up", "waiting", at, name, facts)
        else:
            yield Step("read_to", at=at, connection=name, facts=facts)


@dataclass(frozen=True, slots=True)
class Looked:
    """Looks that were asked for: how many records, which feeds (connection, name), lanes."""

    records: int
    feeds: tuple[tuple[str, str], ...]
    wakes: set[str]


def look(tx: Tx, rules: Rules, asked: Asked, link_id: UUID | None) -> Looked:
    """Ask for a look at a link's records, or at a vendor's; else have changes read on now."""
    ids = [link_id] if link_id is not None else known(tx, asked)
    refs = [
        (side.connection, side.ref)
        for link in links.read(tx, ids).values()
        for side in link.sides.values()
        if side.ref is not None and asked.connection in {None, side.connection}
    ]
    at = asked.connection
    if not refs and asked.external_id is not None and at is not None and at in rules.connections:
        refs = [(at, Ref(asked.kind, asked.external_id))]
    if refs:
        inbox.add_hints(tx, [(name, ref, uuid4(), None) for name, ref in refs])
        return Looked(len(refs), (), {f"fetch:{name}" for name, _ in refs})
    names = [n for n in rules.connections if at in {None, n}] if link_id is None else []
    hurried = [(n, feed) for n in names for feed in feeds.hurry(tx, n, "changes")]
    return Looked(0, tuple(hurried), {f"read:{n}:{feed}" for n, feed in hurried})

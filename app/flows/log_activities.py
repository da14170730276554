"""Log: put activities into the other systems' timelines. plan -> call -> settle.

Idempotent at the vendor by the entry's key, so an unsure outcome is simply asked again. A digest
is one entry whose key stays: writing it again updates it.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import uuid4

from app.crash import Point, crash_if
from app.domain.activity import Language
from app.domain.activity_document import ActivityDocument
from app.domain.entries import Gathered, Text, of_many, of_one
from app.domain.routing import PRIVATE, gathered_at, is_private, route_of
from app.domain.templates import WRONG
from app.flows import routing
from app.flows import rules as rules_
from app.flows.moves import follow
from app.flows.options import Options
from app.flows.rate import language
from app.flows.waiting import back_off_s, code_of
from app.store import connections, deliveries, digests, journal, links, places
from app.store.db import Tx, tick
from app.store.deliveries import Held
from app.store.journal import Line
from connectors.base import (
    AuthLost,
    Busy,
    ConnectorError,
    Entry,
    Gone,
    Landed,
    Ref,
    Rejected,
    Unsure,
)
from connectors.budget import within
from connectors.capabilities import LogsActivities

LONGEST_KEY = 60
Due: TypeAlias = deliveries.Due | digests.Due


@dataclass(frozen=True, slots=True)
class Ask:
    """Entries to log, and the deliveries and digests that they are, by key. `part`: how much of the
    vendor's allowance that may use, where it is not all.
    """

    connection: str
    entries: Sequence[Entry]
    due: Mapping[str, Due]
    part: float | None = None


def entry_key(source: str, external_id: str) -> str:
    """The id by which a vendor knows an activity that we logged: where it came from."""
    key = f"{source}/{external_id}"
    if len(key) <= LONGEST_KEY:
        return key
    return hashlib.sha256(key.encode()).hexdigest()[:LONGEST_KEY]


def plan(tx: Tx, connection: str, limit: int, *, history: bool = False) -> Ask | None:
    """The next activities to log at a connection; None when nothing is due. What is `history` has
    a lane of its own, which never keeps the news waiting.
    """
    target = connections.get(tx, connection)
    if target is None:
        return None
    rulebook = routing.document(rules_.load(tx))
    while due := _due(tx, connection, limit, history=history):
        told = {
            key: one for key, one in due.items() if not _withheld(tx, rulebook, connection, one)
        }
        if told:
            entries = _entries(tx, rulebook, connection, told, language(target))
            part = Options.of(target).history_share if history else None
            if entries:
                return Ask(connection, entries, {one.key: told[one.key] for one in entries}, part)
    return None


def _entries(
    tx: Tx,
    rulebook: ActivityDocument,
    connection: str,
    told: Mapping[str, Due],
    words: Language,
) -> list[Entry]:
    """What is due, in words. What can't be put into words fails alone, and holds up nothing else:
    tools send what nobody foresaw.
    """
    about = _about(tx, connection, told.values())
    entries: list[Entry] = []
    for key, one in told.items():
        try:
            entries.append(_entry(key, one, _words(rulebook, one, words), about))
        except WRONG as error:
            why = f"Baton could not put this into words: {type(error).__name__}: {error}"
            _failed(tx, connection, one, Rejected(why, code="words"))
    return entries


def _due(tx: Tx, connection: str, limit: int, *, history: bool) -> dict[str, Due]:
    """Single activities first; digests in what is left of the call."""
    singles = deliveries.due(tx, connection, limit, history=history)
    found: dict[str, Due] = {entry_key(one.source, one.external_id): one for one in singles}
    if not history and len(singles) < limit:
        found |= {
            f"digest/{one.id}": one for one in digests.due(tx, connection, limit - len(found))
        }
    return found


def _withheld(tx: Tx, rulebook: ActivityDocument, connection: str, one: Due) -> bool:
    """Keep back what the person does not want told; answer whether it is."""
    route = route_of(rulebook, one.route)
    if route is None or not is_private(route, one.agreed):
        return False
    reason = f"the route {route.name} is not for this person (unless)"
    _postpone(tx, connection, one, Held("left_out", PRIVATE, reason, None))
    return True


def _about(tx: Tx, connection: str, due: Collection[Due]) -> Mapping[tuple[str, Ref], Ref]:
    """Further records that single activities are about -> the same here."""
    wanted = {(o.source, ref) for o in due if isinstance(o, deliveries.Due) for ref in o.about}
    return places.at(tx, connection, wanted) if wanted else {}


def _words(rulebook: ActivityDocument, one: Due, words: Language) -> Text:
    route = route_of(rulebook, one.route)
    if isinstance(one, deliveries.Due):
        return of_one(rulebook, route, one.fact, one.agreed, words)
    gathered = Gathered(one.items, one.count, one.starts_at, one.ends_at)
    return of_many(rulebook, route, gathered, one.agreed, words)


def _entry(key: str, one: Due, text: Text, about: Mapping[tuple[str, Ref], Ref]) -> Entry:
    if isinstance(one, deliveries.Due):
        type_, at = one.fact.type, one.fact.at
        refs = tuple(about[one.source, r] for r in one.about if (one.source, r) in about)
    else:
        type_, at, refs = "digest", one.items[0].at if one.items else one.starts_at, ()
    return Entry(key, one.person, type_, at, text.title, text.body, text.form, text.fields, refs)


def call(connector: LogsActivities, ask: Ask) -> Mapping[str, Landed | ConnectorError]:
    """Log them. Raises: Busy, AuthLost, Unsure, Rejected."""
    with within(ask.part):
        outcomes = connector.log(ask.entries)
    crash_if(Point.LOGGED)
    return outcomes


def settle(
    tx: Tx, ask: Ask, outcomes: Mapping[str, Landed | ConnectorError], *, now: datetime
) -> set[str]:
    """Record what is logged; what failed waits, or is shown to a person."""
    landed = [
        (one, outcome.ref.id)
        for key, one in ask.due.items()
        if isinstance(outcome := outcomes.get(key), Landed)
    ]
    singles = [(one, ref) for one, ref in landed if isinstance(one, deliveries.Due)]
    gathered = [(one, ref) for one, ref in landed if isinstance(one, digests.Due)]
    deliveries.sent(tx, ask.connection, singles)
    again_at = gathered_at(routing.document(rules_.load(tx)), now) if gathered else now
    digests.sent(tx, gathered, again_at=again_at)
    for key, one in ask.due.items():
        error = outcomes.get(key, Unsure("the vendor's answer does not name this activity"))
        if not isinstance(error, Landed):
            _failed(tx, ask.connection, one, error)
    return set()


def _failed(tx: Tx, connection: str, one: Due, error: ConnectorError) -> None:
    wait_s: float | None = None
    if isinstance(error, Busy | Unsure | AuthLost):
        wait_s = 0 if isinstance(error, AuthLost) else back_off_s(one.attempts, error)
    elif isinstance(error, Gone) and error.moved_to is not None and one.attempts == 0:
        _follow(tx, connection, one, error)
        wait_s = 0
    state = "failed" if wait_s is None else "pending"
    _postpone(tx, connection, one, Held(state, code_of(error), str(error), wait_s))
    if wait_s is None:
        what = {"activity": one.id} if isinstance(one, deliveries.Due) else {"digest": str(one.id)}
        detail = {"code": code_of(error), **what}
        line = Line("activity_failed", one.link_id, connection, one.cause_id, detail)
        journal.write(tx, [line])


def _postpone(tx: Tx, connection: str, one: Due, held: Held) -> None:
    if isinstance(one, deliveries.Due):
        deliveries.postpone(tx, connection, one, held)
    else:
        digests.postpone(tx, one, held)


def _follow(tx: Tx, connection: str, one: Due, error: Gone) -> None:
    """The person's record moved (conversion, merge): so does the link's side."""
    locked = links.lock(tx, [one.link_id])
    for link in locked.values():
        side = link.sides.get(connection)
        if side is not None and side.external_id == one.person.id:
            follow(tx, link, side, error.moved_to, one.cause_id or uuid4(), stamp=tick(tx))
    links.save(tx, locked.values())


def give_up(tx: Tx, ask: Ask, error: ConnectorError, *, now: datetime) -> set[str]:
    """The whole call failed: every entry of it ended like this."""
    return settle(tx, ask, dict.fromkeys(ask.due, error), now=now)

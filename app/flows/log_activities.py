"""Log: put activities into the other systems' timelines. plan -> call -> settle.

Idempotent at the vendor by the entry's key, so an unsure outcome is simply asked again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from app.crash import Point, crash_if
from app.domain.activity import Fact, entry_text
from app.flows.moves import follow
from app.flows.rate import language
from app.flows.waiting import back_off_s, code_of
from app.store import activities, connections, journal, links
from app.store.activities import DueDelivery
from app.store.db import Tx, tick
from app.store.journal import Line
from connectors.base import AuthLost, Busy, ConnectorError, Entry, Gone, Landed, Unsure
from connectors.capabilities import LogsActivities

LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Ask:
    """Entries to log, and the deliveries that they are, by key."""

    connection: str
    entries: Sequence[Entry]
    deliveries: Mapping[str, DueDelivery]


def entry_key(source: str, external_id: str) -> str:
    """The id by which a vendor knows an activity that we logged: where it came from."""
    key = f"{source}/{external_id}"
    if len(key) <= LONGEST_KEY:
        return key
    return hashlib.sha256(key.encode()).hexdigest()[:LONGEST_KEY]


def plan(tx: Tx, connection: str, limit: int) -> Ask | None:
    """The next activities to log at a connection; None when nothing is due."""
    due = activities.due(tx, connection, limit)
    target = connections.get(tx, connection)
    if not due or target is None:
        return None
    deliveries = {entry_key(one.source, one.external_id): one for one in due}
    entries = [_entry(key, one, language(target)) for key, one in deliveries.items()]
    return Ask(connection, entries, deliveries)


def _entry(key: str, one: DueDelivery, language_: str) -> Entry:
    fact = Fact(one.type, one.at, one.title, one.detail)
    title, body = entry_text(fact, "ja" if language_ == "ja" else "en")
    return Entry(key, one.person, one.type, one.at, title, body)


def call(connector: LogsActivities, ask: Ask) -> Mapping[str, Landed | ConnectorError]:
    """Log them. Raises: Busy, AuthLost, Unsure, Rejected."""
    outcomes = connector.log(ask.entries)
    crash_if(Point.LOGGED)
    return outcomes


def settle(tx: Tx, ask: Ask, outcomes: Mapping[str, Landed | ConnectorError]) -> set[str]:
    """Record what is logged; what failed waits, or is shown to a person."""
    landed = {
        one.activity_id: outcome.ref.id
        for key, one in ask.deliveries.items()
        if isinstance(outcome := outcomes.get(key), Landed)
    }
    if landed:
        activities.delivered(tx, ask.connection, landed)
    for key, one in ask.deliveries.items():
        error = outcomes.get(key, Unsure("the vendor's answer does not name this activity"))
        if not isinstance(error, Landed):
            _failed(tx, ask.connection, one, error)
    return set()


def _failed(tx: Tx, connection: str, one: DueDelivery, error: ConnectorError) -> None:
    wait_s: float | None = None
    if isinstance(error, Busy | Unsure | AuthLost):
        wait_s = 0 if isinstance(error, AuthLost) else back_off_s(one.attempts, error)
    elif isinstance(error, Gone) and error.moved_to is not None and one.attempts == 0:
        _follow(tx, connection, one, error)
        wait_s = 0
    state = "failed" if wait_s is None else "pending"
    activities.postpone(
        tx,
        connection,
        one.activity_id,
        state=state,
        code=code_of(error),
        reason=str(error),
        wait_s=wait_s,
    )
    if wait_s is None:
        detail = {"code": code_of(error), "activity": one.activity_id}
        line = Line("activity_failed", one.link_id, connection, one.cause_id, detail)
        journal.write(tx, [line])


def _follow(tx: Tx, connection: str, one: DueDelivery, error: Gone) -> None:
    """The person's record moved (conversion, merge): so does the link's side."""
    locked = links.lock(tx, [one.link_id])
    for link in locked.values():
        side = link.sides.get(connection)
        if side is not None and side.external_id == one.person.id:
            follow(tx, link, side, error.moved_to, one.cause_id or uuid4(), stamp=tick(tx))
    links.save(tx, locked.values())


def give_up(tx: Tx, ask: Ask, error: ConnectorError) -> set[str]:
    """The whole call failed: every entry of it ended like this."""
    return settle(tx, ask, dict.fromkeys(ask.deliveries, error))

"""Listing: a step that reads the next page of all records of a kind at one connection."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.flows import rules as rules_
from app.flows.glimpses import looked_at
from app.flows.rules import Plan, Rules
from app.flows.waiting import MANY_HINTS, YIELD_S
from app.flows.work.kind import CannotGoOn, Wait
from app.store import connections, lanes, work
from app.store.db import Tx, tick
from app.store.work import Job
from connectors.base import Cursor, Kind, Listed, Record
from connectors.capabilities import ListsChanges, ListsRecords


@dataclass(frozen=True, slots=True)
class ListAsk:
    """The next page of a connection's records; `started` is the counter when it is read."""

    connection: str
    kind: Kind
    fields: frozenset[str]
    cursor: Cursor | None
    since: datetime | None
    started: int


def next_page(
    tx: Tx, plan: Plan, connection: str, place: Mapping[str, Any], since: str | None = None
) -> ListAsk | Wait:
    """The page behind `place` ({"cursor": …}, empty at the beginning). Live traffic goes first."""
    if lanes.looks_due(tx, connection, MANY_HINTS) == MANY_HINTS:
        return Wait(YIELD_S, f"{connection} is busy with changes")
    if not connections.owners_known(tx, list(plan.connections)):
        return Wait(YIELD_S, "the owners are being read first")
    cursor = place.get("cursor")
    return ListAsk(
        connection,
        plan.kind,
        plan.reads(plan.role(connection)),
        None if cursor is None else Cursor(cursor),
        None if since is None else datetime.fromisoformat(since),
        tick(tx),
    )


def call(connector: ListsRecords | ListsChanges, ask: ListAsk) -> Listed:
    """Read one page. Raises: Busy, AuthLost, Rejected."""
    if isinstance(connector, ListsRecords):
        return connector.listing(ask.kind, ask.fields, ask.cursor, ask.since)
    page = connector.changes(ask.kind, ask.fields, ask.cursor)
    records = looked_at(connector, page, ask.fields)
    return Listed(tuple(r for r in records if _is_wanted(r, ask.since)), page.cursor, page.more)


def _is_wanted(record: Record, since: datetime | None) -> bool:
    return since is None or record.modified_at is None or record.modified_at >= since


def wait_for(tx: Tx, job: Job, ask: ListAsk, page: Listed) -> None:
    """Let the job wait where the vendor is still preparing the next page."""
    if page.more and page.wait_s:
        work.wait(tx, job.id, page.wait_s, f"{ask.connection} prepares the records")


def mapping_of(tx: Tx, connection: str, kind: Kind) -> tuple[Rules, Plan]:
    """The rules, and the mapping of a connection's records. Raises: CannotGoOn."""
    rules = rules_.load(tx)
    plan = rules.plan(connection, kind)
    if plan is None:
        raise CannotGoOn(f"no active mapping maps a {kind} of {connection}")
    missing = [name for name in plan.connections if name not in rules.connections]
    if missing:
        raise CannotGoOn(f"the mapping {plan.name} names {missing[0]!r}, which is no connection")
    return rules, plan

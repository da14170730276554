"""Fetch: look at what hints point to. plan -> call -> settle, the call outside transactions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.crash import Point, crash_if
from app.flows import rules as rules_
from app.flows.apply import Looks, apply
from app.flows.round import Cause
from app.store import connections, inbox
from app.store.db import Tx, tick
from app.store.inbox import DueHint
from connectors.base import Kind, Record, Ref
from connectors.capabilities import ReadsRecords

LOOK_AGAIN_S = 0.05  # a look that overlapped a write is repeated once that has settled


@dataclass(frozen=True, slots=True)
class Ask:
    """Records to look at; `started` is the counter when the look begins."""

    connection: str
    kind: Kind
    refs: Sequence[Ref]
    fields: frozenset[str]
    hints: Mapping[str, DueHint]
    started: int


def plan(tx: Tx, connection: str, limit: int) -> Ask | None:
    """The next looks at a connection; None when nothing is due."""
    due = inbox.due_hints(tx, connection, limit)
    if due is None or not connections.owners_known(tx, [connection]):
        return None
    kind, hints = due
    mapping = rules_.load(tx).plan(connection, kind)
    started = tick(tx)
    if mapping is None:  # nobody maps this kind: there is nothing to look for
        inbox.finish_hints(tx, connection, kind, list(hints), started=started)
        return Ask(connection, kind, (), frozenset(), {}, started)
    fields = mapping.reads(mapping.role(connection))
    return Ask(connection, kind, [h.ref for h in hints.values()], fields, hints, started)


def call(connector: ReadsRecords, ask: Ask) -> Sequence[Record]:
    """Look. Raises: Busy, AuthLost."""
    records = connector.read(ask.refs, ask.fields) if ask.refs else ()
    crash_if(Point.LOOKED)
    return records


def settle(tx: Tx, ask: Ask, records: Sequence[Record], *, now: datetime) -> set[str]:
    """Take the looks in; hints whose look was stale stay."""
    if not ask.refs:
        return set()
    causes = {i: Cause(h.cause_id, h.occurred_at or h.received_at) for i, h in ask.hints.items()}
    first = next(iter(causes.values()))
    looks = Looks(ask.connection, ask.kind, records, ask.started, first, causes)
    applied = apply(tx, rules_.load(tx), looks, now=now)
    done = [i for i in ask.hints if i not in applied.stale]
    inbox.finish_hints(tx, ask.connection, ask.kind, done, started=ask.started)
    if applied.stale:
        stale = list(applied.stale)
        inbox.delay_hints(tx, ask.connection, ask.kind, stale, wait_s=LOOK_AGAIN_S)
    return applied.wakes

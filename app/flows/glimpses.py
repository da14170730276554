"""Glimpses: what an index shows of records tells which of them are worth a look, and no more."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from app.domain.link import Side, SideState, WriteState
from app.flows import refer
from app.flows.decide import canonical
from app.flows.rules import Plan, Rules
from app.store import clues, glimpses
from app.store.db import Tx
from connectors.base import Page, Record
from connectors.capabilities import Batches, ReadsRecords


def worth_a_look(
    tx: Tx, rules: Rules, plan: Plan, connection: str, shown: Sequence[Record]
) -> list[Record]:
    """Those that a look may show something new of. Dropped is what shows a record as we know it;
    dropping one can do no harm, since an index that lags shows the record once more.
    """
    rules = refer.known(tx, rules, plan, {connection: shown})
    known = glimpses.sides(tx, connection, plan.kind, [one.ref.id for one in shown])
    fresh = {
        one.ref.id
        for one in shown
        if one.ref.id not in known or not _is_known(rules, plan, known[one.ref.id], one)
    }
    fresh |= _with_new_emails(tx, known, [one for one in shown if one.ref.id not in fresh])
    told = [side for id_, side in known.items() if side.told and id_ not in fresh]
    glimpses.told_is_shown(tx, connection, {side.link_id: side.stamp for side in told})
    return [one for one in shown if one.ref.id in fresh]


def _is_known(rules: Rules, plan: Plan, side: Side, shown: Record) -> bool:
    if shown.deleted or side.state == SideState.GONE or side.write_state != WriteState.IDLE:
        return False
    problems = [one["code"] for one in side.problems]
    values = canonical(rules, plan, plan.role(side.connection), side, shown.fields)
    return (
        side.object == shown.object
        and values == side.seen
        and [one["code"] for one in side.problems] == problems
    )


def _with_new_emails(tx: Tx, known: Mapping[str, Side], shown: Sequence[Record]) -> set[str]:
    """Those with other further addresses than are known."""
    told = {known[one.ref.id].link_id: one for one in shown if one.emails is not None}
    keys = clues.of(tx, told) if told else {}
    return {
        one.ref.id
        for link_id, one in told.items()
        if {f"{clues.EMAIL}{email}" for email in one.emails or ()}
        != {key for key in keys[link_id] if key.startswith(clues.EMAIL)}
    }


def looked_at(connector: object, page: Page[Record], fields: Collection[str]) -> Iterator[Record]:
    """A page's records, looked at where it only glimpses them. Raises: Busy, AuthLost."""
    yield from page.items
    refs = [one.ref for one in page.glimpses]
    batch = connector.read_batch if isinstance(connector, Batches) else 1
    if isinstance(connector, ReadsRecords):
        for start in range(0, len(refs), batch):
            yield from connector.read(refs[start : start + batch], fields)

"""Load: many due writes of one sort in one load of the vendor's, one outcome each.

open -> send -> outcomes, each a step of its own. The load's name is stored before anything is
sent, and the writes are marked as flying and as carried by this job; so after a crash the vendor
is asked what became of them, and nothing is sent twice. Started by `spared`, not by people.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from app.domain.link import WriteState
from app.flows import deliver, refer
from app.flows.outcome import Written, settle_writes
from app.flows.ripe import ripe
from app.flows.rules import Plan
from app.flows.waiting import code_of
from app.flows.work import listing
from app.flows.work.kind import Args
from app.store import carrying, links, work
from app.store.db import Tx, tick
from app.store.work import OPEN, Job
from connectors.base import ConnectorError, Kind, Landed, Rejected, Write
from connectors.capabilities import WritesInBulk

MOST = 5000  # writes of a load: of nine calls or so
AT_ONCE = 500  # writes settled in one transaction
LOOK_AGAIN_S = 2.0


class Arguments(Args):
    """Which sort of writes."""

    connection: str
    kind: Kind
    object: str
    creating: bool

    @property
    def connections(self) -> Sequence[str]:
        return (self.connection,)


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """A load to be opened."""

    connection: str
    object: str
    creating: bool


@dataclass(frozen=True, slots=True)
class SendAsk:
    """Writes to be sent, all flying."""

    connection: str
    load: str
    writes: Sequence[Write]
    write_ids: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class OutcomesAsk:
    """Writes of a load whose outcomes are wanted."""

    connection: str
    kind: Kind
    load: str
    writes: Sequence[Write]
    write_ids: Mapping[str, UUID]


Asks: TypeAlias = OpenAsk | SendAsk | OutcomesAsk
Outcomes: TypeAlias = Mapping[str, Landed | ConnectorError]


def spared(tx: Tx, connection: str, kind: Kind, least: int | None) -> set[UUID]:
    """The causes whose writes are not to be made now: they wait for a load, which is started where
    so many (`least`, None for no loads) are due, or until their job has read this connection.
    """
    reading = carrying.read_by(tx, connection, kind)
    return reading if least is None else reading | _handed_over(tx, connection, kind, least)


def _handed_over(tx: Tx, connection: str, kind: Kind, least: int) -> set[UUID]:
    freight = carrying.heaviest(tx, connection, kind)
    if freight is not None and freight.n >= least:
        args = Arguments(
            connection=connection, kind=kind, object=freight.object, creating=freight.creating
        ).model_dump()
        if not work.listed(tx, kind="load", states=OPEN, args=args):
            work.add(tx, "load", args, by="delivery", total=min(freight.n, MOST))
    return carrying.awaited(tx, connection, kind, least)


def plan(tx: Tx, job: Job, *, now: datetime) -> Asks | None:
    """Open; send what is due; ask for the outcomes of what was (or may have been) sent."""
    args, place = job.args, job.checkpoint
    connection = args["connection"]
    if "load" not in place:
        return OpenAsk(connection, args["object"], args["creating"])
    held = carrying.carried(tx, job.id, AT_ONCE)
    if not held:
        return None if place.get("sent") else _claim(tx, job, now)
    found = links.lock(tx, held)
    sides = [one.sides[connection] for one in found.values() if connection in one.sides]
    flying = [side for side in sides if side.write_state == WriteState.FLYING]
    carrying.put_down(tx, job.id, set(held) - {side.link_id for side in flying})
    writes = [Write(str(s.link_id), s.kind, s.ref, {}, s.object) for s in flying]
    ids = {str(side.link_id): side.write_id or uuid4() for side in flying}
    return OutcomesAsk(connection, args["kind"], place["load"], writes, ids)


def _claim(tx: Tx, job: Job, now: datetime) -> SendAsk | None:
    """Mark what is due of this sort as flying, but for what must be looked at just before."""
    connection = job.args["connection"]
    rules, mapping = listing.mapping_of(tx, connection, job.args["kind"])
    ids = carrying.due(tx, connection, mapping.kind, job.args, MOST)
    links.hold(tx, ids)
    started = tick(tx)
    writes: list[Write] = []
    write_ids: dict[str, UUID] = {}
    for start in range(0, len(ids), AT_ONCE):  # so that only the writes are all in memory
        part = ids[start : start + AT_ONCE]
        found = links.lock(tx, part)
        order = [found[i] for i in part if i in found]
        order = [one for one in order if not _is_guarded(mapping, one, connection)]
        order = ripe(tx, mapping, connection, order, now=now)
        knowing = refer.known(tx, rules, mapping, {}, order)
        claimed = deliver.claimed(knowing, mapping, connection, order, started=started)
        links.save(tx, order)
        writes += claimed.writes
        write_ids |= claimed.write_ids
    if not writes:
        return None
    carrying.carry(tx, job.id, connection, [UUID(write.key) for write in writes])
    return SendAsk(connection, job.checkpoint["load"], writes, write_ids)


def _is_guarded(mapping: Plan, link: Any, connection: str) -> bool:
    """Whether a late edit at the target counts: an update of such a field is looked at first."""
    side = link.sides[connection]
    if side.ref is None:
        return False
    writes = mapping.writes(mapping.role(connection), side.object)
    late = {name for name, rule in mapping.merge.items() if rule.policy in deliver.LAST_LOOK}
    return bool(side.aside) or bool(writes & late)


def call(connector: WritesInBulk, ask: Asks) -> Any:
    """Make the step's calls. Raises: Busy, AuthLost, Unsure, Rejected."""
    match ask:
        case OpenAsk():
            return connector.open_load(ask.object, creating=ask.creating)
        case SendAsk():
            return connector.send_load(ask.load, ask.writes)
        case OutcomesAsk():
            return connector.load_outcomes(ask.kind, ask.load, ask.writes) if ask.writes else {}


def settle(tx: Tx, job: Job, ask: Asks, answer: Any, *, now: datetime) -> set[str]:
    """Store the load's name; that it was sent; or how its writes went."""
    match ask:
        case OpenAsk():
            work.advance(tx, job.id, {"load": answer})
            return set()
        case SendAsk(writes=writes):
            refused: Mapping[str, Rejected] = answer
            wakes = _settle(tx, job, ask, refused, now=now)
            place = {**job.checkpoint, "sent": True}
            work.advance(tx, job.id, place, len(refused), _counts(refused), total=len(writes))
        case OutcomesAsk() if answer is not None:
            outcomes: Outcomes = answer
            wakes = _settle(tx, job, ask, outcomes, now=now)
            place = {**job.checkpoint, "sent": True}
            work.advance(tx, job.id, place, len(outcomes), _counts(outcomes))
            return wakes
        case _:
            wakes = set()
    work.wait(tx, job.id, LOOK_AGAIN_S, f"{ask.connection} loads the records")
    return wakes


def _settle(
    tx: Tx, job: Job, ask: SendAsk | OutcomesAsk, outcomes: Outcomes, *, now: datetime
) -> set[str]:
    rules, mapping = listing.mapping_of(tx, ask.connection, job.args["kind"])
    ids = {key: write_id for key, write_id in ask.write_ids.items() if key in outcomes}
    written = Written(ask.connection, mapping, ids, outcomes)
    wakes = settle_writes(tx, rules, written, now=now)
    carrying.put_down(tx, job.id, [UUID(key) for key in ids])
    return wakes


def _counts(outcomes: Outcomes) -> dict[str, int]:
    ends = ("landed" if isinstance(o, Landed) else code_of(o) for o in outcomes.values())
    return dict(Counter(ends))

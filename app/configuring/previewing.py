"""Preview: rehearse a mapping with a sample of live records; what it would do, and cost.

The looks are made between transactions; nothing is written anywhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from app.budget import outlook
from app.configuring import live_fields
from app.configuring.document_checks import findings
from app.configuring.documents import parsed_document
from app.configuring.problems import InUse, Invalid, Missing
from app.domain.rehearsal import Batches, Calls, Rehearsed, calls, counted, told
from app.flows import sample
from app.flows.deliver import is_delicate
from app.flows.refer import Named
from app.flows.rehearsing import Stage, judge_all, named_in, stage
from app.flows.sample import Wanted
from app.flows.work.run import STANDS
from app.store import comparing, connections, documents, feeds, work
from app.store.db import Database, Tx
from connectors import capabilities
from connectors.base import Record
from mappings.document import MappingDocument
from mappings.finding import Finding, warning

Opened: TypeAlias = Callable[[str], object]  # the open connector of a connection
MOST = 50  # records of a sample: each page of them is looked at while somebody waits


@dataclass(frozen=True, slots=True)
class Cost:
    """What activating it would cost at one connection: calls, of how many that are left today
    (None: the vendor tells of no daily limit), and how long at the rate that it allows.
    """

    connection: str
    calls: Calls
    left_today: int | None
    per_s: float | None

    @property
    def fits(self) -> bool:
        return self.left_today is None or self.calls.total <= self.left_today

    @property
    def lasts_s(self) -> float | None:
        return self.calls.total / self.per_s if self.per_s else None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rehearsal showed. `totals` counts records by outcome; `records` is how many there
    are at each connection as far as Baton knows; `lasts_s` is an estimate for all of them; `named`
    are the records that values refer to.
    """

    mapping: str
    version: int
    results: Sequence[Rehearsed]
    warnings: Sequence[Finding]
    totals: Mapping[str, int]
    records: Mapping[str, int]
    costs: Sequence[Cost] = field(default_factory=tuple)
    lasts_s: float | None = None
    named: Named = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is rehearsed: a body, or a stored version of it."""

    name: str
    body: Mapping[str, Any] | None = None
    version: int | None = None


def preview(database: Database, opened: Opened, draft: Draft, wanted: Wanted) -> Preview:
    """Rehearse with a sample. Raises: Invalid, Missing, InUse, ConnectorError."""
    unread = _fields_read(database, opened, draft)
    with database.begin() as tx:
        scene, warnings = _scene(tx, draft)
        looks = sample.chosen(tx, scene, wanted)
    connectors = {name: opened(name) for name in scene.plan.connections}
    found: dict[str, list[Record]] = {name: [] for name in scene.plan.connections}
    for one in looks:
        found[one.connection] += sample.look(connectors[one.connection], one)
    with database.begin() as tx:
        more = sample.counterparts(tx, scene, found)
    for one in more:
        found[one.connection] += sample.look(connectors[one.connection], one)
    batches = {name: _batches(one) for name, one in connectors.items()}
    with database.begin() as tx:
        results = judge_all(tx, scene, found)[:MOST]
        named = named_in(tx, scene, results)
        records = _records(tx, scene)
        made = _scaled(results, sum(records.values()), sum(map(len, found.values())))
        costs = _costs(tx, scene, batches, records, made)
        lasts_s = _lasts_s(tx, costs, sum(records.values()))
        unread += _unknown(tx, scene, records)
    return Preview(
        draft.name,
        scene.plan.version,
        results,
        [*unread, *warnings],
        counted(results),
        records,
        costs,
        lasts_s,
        named,
    )


def _fields_read(database: Database, opened: Opened, draft: Draft) -> list[Finding]:
    """Have the fields as the vendors describe them now; a lane that waits for them is found."""
    body = draft.body
    if body is None:
        with database.begin() as tx:
            stored = documents.get(tx, "mapping", draft.name, draft.version)
        body = {} if stored is None else stored.body
    return live_fields.refresh(database, opened, "mapping", body)[1]


def _scene(tx: Tx, draft: Draft) -> tuple[Stage, Sequence[Finding]]:
    """The draft, checked as saving checks it. Raises: Invalid, Missing, InUse."""
    what = f'mapping "{draft.name}"'
    body, version = draft.body, draft.version or 0
    if body is None:
        stored = documents.get(tx, "mapping", draft.name, draft.version)
        if stored is None:
            raise Missing(f"there is no such version of {what}")
        body, version = stored.body, stored.version
    parsed = parsed_document("mapping", draft.name, body)
    assert isinstance(parsed, MappingDocument)  # noqa: S101  its kind says so
    found = findings(tx, draft.name, parsed)
    if errors := [one for one in found if one.severity == "error"]:
        raise Invalid(what, errors)
    for name in (parsed.ma, parsed.sfa):
        one = connections.get(tx, name)
        if one is None:
            raise Missing(f'there is no connection "{name}"')
        if one.state != "active":
            raise InUse(f'the connection "{name}" {STANDS[one.state]}; resume it')
    return stage(tx, draft.name, parsed, version, now=datetime.now(UTC)), found


def _batches(connector: object) -> Batches:
    if isinstance(connector, capabilities.Batches):
        return Batches(connector.read_batch, connector.write_batch)
    return Batches(1, 1)


def _records(tx: Tx, scene: Stage) -> dict[str, int]:
    kind = scene.plan.kind
    return {name: comparing.count_at(tx, kind, name) for name in scene.plan.connections}


def _unknown(tx: Tx, scene: Stage, records: Mapping[str, int]) -> Iterator[Finding]:
    """Sides that were never read to the end: what they hold more, no figure counts."""
    for role, name in scene.plan.roles():
        one, feed = connections.get(tx, name), f"changes:{scene.plan.kind}"
        lists = one is not None and "ListsChanges" in one.capabilities
        if lists and not any(
            row["name"] == feed and row["caught_up"] for row in feeds.of(tx, name)
        ):
            yield warning(
                f"/{role}",
                f'"{name}" was not read through yet: calls and time are those of the '
                f"{records[name]} records that are known; rehearse all records to count them",
            )


def _scaled(
    results: Sequence[Rehearsed], records: int, looked_at: int
) -> dict[str, dict[str, float]]:
    """What the sample says of all records."""
    factor = max(records / looked_at, 1.0) if looked_at else 1.0
    return {
        name: {what: n * factor for what, n in counts.items()}
        for name, counts in told(results).items()
    }


def _costs(
    tx: Tx,
    scene: Stage,
    batches: Mapping[str, Batches],
    records: Mapping[str, int],
    made: Mapping[str, Mapping[str, float]],
) -> list[Cost]:
    looked = any(is_delicate(rule) for rule in scene.plan.merge.values())
    found: list[Cost] = []
    for name in scene.plan.connections:
        counts = made.get(name, {})
        cost = calls(
            batches[name],
            records=records[name],
            created=counts.get("created", 0),
            updated=counts.get("updated", 0),
            looked=looked,
        )
        found.append(_cost(tx, name, cost))
    return found


def _cost(tx: Tx, name: str, cost: Calls) -> Cost:
    one = connections.get(tx, name)
    if one is None:
        return Cost(name, cost, None, None)
    seen = outlook(tx, one, now=datetime.now(UTC))
    day = seen.forecast
    left = None
    if day.ceiling is not None and day.used is not None:
        left = max(day.ceiling - day.used, 0)
    rates = [w.rate.calls / w.rate.per_s for w in seen.windows if w.rate and w.limit == "default"]
    return Cost(name, cost, left, next(iter(rates), None))


def _lasts_s(tx: Tx, costs: Sequence[Cost], records: int) -> float | None:
    """At the vendors' rates, or at the pace at which the last such job went, if that is slower."""
    times = [one.lasts_s for one in costs if one.lasts_s is not None]
    paces = [one.rate for one in work.listed(tx, kind="resync", states=["done"], limit=1)]
    times += [records / pace for pace in paces if pace]
    return max(times, default=None)

"""Batches of records: all or nothing, or in part (207) where inputs carry trace ids.

Source: HubSpot developer docs, "Batch create with multi-status errors"; recorded answers.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.hubspot.sandbox import views, writes
from connectors.hubspot.sandbox.errors import (
    ApiError,
    invalid,
    some_not_found,
)
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, objects
from connectors.hubspot.sandbox.links import Definition
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.objects_api import READ, WRITE, find, make, wanted_ends
from connectors.hubspot.sandbox.records import Record

MOST = 100
TRACE = "objectWriteTraceId"
Row = dict[str, Any]


def outcome(call: Call, results: list[Row], errors: list[Row], good: int = 200) -> Answer:
    """A batch answer; 207 with errors (200 in 2026-09, whose specification has no 207)."""
    now = iso(call.portal.now_ms())
    body: Row = {
        "status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now,
    }  # fmt: skip
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
        return (good if call.version == "2026-09" else 207), body
    return good, body


def traced(rows: Sequence[Row]) -> bool:
    """Tell whether errors can be reported one by one: each input has its own trace id."""
    traces = [str(row[TRACE]) for row in rows if row.get(TRACE) is not None]
    return len(traces) == len(rows) and len(set(traces)) == len(traces)


def check_distinct(ids: Sequence[str]) -> None:
    """Raises: ApiError."""
    if twice := [i for i, count in Counter(ids).items() if count > 1]:
        listed = ", ".join(twice)
        message = f"Duplicate IDs found in batch input: [{listed}]. IDs must be unique"
        raise invalid(message, ids=twice)


def read(call: Call) -> Answer:
    body, rows, kind = call.mapping("inputs"), call.rows(MOST, "id"), call.kind
    by = body.get("idProperty")
    asked = (call.items(body.get(key)) for key in ("properties", "propertiesWithHistory"))
    names, history = ([str(name) for name in part] for part in asked)
    archived = call.query.get("archived") == "true"
    found: dict[str, Record] = {}
    missing: list[str] = []
    for record_id in dict.fromkeys(str(row["id"]) for row in rows):
        record = _for_read(call, kind, record_id, by, archived=archived)
        if record is None:
            missing.append(record_id)
        else:
            found[record.id] = record
    results = [views.read(call.portal, r, names, history) for r in found.values()]
    errors = [some_not_found(kind.label, missing).row()] if missing else []
    return outcome(call, results, errors)


def _for_read(
    call: Call, kind: ObjectType, record_id: str, by: str | None, *, archived: bool
) -> Record | None:
    if by is None and not call.portal.config.merged_ids_in_batch_read:
        return call.portal.table(kind).get(record_id, archived=archived)
    return find(call.portal, kind, record_id, by, archived=archived)


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked input: a record to change, or None for one to create."""

    row: Row
    values: dict[str, str]
    record: Record | None = None
    ends: tuple[tuple[Definition, Record], ...] = ()


@dataclass(slots=True)
class Batch:
    """Checks inputs one after the other, minding unique values that earlier ones claimed."""

    call: Call
    kind: ObjectType
    partial: bool
    plans: list[Plan]
    errors: list[Row]
    claimed: dict[tuple[str, str], str]

    @classmethod
    def begin(cls, call: Call, rows: Sequence[Row], *, partial: bool | None = None) -> "Batch":
        by_one = traced(rows) if partial is None else partial
        return cls(call, call.kind, by_one, [], [], {})

    def plan(self, rows: Sequence[Row], check: Callable[[Row], Plan]) -> None:
        """Raises: ApiError of the first bad input, unless errors are reported one by one."""
        for row in rows:
            try:
                plan = check(row)
                self._claim(plan)
            except ApiError as error:
                if not self.partial:
                    raise _whole(error) from error
                self.errors.append(_row_error(error, row))
            else:
                self.plans.append(plan)

    def _claim(self, plan: Plan) -> None:
        portal = self.call.portal
        for name in portal.schema(self.kind).unique_names():
            value = plan.values.get(name, "").lower()
            holder = str(plan.record.id if plan.record else id(plan))
            if value and self.claimed.setdefault((name, value), holder) != holder:
                message = f"Duplicate value {value} for unique property {name} in batch input"
                raise ApiError(409, message, "CONFLICT")


def _whole(error: ApiError) -> ApiError:
    """The answer to a whole batch does not say which contact exists already."""
    if error.status == 409 and error.message.startswith("Contact already exists"):
        return ApiError(409, "Contact already exists", "CONFLICT")
    return error


def _row_error(error: ApiError, row: Row) -> Row:
    context = {TRACE: [str(row[TRACE])]} if TRACE in row else {}
    existing = error.message.rpartition("Existing ID: ")[2] if error.status == 409 else ""
    if existing.isdigit():
        context["existingId"] = [existing]
    return error.row(**context)


def create(call: Call) -> Answer:
    rows = call.rows(MOST, "properties")
    batch = Batch.begin(call, rows)

    def check(row: Row) -> Plan:
        values = writes.check(call.portal, batch.kind, row["properties"])
        ends = wanted_ends(call, batch.kind, row.get("associations"))
        if error := writes.refused(call.portal, batch.kind, values):
            raise error
        return Plan(row, values, ends=tuple(ends))

    batch.plan(rows, check)
    results = []
    for plan in batch.plans:
        record = make(call, batch.kind, plan.values, list(plan.ends))
        results.append(_with_trace(views.creation(call.portal, record), plan.row))
    if call.portal.config.shuffle_created:
        call.portal.chance.shuffle(results)
    return outcome(call, results, batch.errors, 201)


def update(call: Call) -> Answer:
    rows = call.rows(MOST, "id", "properties")
    check_distinct([str(row["id"]) for row in rows])
    batch = Batch.begin(call, rows)
    found = [row for row in rows if _exact(call, batch.kind, row) is not None]
    missing = [str(row["id"]) for row in rows if row not in found]

    def check(row: Row) -> Plan:
        record = _exact(call, batch.kind, row)
        values = writes.check(call.portal, batch.kind, row["properties"])
        writes.check_unique(call.portal, batch.kind, values, record)
        return Plan(row, values, record)

    batch.plan(found, check)
    results = [_apply(call, plan) for plan in batch.plans]
    errors = [some_not_found(batch.kind.label, missing).row()] if missing else []
    return outcome(call, results, errors + batch.errors)


def _exact(call: Call, kind: ObjectType, row: Row) -> Record | None:
    """In batch updates ids merged away do not work."""
    if (by := row.get("idProperty")) is not None:
        return find(call.portal, kind, str(row["id"]), by)
    return call.portal.table(kind).get(str(row["id"]))


def _apply(call: Call, plan: Plan) -> Row:
    assert plan.record is not None, "planned from an existing record"
    changed = writes.update(call.portal, plan.record, plan.values, call.actor)
    shown = views.change(call.portal, plan.record, {*changed, *plan.values})
    return _with_trace(shown, plan.row)


def upsert(call: Call) -> Answer:
    """By e-mail it is all or nothing; by another unique property parts may fail."""
    rows = call.rows(MOST, "id", "properties")
    keys = [(str(row.get("idProperty")), str(row["id"]).lower()) for row in rows]
    check_distinct([value for _, value in keys])
    by_email = any(by == "email" for by, _ in keys)
    batch = Batch.begin(call, rows, partial=False if by_email else None)

    def check(row: Row) -> Plan:
        by, value = row.get("idProperty"), str(row["id"])
        record = find(call.portal, batch.kind, value, by)
        given = dict(call.with_fields(row["properties"]))
        if by not in {None, "hs_object_id"}:
            given.setdefault(by, value)
        elif record is None:
            raise some_not_found(batch.kind.label, [value])
        values = writes.check(call.portal, batch.kind, given)
        if record is None:
            writes.check_required(batch.kind, values)
        writes.check_unique(call.portal, batch.kind, values, record)
        return Plan(row, values, record)

    batch.plan(rows, check)
    results = []
    for plan in batch.plans:
        if plan.record is None:
            made = make(call, batch.kind, plan.values, [])
            shown = _with_trace(views.creation(call.portal, made), plan.row)
        else:
            shown = _apply(call, plan)
        results.append({**shown, "new": plan.record is None})
    return outcome(call, results, batch.errors)


def archive(call: Call) -> Answer:
    kind = call.kind
    for row in call.rows(MOST, "id"):
        record = call.portal.table(kind).get(str(row["id"]))
        if record is not None:
            writes.archive(call.portal, record, call.actor)
    return 204, None


def _with_trace(shown: Row, row: Row) -> Row:
    return {**shown, TRACE: row[TRACE]} if TRACE in row else shown


ENDPOINTS = (
    Endpoint("POST", objects("/batch/read"), read, scope=READ),
    Endpoint("POST", objects("/batch/create"), create, scope=WRITE),
    Endpoint("POST", objects("/batch/update"), update, scope=WRITE),
    Endpoint("POST", objects("/batch/upsert"), upsert, scope=WRITE),
    Endpoint("POST", objects("/batch/archive"), archive, scope=WRITE),
)

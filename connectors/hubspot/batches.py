"""Batch calls that write: one outcome per row, whatever shape HubSpot's answer has."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from connectors.base import ConnectorError, Gone, Kind, Landed, Ref, Rejected, Unsure
from connectors.hubspot.answers import Batch, Fault, Item
from connectors.hubspot.errors import part_error
from connectors.hubspot.isolate import Outcome, isolated
from connectors.hubspot.rest import Api

# These codes are about a property, whatever its value: every row that has it fails.
ABOUT_THE_PROPERTY = {"PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE"}
TAKEN = "already has that value"  # as recorded; HubSpot has no code of its own for it
ABOUT_THE_SIGN_IN = {"MISSING_SCOPES"}


@dataclass(frozen=True, slots=True)
class Row:
    """One input of a batch.

    `id` is what HubSpot finds the record by (its id, or our key), `kind` what a landed one is
    called, `asked` the properties whose stored values the answer is read for, `ends` the
    associations to make together with a new record.
    """

    key: str
    id: str
    kind: Kind
    properties: Mapping[str, str]
    asked: Collection[str] = ()
    ends: Sequence[Mapping[str, Any]] = ()


Part: TypeAlias = tuple[Sequence[Row], Callable[[Sequence[Row]], Mapping[str, Outcome]]]


def in_parts(*parts: Part) -> dict[str, Outcome]:
    """The outcomes of several calls; an error of a whole call is raised only if all fail so."""
    outcomes: dict[str, Outcome] = {}
    failures: list[ConnectorError] = []
    tried = [part for part in parts if part[0]]
    for rows, send in tried:
        try:
            outcomes |= isolated(rows, send, condemned)
        except ConnectorError as error:
            failures.append(error)
            outcomes |= {row.key: error for row in rows}
    if failures and len(failures) == len(tried):
        raise failures[0]
    return outcomes


def condemned(error: Rejected | Gone, rows: Sequence[Row]) -> list[Row]:
    """The rows that this refusal is about, whatever the others hold."""
    if not isinstance(error, Rejected):
        return []
    if error.code in ABOUT_THE_SIGN_IN:
        return list(rows)
    if error.code in ABOUT_THE_PROPERTY:
        return [row for row in rows if row.properties.keys() & set(error.fields)]
    if is_clash(error):
        return [row for row in rows if f"value={row.key}}}" in str(error)]
    return []


def upsert(api: Api, object_type: str, rows: Sequence[Row]) -> dict[str, Outcome]:
    """Create, or update what our key names. Results come in any order: matched by the key."""
    name = api.settings.key_property
    inputs = _inputs(rows, name)
    batch = _keyed(api, lambda: api.ask(Batch, api.batch.upsert, object_type, {"inputs": inputs}))
    by_key = {item.properties.get(name) or item.trace_id: item for item in batch.results}
    return outcomes_of(rows, {row.key: by_key.get(row.key) for row in rows}, batch.errors)


def create(api: Api, object_type: str, rows: Sequence[Row]) -> dict[str, Outcome]:
    """Create with associations, all or nothing for each row. Whose key is there already is
    refused (`is_clash`), so repeating it is harmless.
    """
    name = api.settings.key_property
    inputs = [
        {
            "properties": dict(row.properties),
            "associations": list(row.ends),
            "objectWriteTraceId": row.key,
        }
        for row in rows
    ]
    batch = _keyed(api, lambda: api.ask(Batch, api.batch.create, object_type, {"inputs": inputs}))
    by_key = {
        item.properties.get(name) or item.trace_id: item.model_copy(update={"new": True})
        for item in batch.results
    }
    return outcomes_of(rows, {row.key: by_key.get(row.key) for row in rows}, batch.errors)


def is_clash(outcome: Outcome) -> bool:
    """Whether a row was not created because its key is there already."""
    if not isinstance(outcome, Rejected):
        return False
    return TAKEN in str(outcome) or (outcome.code == "CONFLICT" and not outcome.fields)


def _keyed(api: Api, call: Callable[[], Batch]) -> Batch:
    """A call that needs our unique property. Raises: Rejected that says how to get it."""
    name = api.settings.key_property
    try:
        return call()
    except Rejected as error:
        if name not in error.fields or is_clash(error):
            raise
        raise Rejected(
            f"{error}: install Baton's properties in this HubSpot account first",
            code=error.code,
            fields=error.fields,
        ) from error


def update(api: Api, object_type: str, rows: Sequence[Row]) -> dict[str, Outcome]:
    """Update by HubSpot's id."""
    with api.own_writes.under_way({Ref(row.kind, row.id): row.properties for row in rows}):
        batch = api.ask(Batch, api.batch.update, object_type, {"inputs": _inputs(rows)})
        by_id = {item.id: item for item in batch.results}
        for row in rows:
            if (item := by_id.get(row.id)) is not None:
                ref = Ref(row.kind, item.id)
                api.own_writes.confirmed(ref, row.properties, item.properties, item.updated_at)
    return outcomes_of(rows, {row.key: by_id.get(row.id) for row in rows}, batch.errors)


def _inputs(rows: Sequence[Row], id_property: str | None = None) -> list[dict[str, Any]]:
    """A trace id on each input is what makes HubSpot judge each on its own (207)."""
    named = {"idProperty": id_property} if id_property else {}
    return [
        {"id": r.id, "properties": dict(r.properties), "objectWriteTraceId": r.key, **named}
        for r in rows
    ]


def outcomes_of(
    rows: Sequence[Row], landed: Mapping[str, Item | None], faults: Sequence[Fault]
) -> dict[str, Outcome]:
    """One outcome per row from the answer's results and errors."""
    missing = [row for row in rows if landed[row.key] is None]
    errors = blamed(missing, faults)
    unsaid = Unsure("HubSpot's answer does not mention this record")
    outcomes: dict[str, Outcome] = {}
    for row in rows:
        item = landed[row.key]
        outcomes[row.key] = errors.get(row.key, unsaid) if item is None else _landed(item, row)
    return outcomes


def _landed(item: Item, row: Row) -> Landed:
    told = {name: item.properties[name] for name in row.asked if name in item.properties}
    return Landed(Ref(row.kind, item.id), told, created=bool(item.new))


def blamed(missing: Sequence[Row], faults: Sequence[Fault]) -> dict[str, ConnectorError]:
    """Which row each part's error is about: by trace id or id, else whichever is left over."""
    found: dict[str, ConnectorError] = {}
    nameless: list[ConnectorError] = []
    for fault in faults:
        named = {*fault.said("objectWriteTraceId"), *fault.said("ids"), *fault.said("id")}
        guilty = [row for row in missing if {row.key, row.id} & named]
        error = part_error(fault, missing[0].kind if missing else None)
        found |= {row.key: error for row in guilty}
        nameless += [] if guilty else [error]
    left = [row.key for row in missing if row.key not in found]
    if len(nameless) == 1:
        found |= dict.fromkeys(left, nameless[0])
    elif len(nameless) == len(left):
        found |= dict(zip(left, nameless, strict=True))
    return found

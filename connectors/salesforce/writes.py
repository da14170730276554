"""Writing records: creates are upserts by our key, updates go by id."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.base import Landed, Ref, Rejected, Value, Write
from connectors.salesforce import primary_contact
from connectors.salesforce.batch import Item, Outcome, calls, send_all, upsert_path
from connectors.salesforce.errors import rejected
from connectors.salesforce.ids import canonical, object_of
from connectors.salesforce.schema import (
    CHANGED_SCHEMA,
    RECORD_TYPE,
    fields_of_kind,
    forget,
    record_type_id,
)
from connectors.salesforce.session import Api, Row


def write(api: Api, writes: Sequence[Write]) -> Mapping[str, Outcome]:
    """Write records of one kind; one outcome per `Write.key`.

    A field that only the kind's other object has (Company: leads, not contacts) is left out, and
    `Landed.fields` then names what was sent. An opportunity's primary contact is told once the
    opportunity has landed. Raises: as `batch.send_all`.
    """
    outcomes = _write(api, writes)
    return outcomes | primary_contact.assign(api, writes, outcomes)


def _write(api: Api, writes: Sequence[Write]) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    updates: list[tuple[str, Item]] = []
    creates: dict[str, list[Item]] = {}
    for each in writes:
        match prepare(api, primary_contact.without(each)):
            case Rejected() as refusal:
                outcomes[each.key] = refusal
            case (name, item) if each.ref is None:
                creates.setdefault(name, []).append(item)
            case (_, item) if primary_contact.is_all(each):
                outcomes[each.key] = Landed(Ref(each.kind, item.about[2]))
            case prepared:
                updates.append(prepared)
    # One call takes both objects of a kind, as long as like stands by like (at most 10 changes).
    in_order = [item for _, item in sorted(updates, key=lambda pair: pair[0])]
    headers = _headers(api)
    requests = [*calls("composite/sobjects", in_order, headers=headers)]
    for name, items in creates.items():
        requests += calls(upsert_path(api, name), items, headers=headers)
    outcomes |= send_all(api, requests)
    if any(isinstance(o, Rejected) and o.code in CHANGED_SCHEMA for o in outcomes.values()):
        forget(api)
    return outcomes


def prepare(api: Api, each: Write) -> tuple[str, Item] | Rejected:
    """The object and row of one write, or why there can be none."""
    name = _object(api, each)
    if name is None:
        target = each.object or (each.ref.id if each.ref else each.kind)
        return rejected("INVALID_TYPE", f"{target!r} is no {each.kind} in Salesforce")
    schema = fields_of_kind(api, each.kind, each.fields)
    nowhere = sorted(set(each.fields).difference(*schema.values()))
    if nowhere:
        names = ", ".join(nowhere)
        return rejected("INVALID_FIELD", f"{name} has no field {names}", tuple(nowhere))
    own = schema[name]
    sent = {f: to_wire(value, own[f]) for f, value in each.fields.items() if f in own}
    if RECORD_TYPE in sent:
        sent[RECORD_TYPE] = record_type_id(api, name, sent[RECORD_TYPE])
    row: dict[str, Any] = {"attributes": {"type": name}}
    key_field = api.settings.key_field
    if each.ref is None:
        row |= {**sent, key_field: each.key}
        about = (name, key_field, each.key)
    else:
        record_id = canonical(each.ref.id)
        row |= {"id": record_id, **sent}
        about = (name, "Id", record_id)
    told = sent if len(sent) < len(each.fields) else {}
    return name, Item(each.key, each.kind, row, about, told)


def _object(api: Api, each: Write) -> str | None:
    if each.ref is not None:
        same = each.ref.kind == each.kind
        return object_of(each.ref, api.settings.custom_objects) if same else None
    objects = api.settings.objects(each.kind)
    if each.object is not None:
        return each.object if each.object in objects else None
    return api.settings.person_object if each.kind == "person" else objects[0]


def _headers(api: Api) -> dict[str, str]:
    """Source: REST API Developer Guide, "Duplicate Rule Header", "Assignment Rule Header"."""
    headers = {}
    if api.settings.allow_duplicates:
        headers["Sforce-Duplicate-Rule-Header"] = "allowSave=true"
    if api.settings.assignment_rules is not None:
        headers["Sforce-Auto-Assign"] = str(api.settings.assignment_rules).upper()
    return headers


def to_wire(value: Value, described: Row) -> Value:
    """A value as Salesforce reads it: datetimes in UTC with milliseconds, all else as it is.

    Source: REST API Developer Guide, "Valid Date and DateTime Formats".
    """
    if described.get("type") != "datetime" or not isinstance(value, str):
        return value
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value  # Salesforce says better what is wrong with it
    return wire_time(at) if at.tzinfo is not None else value


def wire_time(at: datetime) -> str:
    at = at.astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"

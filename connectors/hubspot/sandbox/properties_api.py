"""Property definitions and groups. Source: HubSpot's published OpenAPI, "Properties"."""

from dataclasses import asdict, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from connectors.hubspot.sandbox import calculating
from connectors.hubspot.sandbox.batch_api import outcome
from connectors.hubspot.sandbox.errors import (
    ApiError,
    invalid,
    invalid_json,
    no_property,
    resource_not_found,
)
from connectors.hubspot.sandbox.formula_values import BadFormula
from connectors.hubspot.sandbox.formulas import parse
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.properties import (
    FIELD_TYPES,
    TYPES,
    Group,
    Property,
    Schema,
    option,
)

PROPERTY = TypeAdapter(Property)
MOST = 100
NEEDED = ("name", "label", "type", "fieldType", "groupName")
CHANGEABLE = {
    "label": "label", "fieldType": "field_type", "groupName": "group", "hidden": "hidden",
    "description": "description", "displayOrder": "display_order", "formField": "form_field",
    "type": "type", "calculationFormula": "formula",
}  # fmt: skip
READ = ("crm.schemas.{type}.read", "crm.objects.{type}.read")
WRITE = "crm.schemas.{type}.write"


def _schema(call: Call) -> Schema:
    return call.portal.schema(call.kind)


def _needed(call: Call) -> Property:
    prop = _schema(call).properties.get(call.params["name"])
    archived = call.query.get("archived") == "true"
    if prop is None or (prop.archived_ms is not None) != archived:
        raise resource_not_found()
    return prop


def list_all(call: Call) -> Answer:
    archived = call.query.get("archived") == "true"
    shown = [p.as_json() for p in _schema(call) if (p.archived_ms is not None) == archived]
    return 200, {"results": shown}


def get(call: Call) -> Answer:
    return 200, _needed(call).as_json()


def create(call: Call) -> Answer:
    return 201, _made(call, call.mapping(*NEEDED)).as_json()


def _made(call: Call, given: dict[str, Any]) -> Property:
    prop = make(call, _schema(call), given)
    calculating.everywhere(call.portal, call.kind, prop.name)
    return prop


def make(call: Call, schema: Schema, given: dict[str, Any]) -> Property:
    """A property of one's own, checked and added. Raises: ApiError."""
    name = str(given["name"]).lower()
    if name in schema.properties and schema.properties[name].archived_ms is None:
        message = f"Property with name '{name}' already exists"
        raise ApiError(409, message, "OBJECT_ALREADY_EXISTS", context={"name": [name]})
    if not all(isinstance(given[key], str) for key in ("type", "fieldType", "groupName")):
        raise invalid_json("line 1, column 1: Cannot deserialize value of type `String`")
    if given["type"] not in TYPES or given["fieldType"] not in FIELD_TYPES:
        raise invalid(f"Invalid type {given['type']} or fieldType {given['fieldType']}")
    if given["groupName"] not in schema.groups:
        raise invalid(f"Property group {given['groupName']} does not exist")
    now_ms = call.portal.now_ms()
    prop = Property(
        name, str(given["label"]), given["type"], given["fieldType"], given["groupName"],
        options=_options(call, given.get("options")),
        description=str(given.get("description") or ""), hidden=bool(given.get("hidden")),
        display_order=call.number(given.get("displayOrder") or -1),
        unique=bool(given.get("hasUniqueValue")), form_field=bool(given.get("formField")),
        external=bool(given.get("externalOptions")), own=True,
        formula=given.get("calculationFormula"),
        calculated=given["fieldType"] == "calculation_equation",
        read_only=given["fieldType"] == "calculation_equation",
        referenced=given.get("referencedObjectType"), created_ms=now_ms, updated_ms=now_ms,
    )  # fmt: skip
    prop = _sound(prop)
    schema.properties[name] = prop
    return prop


def _sound(prop: Property) -> Property:
    """The property, unless a caller gave it parts of the wrong type. Raises: ApiError."""
    try:
        sound = PROPERTY.validate_python(asdict(prop))
        if sound.calculated and sound.formula:
            parse(sound.formula)
    except BadFormula as error:
        raise invalid(f"Invalid calculation formula: {error}") from error
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise invalid_json(f"line 1, column 1: Cannot deserialize value of `{place}`") from error
    return sound


def _options(call: Call, raw: Any) -> tuple[dict[str, Any], ...]:
    made: list[dict[str, Any]] = []
    for number, part in enumerate(call.items(raw)):
        given = call.with_fields(part, "value")
        base = option(str(given["value"]), str(given.get("label", given["value"])), number)
        base |= {k: given[k] for k in ("displayOrder", "hidden", "description") if k in given}
        made.append(base)
    values = [one["value"] for one in made]
    if len(set(values)) != len(values):
        raise invalid("Property options must have unique values")
    return tuple(made)


def change(call: Call) -> Answer:
    """`hasUniqueValue` can't be changed after creation."""
    prop = changed(call, _schema(call), _needed(call), call.mapping())
    calculating.everywhere(call.portal, call.kind, prop.name)
    return 200, prop.as_json()


def needed_in(schema: Schema, name: str) -> Property:
    """A live property. Raises: ApiError (404)."""
    prop = schema.live(name)
    if prop is None:
        raise resource_not_found()
    return prop


def changed(call: Call, schema: Schema, prop: Property, body: dict[str, Any]) -> Property:
    """The property with these changes, kept. Raises: ApiError."""
    changes: dict[str, Any] = {CHANGEABLE[k]: v for k, v in body.items() if k in CHANGEABLE}
    if not prop.own and changes.keys() - {"group", "display_order", "hidden"}:
        raise invalid(f"{prop.name} is defined by HubSpot and cannot be changed")
    if "options" in body:
        changes["options"] = _options(call, body["options"])
    prop = _sound(replace(prop, **changes, updated_ms=call.portal.now_ms()))
    schema.properties[prop.name] = prop
    return prop


def archive(call: Call) -> Answer:
    _archive(call, _needed(call))
    return 204, None


def _archive(call: Call, prop: Property) -> None:
    if not prop.own:
        raise invalid(f"{prop.name} is defined by HubSpot and cannot be archived")
    _schema(call).properties[prop.name] = replace(prop, archived_ms=call.portal.now_ms())


def batch_create(call: Call) -> Answer:
    """Each by itself: what fails does not keep the rest."""
    made: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for row in call.rows(MOST, *NEEDED):
        try:
            made.append(_made(call, row).as_json())
        except ApiError as error:
            errors.append(error.row(name=[str(row["name"])]))
    return outcome(call, made, errors, 201)


def batch_read(call: Call) -> Answer:
    archived = bool(call.mapping("inputs").get("archived"))
    found: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for name in (str(row["name"]) for row in call.rows(MOST, "name")):
        prop = _schema(call).properties.get(name)
        if prop is not None and (prop.archived_ms is not None) == archived:
            found.append(prop.as_json())
        else:
            errors.append(no_property(name).row())
    return outcome(call, found, errors)


def batch_archive(call: Call) -> Answer:
    for row in call.rows(MOST, "name"):
        if (prop := _schema(call).live(str(row["name"]))) is not None:
            _archive(call, prop)
    return 204, None


def list_groups(call: Call) -> Answer:
    return 200, {"results": [group.as_json() for group in _schema(call).groups.values()]}


def get_group(call: Call) -> Answer:
    return 200, _group(call).as_json()


def _group(call: Call) -> Group:
    group = _schema(call).groups.get(call.params["name"])
    if group is None:
        raise resource_not_found()
    return group


def create_group(call: Call) -> Answer:
    body = call.mapping("name", "label")
    groups, name = _schema(call).groups, str(body["name"])
    if name in groups:
        message = f"Property group with name '{name}' already exists"
        raise ApiError(409, message, "OBJECT_ALREADY_EXISTS", context={"name": [name]})
    groups[name] = Group(name, str(body["label"]), call.number(body.get("displayOrder") or -1))
    return 201, groups[name].as_json()


def change_group(call: Call) -> Answer:
    group, body = _group(call), call.mapping()
    label, order = body.get("label", group.label), body.get("displayOrder", group.display_order)
    _schema(call).groups[group.name] = Group(group.name, str(label), call.number(order))
    return 200, _group(call).as_json()


def archive_group(call: Call) -> Answer:
    group = _group(call)
    if any(p.group == group.name and p.archived_ms is None for p in _schema(call)):
        raise invalid(f"Property group {group.name} still has properties")
    del _schema(call).groups[group.name]
    return 204, None


def _paths(rest: str = "") -> tuple[str, ...]:
    return dated(
        f"/crm/v3/properties/{{type}}{rest}", f"/crm/properties/{{version}}/{{type}}{rest}"
    )


ENDPOINTS = (
    Endpoint("GET", _paths("/groups"), list_groups, scope=READ),
    Endpoint("POST", _paths("/groups"), create_group, scope=WRITE),
    Endpoint("GET", _paths("/groups/{name}"), get_group, scope=READ),
    Endpoint("PATCH", _paths("/groups/{name}"), change_group, scope=WRITE),
    Endpoint("DELETE", _paths("/groups/{name}"), archive_group, scope=WRITE),
    Endpoint("POST", _paths("/batch/create"), batch_create, scope=WRITE),
    Endpoint("POST", _paths("/batch/read"), batch_read, scope=READ),
    Endpoint("POST", _paths("/batch/archive"), batch_archive, scope=WRITE),
    Endpoint("GET", _paths(), list_all, scope=READ),
    Endpoint("POST", _paths(), create, scope=WRITE),
    Endpoint("GET", _paths("/{name}"), get, scope=READ),
    Endpoint("PATCH", _paths("/{name}"), change, scope=WRITE),
    Endpoint("DELETE", _paths("/{name}"), archive, scope=WRITE),
)

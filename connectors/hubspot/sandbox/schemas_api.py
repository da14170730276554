"""Custom object schemas: define, read, change, associate, archive and purge object types.

Source: HubSpot's published OpenAPI, "Schemas"; refusals (sub-categories included) as others
observed them in real accounts. Records of a new type then work like any other's.
"""

import re
from typing import Any

from connectors.hubspot.sandbox import properties
from connectors.hubspot.sandbox.custom_types import FIRST_ID, CustomType
from connectors.hubspot.sandbox.errors import ApiError, invalid
from connectors.hubspot.sandbox.http import VERSIONS, Answer, Call, Endpoint
from connectors.hubspot.sandbox.links import USER
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.properties import Group
from connectors.hubspot.sandbox.properties_api import make
from connectors.hubspot.sandbox.records import Table

NAME = re.compile(r"[A-Za-z]\w{0,49}", re.ASCII)
ALWAYS_ASSOCIATED = ("emails", "meetings", "notes", "tasks", "calls", "communications")
READ = ("crm.schemas.custom.read", "crm.objects.custom.read")
WRITE = "crm.schemas.custom.write"
NAMED_LISTS = {
    "requiredProperties": "required",
    "searchableProperties": "searchable",
    "secondaryDisplayProperties": "secondary",
}


def _shown(call: Call, custom: CustomType) -> dict[str, Any]:
    schema = call.portal.schemas[custom.full_name]
    return custom.as_schema([p.as_json() for p in schema if p.archived_ms is None])


def list_schemas(call: Call) -> Answer:
    """`archived=true` adds archived ones."""
    archived = call.query.get("archived") == "true"
    shown = [one for one in call.portal.custom.values() if archived or not one.archived]
    return 200, {"results": [_shown(call, one) for one in shown]}


def get_schema(call: Call) -> Answer:
    """HubSpot's own object types can be read too."""
    kind = call.portal.types.find(call.params["type"])
    if kind is None:
        name = call.params["type"]
        raise ApiError(
            404, f"Unable to find object type {name}", "OBJECT_NOT_FOUND", context={"id": [name]}
        )
    return 200, _any(call, kind)


def _standard(call: Call, kind: ObjectType) -> dict[str, Any]:
    links = call.portal.links.definitions.values()
    at = iso(call.portal.started_ms)
    return {
        "id": kind.id, "objectTypeId": kind.id, "name": kind.label,
        "fullyQualifiedName": kind.label, "metaType": "HUBSPOT", "archived": False,
        "labels": {"singular": kind.singular.title(), "plural": kind.name.title()},
        "requiredProperties": list(kind.required), "searchableProperties": list(kind.searched),
        "secondaryDisplayProperties": [], "allowsSensitiveProperties": False,
        "createdAt": at, "updatedAt": at,
        "properties": [p.as_json() for p in call.portal.schema(kind) if p.archived_ms is None],
        "associations": [
            {
                "id": str(d.type_id), "fromObjectTypeId": kind.id,
                "toObjectTypeId": call.portal.types[d.target].id,
                "name": d.name or f"{kind.label}_TO_{call.portal.types[d.target].label}",
            }
            for d in links
            if d.source == kind.name and call.portal.types.find(d.target) is not None
        ],
    }  # fmt: skip


def read_schemas(call: Call) -> Answer:
    """`inputs` are type ids or names; unknown ones are left out."""
    body = call.mapping("inputs")
    parts = {
        "properties": "includePropertyDefinitions", "associations": "includeAssociationDefinitions",
    }  # fmt: skip
    unwanted = [part for part, flag in parts.items() if body.get(flag) is False]
    kinds = (call.portal.types.find(str(name)) for name in call.items(body["inputs"]))
    shown = [_any(call, kind) for kind in kinds if kind is not None]
    return 200, {"results": [{**one, **{part: [] for part in unwanted}} for one in shown]}


def _any(call: Call, kind: ObjectType) -> dict[str, Any]:
    custom = call.portal.custom.get(kind.name)
    return _standard(call, kind) if custom is None else _shown(call, custom)


def create_schema(call: Call) -> Answer:
    """The name of an active type answers that type; that of an archived one purges it."""
    body = call.mapping("name", "labels")
    name, portal = str(body["name"]), call.portal
    held = {one.name: one for one in portal.custom.values()}
    if name in held and not held[name].archived:
        return 201, _shown(call, held[name])
    _check_new(body, [one.name for one in held.values() if not one.archived])
    targets = [portal.kind(str(t)) for t in call.items(body.get("associatedObjects"))]
    custom = _defined(call, body)
    group = f"{name}_information"
    schema = properties.of_custom_object(group, portal.now_ms())
    schema.groups = {group: Group(group, f"{custom.labels.get('singular', name)} Information", 0)}
    for given in call.items(body.get("properties")):
        row = call.with_fields(given, "name", "label", "type", "fieldType")
        make(call, schema, {"groupName": group, **row})
    _check_lists(custom, {p.name for p in schema})
    for old in [one for one in held.values() if one.name.lower() == name.lower()]:
        _purge(call, old)
    kind = custom.as_type()
    portal.types.add(kind)
    portal.schemas[kind.name] = schema
    portal.tables[kind.name] = Table(kind, portal.config.live_records)
    portal.custom[kind.name] = custom
    for target in [*targets, *(portal.types[always] for always in ALWAYS_ASSOCIATED)]:
        _associate(call, custom, target, "")
    return 201, _shown(call, custom)


def _check_new(body: dict[str, Any], taken: list[str]) -> None:
    name = str(body["name"])
    if not NAME.fullmatch(name):
        raise _refused(
            f"Invalid object type name {name}", "InboundDbObjectTypeError.OBJECT_TYPE_NAME_FORMAT"
        )
    if not body.get("primaryDisplayProperty"):
        raise _refused(
            "A primary display property is required",
            "ObjectSchemaError.PRIMARY_DISPLAY_PROPERTY_REQUIRED",
        )
    if name.lower() in {one.lower() for one in taken}:
        code = "InboundDbObjectTypeError.OBJECT_TYPE_ALREADY_EXIST"
        message = f"Object type {name} already exists"
        raise ApiError(409, message, "OBJECT_ALREADY_EXISTS", subCategory=code)


def _refused(message: str, code: str) -> ApiError:
    return ApiError(400, message, "VALIDATION_ERROR", subCategory=code)


def _defined(call: Call, body: dict[str, Any]) -> CustomType:
    portal, now_ms = call.portal, call.portal.now_ms()
    numbers = [one.number for one in portal.custom.values()]
    labels = call.with_fields(body["labels"])
    made = CustomType(
        max(numbers, default=FIRST_ID - 1) + 1, str(body["name"]), portal.config.portal_id,
        {str(k): str(v) for k, v in labels.items()}, str(body["primaryDisplayProperty"]),
        description=body.get("description"), created_ms=now_ms, updated_ms=now_ms,
        user_id=portal.config.user_id,
    )  # fmt: skip
    for given, ours in NAMED_LISTS.items():
        setattr(made, ours, [str(n) for n in call.items(body.get(given))])
    made.searchable = made.searchable or [made.primary]
    return made


def _check_lists(custom: CustomType, known: set[str]) -> None:
    if custom.primary not in known:
        raise _refused(
            f"Invalid primary display property {custom.primary}",
            "ObjectSchemasSandboxesSyncErrorType.INVALID_PRIMARY_DISPLAY_PROPERTY",
        )
    for given, ours in NAMED_LISTS.items():
        if missing := [n for n in getattr(custom, ours) if n not in known]:
            raise invalid(f"Invalid {given}: {', '.join(missing)}")


def _needed(call: Call, *, archived: bool = False) -> CustomType:
    named = call.params["type"].lower()
    for one in call.portal.custom.values():
        names = {one.type_id, one.full_name, one.name, f"p_{one.name}"}
        if one.archived == archived and named in {name.lower() for name in names}:
            return one
    gone = "Couldn't find soft-deleted object type(s)"
    raise invalid(gone if archived else "Invalid object or event type id")


def change_schema(call: Call) -> Answer:
    """The name never changes; what is left out stays."""
    custom, body = _needed(call), call.mapping()
    before = (custom.primary, *(getattr(custom, ours) for ours in NAMED_LISTS.values()))
    custom.primary = str(body.get("primaryDisplayProperty", custom.primary))
    for given, ours in NAMED_LISTS.items():
        if given in body:
            setattr(custom, ours, [str(n) for n in call.items(body[given])])
    try:
        schema = call.portal.schemas[custom.full_name]
        _check_lists(custom, {p.name for p in schema if p.archived_ms is None})
    except ApiError:
        custom.primary, custom.required, custom.searchable, custom.secondary = before
        raise
    custom.labels |= {str(k): str(v) for k, v in call.with_fields(body.get("labels", {})).items()}
    custom.description = body.get("description", custom.description)
    if body.get("clearDescription"):
        custom.description = None
    custom.updated_ms = call.portal.now_ms()
    _redescribe(call, custom.as_type())
    return 200, custom.as_definition()


def _redescribe(call: Call, kind: ObjectType) -> None:
    call.portal.types.replace(kind)
    table = call.portal.tables[kind.name]
    table.type = kind
    for record in table.records.values():
        record.type = kind


def delete_schema(call: Call) -> Answer:
    """Archives a type without records; `archived=true` purges an archived one for good."""
    if call.query.get("archived") == "true":
        _purge(call, _needed(call, archived=True))
        return 204, None
    custom = _needed(call)
    table = call.portal.tables[custom.full_name]
    if len(table.records) > len(table.archived):
        raise _refused(
            f"Object type {custom.type_id} cannot be deleted until all object records are deleted",
            "ObjectSchemaError.EXISTING_OBJECT_RECORDS",
        )
    custom.archived = True
    call.portal.types.remove(custom.as_type())
    return 204, None


def _purge(call: Call, custom: CustomType) -> None:
    portal, name = call.portal, custom.full_name
    for number, *_ in custom.associations:
        if (USER, number) in portal.links.definitions:
            portal.links.forget((USER, number))
    del portal.custom[name], portal.tables[name], portal.schemas[name]
    portal.pipelines.pop(name, None)


def create_association(call: Call) -> Answer:
    custom, body = _needed(call), call.mapping("fromObjectTypeId", "toObjectTypeId")
    target = call.portal.kind(str(body["toObjectTypeId"]))
    if target.id == custom.type_id:
        raise _refused(
            f"Cannot create association definition with itself: {custom.type_id}",
            "ObjectSchemaError.CANNOT_ASSOCIATE_OBJECT_TYPE_WITH_ITSELF",
        )
    _associate(call, custom, target, str(body.get("name") or ""))
    return 201, _shown(call, custom)["associations"][-1]


def _associate(call: Call, custom: CustomType, target: ObjectType, name: str) -> None:
    """An unlabelled association type, unless there is one."""
    links, kind = call.portal.links, custom.as_type()
    if links.default(kind.name, target.name) is not None:
        return
    first = links.next_own_id()
    links.define(USER, kind.name, target.name, (first, first + 1), None)
    name = name or f"{custom.name}_to_{target.singular}"
    custom.associations.append((first, custom.type_id, target.id, name))


def delete_association(call: Call) -> Answer:
    custom, wanted = _needed(call), call.params["association"]
    for one in custom.associations:
        if wanted in {str(one[0]), one[3]}:
            custom.associations.remove(one)
            call.portal.links.forget((USER, one[0]))
            return 204, None
    raise invalid(f"Association definition {wanted} does not exist", id=[wanted])


def _paths(rest: str = "") -> tuple[str, ...]:
    roots = ("/crm/v3/schemas", "/crm-object-schemas/v3/schemas")
    dated = tuple(f"/crm-object-schemas/{version}/schemas" for version in VERSIONS)
    return tuple(f"{root}{rest}" for root in (*roots, *dated))


ENDPOINTS = (
    Endpoint("GET", _paths(), list_schemas, scope=READ),
    Endpoint("POST", _paths(), create_schema, scope=WRITE),
    Endpoint("POST", _paths("/batch/read"), read_schemas, scope=READ),
    Endpoint("GET", _paths("/{type}"), get_schema, scope=READ),
    Endpoint("PATCH", _paths("/{type}"), change_schema, scope=WRITE),
    Endpoint("DELETE", _paths("/{type}"), delete_schema, scope=WRITE),
    Endpoint("POST", _paths("/{type}/associations"), create_association, scope=WRITE),
    Endpoint(
        "DELETE", _paths("/{type}/associations/{association}"), delete_association, scope=WRITE
    ),
)

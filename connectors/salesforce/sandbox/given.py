"""What a client gives for a record: names resolved, values read, parents found by external id."""

from collections.abc import Mapping
from typing import Any

from connectors.salesforce.sandbox import access
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.problems import (
    Problem,
    not_writable,
    unknown_field,
    unreadable,
)
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.values import accept

NO_ATTRIBUTES = (
    "Nested object for polymorphic foreign key must have an attributes field before any other "
    "fields."
)


def read(
    org: Org, made: SObject, given: Mapping[str, Any], actor: Actor, *, creating: bool
) -> dict[str, Any]:
    """The values by API name, as they will be stored. Raises: Problem."""
    fields: dict[str, tuple[Field, Any]] = {}
    user_id = access.viewer(actor)
    for name, value in given.items():
        if name != "attributes":
            field, value_or_id = _resolve(org, made, name, value, user_id)
            fields[field.name] = (field, value_or_id)
    if not actor.is_setup:
        _check_writable([field for field, _ in fields.values()], creating=creating)
        barred = [f.name for f, _ in fields.values() if not access.may_edit(org, user_id, made, f)]
        if barred:
            raise not_writable(barred)
    return {name: accept(field, value) for name, (field, value) in fields.items()}


def _resolve(
    org: Org, made: SObject, name: str, value: Any, user_id: str | None
) -> tuple[Field, Any]:
    if (field := access.find(org, user_id, made, name)) is not None:
        return field, value
    reference = made.parent(name)
    seen = reference is not None and access.may_read(org, user_id, made, reference)
    if reference is not None and seen and isinstance(value, Mapping):
        return reference, _parent_id(org, reference, value)
    raise unknown_field(name, made.name)


def _parent_id(org: Org, reference: Field, given: Mapping[str, Any]) -> str:
    """The id of the parent that `{"Baton_Key__c": "x"}` names. Raises: Problem."""
    kind = reference.refers_to[0]
    if reference.polymorphic:
        attributes = given.get("attributes")
        if not isinstance(attributes, Mapping) or next(iter(given)) != "attributes":
            raise unreadable(NO_ATTRIBUTES)
        kind = str(attributes.get("type"))
    target = org.schema.get(kind)
    names = [name for name in given if name != "attributes"]
    field = target.find(names[0]) if len(names) == 1 else None
    if field is None or not (field.external_id or field.id_lookup):
        raise Problem("INVALID_FIELD", f"Foreign key external ID not usable in entity {kind}")
    value = given[names[0]]
    rows = org.alive(target, field, accept(field, value))
    if len(rows) != 1:
        found = "more than one record found" if rows else "not found"
        text = f"Foreign key external ID: {value} {found} for field {field.name} in entity {kind}"
        raise Problem("INVALID_FIELD", text)
    return rows[0].id


def _check_writable(fields: list[Field], *, creating: bool) -> None:
    if any(field.name == "Id" for field in fields):
        if creating:
            text = "cannot specify Id in an insert call"
            raise Problem("INVALID_FIELD_FOR_INSERT_UPDATE", text, fields=["Id"])
        raise own_key("Id")
    barred = [f.name for f in fields if not (f.createable if creating else f.updateable)]
    if barred:
        raise not_writable(barred)


def own_key(name: str) -> Problem:
    """The key that the address names already may not be in the body too."""
    return Problem(
        "INVALID_FIELD", f"The {name} field should not be specified in the sobject data."
    )


def check_references(org: Org, made: SObject, values: Mapping[str, Any]) -> None:
    """Every id must be of the right object and of a record that is there. Raises: Problem."""
    for name, id_ in values.items():
        field = made.fields[name]
        if field.type == "reference" and id_ is not None:
            _check_reference(org, field, id_)


def _check_reference(org: Org, field: Field, id_: str) -> Row:
    target = org.schema.of_id(id_)
    if target is None or target.name not in field.refers_to:
        text = f"{field.label}: id value of incorrect type: {id_}"
        raise Problem("FIELD_INTEGRITY_EXCEPTION", text, fields=[field.name])
    row = org.row(id_)
    if row is None:
        text = f"insufficient access rights on cross-reference id: {id_[:15]}"
        raise Problem("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", text, fields=[])
    if row.deleted:
        raise Problem("ENTITY_IS_DELETED", "entity is deleted", fields=[])
    return row

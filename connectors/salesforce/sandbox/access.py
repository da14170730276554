"""Field-level security: which fields a user sees and may change.

A field is guarded when a deployment made it (setting `field_level_security`) or when the setting
`guarded_fields` names it; a user sees it by a FieldPermissions record of a permission set that is
assigned to them or belongs to their profile. All other fields everybody sees.
Source: Object Reference, "FieldPermissions"; Metadata API guide, "CustomField" (a deployed field
is visible to no profile until one or a permission set grants it).
"""

from collections.abc import Iterator
from dataclasses import replace

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.schema import SObject


def viewer(actor: Actor) -> str | None:
    """Whose rights count: those of API users; control routes see everything."""
    return actor.user_id if actor.source == "API" else None


def is_guarded(org: Org, made: SObject, one: Field) -> bool:
    named = org.config.guarded_fields
    return one.guarded or (bool(named) and f"{made.name}.{one.name}" in named)


def may_read(org: Org, user_id: str | None, made: SObject, one: Field) -> bool:
    return _may(org, user_id, made, one, "Read")


def may_edit(org: Org, user_id: str | None, made: SObject, one: Field) -> bool:
    return _may(org, user_id, made, one, "Edit")


def find(org: Org, user_id: str | None, made: SObject, name: str) -> Field | None:
    """The field of that name if the user sees it."""
    one = made.find(name)
    return one if one is not None and may_read(org, user_id, made, one) else None


def fields(org: Org, user_id: str | None, made: SObject) -> list[Field]:
    """The fields that the user sees; what they may not change is shown as not writable."""
    everything = list(made.fields.values())
    if not org.config.guarded_fields and not any(one.guarded for one in everything):
        return everything
    seen = [one for one in everything if may_read(org, user_id, made, one)]
    return [
        one
        if may_edit(org, user_id, made, one)
        else replace(one, createable=False, updateable=False)
        for one in seen
    ]


def _may(org: Org, user_id: str | None, made: SObject, one: Field, right: str) -> bool:
    if user_id is None or not is_guarded(org, made, one):
        return True
    name = f"{made.name}.{one.name}".lower()
    return any(
        row.fields["Field"].lower() == name and row.fields[f"Permissions{right}"]
        for row in _grants(org, user_id)
    )


def _grants(org: Org, user_id: str) -> Iterator[Row]:
    """The FieldPermissions that a user has."""
    objects = org.schema.objects
    made, assignments = objects["FieldPermissions"], objects["PermissionSetAssignment"]
    rows = org.alive(assignments, assignments.fields["AssigneeId"], user_id)
    sets = [row.fields["PermissionSetId"] for row in rows]
    user, owned = org.row(user_id), objects["PermissionSet"]
    if user is not None and user.fields["ProfileId"]:
        rows = org.alive(owned, owned.fields["ProfileId"], user.fields["ProfileId"])
        sets += [row.id for row in rows]
    for set_id in sets:
        yield from org.alive(made, made.fields["ParentId"], set_id)

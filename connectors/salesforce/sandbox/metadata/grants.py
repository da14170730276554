"""Notification types and permission sets: metadata that becomes records.

Source: Metadata API developer guide; problems quoted from public deployment logs.
"""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from connectors.salesforce.sandbox.metadata.package import Source, Wrong
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.soap_xml import local, text
from connectors.salesforce.sandbox.standard.security import OBJECT_RIGHTS

PROFILES = {"Admin": "System Administrator", "Standard": "Standard User"}  # by file name
ALWAYS_MAY = frozenset({"Id", "OwnerId"})
RIGHTS = {"Create": "allowCreate", "Read": "allowRead", "Edit": "allowEdit",
          "Delete": "allowDelete", "ViewAllRecords": "viewAllRecords",
          "ModifyAllRecords": "modifyAllRecords"}  # fmt: skip


def notification_type(org: Org, source: Source, actor: Actor) -> None:
    """Raises: Wrong."""
    node = source.xml()
    _need(node, "customNotifTypeName", "desktop", "masterLabel", "mobile")
    fields = {
        "DeveloperName": source.name,
        "MasterLabel": text(node, "masterLabel"),
        "CustomNotifTypeName": text(node, "customNotifTypeName"),
        "Desktop": _true(node, "desktop"),
        "Mobile": _true(node, "mobile"),
        "Description": text(node, "description") or None,
    }
    _put(org, "CustomNotificationType", _named(org, "CustomNotificationType", source.name), fields,
         actor)  # fmt: skip


def permission_set(org: Org, source: Source, actor: Actor) -> None:
    """Raises: Wrong."""
    node = source.xml()
    _need(node, "label")
    fields = {
        "Name": source.name,
        "Label": text(node, "label"),
        "Description": text(node, "description") or None,
        "IsCustom": True,
        "IsOwnedByProfile": False,
        "Type": "Regular",
    }
    granted = [_field_grant(org, one) for one in node if local(one) == "fieldPermissions"]
    rights = [_object_grant(org, one) for one in node if local(one) == "objectPermissions"]
    row = _put(org, "PermissionSet", _named(org, "PermissionSet", source.name), fields, actor)
    for kind, grants in (("FieldPermissions", granted), ("ObjectPermissions", rights)):
        made = org.schema.get(kind)
        for old in org.alive(made, made.fields["ParentId"], row.id):
            org.delete(old, actor)
        for grant in grants:
            org.insert(made, {**grant, "ParentId": row.id}, actor)


def profile(org: Org, source: Source, actor: Actor) -> None:
    """What the file grants is added to what the profile grants. Raises: Wrong."""
    made, sets = org.schema.get("FieldPermissions"), org.schema.get("PermissionSet")
    granted = [_field_grant(org, one) for one in source.xml() if local(one) == "fieldPermissions"]
    name = PROFILES.get(source.name, source.name)
    profiles = org.schema.get("Profile")
    for row in org.alive(profiles, profiles.fields["Name"], name):
        (owned,) = org.alive(sets, sets.fields["ProfileId"], row.id)
        for grant in granted:
            for old in org.alive(made, made.fields["ParentId"], owned.id):
                if old.fields["Field"] == grant["Field"]:
                    org.delete(old, actor)
            org.insert(made, {**grant, "ParentId": owned.id}, actor)


def remove_notification_type(org: Org, name: str, actor: Actor) -> bool:
    return _drop(org, "CustomNotificationType", name, actor)


def remove_permission_set(org: Org, name: str, actor: Actor) -> bool:
    return _drop(org, "PermissionSet", name, actor)


def _field_grant(org: Org, node: Element) -> dict[str, Any]:
    full = text(node, "field")
    object_name, _, name = full.partition(".")
    made = org.schema.find(object_name)
    one = made.find(name) if made else None
    if made is None or one is None:
        raise Wrong(f"In field: field - no CustomField named {full} found")
    if one.required or one.name in ALWAYS_MAY:
        raise Wrong(f"You cannot deploy to a required field: {full}")
    if _true(node, "editable") and not _true(node, "readable"):
        raise Wrong(f"Permission Edit {full} depends on permission(s): Read {full}")
    return {
        "SobjectType": made.name,
        "Field": full,
        "PermissionsRead": _true(node, "readable"),
        "PermissionsEdit": _true(node, "editable"),
    }


def _object_grant(org: Org, node: Element) -> dict[str, Any]:
    name = text(node, "object")
    if (made := org.schema.find(name)) is None:
        raise Wrong(f"In field: field - no CustomObject named {name} found")
    rights = {f"Permissions{right}": _true(node, RIGHTS[right]) for right in OBJECT_RIGHTS}
    return {"SobjectType": made.name, **rights}


def _need(node: Element, *names: str) -> None:
    for name in names:
        if not text(node, name):
            raise Wrong(f"Required field is missing: {name}")


def _true(node: Element, name: str) -> bool:
    return text(node, name).lower() == "true"


def _named(org: Org, kind: str, name: str) -> Row | None:
    made = org.schema.get(kind)
    title = next(one for one in made.fields.values() if one.name_field)
    return next(iter(org.alive(made, title, name)), None)


def _put(org: Org, kind: str, before: Row | None, fields: Mapping[str, Any], actor: Actor) -> Row:
    if before is None:
        return org.insert(org.schema.get(kind), fields, actor)
    org.update(before, fields, actor)
    return before


def _drop(org: Org, kind: str, name: str, actor: Actor) -> bool:
    row = _named(org, kind, name)
    if row is not None:
        org.delete(row, actor)
    return row is not None

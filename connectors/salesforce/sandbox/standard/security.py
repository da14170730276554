"""PermissionSet and what it grants. Source: Salesforce Object Reference."""

from connectors.salesforce.sandbox.fields import area, boolean, picklist, ref, text
from connectors.salesforce.sandbox.schema import SObject, sobject, system_fields

OBJECT_RIGHTS = ("Create", "Read", "Edit", "Delete", "ViewAllRecords", "ModifyAllRecords")


def permission_set() -> SObject:
    return sobject(
        "PermissionSet",
        "Permission Sets",
        "0PS",
        [
            *system_fields(),
            text("Name", 80, "Permission Set Name", required=True, name_field=True),
            text("Label", 80, "Permission Set Label", required=True),
            area("Description", 255),
            ref("ProfileId", "Profile"),
            text("NamespacePrefix", 15, createable=False, updateable=False),
            boolean("HasActivationRequired", "Has Activation Required"),
            boolean("IsOwnedByProfile", "Is Owned By Profile", createable=False, updateable=False),
            boolean("IsCustom", "Custom", createable=False, updateable=False, default=True),
            picklist("Type", "Regular", "Profile", "Standard", default="Regular", length=40,
                     createable=False, updateable=False),
        ],
        label="Permission Set",
    )  # fmt: skip


def permission_set_assignment() -> SObject:
    return sobject(
        "PermissionSetAssignment",
        "Permission Set Assignments",
        "0Pa",
        [
            *system_fields(),
            ref("PermissionSetId", "PermissionSet", required=True, updateable=False,
                children="Assignments", cascades=True),
            ref("AssigneeId", "User", required=True, updateable=False,
                children="PermissionSetAssignments"),
        ],
        label="Permission Set Assignment",
        updateable=False,
    )  # fmt: skip


def field_permissions() -> SObject:
    return sobject(
        "FieldPermissions",
        "Field Permissions",
        "01k",
        [
            *system_fields(),
            ref("ParentId", "PermissionSet", required=True, updateable=False,
                children="FieldPerms", cascades=True),
            text("SobjectType", 40, "Sobject Type Name", required=True, updateable=False),
            text("Field", 80, "Field Name", required=True, updateable=False),
            boolean("PermissionsRead", "Read Field"),
            boolean("PermissionsEdit", "Edit Field"),
        ],
        label="Field Permissions",
    )  # fmt: skip


def object_permissions() -> SObject:
    return sobject(
        "ObjectPermissions",
        "Object Permissions",
        "110",
        [
            *system_fields(),
            ref("ParentId", "PermissionSet", required=True, updateable=False,
                children="ObjectPerms", cascades=True),
            text("SobjectType", 40, "Sobject Type Name", required=True, updateable=False),
            *(boolean(f"Permissions{right}", f"{right} Records") for right in OBJECT_RIGHTS),
        ],
        label="Object Permissions",
    )  # fmt: skip

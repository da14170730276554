"""What describe shows of objects and fields.

Source: recorded describes (keys, their order and the flags of standard fields).
"""

from typing import Any

from connectors.salesforce.sandbox import access, record_types
from connectors.salesforce.sandbox.fields import NUMBER_TYPES, TEXT_TYPES, Field
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.schema import SObject

SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "address": "urn:address",
}
ABSTRACT = {"Organization", "Profile", "CustomNotificationType", "QueueSobject", "GroupMember"}


def summary(made: SObject, version: str) -> dict[str, Any]:
    """One object as describeGlobal lists it."""
    base = f"/services/data/v{version}/sobjects/{made.name}"
    ordinary, stored = made.name not in ABSTRACT and not made.is_event, not made.is_event
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": made.createable,
        "custom": made.custom,
        "customSetting": False,
        "deepCloneable": False,
        "deletable": made.deletable,
        "deprecatedAndHidden": False,
        "feedEnabled": ordinary,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": made.prefix,
        "label": made.label,
        "labelPlural": made.plural,
        "layoutable": ordinary,
        "mergeable": made.name in {"Lead", "Contact", "Account"},
        "mruEnabled": ordinary,
        "name": made.name,
        "queryable": stored,
        "replicateable": stored,
        "retrieveable": stored,
        "searchable": ordinary,
        "triggerable": ordinary,
        "undeletable": made.deletable,
        "updateable": made.updateable,
        "urls": {
            "rowTemplate": f"{base}/{{ID}}",
            "describe": f"{base}/describe",
            "sobject": base,
        },
    }


def full(org: Org, made: SObject, version: str, user_id: str | None) -> dict[str, Any]:
    """One object with its relationships and the fields that the user sees."""
    children: list[dict[str, Any]] = [
        {
            "cascadeDelete": field.cascades,
            "childSObject": child.name,
            "deprecatedAndHidden": False,
            "field": field.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": field.children,
            "restrictedDelete": False,
        }
        for child, field in org.schema.referrers(made)
    ]
    shown = {
        **summary(made, version),
        "actionOverrides": [],
        "childRelationships": children,
        "compactLayoutable": True,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(one) for one in access.fields(org, user_id, made)],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": record_types.infos(org, made, version),
        "searchLayoutable": True,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": _scopes(made),
    }
    return dict(sorted(shown.items()))


def _scopes(made: SObject) -> list[dict[str, str]]:
    scopes = [{"label": f"All {made.plural.lower()}", "name": "everything"}]
    mine = [{"label": f"My {made.plural.lower()}", "name": "mine"}]
    return scopes + mine if "OwnerId" in made.fields else scopes


ALWAYS: dict[str, Any] = {  # what no field here is or has
    "aiPredictionField": False,
    "autoNumber": False,
    "calculatedFormula": None,
    "compoundFieldName": None,
    "controllerName": None,
    "defaultValueFormula": None,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "inlineHelpText": None,
    "mask": None,
    "maskType": None,
    "queryByDistance": False,
    "referenceTargetField": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "searchPrefilterable": False,
    "writeRequiresMasterRead": False,
}


def describe_field(one: Field) -> dict[str, Any]:
    """One field, all keys of API v59."""
    textual = one.type in TEXT_TYPES
    long = one.type == "textarea"
    shown = {
        **ALWAYS,
        "aggregatable": one.filterable and one.type not in {"boolean", "datetime", "date"},
        "byteLength": one.length * 3 if textual else one.length,
        "calculated": one.calculated,
        "cascadeDelete": one.cascades,
        "caseSensitive": one.case_sensitive,
        "createable": one.createable,
        "custom": one.custom,
        "defaultValue": one.default if one.type == "boolean" else None,
        "defaultedOnCreate": one.default is not None or one.name in {"OwnerId", "Id"},
        "digits": one.digits,
        "externalId": one.external_id,
        "extraTypeInfo": _extra_type_info(one),
        "filterable": one.filterable,
        "groupable": one.filterable and not long and one.type not in NUMBER_TYPES | {"datetime"},
        "idLookup": one.id_lookup or one.external_id,
        "label": one.label,
        "length": one.length,
        "name": one.name,
        "nameField": one.name_field,
        "namePointing": one.polymorphic,
        "nillable": one.nillable and one.name not in REQUIRED_SYSTEM,
        "permissionable": one.nillable and (one.createable or one.updateable),
        "picklistValues": [_choice(one, value) for value in one.choices],
        "polymorphicForeignKey": one.polymorphic,
        "precision": one.precision,
        "referenceTo": list(one.refers_to),
        "relationshipName": one.relationship,
        "restrictedPicklist": one.restricted,
        "scale": one.scale,
        "soapType": SOAP_TYPES.get(one.type, "xsd:string" if textual else "xsd:double"),
        "sortable": one.filterable,
        "type": one.type,
        "unique": one.unique,
        "updateable": one.updateable,
    }
    return dict(sorted(shown.items()))


REQUIRED_SYSTEM = frozenset(
    {"OwnerId", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById",
     "SystemModstamp"}
)  # fmt: skip


def _extra_type_info(one: Field) -> str | None:
    if one.type == "textarea":
        return "plaintextarea"
    return "externallookup" if one.type == "externalreference" else None


def _choice(one: Field, value: str) -> dict[str, Any]:
    return {
        "active": True,
        "defaultValue": value == one.default,
        "label": value,
        "validFor": None,
        "value": value,
    }

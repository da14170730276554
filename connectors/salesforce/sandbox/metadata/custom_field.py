"""A custom field as metadata: from XML to the schema and back.

Source: Metadata API developer guide, "CustomField"; problems quoted from public deployment logs.
"""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.metadata.package import Wrong
from connectors.salesforce.sandbox.soap_xml import child, element, local, text
from connectors.sandbox.digits import is_whole

LENGTHY = frozenset({"Text", "LongTextArea", "Html", "EncryptedText"})
NUMERIC = frozenset({"Number", "Currency", "Percent"})
RELATING = frozenset({"Lookup", "MasterDetail"})
TYPES = {
    "Text": "string", "TextArea": "textarea", "LongTextArea": "textarea", "Html": "textarea",
    "EncryptedText": "string", "Number": "double", "Currency": "currency", "Percent": "percent",
    "Checkbox": "boolean", "Date": "date", "DateTime": "datetime", "Time": "time",
    "Email": "email", "Phone": "phone", "Url": "url", "Picklist": "picklist",
    "MultiselectPicklist": "multipicklist", "Lookup": "reference", "MasterDetail": "reference",
    "AutoNumber": "string",
}  # fmt: skip
NEEDS = {
    "Text": ("length",), "LongTextArea": ("length", "visibleLines"),
    "Html": ("length", "visibleLines"), "Number": ("precision", "scale"),
    "Currency": ("precision", "scale"), "Percent": ("precision", "scale"),
    "Checkbox": ("defaultValue",), "Lookup": ("referenceTo",),
    "MasterDetail": ("referenceTo", "relationshipName"),
    "MultiselectPicklist": ("visibleLines",),
}  # fmt: skip
ONLY = {  # an element that only fields of these types have
    "length": LENGTHY,
    "precision": NUMERIC,
    "scale": NUMERIC,
    "referenceTo": RELATING,
    "externalId": frozenset({"Text", "Number", "Email", "AutoNumber"}),
    "unique": frozenset({"Text", "Number", "Email"}),
    "required": frozenset(TYPES) - {"LongTextArea", "Html", "Checkbox", "MasterDetail",
                                    "AutoNumber"},
    "valueSet": frozenset({"Picklist", "MultiselectPicklist"}),
}  # fmt: skip
KNOWN = frozenset(
    {"fullName", "label", "type", "caseSensitive", "defaultValue", "deleteConstraint",
     "description", "displayFormat", "encryptionScheme", "externalId", "formula",
     "formulaTreatBlanksAs", "inlineHelpText", "length", "lookupFilter", "maskChar", "maskType",
     "precision", "referenceTo", "relationshipLabel", "relationshipName", "relationshipOrder",
     "reparentableMasterDetail", "required", "scale", "startingNumber", "stripMarkup",
     "trackFeedHistory", "trackHistory", "trackTrending", "unique", "valueSet", "visibleLines",
     "writeRequiresMasterRead", "businessOwnerUser", "businessStatus", "securityClassification",
     "complianceGroup", "externalDeveloperName", "displayLocationInDecimal",
     "summarizedField", "summaryForeignKey", "summaryOperation", "populateExistingRows",
     "isFilteringDisabled", "isNameField", "isSortingDisabled",
     "metadataRelationshipControllingField"}
)  # fmt: skip
FIXED_LENGTHS = {"Email": 80, "Phone": 40, "Url": 255, "TextArea": 255, "Picklist": 255,
                 "MultiselectPicklist": 4099, "Lookup": 18, "MasterDetail": 18,
                 "AutoNumber": 30, "EncryptedText": 175}  # fmt: skip
MAX_LENGTHS = {"Text": 255, "LongTextArea": 131_072, "Html": 131_072, "EncryptedText": 175}


def from_xml(node: Element, is_object: Callable[[str], bool]) -> Field:
    """The field that a CustomField element describes. Raises: Wrong with a problem only."""
    kind = text(node, "type")
    _check(node, kind)
    target = text(node, "referenceTo")
    if target and not is_object(target):
        raise Wrong(f"referenceTo value of '{target}' does not resolve to a valid sObject type")
    name = text(node, "fullName")
    computed = child(node, "formula") is not None or kind == "AutoNumber"
    choices = _choices(node)
    return Field(
        name=name,
        label=text(node, "label"),
        description=text(node, "description") or None,
        type=TYPES[kind],
        length=int(text(node, "length") or FIXED_LENGTHS.get(kind, 0)),
        precision=int(text(node, "precision", "0")),
        scale=int(text(node, "scale", "0")),
        required=_true(node, "required") or kind == "MasterDetail",
        createable=not computed,
        updateable=not computed,
        calculated=computed,
        external_id=_true(node, "externalId"),
        unique=_true(node, "unique"),
        case_sensitive=_true(node, "caseSensitive"),
        id_lookup=_true(node, "externalId"),
        choices=choices,
        restricted=bool(choices) and text(_set(node), "restricted").lower() == "true",
        default=_true(node, "defaultValue") if kind == "Checkbox" else None,
        refers_to=(target,) if target else (),
        relationship=f"{name.removesuffix('__c')}__r" if target else None,
        children=f"{text(node, 'relationshipName')}__r" if text(node, "relationshipName") else None,
        cascades=kind == "MasterDetail",
    )


def _true(node: Element, name: str) -> bool:
    return text(node, name).lower() == "true"


def _set(node: Element) -> Element:
    found = child(node, "valueSet")
    return Element("valueSet") if found is None else found


def _choices(node: Element) -> tuple[str, ...]:
    values = [one for one in _set(node).iter() if local(one) == "value"]
    return tuple(name for one in values if (name := text(one, "fullName")))


def _check(node: Element, kind: str) -> None:
    """Raises: Wrong."""
    for one in node:
        if local(one) not in KNOWN:
            where = "invalid at this location in type CustomField"
            raise Wrong(f"Error parsing file: Element {one.tag} {where}")
    if not text(node, "label"):
        raise Wrong("Must specify a non-empty label for the CustomField")
    if kind not in TYPES:
        raise Wrong(f"Error parsing file: '{kind}' is not a valid value for the enum 'FieldType'")
    _check_elements(node, kind)
    _check_numbers(node, kind)


def _check_elements(node: Element, kind: str) -> None:
    """What the type needs is there, and nothing that it cannot have."""
    computed = child(node, "formula") is not None
    for name in () if computed else NEEDS.get(kind, ()):
        if not text(node, name):
            raise Wrong(f"Must specify '{name}' for a CustomField of type {kind}")
    for name, kinds in ONLY.items():
        given = child(node, name) is not None and text(node, name).lower() != "false"
        if given and kind not in kinds:
            raise Wrong(f"Can not specify '{name}' for a CustomField of type {kind}")


def _check_numbers(node: Element, kind: str) -> None:
    for name in ("length", "precision", "scale"):
        if text(node, name) and not is_whole(text(node, name)):
            raise Wrong(f"Error parsing file: '{text(node, name)}' is not a valid value for int")
    if kind in MAX_LENGTHS and int(text(node, "length", "0")) > MAX_LENGTHS[kind]:
        raise Wrong(f"Length must be at most {MAX_LENGTHS[kind]} for a CustomField of type {kind}")


def to_xml(one: Field) -> str:
    """The inside of a CustomField element, for fields that were not deployed."""
    kind = next(kind for kind, type_ in TYPES.items() if type_ == one.type)
    if one.type == "textarea" and one.length > MAX_LENGTHS["Text"]:
        kind = "LongTextArea"
    shown: dict[str, object] = {"fullName": one.name}
    if kind == "Checkbox":
        shown["defaultValue"] = bool(one.default)
    shown |= {"externalId": one.external_id, "label": one.label}
    if kind in LENGTHY:
        shown["length"] = one.length
    if kind in NUMERIC:
        shown |= {"precision": one.precision, "scale": one.scale}
    if one.refers_to:
        shown["referenceTo"] = one.refers_to[0]
    if kind in ONLY["required"]:
        shown["required"] = one.required
    shown["type"] = kind
    if kind in ONLY["unique"]:
        shown["unique"] = one.unique
    return "".join(element(name, value) for name, value in shown.items()) + _value_set(one)


def _value_set(one: Field) -> str:
    if not one.choices:
        return ""
    values = "".join(
        f"<value>{element('fullName', name)}<default>false</default>"
        f"{element('label', name)}</value>"
        for name in one.choices
    )
    inner = f"<sorted>false</sorted>{values}"
    return (
        f"<valueSet>{element('restricted', one.restricted)}"
        f"<valueSetDefinition>{inner}</valueSetDefinition></valueSet>"
    )

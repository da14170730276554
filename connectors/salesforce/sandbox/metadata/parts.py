"""Parts of an object file that have effect: record types and validation rules.

Source: Metadata API developer guide, "RecordType", "ValidationRule". A rule whose formula uses
what formula/ does not know is kept without effect.
"""

from xml.etree.ElementTree import Element

from connectors.salesforce.sandbox import record_types
from connectors.salesforce.sandbox.config import ValidationRule
from connectors.salesforce.sandbox.formula import evaluate
from connectors.salesforce.sandbox.formula.parser import BadFormula, parse
from connectors.salesforce.sandbox.metadata.package import Wrong
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soap_xml import text


def record_type(org: Org, made: SObject, node: Element, actor: Actor) -> None:
    """Raises: Wrong."""
    name = text(node, "fullName")
    if not text(node, "label"):
        raise Wrong("Required field is missing: label")
    fields = {
        "Name": text(node, "label"),
        "DeveloperName": name,
        "Description": text(node, "description") or None,
        "SobjectType": made.name,
        "IsActive": text(node, "active").lower() == "true",
    }
    row = _record_type(org, made, name)
    if row is None:
        row = org.insert(org.schema.get("RecordType"), fields, actor)
    else:
        org.update(row, fields, actor)
    record_types.enable(org, row, actor)


def remove_record_type(org: Org, made: SObject, name: str, actor: Actor) -> bool:
    row = _record_type(org, made, name)
    if row is not None:
        org.delete(row, actor)
    return row is not None


def validation_rule(org: Org, made: SObject, node: Element, _: Actor) -> None:
    """Raises: Wrong."""
    key = f"{made.name}.{text(node, 'fullName')}"
    formula, message = text(node, "errorConditionFormula"), text(node, "errorMessage")
    if not formula or not message:
        missing = "errorMessage" if formula else "errorConditionFormula"
        raise Wrong(f"Required field is missing: {missing}")
    try:
        evaluate.check(org, made, parse(formula))
    except BadFormula as bad:
        if "does not exist" in str(bad):
            raise Wrong(str(bad)) from bad
        org.set_validation_rule(key, None)
        return
    rule = ValidationRule(
        object=made.name,
        formula=formula,
        message=message,
        field=text(node, "errorDisplayField") or None,
    )
    active = text(node, "active").lower() == "true"
    org.set_validation_rule(key, rule if active else None)


def remove_validation_rule(org: Org, made: SObject, name: str, _: Actor) -> bool:
    return org.set_validation_rule(f"{made.name}.{name}", None)


def _record_type(org: Org, made: SObject, name: str) -> Row | None:
    rows = record_types.of(org, made)
    return next((row for row in rows if row.fields["DeveloperName"] == name), None)


INSTALLERS = {"RecordType": record_type, "ValidationRule": validation_rule}
REMOVERS = {"RecordType": remove_record_type, "ValidationRule": remove_validation_rule}

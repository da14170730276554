"""The admin's rules: validation rules and duplicate rules, from the settings."""

from collections.abc import Mapping
from typing import Any

from connectors.salesforce.sandbox.config import DuplicateRule
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row, key_of
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soql.select import condition


def check_validation(org: Org, made: SObject, values: Mapping[str, Any]) -> None:
    """Raises: Problem FIELD_CUSTOM_VALIDATION_EXCEPTION with the admin's text."""
    for rule in org.config.validation_rules:
        if rule.object != made.name:
            continue
        record = Row(made, "", dict(values))
        if condition(org, made, rule.when)(record):
            fields = [rule.field] if rule.field else []
            raise Problem("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields=fields)


def check_duplicates(
    org: Org,
    made: SObject,
    values: Mapping[str, Any],
    changed: Mapping[str, Any],
    *,
    allows: bool,
) -> None:
    """Raises: Problem DUPLICATES_DETECTED, unless the caller allows what the rule only alerts."""
    for rule in org.config.duplicate_rules:
        if rule.object != made.name or (allows and rule.action == "alert"):
            continue
        if not any(name in changed for name in rule.fields):
            continue
        for against in rule.against or [made.name]:
            rows = _matches(org, org.schema.get(against), rule, values)
            if rows:
                raise _detected(rule, made, rows)


def _matches(
    org: Org, against: SObject, rule: DuplicateRule, values: Mapping[str, Any]
) -> list[Row]:
    """Records that agree in every field of the rule, blanks never."""
    fields = [against.find(name) for name in rule.fields]
    first = fields[0]
    if first is None or any(values.get(name) is None for name in rule.fields):
        return []
    wanted = {f.name: key_of(f, values[f.name]) for f in fields if f is not None}
    return [
        row
        for row in org.alive(against, first, values[first.name])
        if row.id != values.get("Id")
        and not row.fields.get("IsConverted")
        and all(key_of(against.fields[n], row.fields.get(n)) == v for n, v in wanted.items())
    ]


def _detected(rule: DuplicateRule, made: SObject, rows: list[Row]) -> Problem:
    """`duplicateResut` is how Salesforce spells it (samples of v54 and v56)."""
    entity = rows[0].object.name
    result = {
        "allowSave": rule.action == "alert",
        "duplicateRule": rule.name or f"Standard_{made.name}_Duplicate_Rule",
        "duplicateRuleEntityType": made.name,
        "errorMessage": rule.message,
        "matchResults": [
            {
                "entityType": entity,
                "errors": [],
                "matchEngine": "FuzzyMatchEngine",
                "matchRecords": [_match(row) for row in rows],
                "rule": f"Standard_{entity}_Match_Rule_v1_1",
                "size": len(rows),
                "success": True,
            }
        ],
    }
    extra = {"duplicateResut": result}
    return Problem("DUPLICATES_DETECTED", rule.message, extra=extra)


def _match(row: Row) -> dict[str, Any]:
    url = f"/services/data/v59.0/sobjects/{row.object.name}/{row.id}"
    attributes = {"type": row.object.name, "url": url}
    return {
        "additionalInformation": [],
        "fieldDiffs": [],
        "matchConfidence": 100.0,
        "record": {"attributes": attributes, "Id": row.id},
    }

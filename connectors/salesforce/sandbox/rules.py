"""The admin's rules: validation rules (of the settings and of deployments) and duplicate rules."""

from collections.abc import Mapping
from typing import Any

from connectors.salesforce.sandbox.config import DuplicateRule, ValidationRule
from connectors.salesforce.sandbox.formula.evaluate import Formula
from connectors.salesforce.sandbox.formula.parser import BadFormula, parse
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row, key_of
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.soql.select import condition


def check_validation(
    org: Org, made: SObject, values: Mapping[str, Any], before: Mapping[str, Any], user_id: str
) -> None:
    """Raises: Problem FIELD_CUSTOM_VALIDATION_EXCEPTION with the admin's text."""
    for rule in (*org.config.validation_rules, *org.validation_rules.values()):
        if rule.object == made.name and _fails(org, made, rule, (values, before, user_id)):
            fields = [rule.field] if rule.field else []
            raise Problem("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields=fields)


def _fails(
    org: Org,
    made: SObject,
    rule: ValidationRule,
    given: tuple[Mapping[str, Any], Mapping[str, Any], str],
) -> bool:
    values, before, user_id = given
    if rule.formula is None:
        return condition(org, made, str(rule.when))(Row(made, "", dict(values)))
    try:
        return bool(Formula(org, made, values, before, user_id).value(parse(rule.formula)))
    except BadFormula as bad:
        raise Problem("FORMULA_EXPRESSION_INVALID", str(bad), fields=[]) from bad


def check_duplicates(
    org: Org,
    made: SObject,
    values: Mapping[str, Any],
    changed: Mapping[str, Any],
    actor: Actor,
) -> None:
    """Raises: Problem DUPLICATES_DETECTED, unless the caller allows what the rule only alerts."""
    for rule in org.config.duplicate_rules:
        allowed = actor.allows_duplicates and rule.action == "alert"
        if rule.object != made.name or allowed:
            continue
        if not any(name in changed for name in rule.fields):
            continue
        for against in rule.against or [made.name]:
            rows = _matches(org, org.schema.get(against), rule, values)
            if rows:
                raise _detected(rule, made, rows, details=actor.wants_details)


def check_queue(org: Org, made: SObject, changed: Mapping[str, Any]) -> None:
    """A queue that has objects owns records of no others. Raises: Problem."""
    queues = org.schema.objects["QueueSobject"]
    rows = org.alive(queues, queues.fields["QueueId"], changed.get("OwnerId"))
    if rows and made.name not in {row.fields["SobjectType"] for row in rows}:
        text = "Queue not associated with this SObject type"
        raise Problem("INVALID_OPERATION", text, fields=["OwnerId"])


def check_owner(org: Org, made: SObject, changed: Mapping[str, Any]) -> None:
    """Who was deactivated owns nothing new. Raises: Problem."""
    user = org.row(changed.get("OwnerId"))
    if user is not None and user.fields.get("IsActive") is False:
        text = f"operation performed with inactive user [{user.id}] as owner of {made.name.lower()}"
        raise Problem("INACTIVE_OWNER_OR_USER", text, fields=[])


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


def _detected(rule: DuplicateRule, made: SObject, rows: list[Row], *, details: bool) -> Problem:
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
                "matchRecords": [_match(row, details=details) for row in rows],
                "rule": f"Standard_{entity}_Match_Rule_v1_1",
                "size": len(rows),
                "success": True,
            }
        ],
    }
    extra = {"duplicateResut": result}
    return Problem("DUPLICATES_DETECTED", rule.message, extra=extra)


def _match(row: Row, *, details: bool) -> dict[str, Any]:
    """The record by its id, or with its values where `includeRecordDetails` asks for them."""
    url = f"/services/data/v59.0/sobjects/{row.object.name}/{row.id}"
    attributes = {"type": row.object.name, "url": url}
    return {
        "additionalInformation": [],
        "fieldDiffs": [],
        "matchConfidence": 100.0,
        "record": {"attributes": attributes, "Id": row.id, **(row.fields if details else {})},
    }

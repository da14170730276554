"""Create, update, upsert, delete, undelete: the platform's rules, for API and people alike."""

from collections.abc import Mapping
from typing import Any

from connectors.salesforce.sandbox import problems, record_types
from connectors.salesforce.sandbox.derived import derive
from connectors.salesforce.sandbox.effects import after_change, after_create
from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.given import check_references, own_key, read
from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.rules import (
    check_duplicates,
    check_owner,
    check_queue,
    check_validation,
)
from connectors.salesforce.sandbox.schema import SObject
from connectors.salesforce.sandbox.values import accept


class Several(Exception):
    """An external id that more than one record has; nothing is written."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__("more than one record")
        self.rows = rows


def create(org: Org, made: SObject, given: Mapping[str, Any], actor: Actor) -> Row:
    """Raises: Problem."""
    _check_allowed(made, "create", actor, allowed=made.createable)
    values = read(org, made, given, actor, creating=True)
    values = {**_defaults(org, made, values, actor), **values}
    values |= derive(org, made.name, values, {})
    if not actor.is_setup:
        _check_required(made, values, list(made.fields.values()))
    _check(org, made, values, {}, actor)
    if made.is_event:
        return org.publish(made, values, actor)
    if made.name.endswith("__c") and not values.get("Name"):
        values["Id"] = values.get("Id") or org.ids.next(made.prefix)
        values["Name"] = values["Id"][:15]  # as Salesforce names what nobody named
    row = org.insert(made, values, actor)
    after_create(org, row, actor)
    return row


def update(org: Org, made: SObject, id_: str, given: Mapping[str, Any], actor: Actor) -> Row:
    """Raises: Problem."""
    _check_allowed(made, "update", actor, allowed=made.updateable)
    row = live(org, made, id_)
    check_lock(org, row, actor)
    if row.fields.get("IsConverted") and not actor.is_setup:
        text = "cannot reference converted lead"
        raise Problem("CANNOT_UPDATE_CONVERTED_LEAD", text, fields=[])
    values = read(org, made, given, actor, creating=False)
    _check_not_blanked(made, values)
    values |= derive(org, made.name, values, row.fields)
    _check(org, made, values, row.fields, actor)
    org.update(row, values, actor)
    after_change(org, row, actor)
    return row


def upsert(
    org: Org,
    made: SObject,
    key: tuple[Field, Any],
    given: Mapping[str, Any],
    actor: Actor,
    *,
    update_only: bool = False,
) -> tuple[Row, bool]:
    """The record and whether it is new. Raises: Problem, Several."""
    field, value = key
    if any(made.find(name) is field for name in given):
        raise own_key(field.name)
    stored = accept(field, value)
    rows = org.alive(made, field, stored) if stored is not None else []
    if len(rows) > 1:
        raise Several(rows)
    if rows:
        return update(org, made, rows[0].id, given, actor), False
    if update_only or (field.name == "Id" and stored is not None):
        raise missing(org) if field.name == "Id" else problems.not_found()
    if stored is None and field.name != "Id":
        text = f"{field.name} not specified"
        raise Problem("MISSING_ARGUMENT", text, fields=[])
    keyed = given if field.name == "Id" else {**given, field.name: value}
    return create(org, made, keyed, actor), True


def delete(org: Org, made: SObject, id_: str, actor: Actor) -> Row:
    """Into the recycle bin, with the children that cannot be without it. Raises: Problem."""
    _check_allowed(made, "delete", actor, allowed=made.deletable)
    row = live(org, made, id_)
    check_lock(org, row, actor)
    system = Actor(actor.user_id, "SYSTEM")
    for child, field in org.schema.referrers(made):
        for other in org.alive(child, field, row.id) if field.indexed else []:
            if field.cascades:
                delete(org, child, other.id, actor)
            elif field.createable:
                org.update(other, {field.name: None}, system)
    org.delete(row, actor)
    after_change(org, row, actor)
    return row


def undelete(org: Org, made: SObject, id_: str, actor: Actor) -> Row:
    """Out of the recycle bin, with the children that went along. Raises: Problem."""
    row = org.row(canonical(id_))
    if row is None or row.object is not made:
        raise missing(org)
    if not row.deleted:
        text = "entity is not in the recycle bin"
        raise Problem("UNDELETE_FAILED", text, fields=[])
    deleted_at = row.deleted_at
    org.undelete(row, actor)
    for child, field in org.schema.referrers(made):
        for other in org.table(child).lookup(field, row.id) if field.cascades else ():
            if other.deleted and other.deleted_at == deleted_at:
                org.undelete(other, actor)
    return row


def live(org: Org, made: SObject, id_: str) -> Row:
    """The record to be changed. Raises: Problem (malformed, missing or deleted)."""
    if (known := canonical(id_)) is None:
        if len(id_) in {15, 18}:
            raise problems.malformed_id(id_)
        raise problems.no_external_id(id_)
    row = org.row(known)
    if row is None or row.object is not made:
        raise missing(org)
    if row.deleted:
        raise problems.entity_deleted()
    return row


def missing(org: Org) -> Problem:
    """A well-formed id of no record. Its code at Salesforce is unknown, hence a setting."""
    if org.config.missing_record_code == "NOT_FOUND":
        return problems.not_found()
    text = "invalid cross reference id"
    return Problem("INVALID_CROSS_REFERENCE_KEY", text, fields=[], status=404)


def _check_allowed(made: SObject, verb: str, actor: Actor, *, allowed: bool) -> None:
    if not allowed and not actor.is_setup:
        text = f"entity type {made.name} does not support {verb}"
        raise Problem("INVALID_TYPE_FOR_OPERATION", text, fields=[])


def _defaults(org: Org, made: SObject, values: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    found = {f.name: f.default for f in made.fields.values() if f.default is not None}
    if "OwnerId" in made.fields:
        found["OwnerId"] = _owner(org, made, actor)
    blank = [name for name, default in found.items() if values.get(name, default) is None]
    if blank and not actor.is_setup:
        raise problems.required_missing(blank)
    return {**found, **record_types.default(org, made)}


def _owner(org: Org, made: SObject, actor: Actor) -> str:
    """Who gets a record that names no owner: the assignment rule's user, or who made it."""
    config = org.config
    assigns = config.auto_assign_default if actor.auto_assigns is None else actor.auto_assigns
    user = None
    if made.name == "Lead" and assigns and config.auto_assign_user:
        user = org.user(config.auto_assign_user)
    return user.id if user else actor.user_id


def _check_required(made: SObject, values: Mapping[str, Any], fields: list[Field]) -> None:
    blank = [f.name for f in fields if f.required and values.get(f.name) is None]
    is_new_member = made.name == "CampaignMember" and "CampaignId" in values
    if is_new_member and not (values.get("LeadId") or values.get("ContactId")):
        blank.append("LeadOrContactId")
    if blank:
        raise problems.required_missing(blank)


def _check_not_blanked(made: SObject, values: Mapping[str, Any]) -> None:
    """A change may not take away what a record needs."""
    if "OwnerId" in values and values["OwnerId"] is None:
        text = "Owner ID: owner cannot be blank"
        raise Problem("INVALID_CROSS_REFERENCE_KEY", text, fields=["OwnerId"])
    blank = [name for name, value in values.items() if value is None]
    needed = [name for name in blank if not made.fields[name].nillable]
    if needed:
        raise problems.required_missing(needed)


def _check(
    org: Org, made: SObject, values: Mapping[str, Any], before: Mapping[str, Any], actor: Actor
) -> None:
    """What must hold for a record that was `before` and becomes `values`. Raises: Problem."""
    changed = {n: v for n, v in values.items() if before.get(n) != v}
    record_types.check(org, made, changed)
    check_references(org, made, changed)
    _check_unique(org, made, changed, before.get("Id"))
    if not actor.is_setup:
        now = {**dict.fromkeys(made.fields), **before, **values}
        check_validation(org, made, now, before, actor.user_id)
        check_duplicates(org, made, now, changed, actor)
        check_queue(org, made, changed)
        check_owner(org, made, changed)


def _check_unique(org: Org, made: SObject, changed: Mapping[str, Any], own_id: str | None) -> None:
    for name, value in changed.items():
        field = made.fields[name]
        if not field.unique or value is None:
            continue
        for row in org.alive(made, field, value):
            if row.id != own_id:
                text = f"{name} duplicates value on record with id: {row.id[:15]}"
                raise Problem("DUPLICATE_VALUE", f"duplicate value found: {text}", fields=[])
    if made.name == "CampaignMember" and own_id is None:
        _check_member(org, made, changed)


def _check_member(org: Org, made: SObject, values: Mapping[str, Any]) -> None:
    for name in ("LeadId", "ContactId"):
        if values.get(name) is None:
            continue
        for row in org.alive(made, made.fields[name], values[name]):
            if row.fields["CampaignId"] == values.get("CampaignId"):
                raise Problem("DUPLICATE_VALUE", "Already a campaign member.", fields=[])


def check_lock(org: Org, row: Row, actor: Actor) -> None:
    """Raises: Problem UNABLE_TO_LOCK_ROW."""
    left = org.locks.get(row.id, 0)
    if left:
        org.locks[row.id] = left - 1
    if left or actor.row_locked:
        raise problems.row_locked([row.id[:15]])

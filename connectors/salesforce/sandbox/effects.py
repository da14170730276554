"""What a write brings about beyond its own record: statuses of a campaign, fields, describes."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from connectors.salesforce.sandbox import record_types
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.standard.work import MEMBER_STATUSES

Effect: TypeAlias = Callable[[Org, Row, Actor], None]


def after_create(org: Org, row: Row, actor: Actor) -> None:
    if (effect := CREATED.get(row.object.name)) is not None:
        effect(org, row, actor)


def after_change(org: Org, row: Row, actor: Actor) -> None:
    """After an update or a delete."""
    if (effect := CHANGED.get(row.object.name)) is not None:
        effect(org, row, actor)


def _campaign(org: Org, row: Row, actor: Actor) -> None:
    """A new campaign has the statuses Sent (the default) and Responded."""
    made = org.schema.objects["CampaignMemberStatus"]
    for order, (label, responded) in enumerate(MEMBER_STATUSES.items(), 3):
        fields = {
            "CampaignId": row.id,
            "Label": label,
            "HasResponded": responded,
            "IsDefault": not responded,
            "SortOrder": order,
        }
        org.insert(made, fields, actor)


def _one_default(org: Org, row: Row, actor: Actor) -> None:
    """A campaign has one default status: the one that was made so last."""
    if not row.fields["IsDefault"] or row.deleted:
        return
    made = row.object
    for other in org.alive(made, made.fields["CampaignId"], row.fields["CampaignId"]):
        if other.id != row.id and other.fields["IsDefault"]:
            org.update(other, {"IsDefault": False}, actor)


STAMP = "SystemModstamp"
HISTORY = (
    "StageName", "Amount", "ExpectedRevenue", "CloseDate", "Probability", "ForecastCategory",
)  # fmt: skip


def _opportunity(org: Org, row: Row, actor: Actor) -> None:
    """A line of history whenever stage, amount, probability or close date change.

    Source: Object Reference, "OpportunityHistory".
    """
    made = org.schema.objects["OpportunityHistory"]
    lines = org.alive(made, made.fields["OpportunityId"], row.id)
    if row.deleted:
        for line in lines:
            org.delete(line, actor)
        return
    last = max(lines, key=lambda line: line.id).fields if lines else {}
    fields = {name: row.fields[name] for name in HISTORY}
    if lines and all(last[name] == value for name, value in fields.items()):
        return
    at = row.fields["LastModifiedDate" if lines else "CreatedDate"]
    before = {f"Prev{name}": last.get(name) for name in ("Amount", "CloseDate")}
    more = {"OpportunityId": row.id, "CreatedDate": at}
    org.insert(made, {**fields, **before, **more}, actor)


def _new_opportunity(org: Org, row: Row, actor: Actor) -> None:
    """A contact that is given with a new opportunity gets the primary role in it."""
    _opportunity(org, row, actor)
    if row.fields["ContactId"]:
        made = org.schema.objects["OpportunityContactRole"]
        contact = row.fields["ContactId"]
        org.insert(made, {"OpportunityId": row.id, "ContactId": contact, "IsPrimary": True}, actor)


def _contact_role(org: Org, row: Row, actor: Actor) -> None:
    """An opportunity has one primary role, the one that was made so last (or, without the setting,
    several); its ContactId is derived from that, of several from the one that changed last.

    Source: Object Reference, "Opportunity" (ContactId), "OpportunityContactRole" (IsPrimary).
    """
    made = row.object
    roles = org.alive(made, made.fields["OpportunityId"], row.fields["OpportunityId"])
    primary = [one for one in roles if one.fields["IsPrimary"]]
    if row in primary and org.config.one_primary_role:
        for other in primary:
            if other is not row:
                org.update(other, {"IsPrimary": False}, actor)
        primary = [row]
    primary.sort(key=lambda one: one is not row)
    contact = primary[0].fields["ContactId"] if primary else None
    deal = org.row(row.fields["OpportunityId"])
    if deal is not None and not deal.deleted and deal.fields["ContactId"] != contact:
        stamp = {} if org.config.role_stamps_opportunity else {STAMP: deal.fields[STAMP]}
        org.update(deal, {"ContactId": contact, **stamp}, Actor(actor.user_id, "SYSTEM"))


def _rights(org: Org, _: Row, __: Actor) -> None:
    """Describes depend on it."""
    org.schema_changed_at = org.now()


CHANGED: Mapping[str, Effect] = {
    "CampaignMemberStatus": _one_default,
    "FieldPermissions": _rights,
    "Opportunity": _opportunity,
    "OpportunityContactRole": _contact_role,
    "PermissionSetAssignment": _rights,
    "RecordType": record_types.enable,
}
CREATED: Mapping[str, Effect] = {
    **CHANGED,
    "Campaign": _campaign,
    "Opportunity": _new_opportunity,
}

"""Lead conversion: a lead becomes a contact of an account, with or without an opportunity.

Source: a conversion recorded end to end (SOAP convertLead); Salesforce help, "Lead Conversion".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from connectors.salesforce.sandbox import dml
from connectors.salesforce.sandbox.org import Actor, Org
from connectors.salesforce.sandbox.problems import Problem
from connectors.salesforce.sandbox.records import Row

CONVERTED_STATUS = "Closed - Converted"
PERSON = (
    "FirstName", "LastName", "Salutation", "Title", "Phone", "MobilePhone", "Fax", "Email",
    "HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall", "Description", "LeadSource",
)  # fmt: skip
COMPANY = ("Phone", "Fax", "Website", "Industry", "AnnualRevenue", "NumberOfEmployees", "Rating")
ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
NEEDS_OWNER = (
    "Converted objects can only be owned by users.  If the lead is not owned by a user, you must "
    "specify a user for the Owner field."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What convertLead is asked for; ids None: make a new one."""

    lead_id: str
    status: str = CONVERTED_STATUS
    account_id: str | None = None
    contact_id: str | None = None
    owner_id: str | None = None
    makes_opportunity: bool = True
    opportunity_name: str | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    lead_id: str
    account_id: str
    contact_id: str
    opportunity_id: str | None


@dataclass(frozen=True, slots=True)
class Conversion:
    """One lead being converted: for whom, and who will own what comes of it."""

    org: Org
    wish: Wish
    actor: Actor
    lead: Row
    owner_id: str


def convert(org: Org, wish: Wish, actor: Actor) -> Converted:
    """All or nothing. Raises: Problem."""
    mark = org.mark()
    try:
        return _convert(_begin(org, wish, actor))
    except Problem:
        org.rollback(mark)
        raise


def _begin(org: Org, wish: Wish, actor: Actor) -> Conversion:
    """Whether the lead can be converted so. Raises: Problem."""
    lead = dml.live(org, org.schema.get("Lead"), wish.lead_id)
    if lead.fields["IsConverted"]:
        raise Problem("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    if wish.status != CONVERTED_STATUS:
        raise Problem("INVALID_STATUS", f"invalid convertedStatus: {wish.status}")
    owner_id = wish.owner_id or lead.fields["OwnerId"]
    if not owner_id.startswith(org.schema.get("User").prefix):
        raise Problem("INVALID_OWNER", NEEDS_OWNER)
    return Conversion(org, wish, actor, lead, owner_id)


def _convert(one: Conversion) -> Converted:
    account = _account(one)
    contact = _contact(one, account)
    deal = _opportunity(one, account, contact) if one.wish.makes_opportunity else None
    done = Converted(one.lead.id, account.id, contact.id, deal.id if deal else None)
    _close(one, done)
    _move_work(one, done)
    return done


def _given(org: Org, object_name: str, id_: str) -> Row:
    return dml.live(org, org.schema.get(object_name), id_)


def _account(one: Conversion) -> Row:
    org, lead, wish = one.org, one.lead, one.wish
    if wish.account_id:
        return _given(org, "Account", wish.account_id)
    if wish.contact_id:
        contact = _given(org, "Contact", wish.contact_id)
        if contact.fields["AccountId"]:
            return _given(org, "Account", contact.fields["AccountId"])
    fields = {name: lead.fields[name] for name in COMPANY}
    fields |= {f"Billing{part}": lead.fields[part] for part in ADDRESS}
    fields |= {"Name": lead.fields["Company"], "OwnerId": one.owner_id}
    fields |= _mapped(org, lead, "Account")
    return dml.create(org, org.schema.get("Account"), _filled(fields), one.actor)


def _contact(one: Conversion, account: Row) -> Row:
    """The new contact; a given one only gets what it lacks."""
    org, lead, wish = one.org, one.lead, one.wish
    fields = {name: lead.fields[name] for name in PERSON}
    fields |= {f"Mailing{part}": lead.fields[part] for part in ADDRESS}
    fields |= _mapped(org, lead, "Contact")
    if wish.contact_id:
        contact = _given(org, "Contact", wish.contact_id)
        lacking = {n: v for n, v in _filled(fields).items() if contact.fields.get(n) is None}
        if lacking:
            dml.update(org, contact.object, contact.id, lacking, one.actor)
        return contact
    fields |= {"AccountId": account.id, "OwnerId": one.owner_id}
    return dml.create(org, org.schema.get("Contact"), _filled(fields), one.actor)


def _opportunity(one: Conversion, account: Row, contact: Row) -> Row:
    org, lead, wish = one.org, one.lead, one.wish
    today = datetime.fromtimestamp(org.now(), UTC).date()
    fields: dict[str, Any] = {
        "Name": wish.opportunity_name or f"{lead.fields['Company']}-",
        "AccountId": account.id,
        "OwnerId": one.owner_id,
        "StageName": "Prospecting",
        "CloseDate": _quarter_end(today),
        "LeadSource": lead.fields["LeadSource"],
        **_mapped(org, lead, "Opportunity"),
    }
    deal = dml.create(org, org.schema.get("Opportunity"), _filled(fields), one.actor)
    role = {"OpportunityId": deal.id, "ContactId": contact.id, "IsPrimary": True}
    dml.create(org, org.schema.get("OpportunityContactRole"), role, one.actor)
    return deal


def _mapped(org: Org, lead: Row, target: str) -> dict[str, Any]:
    """Custom lead fields that the admin mapped: `{"Score__c": "Contact.Score__c"}`."""
    pairs = (
        (source, place.split(".", 1)[1])
        for source, place in org.config.convert_field_map.items()
        if place.startswith(f"{target}.")
    )
    return {to: lead.fields.get(source) for source, to in pairs}


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _quarter_end(today: date) -> str:
    first_month_after = (today.month - 1) // 3 * 3 + 4
    year, month = today.year + (first_month_after - 1) // 12, (first_month_after - 1) % 12 + 1
    return date.fromordinal(date(year, month, 1).toordinal() - 1).isoformat()


def _close(one: Conversion, done: Converted) -> None:
    org = one.org
    changes = {
        "IsConverted": True,
        "Status": one.wish.status,
        "ConvertedDate": datetime.fromtimestamp(org.now(), UTC).date().isoformat(),
        "ConvertedAccountId": done.account_id,
        "ConvertedContactId": done.contact_id,
        "ConvertedOpportunityId": done.opportunity_id,
        "IsUnreadByOwner": False,
    }
    org.update(one.lead, changes, one.actor)


def _move_work(one: Conversion, done: Converted) -> None:
    """Tasks and events go to the contact, campaign memberships belong to both."""
    org, lead = one.org, one.lead
    system = replace(one.actor, source="SYSTEM")
    for name in ("Task", "Event"):
        made = org.schema.get(name)
        for row in org.alive(made, made.fields["WhoId"], lead.id):
            about = row.fields["WhatId"] or done.opportunity_id
            changes = {"WhoId": done.contact_id, "AccountId": done.account_id, "WhatId": about}
            org.update(row, changes, system)
    members = org.schema.get("CampaignMember")
    for row in org.alive(members, members.fields["LeadId"], lead.id):
        org.update(row, {"ContactId": done.contact_id}, system)

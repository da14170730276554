"""Fields that Salesforce works out itself whenever a record is written.

Source: Salesforce Object Reference, and recorded records (Task defaults, Lead and Contact names).
"""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any, TypeAlias

from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.stamps import moment, stamp, stamp_s
from connectors.salesforce.sandbox.standard.sales import STAGES
from connectors.salesforce.sandbox.standard.work import DONE

Values: TypeAlias = Mapping[str, Any]
Derive: TypeAlias = Callable[[Org, Values, Values], dict[str, Any]]
MINUTE_S = 60
COPIED = (  # what a campaign member shows of its person
    "Name", "FirstName", "LastName", "Email", "Phone", "Salutation", "Title", "MobilePhone", "Fax",
    "Description", "LeadSource", "DoNotCall", "HasOptedOutOfEmail", "HasOptedOutOfFax",
)  # fmt: skip
PLACE = ("Street", "City", "State", "PostalCode", "Country")


def derive(org: Org, object_name: str, given: Values, before: Values) -> dict[str, Any]:
    """The worked-out fields of a record that was `before` (empty: new) and is given `given`."""
    work_out = DERIVES.get(object_name)
    return work_out(org, {**before, **given}, given) if work_out else {}


def _full_name(_: Org, now: Values, __: Values) -> dict[str, Any]:
    parts = (now.get("FirstName"), now.get("LastName"))
    return {"Name": " ".join(part for part in parts if part) or None}


def _opportunity(org: Org, now: Values, given: Values) -> dict[str, Any]:
    """The stage decides whether it is closed and won; the probability only when it changes."""
    stage = STAGES.get(now.get("StageName") or "", (0, False, False, "Pipeline"))
    probability, closed, won, category = stage
    shown = {"BestCase": "Best Case", "Forecast": "Commit"}.get(category, category)
    found: dict[str, Any] = {"IsClosed": closed, "IsWon": won, **_fiscal(now)}
    if "StageName" in given:
        found["LastStageChangeDate"] = now.get("CreatedDate") and stamp_s(org.now())
        found |= {"ForecastCategory": category, "ForecastCategoryName": shown}
        if given.get("Probability") is None:
            found["Probability"] = float(probability)
    percent = found.get("Probability", now.get("Probability"))
    if now.get("Amount") is not None and percent is not None:
        found["ExpectedRevenue"] = round(now["Amount"] * percent / 100, 2)
    return found


def _fiscal(now: Values) -> dict[str, Any]:
    """The fiscal period that it closes in; a fiscal year is a calendar year."""
    closes = now.get("CloseDate")
    if not closes:
        return {}
    year, quarter = int(closes[:4]), (int(closes[5:7]) + 2) // 3
    return {"FiscalYear": year, "FiscalQuarter": quarter, "Fiscal": f"{year} {quarter}"}


def _account_of(org: Org, now: Values) -> str | None:
    """An activity belongs to its subject's account, else to that of its person."""
    for name in ("WhatId", "WhoId"):
        row = org.row(now.get(name))
        if row is None:
            continue
        account_id = row.id if row.object.name == "Account" else row.fields.get("AccountId")
        if account_id:
            return str(account_id)
    return None


def _task(org: Org, now: Values, given: Values) -> dict[str, Any]:
    closed = now.get("Status") == DONE
    found: dict[str, Any] = {
        "IsClosed": closed,
        "IsHighPriority": now.get("Priority") == "High",
        "AccountId": _account_of(org, now),
    }
    if not closed:
        found["CompletedDateTime"] = None
    elif now.get("CompletedDateTime") is None and "CompletedDateTime" not in given:
        found["CompletedDateTime"] = stamp_s(org.now())
    return found


def _event(org: Org, now: Values, given: Values) -> dict[str, Any]:
    """Start, end and duration follow from one another."""
    found: dict[str, Any] = {"AccountId": _account_of(org, now)}
    start = given.get("StartDateTime") or given.get("ActivityDateTime") or now.get("StartDateTime")
    if not start:
        return found
    found |= {"StartDateTime": start, "ActivityDateTime": start, "ActivityDate": start[:10]}
    begins = moment(start)
    minutes = now.get("DurationInMinutes")
    if given.get("EndDateTime") or (minutes is None and now.get("EndDateTime")):
        found["DurationInMinutes"] = int(
            (moment(now["EndDateTime"]) - begins).total_seconds() // MINUTE_S
        )
    elif minutes is not None:
        end_s = begins.timestamp() + minutes * MINUTE_S
        found["EndDateTime"] = stamp(moment(stamp_s(end_s)))
    ends = found.get("EndDateTime") or now.get("EndDateTime")
    return {**found, "EndDate": ends and ends[:10]}


def _campaign_member(org: Org, now: Values, _: Values) -> dict[str, Any]:
    status, responded = _member_status(org, now)
    person = org.row(now.get("ContactId")) or org.row(now.get("LeadId"))
    found: dict[str, Any] = {"Status": status, "HasResponded": responded}
    if responded and not now.get("FirstRespondedDate"):
        found["FirstRespondedDate"] = stamp_s(org.now())[:10]
    if person is not None:
        place = "Mailing" if person.object.name == "Contact" else ""
        found |= {name: person.fields.get(name) for name in COPIED}
        found |= {name: person.fields.get(place + name) for name in PLACE}
        found["LeadOrContactOwnerId"] = person.fields.get("OwnerId")
        found |= {"Type": person.object.name, "LeadOrContactId": person.id}
        found["CompanyOrAccount"] = _company_of(org, person)
    return found


def _content_note(org: Org, now: Values, _: Values) -> dict[str, Any]:
    """The beginning of what it says, without its HTML. Source: Object Reference, "ContentNote"."""
    try:
        words = b64decode(now.get("Content") or "", validate=True).decode("utf-8", "replace")
    except ValueError:
        words = ""
    plain = unescape(re.sub(r"<[^>]*>", " ", words))
    changed_at = stamp_s(org.now())
    return {"TextPreview": " ".join(plain.split())[:255], "ContentModifiedDate": changed_at}


def _member_status(org: Org, now: Values) -> tuple[Any, bool]:
    """The status, the campaign's default where none is given, and whether it is a response."""
    made, asked = org.schema.objects["CampaignMemberStatus"], now.get("Status")
    rows = org.alive(made, made.fields["CampaignId"], now.get("CampaignId"))
    for row in rows:
        label = row.fields["Label"]
        if label.lower() == asked.lower() if asked else row.fields["IsDefault"]:
            return label, row.fields["HasResponded"]
    return asked, False


def _company_of(org: Org, person: Row) -> Any:
    account = org.row(person.fields.get("AccountId"))
    return account.fields.get("Name") if account else person.fields.get("Company")


DERIVES: dict[str, Derive] = {
    "Lead": _full_name,
    "Contact": _full_name,
    "User": _full_name,
    "Opportunity": _opportunity,
    "Task": _task,
    "Event": _event,
    "CampaignMember": _campaign_member,
    "ContentNote": _content_note,
}

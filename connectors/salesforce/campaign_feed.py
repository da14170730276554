"""Responses to campaigns: members whose status counts as one, each status of a member once.

Salesforce keeps the day of the first response only. Where the record was last changed on that
day, the time of the change is taken. Source: Object Reference, "CampaignMember".
"""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from connectors.base import Activity, Cursor, Page, Value
from connectors.salesforce.feed import Stream, idle, page
from connectors.salesforce.ids import canonical, ref_of
from connectors.salesforce.owners import whoami
from connectors.salesforce.schema import fields_if_there
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import parse_moment

MEMBER = "CampaignMember"
_ASKED = (
    "Id", "SystemModstamp", "CampaignId", "LeadId", "ContactId", "Status", "FirstRespondedDate",
)  # fmt: skip


def campaigns(api: Api, feed: str, cursor: Cursor | None) -> Page[Activity]:
    """Responses since `cursor`, without those that we wrote: members that we changed last."""
    known = fields_if_there(api, MEMBER)
    if not known:
        return Page((), idle(feed, cursor), more=False)
    key = api.settings.key_field
    ours = [f"{key} = null"] if key in known else []
    others = f"LastModifiedById != '{whoami(api)}'"
    where = ("HasResponded = true", *ours, others)
    stream = Stream(MEMBER, (*_ASKED, "Campaign.Name"), where)
    rows, after, more = page(api, feed, [stream], cursor)
    return Page(tuple(one for _, row in rows for one in _activity(api, row)), after, more)


def _activity(api: Api, row: Row) -> Iterator[Activity]:
    person = ref_of(str(row.get("ContactId") or row.get("LeadId")))
    if person is None:
        return
    campaign = canonical(str(row["CampaignId"]))
    name = str((row.get("Campaign") or {}).get("Name") or "")
    status = str(row.get("Status") or "")
    detail: dict[str, Value] = {"campaign": campaign, "campaign_name": name, "outcome": status}
    yield Activity(
        id=f"{canonical(str(row['Id']))}:{status}",
        person=person,
        type="campaign",
        at=_at(api, row),
        title=": ".join(filter(None, (name, status))),
        detail={name: value for name, value in detail.items() if value},
    )


def _at(api: Api, row: Row) -> datetime:
    changed_at = parse_moment(str(row["SystemModstamp"]))
    zone = ZoneInfo(api.settings.time_zone)
    if not row.get("FirstRespondedDate"):
        return changed_at
    day = datetime.fromisoformat(str(row["FirstRespondedDate"])).date()
    if changed_at.astimezone(zone).date() == day:
        return changed_at
    return datetime.combine(day, time(), zone)

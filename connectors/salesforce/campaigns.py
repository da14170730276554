"""Campaigns and their members: read, made, changed and deleted by collections of 200.

A person is in a campaign once, as a lead or a contact; a conversion adds the contact to the
membership of the lead. Statuses are each campaign's own (`CampaignMemberStatus`); a new campaign
has `Sent` and `Responded`.
Source: Object Reference, "Campaign", "CampaignMember", "CampaignMemberStatus"; REST API Developer
Guide, "SObject Collections".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import ConnectorError, Cursor, Gone, Landed, Page, Ref, Rejected, Unsure
from connectors.campaigns import CAMPAIGN, MEMBER, Campaign, Change, Group, Member
from connectors.salesforce.batch import BATCH, Call, Item, Outcome, send_all
from connectors.salesforce.deletes import delete_ids
from connectors.salesforce.errors import rejected
from connectors.salesforce.ids import canonical, object_of, ref_of
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import equals, parse_moment, select

PATH = "composite/sobjects"
OBJECT = "CampaignMember"
NAME_MAX = 80  # Source: Object Reference, "Campaign"
MOST_ROWS = 2000  # what a page of a query holds at most
_ASKED = ("Id", "LeadId", "ContactId", "Status", "SystemModstamp")


def members(api: Api, group: Group, cursor: Cursor | None) -> Page[Member]:
    """The members in the order of their ids, from behind `cursor`. Raises: Gone (no campaign)."""
    where = [equals("CampaignId", group.id)]
    if cursor is not None:
        where.append(f"Id > '{canonical(cursor)}'")
    page = api.query(select(_ASKED, OBJECT, *where, order="Id", limit=MOST_ROWS))
    rows = page["records"]
    if not rows and cursor is None:
        _exists(api, group.id)
    more = len(rows) == MOST_ROWS or not page.get("done", True)
    last = Cursor(canonical(str(rows[-1]["Id"]))) if rows else cursor or Cursor("")
    return Page(tuple(_member(row) for row in rows), last, more)


def _exists(api: Api, campaign_id: str) -> None:
    """No members are news only of a campaign that is there. Raises: Gone."""
    if not api.query(select(["Id"], "Campaign", equals("Id", campaign_id)))["records"]:
        raise Gone(f"there is no campaign {campaign_id}")


def _member(row: Row) -> Member:
    ids = (row.get(name) for name in ("ContactId", "LeadId"))
    people = tuple(ref for one in ids if one and (ref := ref_of(str(one))) is not None)
    at = parse_moment(str(row["SystemModstamp"]))
    return Member(people, str(row.get("Status") or ""), at, canonical(str(row["Id"])))


def change_members(api: Api, group: Group, changes: Sequence[Change]) -> Mapping[str, Outcome]:
    """One call for up to 200 changes of a sort. Raises: as `batch.send_all`."""
    if not changes or changes[0].after is None:
        return _delete(api, changes)
    if changes[0].before is None:
        return _create(api, group, changes)
    items = [
        Item(one.key, MEMBER, _row({"Id": one.id, "Status": one.after}), (OBJECT, "Id", one.id))
        for one in changes
    ]
    return send_all(api, _calls("PATCH", items))


def _create(api: Api, group: Group, changes: Sequence[Change]) -> Mapping[str, Outcome]:
    """One who is a member already is told as such: the next look shows how."""
    outcomes: dict[str, Outcome] = {}
    items: list[Item] = []
    for one in changes:
        name = object_of(one.person, {})
        if name not in {"Lead", "Contact"}:
            outcomes[one.key] = rejected("INVALID_TYPE", f"{one.person.id!r} is no lead or contact")
            continue
        who = canonical(one.person.id)
        fields = {"CampaignId": group.id, f"{name}Id": who, "Status": one.after}
        items.append(Item(one.key, MEMBER, _row(fields), (name, "Id", who)))
    return outcomes | {
        key: _twin(outcome) for key, outcome in send_all(api, _calls("POST", items)).items()
    }


def _twin(outcome: Outcome) -> Outcome:
    """A member that is there already answers DUPLICATE_VALUE, "Already a campaign member."."""
    if isinstance(outcome, Rejected) and outcome.code == "DUPLICATE_VALUE":
        return Unsure(f"is a member already: {outcome}")
    return outcome


def _delete(api: Api, changes: Sequence[Change]) -> dict[str, Outcome]:
    gone = delete_ids(api, [one.id for one in changes])
    outcomes: dict[str, Outcome] = {}
    for one in changes:
        error: ConnectorError | None = gone.get(canonical(one.id))
        outcomes[one.key] = error or Landed(Ref(MEMBER, one.id))
    return outcomes


def make_campaign(api: Api, campaign: Campaign) -> Landed:
    """Make the campaign once by its key, and the statuses that it lacks. Raises: any of five."""
    found, created = campaign.id, False
    if found is None:
        path = f"sobjects/Campaign/{api.settings.key_field}/{campaign.key}"
        answer = api.call("PATCH", path, _fields(campaign))
        if not isinstance(answer, Mapping) or not answer.get("id"):
            raise Unsure(f"{path}: an answer without an id")
        found, created = canonical(str(answer["id"])), bool(answer.get("created"))
    _have_statuses(api, found, campaign)
    return Landed(Ref(CAMPAIGN, found), created=created)


def _fields(campaign: Campaign) -> dict[str, Any]:
    days = {"StartDate": campaign.starts_on, "EndDate": campaign.ends_on}
    told = {"Type": campaign.type or None} | {n: d and d.isoformat() for n, d in days.items()}
    fixed = {"Name": campaign.name[:NAME_MAX], "IsActive": campaign.active}
    return fixed | {name: value for name, value in told.items() if value is not None}


def _have_statuses(api: Api, campaign_id: str, campaign: Campaign) -> None:
    where = equals("CampaignId", campaign_id)
    rows = list(api.rows(select(["Id", "Label"], "CampaignMemberStatus", where)))
    if not rows:
        _exists(api, campaign_id)
    there = {str(row["Label"]).lower() for row in rows}
    missing = [one for one in campaign.statuses if one.label.lower() not in there]
    items = [
        Item(one.label, MEMBER, {
            "attributes": {"type": "CampaignMemberStatus"}, "CampaignId": campaign_id,
            "Label": one.label, "HasResponded": one.responded,
        }, ("Campaign", "Id", campaign_id))
        for one in missing
    ]  # fmt: skip
    for outcome in send_all(api, _calls("POST", items)).values():
        twin = isinstance(outcome, Rejected) and "DUPLICATE" in outcome.code
        if not isinstance(outcome, Landed) and not twin:
            raise outcome


def _calls(method: str, items: Sequence[Item]) -> list[Call]:
    parts = (items[start : start + BATCH] for start in range(0, len(items), BATCH))
    return [Call(PATH, part, method=method) for part in parts]


def _row(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"attributes": {"type": OBJECT}, **fields}

"""Filters of dynamic lists over what contacts did, and lists of many records at once."""

from typing import Any

import pytest

LISTS = "/crm/v3/lists"
DAY_S = 86_400


def branch(*filters: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An OR of one AND of these filters (or, with `filterBranchType`, of one other branch)."""
    inner = {"filterBranchType": "AND", "filterBranches": [], "filters": list(filters)}
    if more:
        inner = {**inner, "filters": [], "filterBranches": [{**inner, **more}]}
    return {"filterBranchType": "OR", "filterBranches": [inner], "filters": []}


def members(account: Any, filters: dict[str, Any]) -> list[str]:
    """Who is on a dynamic list with these filters."""
    name = f"L{len(account.dump()['lists'])}"
    body = {
        "name": name, "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": filters,
    }  # fmt: skip
    made = account.ok("POST", LISTS, body)["list"]["listId"]
    rows = account.ok("GET", f"{LISTS}/{made}/memberships")["results"]
    return [row["recordId"] for row in rows]


def act(account: Any, contact: str, event: str, **properties: str) -> None:
    step = {"contact": contact, "event": event, "properties": properties}
    account.ok("POST", "/_sandbox/play", {"steps": [step]})


def test_page_views(account: Any) -> None:
    """By part of the address, by pattern, and by having none."""
    one, two = (account.make(email=f"{n}@x.com")["id"] for n in range(2))
    act(account, one, "page_view", url="https://x.com/pricing/eu")

    def seen(operator: str, url: str) -> list[str]:
        return members(
            account, branch({"filterType": "PAGE_VIEW", "operator": operator, "pageUrl": url})
        )

    assert seen("HAS_PAGEVIEW_CONTAINS", "pricing") == [one]
    assert seen("HAS_PAGEVIEW_EQ", "pricing") == []
    assert seen("HAS_PAGEVIEW_MATCHES_REGEX", r"pricing/(eu|us)$") == [one]
    assert seen("NOT_HAS_PAGEVIEW_CONTAINS", "pricing") == [two]


def test_emails_opened_but_not_clicked(account: Any) -> None:
    """Of one e-mail."""
    one, two = (account.make(email=f"{n}@x.com")["id"] for n in range(2))
    for contact in (one, two):
        act(account, contact, "email_open", emailCampaignId="77")
    act(account, two, "email_click", emailCampaignId="77")
    about = {
        "filterType": "EMAIL_EVENT",
        "appId": "113",
        "emailId": "77",
        "level": "EMAIL_CAMPAIGN",
    }

    opened = members(account, branch({**about, "operator": "OPENED"}))
    only_opened = members(account, branch({**about, "operator": "OPENED_BUT_LINK_NOT_CLICKED"}))

    assert (opened, only_opened) == ([one, two], [one])


def test_events_counted_within_a_time(timed: Any) -> None:
    """Twice at least, within a week."""
    account, clock = timed.account, timed.clock
    one, two = (account.make(email=f"{n}@x.com")["id"] for n in range(2))
    act(account, two, "page_view", url="a")
    clock.now += 30 * DAY_S
    for contact in (one, one, two):
        act(account, contact, "page_view", url="a")
    week = {"amount": 7, "offsetDirection": "PAST", "timeUnit": "DAYS"}
    recent = {"type": "RELATIVE_COMPARATIVE", "comparison": "AFTER", "timeOffset": week}
    twice = {"type": "NUM_OCCURRENCES", "minOccurrences": 2}
    event = {"filterType": "UNIFIED_EVENTS", "eventTypeId": "4-96000", "filterLines": []}

    ever = members(account, branch({**event, "coalescingRefineBy": twice}))
    lately = members(
        account, branch({**event, "coalescingRefineBy": twice, "pruningRefineBy": recent})
    )

    assert (ever, lately) == ([one, two], [one])


def test_a_branch_of_custom_events(account: Any) -> None:
    """The event's own properties are asked for."""
    one, two = (account.make(email=f"{n}@x.com")["id"] for n in range(2))
    for contact, plan in ((one, "pro"), (two, "free")):
        sent = {"eventName": "pe48000001_signup", "objectId": contact, "properties": {"plan": plan}}
        account.ok("POST", "/events/v3/send", sent)
    line = {
        "filterType": "PROPERTY", "property": "plan",
        "operation": {"operationType": "STRING", "operator": "IS_EQUAL_TO", "value": "pro"},
    }  # fmt: skip
    about = {"filterBranchType": "UNIFIED_EVENTS", "eventTypeId": "pe48000001_signup"}

    did = members(account, branch(line, **about, operator="HAS_COMPLETED"))
    did_not = members(account, branch(line, **about, operator="HAS_NOT_COMPLETED"))

    assert (did, did_not) == ([one], [two])


def test_how_many_associations(account: Any) -> None:
    """Contacts with two deals or more."""
    one, two = (account.make(email=f"{n}@x.com")["id"] for n in range(2))
    for contact in (one, one, two):
        deal = account.make("deals", dealname="D")["id"]
        account.ok("PUT", f"/crm/v4/objects/contacts/{contact}/associations/default/deals/{deal}")
    wanted = {
        "filterType": "NUM_ASSOCIATIONS", "associationTypeId": 4,
        "associationCategory": "HUBSPOT_DEFINED",
        "coalescingRefineBy": {"type": "NUM_OCCURRENCES", "minOccurrences": 2},
    }  # fmt: skip

    assert members(account, branch(wanted)) == [one]


@pytest.mark.parametrize(
    "wrong",
    [
        {"filterType": "PAGE_VIEW", "operator": "SEEN", "pageUrl": "x"},
        {"filterType": "PAGE_VIEW", "operator": "HAS_PAGEVIEW_MATCHES_REGEX", "pageUrl": "("},
        {"filterType": "EMAIL_EVENT", "operator": "FRAMED"},
        {"filterType": "EVENT", "operator": "HAS_EVENT", "eventId": "x",
         "pruningRefineBy": {"type": "ABSOLUTE_COMPARATIVE"}},
        {"filterType": "UNIFIED_EVENTS", "eventTypeId": "x", "filterLines": [1]},
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_refused(account: Any, wrong: dict[str, Any]) -> None:
    """With HubSpot's sub-category."""
    body = {
        "name": "L", "objectTypeId": "0-1", "processingType": "DYNAMIC",
        "filterBranch": branch(wrong),
    }  # fmt: skip
    answer = account.ask("POST", LISTS, body)

    assert answer.status_code == 400
    assert answer.json()["subCategory"] == "ListError.INVALID_FILTER_BRANCH"


@pytest.mark.parametrize("base", [LISTS, "/crm/lists/2026-03"])
def test_memberships_of_many_records(account: Any, base: str) -> None:
    """Also of records that are on no list; and how the list grew."""
    one, two = (account.make(email=f"{n}@x.com")["id"] for n in range(2))
    body = {"name": "L", "objectTypeId": "0-1", "processingType": "MANUAL"}
    number = account.ok("POST", base, body)["list"]["listId"]
    account.ok("PUT", f"{base}/{number}/memberships/add", [one])
    inputs = [{"objectTypeId": "0-1", "recordId": record_id} for record_id in (one, two)]

    read = account.ok("POST", f"{base}/records/memberships/batch/read", {"inputs": inputs})
    history = account.ok("GET", f"{base}/{number}/size-and-edits-history/between")

    held = {row["recordId"]: row["recordListMemberships"] for row in read["results"]}
    assert [row["listId"] for row in held[one]] == [number]
    assert held[two] == []
    assert [point["size"] for point in history["sizeHistory"]] == [1]
    assert len(history["editHistory"]) == 1

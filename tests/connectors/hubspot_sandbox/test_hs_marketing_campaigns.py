"""Marketing campaigns of the HubSpot sandbox: properties, budget and spend."""

from typing import Any

import pytest

AT = "/marketing/v3/campaigns"
NAMES = "hs_name,hs_currency_code,hs_spend_items_sum_amount"


@pytest.fixture
def spring(account: Any) -> str:
    said = {"hs_name": "Spring", "hs_currency_code": "JPY", "nonsense": "x"}
    made: str = account.ok("POST", AT, {"properties": said})["id"]
    return made


@pytest.mark.parametrize("base", [AT, "/marketing/campaigns/2026-03"])
def test_a_campaign_shows_the_properties_that_are_asked_for(
    account: Any, spring: str, base: str
) -> None:
    """None without `properties`; unknown ones are ignored when it is made."""
    account.ok("PATCH", f"{base}/{spring}", {"properties": {"hs_name": "Spring 2"}})

    bare = account.ok("GET", f"{base}/{spring}")
    shown = account.ok("GET", f"{base}/{spring}", properties=NAMES)
    listed = account.ok("GET", base, name="spring", properties="hs_name")

    assert bare["properties"] == {}
    assert shown["properties"] == {
        "hs_name": "Spring 2", "hs_currency_code": "JPY", "hs_spend_items_sum_amount": "0",
    }  # fmt: skip
    assert [one["properties"] for one in listed["results"]] == [{"hs_name": "Spring 2"}]
    assert listed["total"] == 1


def test_spend_and_budget_add_up(account: Any, spring: str) -> None:
    """Items are made, changed and deleted one by one; the totals follow."""
    for order, amount in enumerate((100, 50)):
        item = {"amount": amount, "name": f"Ads {order}", "order": order}
        last = account.ok("POST", f"{AT}/{spring}/spend", item)
    account.ok("POST", f"{AT}/{spring}/budget", {"amount": 500, "name": "All", "order": 0})
    changed = {"amount": 70, "name": "Ads", "order": 1}
    account.ok("PUT", f"{AT}/{spring}/spend/{last['id']}", changed)

    totals = account.ok("GET", f"{AT}/{spring}/budget/totals")
    account.ok("DELETE", f"{AT}/{spring}/spend/{last['id']}")
    after = account.ok("GET", f"{AT}/{spring}/budget/totals")

    assert (totals["budgetTotal"], totals["spendTotal"], totals["remainingBudget"]) == (
        500, 170, 330,
    )  # fmt: skip
    assert totals["currencyCode"] == "JPY"
    assert [one["name"] for one in totals["spendItems"]] == ["Ads 0", "Ads"]
    assert after["spendTotal"] == 100


def test_what_is_not_there_or_incomplete_is_refused(account: Any, spring: str) -> None:
    """404 for a campaign or item, 400 for what lacks a field."""
    no_name = account.ask("POST", AT, {"properties": {}})
    bad = account.ask("POST", f"{AT}/{spring}/spend", {"amount": "x", "name": "A", "order": 0})
    account.ok("DELETE", f"{AT}/{spring}")

    assert (no_name.status_code, bad.status_code) == (400, 400)
    assert account.ask("GET", f"{AT}/{spring}").status_code == 404
    assert account.ask("GET", f"{AT}/{spring}/budget/totals").status_code == 404


def test_whom_a_campaign_reached(account: Any, spring: str) -> None:
    """By its tag in the addresses that people follow: first, last or at all; page by page."""
    account.ok("PATCH", f"{AT}/{spring}", {"properties": {"hs_utm": "spring"}})
    steps = []
    for name, tags in (("ada", ("spring",)), ("bob", ("autumn", "spring", "autumn"))):
        account.make("contacts", email=f"{name}@example.com")
        for n, tag in enumerate(tags):
            said = {"url": f"https://acme.example/?utm_campaign={tag}"}
            at = f"2026-04-0{n + 1}T00:00:00Z"
            contact = f"{name}@example.com"
            steps.append({"contact": contact, "event": "page_view", "properties": said, "at": at})
    account.ok("POST", "/_sandbox/play", {"steps": steps})

    def reached(sort: str, **asked: Any) -> int:
        page = account.ok("GET", f"{AT}/{spring}/reports/contacts/{sort}", **asked)
        return len(page["results"]) + (1000 if "paging" in page else 0)

    assert reached("influencedContacts") == 2
    assert reached("contactFirstTouch") == reached("contactLastTouch") == 1
    assert reached("influencedContacts", limit=1) == 1001
    assert reached("influencedContacts", startDate="2026-04-02", endDate="2026-04-02") == 1
    assert account.ask("GET", f"{AT}/{spring}/reports/contacts/all").status_code == 400
    assert account.ask("GET", f"{AT}/nowhere/reports/contacts/contactLastTouch").status_code == 404

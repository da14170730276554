"""Campaigns over HTTP: members with what each side shows, costs, and the figures."""

from decimal import Decimal
from typing import Any

import pytest

from app.domain.presets import preset
from app.store import campaigns, campaigns_costs, documents
from app.store.campaigns_costs import DealEntry
from tests.support.campaign_rows import make_campaign
from tests.web.conftest import Site

AT = "/api/v1/campaigns"
CSV = '\ufeffdate,amount,currency,note\n2026-04-01,"1,200.50",jpy,Ads\n2026-05-01,800,JPY,Hall\n'


def test_a_campaign_is_listed_with_its_members_by_status(site: Site) -> None:
    """And how many wait, and for what."""
    make_campaign(site.database, "ada", "bob")

    [shown] = site.call("GET", AT, "viewer").json()["items"]

    assert (shown["name"], shown["title"], shown["state"]) == ("spring", "Spring webinar", "ready")
    assert (shown["members"], shown["statuses"]) == (2, {"member": 2})
    assert shown["open"] == {"waiting": 2}
    assert site.call("GET", f"{AT}/spring", "viewer").json() == shown


def test_members_say_what_each_side_shows_and_why_not(site: Site) -> None:
    """One who does not exist in the SFA yet is waited for."""
    ids = make_campaign(site.database, "ada")

    [member] = site.call("GET", f"{AT}/spring/members?state=waiting", "viewer").json()["items"]

    assert (member["link_id"], member["status"]) == (str(ids["ada"]), "member")
    places = {one["connection"]: one for one in member["places"]}
    assert (places["hub"]["shows"], places["hub"]["state"]) == ("member", "in_sync")
    assert (places["crm"]["shows"], places["crm"]["state"]) == (None, "waiting")
    assert places["crm"]["reason"] == "the person does not exist there yet"
    assert site.call("GET", f"{AT}/spring/members?state=failed", "viewer").json()["items"] == []


def test_members_are_paged(site: Site) -> None:
    """Each once."""
    ids = make_campaign(site.database, "ada", "bob", "cy")
    seen: list[str] = []
    at: str | None = f"{AT}/spring/members?limit=2"
    while at:
        page = site.call("GET", at, "viewer").json()
        seen += [one["link_id"] for one in page["items"]]
        at = page["next"]

    assert sorted(seen) == sorted(str(one) for one in ids.values())


def test_costs_come_by_json_and_by_file(site: Site) -> None:
    """Importing the same file again changes nothing."""
    make_campaign(site.database, "ada")
    row = {"amount": 100, "date": "2026-03-01", "currency": "JPY", "kind": "budget"}
    csv = {"content": CSV.encode(), "headers": {"content-type": "text/csv"}}

    added = site.call("POST", f"{AT}/spring/costs", "operator", json={"costs": [row]}).json()
    once = site.call("POST", f"{AT}/spring/costs/upload", "operator", **csv).json()
    twice = site.call("POST", f"{AT}/spring/costs/upload", "operator", **csv).json()
    kept = site.call("GET", f"{AT}/spring/costs", "viewer").json()["items"]

    assert (added, once, twice) == ({"n": 1}, {"n": 2}, {"n": 2})
    assert [(one["source"], one["kind"], one["amount"]) for one in kept] == [
        ("api", "budget", "100.00"),
        ("upload", "actual", "1200.50"),
        ("upload", "actual", "800.00"),
    ]
    gone = site.call("DELETE", f"{AT}/spring/costs/{kept[0]['id']}", "operator")
    assert gone.status_code == 204
    assert len(site.call("GET", f"{AT}/spring/costs", "viewer").json()["items"]) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("date,sum\n", "line 1: name the columns"),
        ("amount,date\n5,yesterday\n", "line 2: date: "),
        ("amount\n-5\n", "line 2: amount: "),
        ("amount\n1\n2,3\n", "line 3: more values than columns"),
    ],
)
def test_a_file_that_can_not_be_read_names_the_line(site: Site, text: str, told: str) -> None:
    """Nothing of it is stored."""
    make_campaign(site.database)

    answer = site.call("POST", f"{AT}/spring/costs/upload", "operator", content=text.encode())

    assert answer.status_code == 400
    assert told in answer.json()["detail"]
    assert site.rows("campaign_cost") == 0


def test_the_funnel_goes_from_spend_to_won(site: Site) -> None:
    """Costs of the days that are asked for, over what came of them."""
    make_campaign(site.database, "ada", "bob")
    deals = [
        DealEntry("006A", Decimal(500), "JPY", won=True, closed=True),
        DealEntry("006B", Decimal(300), "JPY", won=False, closed=False),
    ]
    with site.database.begin() as tx:
        campaigns_costs.replace_deals(tx, "spring", "crm", deals)
        tx.exec_driver_sql("UPDATE link SET crossing = 1 WHERE agreed ->> 'last_name' = 'Ada'")
    site.call("POST", f"{AT}/spring/costs/upload", "operator", content=CSV.encode())

    found: dict[str, Any] = site.call("GET", f"{AT}/spring/funnel", "viewer").json()
    april = site.call("GET", f"{AT}/spring/funnel?until=2026-05-01", "viewer").json()

    counts = ("members", "responded", "mql", "opportunities", "won")
    assert [found[name] for name in counts] == [2, 0, 1, 2, 1]
    assert found["amounts"] == [{"currency": "JPY", "won": "500.00", "open": "300.00"}]
    [spent] = found["costs"]
    assert (spent["actual"], spent["per_member"], spent["per_won"]) == (
        "2000.50", "1000.25", "2000.50",
    )  # fmt: skip
    assert april["costs"][0]["actual"] == "1200.50"


def test_the_funnel_says_who_came_how_far(site: Site) -> None:
    """By the active lifecycle: who was in a stage, or skipped it on the way to a later one."""
    ids = make_campaign(site.database, "ada", "bob", "cy")
    with site.database.begin() as tx:
        documents.add(tx, "lifecycle", "main", 1, preset("lifecycle"), note="", by="test")
        documents.activate(tx, "lifecycle", "main", 1)
        was = "INSERT INTO stage_change (link_id, at, target, moved_by, version) VALUES "
        for stage in ("mql", "recycled"):
            tx.exec_driver_sql(f"{was} (%s, now(), '{stage}', 'rule', 1)", (ids["ada"],))
        tx.exec_driver_sql("UPDATE link SET stage = 'recycled' WHERE id = %s", (ids["ada"],))
        tx.exec_driver_sql("UPDATE link SET stage = 'sao' WHERE id = %s", (ids["bob"],))
    row = {"amount": 900, "currency": "JPY"}
    site.call("POST", f"{AT}/spring/costs", "operator", json={"costs": [row]})

    found = site.call("GET", f"{AT}/spring/funnel", "viewer").json()

    stages = {"lead": 3, "mql": 2, "sql": 1, "sao": 1, "won": 0, "customer": 0}
    assert found["stages"] == stages
    assert found["costs"][0]["per_stage"] == {
        "lead": "300.00", "mql": "450.00", "sql": "900.00", "sao": "900.00", "won": None,
        "customer": None,
    }  # fmt: skip


def test_only_operators_let_go_who_was_taken_out_at_once(site: Site) -> None:
    """It is on record who did."""
    make_campaign(site.database, "ada")
    with site.database.begin() as tx:
        campaigns.hold(tx, "spring", "hub", 12)
    [item] = site.call("GET", "/api/v1/attention?what=campaign", "viewer").json()["items"]

    refused = site.call("POST", f"{AT}/spring/allow", "viewer")
    allowed = site.call("POST", f"{AT}/spring/allow", "operator")

    assert (item["code"], item["reason"]) == (
        "members_held", "spring: 12 members were taken out at once",
    )  # fmt: skip
    assert refused.status_code == 403
    assert allowed.json() == {"n": 12}
    assert "read:hub:members:spring" in site.woken
    with site.database.begin() as tx:
        row = campaigns.get(tx, "spring")
    assert row is not None
    assert row.allowed


def test_a_campaign_that_is_not_there_is_said_so(site: Site) -> None:
    """For each of its parts."""
    for path in ("", "/members", "/costs", "/funnel"):
        assert site.call("GET", f"{AT}/none{path}", "viewer").status_code == 404


def test_a_persons_data_include_their_campaigns(site: Site) -> None:
    """With what both sides show."""
    ids = make_campaign(site.database, "ada")

    [shown] = site.call("GET", f"/api/v1/people/{ids['ada']}/export").json()["campaigns"]

    assert (shown["campaign"], shown["status"]) == ("spring", "member")
    assert [one["shows"] for one in shown["places"]] == [None, "member"]


def test_a_connection_that_a_campaign_uses_stays(site: Site) -> None:
    """Until the campaign is switched off."""
    make_campaign(site.database, "ada")

    refused = site.call("DELETE", "/api/v1/connections/crm")

    assert refused.status_code == 409
    assert 'the active campaign "spring" uses the connection "crm"' in refused.json()["detail"]

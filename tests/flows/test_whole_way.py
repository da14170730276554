"""The whole way of two people over HTTP: from the first page view to won, and to recycled.

Both vendors' sandboxes, Baton's API and a receiver of its events; lanes are drained by hand.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.presets import preset
from app.flows import hooks as telling
from app.jobs import Lanes
from app.settings import Settings
from app.store import api_keys
from app.store.db import Database
from app.vault import Vault
from app.web.parts import Parts
from app.web.server import create_app
from connectors.capabilities import Installs
from connectors.outgoing import poster
from mappings.presets import preset as mapping
from tests.flows.test_flows_both_sandboxes import Both, both
from tests.support.receiver import receiving
from tests.support.whole_way import Way

__all__ = ["both"]  # a fixture
LOCAL = frozenset({"127.0.0.1"})
IS, FS = "is@example.jp", "fs@example.jp"
MEETING = (datetime.now(UTC) + timedelta(days=7)).replace(microsecond=0).isoformat()
MEMO: dict[str, Any] = {
    "problem": "見積作成に月40時間かかっている", "background": "担当者が2名減ったため",
    "wish": "作成時間を半減したい", "figure_now": "月40時間", "figure_target": "月20時間",
    "budget": "secured", "decision_maker": "鈴木CFO", "decision_maker_attends": "attends",
    "urgency": "high", "introduce_by": "来年4月", "competitors": "A社", "impression": "操作が簡単",
    "worries": "移行の手間", "next_action": "デモを実施する", "customer_agreed": True,
    "meeting_at": MEETING, "purpose": "demo", "interest": "見積モジュール",
}  # fmt: skip


@pytest.fixture
def way(both: Both, database: Database) -> Iterator[Way]:
    vault = Vault((b"k" * 32,))
    with ExitStack() as stack:
        receiver = stack.enter_context(receiving())
        post = stack.enter_context(poster(LOCAL))
        runner = stack.enter_context(asyncio.Runner())
        settings = Settings(public_url="https://baton.example", allow_hosts=LOCAL)
        parts = Parts(settings, database, vault, both.accounts, lambda _: None)
        drained = Lanes(
            database, both.accounts, lambda _: None, sleep=lambda _: None,
            beside=telling.lanes(post, vault.open), public_url=settings.public_url,
        )  # fmt: skip
        made = Way(both, receiver, create_app(parts), runner, drained)
        with database.begin() as tx:
            made.keys = {
                r: api_keys.create(tx, r, r, None) for r in ("viewer", "operator", "admin")
            }
        yield made


@pytest.fixture
def ready(way: Way) -> Way:
    """Two reps in both systems, all rules in force, a nurturing list, a receiver of events."""
    both = way.both
    for email in (IS, FS):
        name = {"email": email, "firstName": "A", "lastName": email[:2]}
        made = both.control(
            both.hubspot, "seed", records=[{"object": "owners", "properties": name}]
        )
        way.owners[email] = made["ids"][0]
        user = {"Email": email, "FirstName": "A", "LastName": email[:2]}
        made = both.control(both.salesforce, "seed", records=[{"object": "User", "fields": user}])
        way.users[email] = made["ids"][0]
    both.connect()
    for vendor in ("hubspot", "salesforce"):
        connector = both.accounts.connector(vendor)
        assert isinstance(connector, Installs)
        connector.install()
        way.call("POST", f"/connections/{vendor}/test")
    listed = {"name": "再ナーチャリング", "processingType": "MANUAL", "objectTypeId": "0-1"}
    way.list_id = both.api("/crm/v3/lists", listed)["list"]["listId"]
    for kind in ("person", "company", "opportunity"):
        body = mapping(f"hubspot-salesforce-{kind}").model_dump(mode="json", exclude_defaults=True)
        way.publish("mapping", kind, body)
    way.publish("lifecycle", "main", preset("lifecycle") | {"nurture": {"list": way.list_id}})
    for kind in ("scoring", "hot_lead", "handoff", "sla", "activity"):
        way.publish(kind, "main", preset(kind))
    way.call("PUT", "/hooks/warehouse", "admin", json={"url": way.receiver.url, "events": ["*"]})
    way.sync()
    return way


def hot(way: Way, email: str) -> tuple[str, str, str]:
    """Somebody whom marketing knows becomes hot: ids of contact, lead and person."""
    who = {"jobtitle": "代表取締役", "phone": "+81312345678", "hubspot_owner_id": way.owners[IS]}
    contact = way.contact(email, **who)
    way.sync()
    [lead] = way.salesforce("Lead", Email=email)
    for event, path in (
        ("page_view", "/pricing"),
        ("page_view", "/pricing"),
        ("form_submit", "/contact"),
    ):
        way.behave(email, event, path)
    way.sync()
    return contact, lead["Id"], way.person(email)["id"]


def given_to_field_sales(way: Way, person: str) -> str:
    """Inside sales completes the hand-off and a manager approves it; answer its path."""
    begun = way.call("POST", "/handoffs", json={"link_id": person, "giver": IS, "receiver": FS})
    assert (begun["memo"]["company_name"], begun["memo"]["touches"]) == ("山田製作所", 3)
    assert (begun["gate_open"], begun["band"]) == (False, "low")
    at = f"/handoffs/{begun['id']}"
    written = way.call("PATCH", at, json={"memo": MEMO})
    assert (written["quality"], written["gate_open"]) == (100, True)
    assert way.call("POST", f"{at}/submit", json={})["state"] == "submitted"
    assert way.call("POST", f"{at}/approve", "admin", json={})["state"] == "delivered"
    way.sync()
    return at


def is_hot(way: Way, contact: str, lead: str, person: str) -> None:
    """Both records show it; a task and the bell are in the SFA; the rep takes it."""
    assert way.stages(person) == ["lead", "mql"]
    [shown] = way.salesforce("Lead")
    assert (shown["Baton_Score__c"], shown["Baton_Grade__c"], shown["Baton_Stage__c"]) == (
        90,
        "A",
        "mql",
    )
    assert shown["OwnerId"] == way.users[IS]
    there = way.hubspot(contact)
    assert (there["baton_score"], there["lifecyclestage"]) == ("90", "marketingqualifiedlead")
    [alert] = way.call("GET", "/alerts", "viewer")["items"]
    [task] = way.tasks(lead, "alert/")
    assert (task["Priority"], task["OwnerId"], task["IsReminderSet"]) == (
        "High",
        way.users[IS],
        True,
    )
    assert "料金" in task["Description"] or "Price page" in task["Description"]
    assert len(way.bells()) == 1
    assert way.call("POST", f"/alerts/{alert['id']}/accept")["reaction"] == "accepted"


def is_handed_over(way: Way, contact: str, person: str) -> str:
    """The memo is with the record, and the receiver is told; answer the hand-off's path."""
    at = given_to_field_sales(way, person)
    [shown] = way.salesforce("Lead")
    assert way.stages(person) == ["lead", "mql", "sql"]
    assert (shown["Baton_Handoff_State__c"], shown["Baton_Handoff_Quality__c"]) == (
        "Handed over",
        100,
    )
    assert "見積作成に月40時間かかっている" in shown["Baton_Handoff_Memo__c"]
    assert shown["Status"] == "Working - Contacted"
    assert way.hubspot(contact)["lifecyclestage"] == "salesqualifiedlead"
    return at


def is_met(way: Way, at: str, contact: str, lead: str, person: str) -> None:
    """Field sales accepts by the field of the record, holds the meeting, gives feedback."""
    way.rep("Lead", lead, Baton_Handoff_Decision__c="Accepted")
    way.sync()
    assert way.call("GET", at, "viewer")["state"] == "meeting_set"
    assert way.stages(person)[-1] == "sao"
    assert way.hubspot(contact)["lifecyclestage"] == "opportunity"
    assert way.call("POST", f"{at}/held", json={})["state"] == "feedback_due"
    report = {"result": "progress", "rating": 5, "next_action": "見積を送付する"}
    assert way.call("POST", f"{at}/feedback", json=report)["state"] == "reported"


def is_won(way: Way, at: str, contact: str, lead: str, person: str) -> None:
    """In the SFA: the lead became a contact with an opportunity."""
    made = way.both.control(way.both.salesforce, "convert", lead=lead)
    way.sync()
    way.rep("Opportunity", made["opportunity_id"], StageName="Closed Won", Amount=1_200_000)
    way.sync()
    assert way.stages(person)[-2:] == ["sao", "won"]
    [deal] = [one["properties"] for one in way.both.dump(way.both.hubspot, "deals")]
    assert (deal["dealstage"], deal["amount"]) == ("closedwon", "1200000")
    closed = way.call("GET", at, "viewer")
    assert (closed["state"], closed["opportunity"]["stage"]) == ("won", "Closed Won")
    [shown] = way.salesforce("Contact")
    assert (shown["Id"], shown["Baton_Stage__c"]) == (made["contact_id"], "won")
    assert shown["Baton_Handoff_Decision__c"] == "Accepted"
    there = way.hubspot(contact)
    assert (there["lifecyclestage"], there["baton_stage"]) == ("customer", "won")


def test_from_the_first_page_view_to_won(ready: Way) -> None:
    """Lead, MQL with an alert, SQL by a hand-off, SAO, meeting, feedback, won: all clocks were
    met, and the receiver of events heard of it all, in order.
    """
    way = ready
    contact, lead, person = hot(way, "aya@example.jp")
    is_hot(way, contact, lead, person)
    at = is_handed_over(way, contact, person)
    is_met(way, at, contact, lead, person)
    is_won(way, at, contact, lead, person)

    clocks = way.call("GET", f"/people/{person}/clocks", "viewer")["items"]
    assert {one["name"]: one["state"] for one in clocks} == {
        "first-contact": "met", "hot-reaction": "met", "handoff-acceptance": "met",
        "meeting-feedback": "met",
    }  # fmt: skip
    assert way.told("stage.", "alert.", "handoff.") == [
        "alert.raised", "stage.changed", "alert.accepted", "handoff.created",
        "handoff.submitted", "handoff.approved", "stage.changed", "handoff.accepted",
        "stage.changed", "handoff.meeting_set", "handoff.met", "handoff.feedback_given",
        "handoff.closed", "stage.changed",
    ]  # fmt: skip


def test_who_is_rejected_goes_back_to_marketing(ready: Way) -> None:
    """With the reason in both systems, and onto the list of those to be won again."""
    way = ready
    contact, lead, person = hot(way, "ken@example.jp")
    at = given_to_field_sales(way, person)

    way.rep(
        "Lead", lead, Baton_Handoff_Decision__c="Rejected", Baton_Handoff_Reason__c="予算がない"
    )
    way.sync()
    rejected = way.call("GET", at, "viewer")
    assert rejected["state"] == "rejected"
    way.call("POST", f"{at}/recycle", json={"note": "来期に再提案"})
    way.sync()

    assert way.call("GET", at, "viewer")["state"] == "recycled"
    assert way.stages(person) == ["lead", "mql", "sql", "recycled"]
    members = way.both.http.get(
        f"{way.both.hubspot}/crm/v3/lists/{way.list_id}/memberships",
        headers={"authorization": "Bearer sandbox-token"},
    ).json()["results"]
    assert [one["recordId"] for one in members] == [contact]
    [shown] = way.salesforce("Lead")
    there = way.hubspot(contact)
    assert (shown["Baton_Stage__c"], shown["Status"]) == ("recycled", "Closed - Not Converted")
    assert (there["baton_stage"], there["baton_handoff_reason"]) == ("recycled", "No budget")
    assert way.told("handoff.")[-2:] == ["handoff.rejected", "handoff.recycled"]

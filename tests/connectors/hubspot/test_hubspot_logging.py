"""Logging activities against the sandbox: each form once, updated in place, on its timelines."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from connectors.base import Entry, Gone, Landed, Ref, Rejected, Unsure, Value
from connectors.hubspot import HubSpot
from tests.connectors.hubspot.account import PORTAL, Account, person

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OBJECTS = {
    "call": "calls", "meeting": "meetings", "email": "emails", "note": "notes", "task": "tasks",
    "communication": "communications",
}  # fmt: skip


@pytest.fixture
def hubspot(account: Account, connect: Any) -> HubSpot:
    found: HubSpot = connect(account.url, portal_id=PORTAL, activity_event="baton_activity")
    found.install()
    account.forget_calls()
    return found


@pytest.fixture
def ada(account: Account) -> str:
    return account.contact("ada@example.com")


def landed(hubspot: HubSpot, *entries: Entry) -> list[str]:
    """The ids under which the entries landed."""
    outcomes = hubspot.log(entries)
    found = [outcomes[entry.key] for entry in entries]
    assert all(isinstance(one, Landed) for one in found), found
    return [one.ref.id for one in found if isinstance(one, Landed)]


def entry(key: str, contact: str, form: str = "note", **more: Any) -> Entry:
    return replace(Entry(key, person(contact), "other", AT, "T", "B", form), **more)


def shown(account: Account, object_: str) -> dict[str, str]:
    (one,) = account.dump(object_)
    properties: dict[str, str] = one["properties"]
    return properties


@pytest.mark.parametrize("form", OBJECTS)
def test_each_form_is_kept_once_and_updated_in_place(
    account: Account, hubspot: HubSpot, ada: str, form: str
) -> None:
    """A digest that grew is the same engagement with another text, on the same timeline."""
    first = landed(hubspot, entry("k1", ada, form))
    then = landed(hubspot, entry("k1", ada, form, title="Two pages", body="B2"))

    assert hubspot.forms()[form]
    assert first == then
    assert account.ends(OBJECTS[form], first[0], "contacts") == [ada]
    assert "Two pages" in " ".join(shown(account, OBJECTS[form]).values())


def test_a_hundred_new_ones_cost_one_call(account: Account, hubspot: HubSpot, ada: str) -> None:
    """Associations included, with further records too."""
    acme = account.create("companies", {"name": "Acme"})["id"]
    account.forget_calls()

    entries = [entry(f"k{n}", ada, about=(Ref("company", acme),)) for n in range(100)]
    ids = landed(hubspot, *entries)

    assert sum(account.calls().values()) == 1
    assert account.ends("notes", ids[99], "companies") == [acme]


def test_a_digest_that_grew_costs_one_call(account: Account, hubspot: HubSpot, ada: str) -> None:
    """What is on its timelines already is not put there again."""
    landed(hubspot, *(entry(f"k{n}", ada) for n in range(50)))
    account.forget_calls()

    landed(hubspot, *(entry(f"k{n}", ada, body="more") for n in range(50)))

    assert sum(account.calls().values()) == 1


def test_after_a_restart_it_costs_three(
    account: Account, hubspot: HubSpot, connect: Any, ada: str
) -> None:
    """Refused as new, updated by its key, associated: still once."""
    first = landed(hubspot, *(entry(f"k{n}", ada) for n in range(50)))
    again = connect(account.url)
    account.forget_calls()

    assert landed(again, *(entry(f"k{n}", ada) for n in range(50))) == first
    assert sum(account.calls().values()) == 3
    assert len(account.dump("notes")) == 50


def test_a_digest_that_somebody_deleted_is_made_anew(
    account: Account, hubspot: HubSpot, ada: str
) -> None:
    """On its person's timeline, as the first one was."""
    (first,) = landed(hubspot, entry("k1", ada))
    account.call("DELETE", f"/crm/v3/objects/notes/{first}")

    (then,) = landed(hubspot, entry("k1", ada, body="more"))

    assert then != first
    assert account.ends("notes", then, "contacts") == [ada]


def test_a_lost_answer_is_repeated_harmlessly(account: Account, hubspot: HubSpot, ada: str) -> None:
    """All of it is there once, on its timeline."""
    rule = {"method": "POST", "path": "/crm/.*/batch/create", "do": "drop_answer", "times": 1}
    account.control("POST", "faults", rules=[rule])

    with pytest.raises(Unsure):
        hubspot.log([entry("k1", ada)])
    (one,) = landed(hubspot, entry("k1", ada))

    assert account.ends("notes", one, "contacts") == [ada]
    assert len(account.dump("notes")) == 1


def test_about_others_that_can_be_associated(account: Account, hubspot: HubSpot, ada: str) -> None:
    """A company, a deal and a further person; a record that is gone stops nobody."""
    bob = account.contact("bob@example.com")
    acme = account.create("companies", {"name": "Acme"})["id"]
    deal = account.create("deals", {"dealname": "Seats"})["id"]
    about = (Ref("company", acme), Ref("opportunity", deal), Ref("person", bob))
    lost = (*about, Ref("company", "999999"), Ref("person", "email:x@example.com"))

    one, two = landed(
        hubspot, entry("k1", ada, "call", about=about), entry("k2", ada, "call", about=lost)
    )

    assert account.ends("calls", one, "contacts") == [ada, bob]
    assert account.ends("calls", one, "companies") == [acme]
    assert account.ends("calls", one, "deals") == [deal]
    assert account.ends("calls", two, "contacts") == [ada]


def test_somebody_who_is_gone_fails_alone(account: Account, hubspot: HubSpot, ada: str) -> None:
    """A merge says who it is now; nothing is left behind for the lost."""
    lost = account.contact("lost@example.com")
    account.call("DELETE", f"/crm/v3/objects/contacts/{lost}")

    outcomes = hubspot.log([entry("k1", lost), entry("k2", ada)])

    assert isinstance(outcomes["k1"], Gone)
    assert isinstance(outcomes["k2"], Landed)
    assert [one["properties"]["baton_key"] for one in account.dump("notes")] == ["k2"]


def test_fields_win_and_words_mean_the_same_everywhere(
    account: Account, hubspot: HubSpot, ada: str
) -> None:
    """Direction, duration and outcome in HubSpot's own terms; further properties as they are."""
    said = {"direction": "inbound", "duration_s": 90, "outcome": "connected"}
    fields = {**said, "hs_call_title": "Mine", "hs_call_to_number": "+81312345678"}
    landed(hubspot, entry("k1", ada, "call", fields=fields))
    landed(hubspot, entry("k2", ada, "email", fields={"direction": "inbound"}))
    landed(hubspot, entry("k3", ada, "meeting", fields={"duration_s": 60, "outcome": "no_show"}))
    landed(hubspot, entry("k4", ada, "communication", fields={"channel": "whatsapp"}))

    call = shown(account, "calls")
    assert call["hs_call_direction"] == "INBOUND"
    assert call["hs_call_duration"] == "90000"
    assert call["hs_call_disposition"] == "f240bbac-87c9-4f6e-bf70-924b57d47db7"
    assert (call["hs_call_title"], call["hs_call_to_number"]) == ("Mine", "+81312345678")
    assert shown(account, "emails")["hs_email_direction"] == "INCOMING_EMAIL"
    assert shown(account, "meetings")["hs_meeting_outcome"] == "NO_SHOW"
    assert shown(account, "meetings")["hs_meeting_end_time"] == "2026-11-20T12:01:00.000Z"
    assert shown(account, "communications")["hs_communication_channel_type"] == "WHATS_APP"


def test_a_field_that_hubspot_does_not_know_fails_alone(
    account: Account, hubspot: HubSpot, ada: str
) -> None:
    """It is named; the others are logged."""
    wrong = entry("k1", ada, fields={"no_such_property": "1"})

    outcomes = hubspot.log([wrong, entry("k2", ada)])

    assert isinstance(outcomes["k1"], Rejected)
    assert outcomes["k1"].fields == ("no_such_property",)
    assert isinstance(outcomes["k2"], Landed)
    assert len(account.dump("notes")) == 1


def test_a_form_that_is_not_there_is_refused(hubspot: HubSpot, connect: Any, ada: str) -> None:
    """So is the custom event of an account that has none."""
    assert isinstance(hubspot.log([entry("k1", ada, "fax")])["k1"], Rejected)
    assert "event" not in connect().forms()


def test_a_custom_event_is_sent_once(account: Account, hubspot: HubSpot, ada: str) -> None:
    """Asked again it is dropped by its uuid; it cannot be changed afterwards."""
    gone = account.contact("gone@example.com")
    account.call("DELETE", f"/crm/v3/objects/contacts/{gone}")
    entries = [entry("k1", ada, "event", type="won"), entry("k2", gone, "event")]
    first, second = hubspot.log(entries), hubspot.log(entries)

    assert hubspot.forms()["event"] is False
    assert isinstance(first["k1"], Landed)
    assert first["k1"] == second["k1"]
    assert isinstance(first["k2"], Gone)
    path = (
        f"/events/v3/events?objectType=contact&objectId={ada}&eventType=pe{PORTAL}_baton_activity"
    )
    (one,) = account.call("GET", path)["results"]
    assert one["properties"] == {"baton_type": "won", "baton_title": "T", "baton_body": "B"}
    assert one["occurredAt"] == "2026-11-20T12:00:00.000Z"


def test_hubspot_may_refuse_the_whole_batch_for_a_key(
    connect: Any, router: respx.MockRouter
) -> None:
    """The key that is there is named; the others are created, and it is updated."""
    taken = (
        "Cannot set PropertyValueCoordinates{portalId=1, propertyName=baton_key, value=k2} on 5. "
        "907 already has that value."
    )
    cause = {"message": taken, "context": {"propertyName": ["baton_key"]}}
    notes = "/crm/v3/objects/notes/batch"

    def create(request: httpx.Request) -> httpx.Response:
        keys = [one["properties"]["baton_key"] for one in json.loads(request.content)["inputs"]]
        if "k2" in keys:
            fault = {"message": taken, "category": "VALIDATION_ERROR", "errors": [cause]}
            return httpx.Response(400, json=fault)
        made = [{"id": f"10{key[1:]}", "properties": {"baton_key": key}} for key in keys]
        return httpx.Response(201, json={"results": made})

    creating = router.post(f"{notes}/create").mock(side_effect=create)
    there = {"id": "907", "properties": {"baton_key": "k2"}, "new": False}
    router.post(f"{notes}/upsert").respond(json={"results": [there]})
    router.post("/crm/v4/associations/notes/contacts/batch/create").respond(
        201, json={"results": []}
    )

    ids = landed(connect(), *(entry(f"k{n}", "17") for n in (1, 2, 3)))

    assert ids == ["101", "907", "103"]
    assert creating.call_count == 2


@pytest.mark.parametrize("lasted", ["inf", "nan", -5, 1e300, "3分"])
def test_what_is_no_length_of_time_is_left_out(
    account: Account, hubspot: HubSpot, ada: str, lasted: Value
) -> None:
    """The call and the meeting are there, without a duration."""
    landed(hubspot, entry("k1", ada, "call", fields={"duration_s": lasted}))
    landed(hubspot, entry("k2", ada, "meeting", fields={"duration_s": lasted}))

    assert shown(account, "calls").get("hs_call_duration") is None
    assert shown(account, "meetings").get("hs_meeting_end_time") is None

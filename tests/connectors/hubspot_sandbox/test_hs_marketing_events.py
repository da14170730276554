"""Marketing events and their participants; definitions of custom events."""

from typing import Any

import pytest
from hubspot.marketing.events import (
    BatchInputMarketingEventEmailSubscriber,
    MarketingEventCreateRequestParams,
    MarketingEventEmailSubscriber,
)

EVENTS = "/marketing/v3/marketing-events"
FAIR = {
    "eventName": "Fair", "eventOrganizer": "Acme", "externalAccountId": "acc",
    "externalEventId": "fair-1", "eventType": "TRADE_FAIR",
    "startDateTime": "2026-05-01T09:00:00Z", "endDateTime": "2026-05-01T10:00:00Z",
}  # fmt: skip
AT = 1_777_626_000_000


@pytest.fixture
def fair(account: Any) -> str:
    made: str = account.ok("POST", f"{EVENTS}/events", FAIR)["objectId"]
    return made


def record(account: Any, state: str, *emails: str, **properties: str) -> Any:
    rows = [
        {"email": email, "interactionDateTime": AT, "properties": properties,
         "contactProperties": {"firstname": email[0].upper()}}
        for email in emails
    ]  # fmt: skip
    path = f"{EVENTS}/attendance/fair-1/{state}/email-create"
    return account.ok("POST", path, {"inputs": rows}, externalAccountId="acc")


@pytest.mark.parametrize(
    "base",
    [EVENTS, "/marketing/marketing-events/2026-03", "/marketing/marketing-events/2026-09"],
)
def test_event_by_both_ids(account: Any, fair: str, base: str) -> None:
    """Read, changed, replaced, cancelled and deleted by the app's id or HubSpot's."""
    external = f"{base}/events/fair-1"
    mine = {"externalAccountId": "acc"}
    account.ok("PATCH", f"{external}", {"eventDescription": "Big"}, **mine)
    account.ok("PATCH", f"{base}/{fair}", {"eventUrl": "https://x", "customProperties": []})
    account.ok("PUT", external, {**FAIR, "eventName": "Fair 2"})
    account.ok("POST", f"{external}/cancel", **mine)

    by_app, by_hubspot = account.ok("GET", external, **mine), account.ok("GET", f"{base}/{fair}")

    assert (by_app["eventName"], by_app["eventDescription"]) == ("Fair 2", "Big")
    assert by_app["externalEventId"] == "fair-1"
    assert (by_hubspot["objectId"], by_hubspot["eventStatus"]) == (fair, "CANCELLED")
    assert account.ok("GET", base)["results"] == [by_hubspot]
    assert account.ask("GET", external, externalAccountId="other").status_code == 404
    assert account.ask("DELETE", f"{base}/{fair}").status_code == 204
    assert account.ask("GET", f"{base}/{fair}").status_code == 404


def test_creation_needs_its_fields(account: Any) -> None:
    """They are named."""
    answer = account.ask("POST", f"{EVENTS}/events", {"eventName": "X"})

    assert answer.status_code == 400
    assert "[eventOrganizer, externalAccountId, externalEventId]" in answer.json()["message"]


def test_participants_and_no_shows(account: Any, fair: str) -> None:
    """People unknown become contacts; who registered and did not come is a no-show."""
    record(account, "register", "a@x.com", "b@x.com", "c@x.com")
    record(account, "attend", "a@x.com", joinedAt="2026-05-01T09:00:00Z",
           leftAt="2026-05-01T09:30:00Z")  # fmt: skip
    record(account, "cancel", "c@x.com")
    done = {"startDateTime": FAIR["startDateTime"], "endDateTime": FAIR["endDateTime"]}
    account.ok("POST", f"{EVENTS}/events/fair-1/complete", done, externalAccountId="acc")

    counts = account.ok("GET", f"{EVENTS}/participations/acc/fair-1")
    rows = account.ok("GET", f"{EVENTS}/participations/{fair}/breakdown", state="ATTENDED")

    assert counts == {"registered": 3, "attended": 1, "cancelled": 1, "noShows": 1}
    assert counts == account.ok("GET", f"{EVENTS}/participations/{fair}")
    (row,) = rows["results"]
    assert row["associations"]["contact"]["email"] == "a@x.com"
    assert row["properties"]["attendanceDurationSeconds"] == 1800
    assert row["properties"]["attendancePercentage"] == "50"
    one = account.ok("GET", f"{EVENTS}/participations/contacts/c@x.com/breakdown")
    assert one["results"][0]["properties"]["attendanceState"] == "CANCELLED"


def test_recording_by_contact_id(account: Any, fair: str) -> None:
    """Ids that are not there are passed over; an unknown state is refused."""
    contact = int(account.make(email="a@x.com")["id"])
    rows = [{"vid": vid, "interactionDateTime": AT} for vid in (contact, 999)]

    made = account.ok("POST", f"{EVENTS}/{fair}/attendance/register/create", {"inputs": rows})

    assert made["results"] == [{"vid": contact}]
    wrong = account.ask("POST", f"{EVENTS}/{fair}/attendance/sleep/create", {"inputs": rows})
    assert wrong.status_code == 400


def test_batches_and_identifiers(account: Any) -> None:
    """Upsert, find, update and delete many."""
    rows = [{**FAIR, "externalEventId": f"fair-{n}"} for n in (1, 2)]
    made = account.ok("POST", f"{EVENTS}/events/upsert", {"inputs": rows})["results"]
    changes = [{"objectId": made[0]["objectId"], "eventName": "New", "customProperties": []},
               {"objectId": "7", "customProperties": []}]  # fmt: skip
    updated = account.ask("POST", f"{EVENTS}/batch/update", {"inputs": changes})

    found = account.ok("GET", f"{EVENTS}/events/search", q="fair")["results"]
    known = account.ok("GET", f"{EVENTS}/fair-1/identifiers")["results"]

    assert (updated.status_code, updated.json()["numErrors"]) == (207, 1)
    assert [row["externalEventId"] for row in found] == ["fair-1", "fair-2"]
    assert known[0]["marketingEventName"] == "New"
    gone = {"inputs": [{"objectId": made[1]["objectId"]}]}
    assert account.ask("POST", f"{EVENTS}/batch/archive", gone).status_code == 204
    assert len(account.ok("GET", EVENTS)["results"]) == 1


def test_lists_and_settings(account: Any, fair: str) -> None:
    """A list can be associated; the app's settings are kept."""
    body = {"name": "L", "objectTypeId": "0-1", "processingType": "MANUAL"}
    one = account.ok("POST", "/crm/v3/lists", body)["list"]["listId"]
    path = f"{EVENTS}/associations/acc/fair-1/lists"
    linked = account.ask("PUT", f"{path}/{one}")
    url = {"eventDetailsUrl": "https://app.test/events/%s"}
    account.ok("POST", f"{EVENTS}/1234567/settings", url, hapikey="k")

    assert linked.status_code == 204
    lists = account.ok("GET", f"{EVENTS}/associations/{fair}/lists")
    assert [row["listId"] for row in lists["results"]] == [one]
    assert account.ask("DELETE", f"{EVENTS}/associations/{fair}/lists/{one}").status_code == 204
    assert account.ok("GET", path)["total"] == 0
    assert account.ok("GET", f"{EVENTS}/1234567/settings")["appId"] == 1234567


def test_official_sdk(account: Any) -> None:
    """The SDK makes an event and records who came."""
    api = account.sdk.marketing.events
    wanted = MarketingEventCreateRequestParams(
        event_name="Talk", event_organizer="A", external_account_id="acc",
        external_event_id="t-1",
    )  # fmt: skip
    made = api.basic_api.create(wanted)
    person = MarketingEventEmailSubscriber(email="a@x.com", interaction_date_time=AT)
    came = api.add_event_attendees_api.record_by_contact_emails(
        "t-1", "attend", BatchInputMarketingEventEmailSubscriber(inputs=[person])
    )

    assert came.results[0].email == "a@x.com"
    counts = api.retrieve_participant_state_api
    found = counts.get_participations_counters_by_marketing_event_id(int(made.object_id))
    assert found.attended == 1


DEFINITIONS = "/events/v3/event-definitions"
HANDOFF = {
    "label": "Hand-off", "name": "handoff", "description": "To sales", "primaryObject": "CONTACT",
    "propertyDefinitions": [
        {"name": "stage", "label": "Stage", "type": "enumeration",
         "options": [{"label": "SQL", "value": "SQL"}]},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "base",
    [DEFINITIONS, "/events/2026-03/event-definitions", "/events/2026-09/event-definitions",
     "/events/v3/2026-09/event-definitions"],
)  # fmt: skip
def test_event_definition_lives_and_dies(account: Any, base: str) -> None:
    """Defined, found, changed, extended, deleted."""
    made = account.ask("POST", base, HANDOFF)
    path = f"{base}/pe48000001_handoff"
    again = account.ask("POST", base, HANDOFF)
    changed = account.ask("PATCH", path, {"label": "Hand-over"})
    more = {"name": "score", "label": "Score", "type": "number"}
    added = account.ask("POST", f"{path}/property", more)
    renamed = account.ask("PATCH", f"{path}/property/score", {"label": "Points"})

    assert (made.status_code, again.status_code, changed.status_code) == (201, 409, 201)
    assert made.json()["fullyQualifiedName"] == "pe48000001_handoff"
    assert (made.json()["objectTypeId"], made.json()["primaryObjectId"]) == ("6-1000001", "0-1")
    assert (added.status_code, renamed.json()["label"]) == (201, "Points")
    assert account.ask("DELETE", f"{path}/property/score").status_code == 204
    listed = account.ok("GET", base, searchString="hand", includeProperties="true")
    names = {prop["name"] for prop in listed["results"][0]["properties"]}
    assert (listed["total"], {"stage", "hs_page_url"} <= names, "score" in names) == (
        1,
        True,
        False,
    )
    assert account.ask("DELETE", path).status_code == 204
    assert account.ask("GET", path).status_code == 404


def test_defined_events_can_be_sent(account: Any) -> None:
    """Where only certain events are known, a definition makes one known."""
    account.configure(custom_events=[])
    account.make(email="a@x.com")
    event = {"eventName": "pe48000001_handoff", "email": "a@x.com", "properties": {"stage": "SQL"}}

    before = account.ask("POST", "/events/v3/send", event).status_code
    account.ok("POST", DEFINITIONS, HANDOFF)

    assert (before, account.ask("POST", "/events/v3/send", event).status_code) == (400, 204)

"""Timeline events, users of the account, lead scores: read and written through the SDK and HTTP."""

from typing import Any

import hubspot
import pytest
from hubspot.crm.timeline import (
    TimelineEvent,
    TimelineEventTemplateCreateRequest,
    TimelineEventTemplateToken,
)

APP = 1234567


def template(account: Any, **token: Any) -> Any:
    """Made with a developer's key, as the app's own things are."""
    host = account.sdk.config["host"]
    developer = hubspot.HubSpot(api_key="any", host=host)
    plan = TimelineEventTemplateToken(name="plan", label="Plan", type="string", **token)
    wanted = TimelineEventTemplateCreateRequest(
        name="Trial", object_type="contacts", header_template="Trial of {{plan}}",
        detail_template="{{extraData.note}}", tokens=[plan],
    )  # fmt: skip
    return developer.crm.timeline.templates_api.create(APP, wanted)


def test_event_is_sent_read_and_rendered(account: Any) -> None:
    """An e-mail nobody has makes the contact; the token's property follows."""
    made = template(account, object_property_name="jobtitle")
    events = account.sdk.crm.timeline.events_api
    event = TimelineEvent(
        id="e1", event_template_id=made.id, email="new@x.com", tokens={"plan": "Pro"},
        extra_data={"note": "By phone"},
    )  # fmt: skip

    sent = events.create(event)

    contact = account.ok("GET", "/crm/v3/objects/contacts/new@x.com", idProperty="email",
                         properties="jobtitle")  # fmt: skip
    assert (sent.object_id, sent.object_type) == (contact["id"], "contacts")
    assert contact["properties"]["jobtitle"] == "Pro"
    assert events.get_detail_by_id(made.id, "e1").details == "By phone"
    assert events.get_render_by_id(made.id, "e1") == "Trial of Pro"


def test_bad_events_are_refused(account: Any) -> None:
    """Unknown template, unknown token, nobody to attach it to."""
    made = template(account)
    account.make(email="a@x.com")
    path = "/integrators/timeline/v3/events"
    whole = {"eventTemplateId": made.id, "email": "a@x.com", "tokens": {}}

    bad = [{**whole, "eventTemplateId": "5"}, {**whole, "tokens": {"x": "1"}},
           {**whole, "email": None}]  # fmt: skip

    assert [account.ask("POST", path, body).status_code for body in bad] == [400, 400, 400]
    batch = account.ask("POST", f"{path}/batch/create", {"inputs": [whole, bad[0]]})
    assert (batch.status_code, batch.json()["numErrors"]) == (207, 1)


def test_events_by_the_name_of_their_type(account: Any) -> None:
    """As version 2026-03 sends them."""
    made = template(account)
    contact = account.make(email="a@x.com")["id"]
    body = {
        "id": "e2", "eventTypeName": "Trial", "email": "a@x.com", "properties": {"plan": "Free"},
    }  # fmt: skip

    sent = account.ask("POST", "/integrators/timeline/2026-03/events", body)

    held = account.ok("GET", f"/integrators/timeline/v3/events/{made.id}/e2")
    assert sent.status_code == 204
    assert (held["objectId"], held["tokens"]) == (contact, {"plan": "Free"})


@pytest.mark.parametrize("base", ["/settings/v3/users", "/settings/users/2026-03"])
def test_users_are_owners_by_user_id(account: Any, base: str) -> None:
    """Created, given a team, deactivated; the administrator is always there."""
    made = account.ok("POST", base, {"email": "rep@x.com", "firstName": "Ann"})
    again = account.ask("POST", base, {"email": "rep@x.com"})
    owner = account.ok("GET", "/crm/v3/owners", email="rep@x.com")["results"][0]
    changed = account.ok("PUT", f"{base}/{made['id']}", {"primaryTeamId": "9", "roleId": "100001"})
    teams = account.ok("GET", f"{base}/teams")["results"]
    everybody = [one["email"] for one in account.ok("GET", base)["results"]]
    deleted = account.ask("DELETE", f"{base}/{made['id']}")

    assert again.status_code == 409
    assert (str(owner["userId"]), owner["firstName"]) == (made["id"], "Ann")
    assert (changed["primaryTeamId"], changed["roleIds"]) == ("9", ["100001"])
    assert teams == [{"id": "9", "name": "Team 9", "userIds": [made["id"]], "secondaryUserIds": []}]
    assert everybody == ["admin@example.com", "rep@x.com"]
    assert deleted.status_code == 204
    assert account.ok("GET", "/crm/v3/owners")["results"] == []


def test_lead_score_is_described_and_its_history_told(account: Any) -> None:
    """Newest first, with what each change added."""
    contact = account.make(email="a@x.com")["id"]
    steps = [{"contact": contact, "score": score} for score in (30, 85)]
    account.ok("POST", "/_sandbox/play", {"steps": steps})
    base = "/marketing/lead-scoring/2026-09-beta"

    score_id = account.ok("GET", f"{base}/scores")["results"][0]["id"]
    output = account.ok("GET", f"{base}/scores/{score_id}")["outputConfiguration"]["outputs"][0]
    history = account.ok("GET", f"{base}/score-values/object-history", objectId=contact,
                         objectTypeId="0-1", outputProperty=output["propertyName"])  # fmt: skip

    assert (output["outputType"], output["propertyName"]) == ("SCORE", "hubspotscore")
    assert [(row["propertyValue"], row["delta"]) for row in history["results"]] == [
        ("85", 55.0), ("30", 30.0),
    ]  # fmt: skip

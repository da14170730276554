"""Properties, owners, pipelines, the account, and events."""

from typing import Any

PROPERTIES = "/crm/v3/properties/contacts"
FIELD = {
    "name": "tier", "label": "Tier", "type": "enumeration", "fieldType": "select",
    "groupName": "contactinformation",
    "options": [{"label": "Gold", "value": "gold", "displayOrder": 0, "hidden": False}],
}  # fmt: skip


def test_property_lives_and_dies(account: Any) -> None:
    """Create, use, extend, archive; the name is free again afterwards."""
    made = account.ask("POST", PROPERTIES, FIELD)
    again = account.ask("POST", PROPERTIES, FIELD)
    contact = account.make(email="a@x.com", tier="gold")
    more = [*FIELD["options"], {"label": "Tin", "value": "tin"}]
    account.ok("PATCH", f"{PROPERTIES}/tier", {"options": more})
    account.ok(
        "PATCH", f"/crm/v3/objects/contacts/{contact['id']}", {"properties": {"tier": "tin"}}
    )

    assert (made.status_code, again.status_code) == (201, 409)
    assert made.json()["modificationMetadata"]["readOnlyValue"] is False
    assert account.ask("DELETE", f"{PROPERTIES}/tier").status_code == 204
    assert account.ask("GET", f"{PROPERTIES}/tier").status_code == 404
    assert account.ask("POST", PROPERTIES, FIELD).status_code == 201


def test_hubspots_own_properties_are_protected(account: Any) -> None:
    """They are listed as such and can't be archived."""
    shown = account.ok("GET", f"{PROPERTIES}/hubspotscore")

    assert shown["hubspotDefined"] is True
    assert shown["modificationMetadata"]["readOnlyValue"] is True
    assert account.ask("DELETE", f"{PROPERTIES}/hubspotscore").status_code == 400


def test_property_batches_and_groups(account: Any) -> None:
    """A group of one's own holds properties made in one call; a full one can't be deleted."""
    group = {"name": "baton", "label": "Baton", "displayOrder": 1}
    account.ok("POST", f"{PROPERTIES}/groups", group)
    rows = [{**FIELD, "name": name, "groupName": "baton"} for name in ("one", "two")]

    made = account.ask("POST", f"{PROPERTIES}/batch/create", {"inputs": rows})
    read = account.ok("POST", f"{PROPERTIES}/batch/read", {"inputs": [{"name": "one"}]})

    assert (made.status_code, len(made.json()["results"])) == (201, 2)
    assert [p["groupName"] for p in read["results"]] == ["baton"]
    assert account.ask("DELETE", f"{PROPERTIES}/groups/baton").status_code == 400


def test_multi_checkbox_appends(account: Any) -> None:
    """A value that begins with `;` adds to what is there."""
    options = [{"label": v, "value": v} for v in ("a", "b", "c")]
    field = {**FIELD, "name": "likes", "fieldType": "checkbox", "options": options}
    account.ok("POST", PROPERTIES, field)
    path = f"/crm/v3/objects/contacts/{account.make(email='a@x.com', likes='a;b')['id']}"

    account.ok("PATCH", path, {"properties": {"likes": ";c"}})

    assert account.ok("GET", path, properties="likes")["properties"]["likes"] == "a;b;c"


def test_owners_are_listed_and_assigned_by_id(account: Any) -> None:
    """The owner id is accepted, the user id is not."""
    owner = {"object": "owners", "email": "rep@x.com", "firstName": "R", "lastName": "P"}
    (owner_id,) = account.ok("POST", "/_sandbox/seed", {"records": [owner]})["ids"]

    (shown,) = account.ok("GET", "/crm/v3/owners/", email="REP@x.com")["results"]
    made = account.make(email="a@x.com", hubspot_owner_id=owner_id)
    wrong = {"properties": {"hubspot_owner_id": str(shown["userId"])}}

    assert (shown["id"], shown["type"]) == (owner_id, "PERSON")
    assert made["properties"]["hubspot_owner_assigneddate"]
    assert account.ask("POST", "/crm/v3/objects/contacts", wrong).status_code == 400
    assert account.ok("GET", f"/crm/v3/owners/{owner_id}")["email"] == "rep@x.com"


def test_deal_pipeline_and_its_stages(account: Any) -> None:
    """Stages have a probability; a stage that is none is refused."""
    (pipeline,) = account.ok("GET", "/crm/v3/pipelines/deals")["results"]
    stages = {stage["id"]: stage["metadata"] for stage in pipeline["stages"]}

    assert stages["closedwon"] == {"isClosed": "true", "probability": "1.0"}
    bad = {"properties": {"dealname": "D", "dealstage": "nowhere"}}
    assert account.ask("POST", "/crm/v3/objects/deals", bad).status_code == 400


def test_account_tells_who_and_how_much(account: Any) -> None:
    """Details and today's use."""
    details = account.ok("GET", "/account-info/v3/details")
    (usage,) = account.ok("GET", "/account-info/v3/api-usage/daily/private-apps")["results"]

    assert details["portalId"] == 48000001
    assert (usage["usageLimit"], usage["currentUsage"]) == (625000, 2)


def test_behaviour_becomes_events(account: Any) -> None:
    """What contacts did is read by type, newest first, page by page."""
    made = account.make(email="a@x.com")["id"]
    steps = [
        {"contact": "a@x.com", "event": "page_view", "properties": {"url": f"https://x/{n}"},
         "at": f"2026-01-0{n}T00:00:00Z"}
        for n in (1, 2, 3)
    ]  # fmt: skip
    account.ok(
        "POST", "/_sandbox/play", {"steps": [*steps, {"contact": made, "event": "email_open"}]}
    )

    first = account.ok(
        "GET", "/events/v3/events/", objectType="contact", objectId=made,
        eventType="e_visited_page", limit=2,
    )  # fmt: skip
    rest = account.ok(
        "GET", "/events/event-occurrences/2026-03", objectType="CONTACT", objectId=made,
        eventType="e_visited_page", limit=2, after=first["paging"]["next"]["after"],
    )  # fmt: skip

    assert [e["properties"]["hs_url"] for e in first["results"]] == ["https://x/3", "https://x/2"]
    assert [e["occurredAt"] for e in rest["results"]] == ["2026-01-01T00:00:00.000Z"]
    assert "paging" not in rest
    assert "e_visited_page" in account.ok("GET", "/events/v3/events/event-types")["eventTypes"]


def test_events_are_filtered_by_time_across_contacts(account: Any) -> None:
    """OccurredAfter and occurredBefore bound a feed of one event type."""
    for name in "ab":
        account.make(email=f"{name}@x.com")
        step = {"contact": f"{name}@x.com", "event": "form_submit"}
        days = [{**step, "at": f"2026-01-0{n}T00:00:00Z"} for n in (1, 5)]
        account.ok("POST", "/_sandbox/play", {"steps": days})

    found = account.ok(
        "GET", "/events/v3/events", objectType="CONTACT", eventType="e_submitted_form",
        occurredAfter="2026-01-02T00:00:00Z", occurredBefore="2026-01-09T00:00:00Z",
    )  # fmt: skip

    assert len(found["results"]) == 2


def test_behaviour_moves_contact_properties(account: Any) -> None:
    """Counters and dates follow; a form submission of somebody unknown makes a contact."""
    form = {"form": "Demo request", "firstname": "Ada"}
    step = {"contact": "ada@x.com", "event": "form_submit", "properties": form}
    account.ok("POST", "/_sandbox/play", {"steps": [step, step]})

    shown = account.ok(
        "GET", "/crm/v3/objects/contacts/ada@x.com", idProperty="email",
        properties="firstname,num_conversion_events,recent_conversion_event_name",
    )["properties"]  # fmt: skip

    assert shown["firstname"] == "Ada"
    assert shown["num_conversion_events"] == "2"
    assert shown["recent_conversion_event_name"] == "Demo request"


def test_marketing_email_events_have_their_own_api(account: Any) -> None:
    """Opens and clicks are there too, and only there if so configured."""
    account.make(email="a@x.com")
    account.configure(email_events_in_event_api=False)
    step = {"contact": "a@x.com", "event": "email_click", "properties": {"url": "https://x/"}}
    account.ok("POST", "/_sandbox/play", {"steps": [step]})

    (event,) = account.ok("GET", "/email/public/v1/events", eventType="CLICK")["events"]

    assert (event["recipient"], event["url"]) == ("a@x.com", "https://x/")
    assert account.ok("GET", "/events/v3/events", objectType="CONTACT")["results"] == []


def test_sent_events_are_read_back_once(account: Any) -> None:
    """A custom event is kept once per uuid and refused under an unknown name."""
    made = account.make(email="a@x.com")["id"]
    event = {
        "eventName": "pe48000001_handoff", "email": "a@x.com", "uuid": "u-1",
        "occurredAt": "2026-01-01T00:00:00Z", "properties": {"stage": "SQL"},
    }  # fmt: skip

    statuses = [account.ask("POST", "/events/v3/send", event).status_code for _ in range(2)]
    batch = account.ask("POST", "/events/v3/send/batch", {"inputs": [event]})
    wrong = account.ask("POST", "/events/v3/send", {**event, "eventName": "handoff"})

    assert (statuses, batch.status_code, wrong.status_code) == ([204, 204], 204, 400)
    found = account.ok("GET", "/events/v3/events", objectType="CONTACT", objectId=made)
    assert [e["properties"] for e in found["results"]] == [{"stage": "SQL"}]

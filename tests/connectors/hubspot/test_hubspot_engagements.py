"""Engagements and alerts call by call: looked at, upserted by our key, associated."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from connectors.base import Alert, Busy, Entry, Gone, Landed, Ref, Unsure
from connectors.hubspot import HubSpot

AT = datetime(2026, 11, 20, 12, 0, 0, 123000, tzinfo=UTC)
ADA, BOB = Ref("person", "1"), Ref("person", "2")
CONTACTS = "/crm/v3/objects/contacts/batch/read"
TASKS = "/crm/v3/objects/tasks/batch/read"


@pytest.fixture
def hubspot(connect: Any) -> HubSpot:
    """As where HubSpot shall not be asked for both at once."""
    found: HubSpot = connect(one_call=False)
    return found


@pytest.fixture
def people(router: respx.MockRouter) -> None:
    """Ada and Bob are there."""
    router.post(CONTACTS).respond(json={"results": [{"id": "1"}, {"id": "2"}]})


def upserting(router: respx.MockRouter, object_type: str) -> respx.Route:
    """Takes every upsert; the engagement of key k7 gets id 907."""

    def answer(request: httpx.Request) -> httpx.Response:
        inputs = json.loads(request.content)["inputs"]
        results = [
            {"id": f"90{one['id'][1:]}", "properties": {"baton_key": one["id"]}, "new": True}
            for one in inputs
        ]
        return httpx.Response(200, json={"results": results})

    return router.post(f"/crm/v3/objects/{object_type}/batch/upsert").mock(side_effect=answer)


def associating(router: respx.MockRouter, object_type: str, **body: Any) -> respx.Route:
    return router.post(f"/crm/v4/associations/{object_type}/contacts/batch/create").respond(
        207 if body else 201, json=body or {"status": "COMPLETE", "results": []}
    )


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("type_", "object_type", "type_id", "told"),
    [
        ("call", "calls", 194, {"hs_call_title": "T", "hs_call_body": "B"}),
        ("meeting", "meetings", 200, {"hs_meeting_title": "T", "hs_meeting_body": "B"}),
        ("email", "emails", 198, {"hs_email_subject": "T", "hs_email_direction": "EMAIL"}),
        ("task", "tasks", 204, {"hs_task_subject": "T", "hs_task_status": "COMPLETED"}),
        ("note", "notes", 202, {"hs_note_body": "T<br>B"}),
        ("page_view", "notes", 202, {"hs_note_body": "T<br>B"}),
    ],
)
def test_each_type_becomes_its_engagement(
    hubspot: HubSpot,
    router: respx.MockRouter,
    sent: Callable[..., Any],
    *,
    type_: str,
    object_type: str,
    type_id: int,
    told: dict[str, str],
) -> None:
    """With the properties that HubSpot requires, our key, and the person's timeline."""
    upsert, link = upserting(router, object_type), associating(router, object_type)

    outcomes = hubspot.log([Entry("k7", ADA, type_, AT, "T", "B")])

    assert outcomes == {"k7": Landed(Ref("person", "907"), created=True)}
    (one,) = sent(upsert)["inputs"]
    assert (one["id"], one["idProperty"]) == ("k7", "baton_key")
    assert (
        one["properties"].items()
        >= {
            "hs_timestamp": "1795176000123",
            "baton_key": "k7",
            **told,
        }.items()
    )
    assert sent(link)["inputs"] == [
        {
            "from": {"id": "907"},
            "to": {"id": "1"},
            "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}],
        }
    ]


@pytest.mark.usefixtures("people")
def test_text_is_text_and_not_markup(
    hubspot: HubSpot, router: respx.MockRouter, sent: Callable[..., Any]
) -> None:
    """What comes from another system can't put a script into HubSpot's timeline."""
    upsert, _ = upserting(router, "notes"), associating(router, "notes")

    hubspot.log([Entry("k1", ADA, "note", AT, "Hi", "<script>x</script>\n" + "&" * 100_000)])

    (one,) = sent(upsert)["inputs"]
    body = one["properties"]["hs_note_body"]
    assert body.startswith("Hi<br>&lt;script&gt;x&lt;/script&gt;<br>&amp;")
    assert len(body) <= 65_536
    assert body.endswith("&amp;")


def test_nothing_is_made_for_somebody_who_is_gone(
    hubspot: HubSpot, router: respx.MockRouter, sent: Callable[..., Any]
) -> None:
    """No orphan is left behind, and a merge says who it is now."""
    router.post(CONTACTS).respond(json={"results": [{"id": "1"}]})
    router.get("/crm/v3/objects/contacts/2").respond(json={"id": "30", "properties": {}})
    upsert, _ = upserting(router, "notes"), associating(router, "notes")

    outcomes = hubspot.log(
        [Entry("k1", ADA, "note", AT, "a", ""), Entry("k2", BOB, "note", AT, "b", "")]
    )

    assert isinstance(outcomes["k1"], Landed)
    assert isinstance(outcomes["k2"], Gone)
    assert outcomes["k2"].moved_to == Ref("person", "30")
    assert [one["id"] for one in sent(upsert)["inputs"]] == ["k1"]


@pytest.mark.usefixtures("people")
def test_an_association_that_fails_is_told(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """The 207 names the contact; the other entry landed."""
    upserting(router, "notes")
    fault = {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "contact 2 does not exist",
        "context": {"ids": ["2"]},
    }
    made = {"from": {"id": "901"}, "to": {"id": "1"}}
    associating(router, "notes", results=[made], errors=[fault])

    outcomes = hubspot.log(
        [Entry("k1", ADA, "note", AT, "a", ""), Entry("k2", BOB, "note", AT, "b", "")]
    )

    assert isinstance(outcomes["k1"], Landed)
    assert isinstance(outcomes["k2"], Gone)


@pytest.mark.usefixtures("people")
def test_an_association_in_doubt_is_in_doubt(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """The note is there, perhaps without its contact: asked again, it lands once."""
    upserting(router, "notes")
    router.post("/crm/v4/associations/notes/contacts/batch/create").respond(502)

    with pytest.raises(Unsure):
        hubspot.log([Entry("k1", ADA, "note", AT, "a", "")])


@pytest.mark.usefixtures("people")
def test_an_alert_is_a_task_of_high_priority(
    hubspot: HubSpot, router: respx.MockRouter, sent: Callable[..., Any]
) -> None:
    """Due and reminding at the deadline, with the owner and the link."""
    router.post(TASKS).respond(207, json={"results": [], "errors": []})
    upsert, _ = upserting(router, "tasks"), associating(router, "tasks")
    alert = Alert("k1", ADA, "77", "Ada is\nhot", "why & how", AT, "https://baton.example/a?b=1")

    assert isinstance(hubspot.raise_alerts([alert])["k1"], Landed)

    (one,) = sent(upsert)["inputs"]
    assert one["properties"] == {
        "baton_key": "k1",
        "hs_timestamp": "1795176000123",
        "hs_task_reminders": "1795176000123",
        "hs_task_subject": "Ada is hot",
        "hs_task_body": "why &amp; how<br>https://baton.example/a?b=1",
        "hs_task_priority": "HIGH",
        "hs_task_status": "NOT_STARTED",
        "hs_task_type": "TODO",
        "hubspot_owner_id": "77",
    }


@pytest.mark.usefixtures("people")
def test_an_alert_that_is_there_is_left_as_it_is(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """A rep may have completed it; only its association is made sure of."""
    there = {"id": "901", "properties": {"baton_key": "k1"}}
    router.post(TASKS).respond(json={"results": [there]})
    upsert, link = upserting(router, "tasks"), associating(router, "tasks")

    outcomes = hubspot.raise_alerts([Alert("k1", ADA, None, "t", "b", AT)])

    assert outcomes == {"k1": Landed(Ref("person", "901"))}
    assert (upsert.call_count, link.call_count) == (0, 1)


@pytest.mark.usefixtures("people")
def test_a_busy_vendor_fails_the_whole_call(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """Nothing was logged, so it is raised."""
    router.post("/crm/v3/objects/notes/batch/upsert").respond(429, json={"policyName": "SECONDLY"})

    with pytest.raises(Busy):
        hubspot.log([Entry("k1", ADA, "note", AT, "a", "")])

"""Webhooks: what is sent, how it is signed, and that it arrives in the end."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.server import Running

Wait = Callable[[Callable[[], bool]], None]
SECRET = b"sandbox-secret"


@dataclass(slots=True)
class Receiver:
    """Keeps what it gets; answers `statuses` first, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    holds_s: float = 0
    most_at_once: int = 0
    at_once: int = 0
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.requests.append((dict(request.headers), await request.body()))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.holds_s)
        self.at_once -= 1
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for _, body in self.requests for event in json.loads(body)]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    with Running(Starlette(routes=[Route("/in", receiver.take, methods=["POST"])])) as running:
        receiver.url = f"{running.url}/in?a=%40b%2Fc%20d"
        yield receiver


@pytest.fixture
def hooked(account: Any, receiver: Receiver) -> Any:
    account.configure(target_url=receiver.url, webhook_flush_ms=5, webhook_time_scale=0)
    return account


def quiet(account: Any) -> bool:
    return bool(account.ok("GET", "/_sandbox/quiet")["quiet"])


def of(receiver: Receiver, kind: str) -> list[dict[str, Any]]:
    return [event for event in receiver.events if event["subscriptionType"] == kind]


def test_creation_and_its_properties(hooked: Any, receiver: Receiver, wait_for: Wait) -> None:
    """A create fires creation and a propertyChange per set property, numbers as numbers."""
    made = hooked.make(email="a@x.com")
    wait_for(lambda: quiet(hooked))

    (creation,) = of(receiver, "contact.creation")
    (change,) = of(receiver, "contact.propertyChange")
    assert set(creation) == {
        "eventId", "subscriptionId", "portalId", "appId", "objectId", "occurredAt",
        "subscriptionType", "attemptNumber", "changeFlag", "changeSource", "sourceId",
    }  # fmt: skip
    assert (creation["objectId"], creation["changeFlag"]) == (int(made["id"]), "CREATED")
    assert (creation["changeSource"], creation["sourceId"]) == ("INTEGRATION", "1234567")
    assert (change["propertyName"], change["propertyValue"]) == ("email", "a@x.com")


def test_signatures(hooked: Any, receiver: Receiver, wait_for: Wait) -> None:
    """Version 1 over secret and body; version 3 over the URI with HubSpot's decodings."""
    hooked.make(email="a@x.com")
    wait_for(lambda: quiet(hooked))

    headers, body = receiver.requests[0]
    uri = receiver.url.replace("%40", "@").replace("%2F", "/")
    signed = b"POST" + uri.encode() + body + headers["x-hubspot-request-timestamp"].encode()
    v3 = base64.b64encode(hmac.digest(SECRET, signed, "sha256")).decode()
    assert headers["x-hubspot-signature-v3"] == v3
    assert headers["x-hubspot-signature"] == hashlib.sha256(SECRET + body).hexdigest()
    assert headers["x-hubspot-signature-version"] == "v1"


def test_failed_delivery_is_repeated(hooked: Any, receiver: Receiver, wait_for: Wait) -> None:
    """Any 4xx or 5xx is tried again with a higher attempt number; all attempts are kept."""
    receiver.statuses = [500, 401]
    hooked.make(email="a@x.com")
    wait_for(lambda: quiet(hooked))

    numbers = [json.loads(body)[0]["attemptNumber"] for _, body in receiver.requests]
    (delivery,) = hooked.dump()["webhooks"]
    assert numbers == [0, 1, 2]
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 401, 200]
    assert delivery["state"] == "delivered"


def test_after_ten_retries_it_is_dead(hooked: Any, receiver: Receiver, wait_for: Wait) -> None:
    """Eleven attempts, then the events are given up and counted as dead."""
    receiver.statuses = [503] * 11
    hooked.make(email="a@x.com")
    wait_for(lambda: quiet(hooked))

    assert len(receiver.requests) == 11
    assert hooked.ok("GET", "/_sandbox/quiet")["dead_webhooks"] == 2


def test_unreachable_target_is_an_attempt(hooked: Any, wait_for: Wait) -> None:
    """No connection counts as a failed attempt with status 0."""
    hooked.configure(target_url="http://127.0.0.1:9/in")
    hooked.make(email="a@x.com")
    wait_for(lambda: quiet(hooked))

    (delivery,) = hooked.dump()["webhooks"]
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("dead", 0)


def test_slow_receiver_times_out(hooked: Any, receiver: Receiver, wait_for: Wait) -> None:
    """A receiver that thinks too long counts as unreached, and is asked again."""
    receiver.holds_s = 0.2
    hooked.configure(webhook_timeout_s=0.02, webhook_retry_delays_s=[0, 0])
    hooked.make(email="a@x.com")
    wait_for(lambda: quiet(hooked))

    (delivery,) = hooked.dump()["webhooks"]
    assert [a["error"] for a in delivery["attempts"]] == ["TimeoutError"] * 3
    assert delivery["state"] == "dead"


def test_at_most_so_many_in_flight(hooked: Any, receiver: Receiver, wait_for: Wait) -> None:
    """No more requests at once than the concurrency allows."""
    receiver.holds_s = 0.01
    hooked.configure(webhook_batch=1, webhook_concurrency=3)
    for n in range(10):
        hooked.make(email=f"{n}@x.com")
    wait_for(lambda: quiet(hooked))

    assert len(receiver.events) == 20
    assert receiver.most_at_once <= 3


def test_batches_hold_at_most_a_hundred(hooked: Any, receiver: Receiver, wait_for: Wait) -> None:
    """Many changes at once become batches of up to 100 events."""
    rows = [{"properties": {"email": f"{n}@x.com", "firstname": "N"}} for n in range(90)]
    hooked.ok("POST", "/crm/v3/objects/contacts/batch/create", {"inputs": rows})
    wait_for(lambda: quiet(hooked))

    sizes = [len(json.loads(body)) for _, body in receiver.requests]
    assert sum(sizes) == 270
    assert max(sizes) <= 100


def test_only_what_was_subscribed(hooked: Any, receiver: Receiver, wait_for: Wait) -> None:
    """A property's subscription hears of that property alone; generic ones carry the type."""
    subscriptions = [
        {"eventType": "contact.propertyChange", "propertyName": "phone"},
        {"eventType": "object.creation"},
        {"eventType": "contact.creation", "active": False},
    ]
    hooked.configure(subscriptions=subscriptions)
    hooked.make(email="a@x.com", phone="1", firstname="A")
    wait_for(lambda: quiet(hooked))

    assert [e["propertyName"] for e in of(receiver, "contact.propertyChange")] == ["phone"]
    assert [e["objectTypeId"] for e in of(receiver, "object.creation")] == ["0-1"]
    assert len(receiver.events) == 2


def test_what_hubspot_updates_itself_needs_its_own_subscription(
    hooked: Any, receiver: Receiver, wait_for: Wait
) -> None:
    """Read-only counters fire for a subscription by name, not for one to any property."""
    named = {"eventType": "contact.propertyChange", "propertyName": "hs_email_open"}
    hooked.configure(subscriptions=[{"eventType": "contact.propertyChange"}, named])
    hooked.seed(email="a@x.com")
    hooked.ok("POST", "/_sandbox/play", {"steps": [{"contact": "a@x.com", "event": "email_open"}]})
    wait_for(lambda: quiet(hooked))

    assert [(e["propertyName"], e["changeSource"]) for e in receiver.events] == [
        ("hs_email_open", "EMAIL")
    ]


def test_scores_and_people(hooked: Any, receiver: Receiver, wait_for: Wait) -> None:
    """A score step changes the score property; an edit in the UI carries the user."""
    made = hooked.seed(email="a@x.com")
    hooked.ok("POST", "/_sandbox/play", {"steps": [{"contact": "a@x.com", "score": 85}]})
    edit = {"object": "contacts", "id": made, "properties": {"phone": "1"}}
    hooked.ok("POST", "/_sandbox/edit", edit)
    wait_for(lambda: quiet(hooked))

    score, phone = sorted(receiver.events, key=lambda e: e["propertyName"])
    assert (score["propertyName"], score["propertyValue"]) == ("hubspotscore", "85")
    assert (phone["changeSource"], phone["sourceId"]) == ("CRM_UI", "userId:2345678")


def test_unchanged_writes_and_seeds_are_silent(hooked: Any, receiver: Receiver) -> None:
    """Seeding fires nothing, nor does writing the same value again."""
    made = hooked.seed(email="a@x.com", firstname="A")
    hooked.ok("PATCH", f"/crm/v3/objects/contacts/{made}", {"properties": {"firstname": "A"}})

    assert quiet(hooked)
    assert receiver.events == []


def test_merge_deletion_privacy_and_association(
    hooked: Any, receiver: Receiver, wait_for: Wait
) -> None:
    """Each kind of event has the fields it has in reality."""
    one, two, three = (int(hooked.seed(email=f"{n}@x.com")) for n in "abc")
    firm = int(hooked.seed("companies", name="Acme"))
    path = f"/crm/v4/objects/contacts/{three}/associations/default/companies/{firm}"
    hooked.ok("PUT", path)
    merge = {"primaryObjectId": str(one), "objectIdToMerge": str(two)}
    hooked.ok("POST", "/crm/v3/objects/contacts/merge", merge)
    hooked.ok("POST", "/crm/v3/objects/contacts/gdpr-delete", {"objectId": str(three)})
    wait_for(lambda: quiet(hooked))

    (merged,) = of(receiver, "contact.merge")
    assert merged["primaryObjectId"] == one
    assert merged["mergedObjectIds"] == [one, two]
    assert merged["newObjectId"] not in {one, two}
    (gone,) = of(receiver, "contact.privacyDeletion")
    assert [e["objectId"] for e in of(receiver, "contact.deletion")] == [gone["objectId"]]
    ours = of(receiver, "contact.associationChange")
    theirs = of(receiver, "company.associationChange")
    assert {e["associationType"] for e in ours} == {"CONTACT_TO_COMPANY"}
    assert {(e["fromObjectId"], e["toObjectId"]) for e in theirs} == {(firm, three)}
    assert {e["isPrimaryAssociation"] for e in ours} == {True, False}
    assert "objectId" not in ours[0]


def test_duplicates_and_disorder(hooked: Any, receiver: Receiver, wait_for: Wait) -> None:
    """With shares set, some events come twice with the same id, and some late."""
    hooked.configure(
        duplicate_share=0.3, reorder_share=0.3, subscriptions=[{"eventType": "contact.creation"}]
    )
    for n in range(40):
        hooked.make(email=f"{n}@x.com")
    wait_for(lambda: quiet(hooked))

    order = [event["objectId"] for event in receiver.events]
    ids = [event["eventId"] for event in receiver.events]
    assert len(set(order)) == 40
    assert len(order) > 40
    assert len(set(ids)) == 40
    assert order != sorted(order)

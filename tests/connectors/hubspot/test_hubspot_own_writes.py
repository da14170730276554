"""Webhooks of our own writes: what HubSpot has confirmed already is no hint, all else is one."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from connectors.base import Busy, Hint, Inbound, Ref, Write
from connectors.hubspot import HubSpot
from connectors.hubspot.own_writes import OwnWrites

URL = "https://baton.example/webhooks/hs"
NOW = datetime(2026, 11, 20, 12, 0, 1, tzinfo=UTC)
NOON_MS = 1795176000000
ADA = Ref("person", "17")
UPDATE = "/crm/v3/objects/contacts/batch/update"


def refs(hubspot: HubSpot, **said: Any) -> list[Ref]:
    """Where the event of our write says to look, changed as `said`."""
    event = {
        "eventId": 1, "portalId": 48000001, "subscriptionType": "contact.propertyChange",
        "occurredAt": NOON_MS, "objectId": 17, "propertyName": "jobtitle", "propertyValue": "CTO",
        **said,
    }  # fmt: skip
    body = json.dumps([event]).encode()
    stamp = str(int(NOW.timestamp() * 1000))
    source = f"POST{URL}".encode() + body + stamp.encode()
    digest = hmac.new(b"sandbox-secret", source, hashlib.sha256).digest()
    headers = {
        "x-hubspot-signature-v3": base64.b64encode(digest).decode(),
        "x-hubspot-request-timestamp": stamp,
    }
    hints = hubspot.parse(Inbound("POST", URL, headers, body), NOW)
    return [hint.ref for hint in hints if isinstance(hint, Hint)]


def tell(hubspot: HubSpot, router: respx.MockRouter, title: str, **answered: Any) -> None:
    """Write a contact's title; HubSpot says what it stored, and when."""
    item = {
        "id": "17",
        "properties": {"jobtitle": title},
        "updatedAt": "2026-11-20T12:00:00.000Z",
        **answered,
    }
    router.post(UPDATE).respond(json={"results": [item]})
    hubspot.write([Write("k", "person", ADA, {"jobtitle": title})])


def test_our_own_write_is_no_hint(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """HubSpot's answer has told it all."""
    assert refs(hubspot) == [ADA]

    tell(hubspot, router, "CTO")

    assert refs(hubspot) == []


@pytest.mark.parametrize(
    "said",
    [
        {"propertyValue": "CEO"},
        {"propertyName": "phone"},
        {"occurredAt": NOON_MS + 1},
        {"occurredAt": None},
        {"objectId": 18},
        {"subscriptionType": "contact.creation"},
        {"subscriptionType": "company.propertyChange"},
    ],
)
def test_any_doubt_is_a_hint(
    hubspot: HubSpot, router: respx.MockRouter, said: dict[str, Any]
) -> None:
    """Another value, property, record or kind of event, or a later time: somebody else's."""
    tell(hubspot, router, "CTO")

    assert len(refs(hubspot, **said)) == 1


@pytest.mark.parametrize(
    "answered",
    [{"properties": {"jobtitle": "Cto"}}, {"properties": {}}, {"updatedAt": None}],
)
def test_what_is_not_confirmed_is_a_hint(
    hubspot: HubSpot, router: respx.MockRouter, answered: dict[str, Any]
) -> None:
    """Another value is stored than we asked for, or HubSpot does not say since when."""
    tell(hubspot, router, "CTO", **answered)

    assert refs(hubspot) == [ADA]


def test_an_edit_back_and_forth_is_a_hint(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """Somebody writes the value that we wrote, later than we did."""
    tell(hubspot, router, "CTO")

    assert refs(hubspot, propertyValue="CEO", occurredAt=NOON_MS + 5) == [ADA]
    assert refs(hubspot, propertyValue="CTO", occurredAt=NOON_MS + 9) == [ADA]


def test_the_last_write_counts(hubspot: HubSpot, router: respx.MockRouter) -> None:
    """What we wrote before that is not what stands there."""
    tell(hubspot, router, "CTO")
    tell(hubspot, router, "CEO", updatedAt="2026-11-20T12:00:01.000Z")

    assert refs(hubspot) == [ADA]


def test_what_was_written_long_ago_is_forgotten() -> None:
    """The memory is bounded: what falls out of it is a hint once more."""
    own = OwnWrites(most=2)
    for name in ("a", "b", "c"):
        own.confirmed(ADA, {name: "1"}, {name: "1"}, NOW)

    known = [own.has(ADA, name, "1", NOW, "INTEGRATION") for name in ("a", "b", "c")]
    assert known == [False, True, True]


def test_an_event_that_overtakes_the_answer_is_no_hint(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """HubSpot's webhook may be here before its answer; whoever else writes is heard."""
    heard: dict[str, list[Ref]] = {}

    def answer(_: httpx.Request) -> httpx.Response:
        for source in ("INTEGRATION", "CRM_UI"):
            heard[source] = refs(hubspot, changeSource=source, propertyValue="CTO")
        heard["another value"] = refs(hubspot, changeSource="INTEGRATION", propertyValue="CEO")
        item = {"id": "17", "properties": {"jobtitle": "CTO"}, "updatedAt": "2026-11-20T12:00:00Z"}
        return httpx.Response(200, json={"results": [item]})

    router.post(UPDATE).mock(side_effect=answer)
    hubspot.write([Write("k", "person", ADA, {"jobtitle": "CTO"})])

    assert heard == {"INTEGRATION": [], "CRM_UI": [ADA], "another value": [ADA]}


def test_what_was_not_written_after_all_is_a_hint(
    hubspot: HubSpot, router: respx.MockRouter
) -> None:
    """Once the call has ended without a confirmation, the value is anybody's."""
    router.post(UPDATE).respond(503)
    with pytest.raises(Busy):
        hubspot.write([Write("k", "person", ADA, {"jobtitle": "CTO"})])

    assert refs(hubspot, changeSource="INTEGRATION") == [ADA]

"""What HubSpot's webhooks say, read as places to look at."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Activity, Hint, Inbound, Ref, Refused
from connectors.hubspot import HubSpot

URL = "https://baton.example/webhooks/hs"
NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
EVENT: Mapping[str, Any] = {
    "eventId": 3181526809,
    "subscriptionId": 20,
    "portalId": 48000001,
    "appId": 1234567,
    "occurredAt": 1795176000123,
    "subscriptionType": "contact.propertyChange",
    "attemptNumber": 0,
    "objectId": 17,
    "propertyName": "email",
    "propertyValue": "ada@example.com",
    "changeSource": "CRM_UI",
    "sourceId": "userId:1",
}


def request(body: bytes) -> Inbound:
    """A request that HubSpot signed."""
    stamp = str(int(NOW.timestamp() * 1000))
    source = f"POST{URL}".encode() + body + stamp.encode()
    digest = hmac.new(b"sandbox-secret", source, hashlib.sha256).digest()
    headers = {
        "x-hubspot-signature-v3": base64.b64encode(digest).decode(),
        "x-hubspot-request-timestamp": stamp,
    }
    return Inbound("POST", URL, headers, body)


def hints(hubspot: HubSpot, payload: Any) -> list[Hint]:
    found: list[Hint] = []
    for one in hubspot.parse(request(json.dumps(payload).encode()), NOW):
        assert not isinstance(one, Activity)
        found.append(one)
    return found


def refs(hubspot: HubSpot, payload: Any) -> list[tuple[str, str]]:
    return [(hint.ref.kind, hint.ref.id) for hint in hints(hubspot, payload)]


def test_a_change_is_a_hint_without_values(hubspot: HubSpot) -> None:
    """Where to look, and when HubSpot says that it happened."""
    (hint,) = hints(hubspot, [EVENT])

    assert hint.ref == Ref("person", "17")
    assert hint.at == datetime(2026, 11, 20, 12, 0, 0, 123000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"subscriptionType": "contact.creation"}, [("person", "17")]),
        ({"subscriptionType": "company.deletion"}, [("company", "17")]),
        ({"subscriptionType": "deal.restore"}, [("opportunity", "17")]),
        ({"subscriptionType": "contact.privacyDeletion"}, [("person", "17")]),
        ({"subscriptionType": "object.propertyChange", "objectTypeId": "0-1"}, [("person", "17")]),
        ({"subscriptionType": "object.creation", "objectTypeId": "0-2"}, [("company", "17")]),
        ({"subscriptionType": "object.merge", "objectTypeId": "0-3"}, [("opportunity", "17")]),
        ({"subscriptionType": "object.creation", "objectTypeId": "2-123"}, []),
        ({"subscriptionType": "object.creation"}, []),
        ({"subscriptionType": "ticket.creation"}, []),
        ({"subscriptionType": "conversation.newMessage"}, []),
        ({"subscriptionType": "contact.invention"}, []),
        ({"subscriptionType": None}, []),
        ({"objectId": None}, []),
        ({"objectId": "../1"}, []),
        ({"objectId": True}, []),
        ({"objectId": "17"}, [("person", "17")]),
        ({"occurredAt": "never"}, [("person", "17")]),
        ({"occurredAt": 10**30}, [("person", "17")]),
    ],
)
def test_which_record_an_event_is_about(
    hubspot: HubSpot, said: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """Contacts, companies and deals; all else is left out on purpose."""
    assert refs(hubspot, [{**EVENT, **said}]) == expected


def test_a_merge_is_about_the_winner_and_the_losers(hubspot: HubSpot) -> None:
    """Each is to be looked at, with an id of its own."""
    merge = {
        **EVENT,
        "subscriptionType": "contact.merge",
        "primaryObjectId": 17,
        "mergedObjectIds": [18, 19],
        "newObjectId": 20,
    }
    found = hints(hubspot, [merge])

    assert [hint.ref.id for hint in found] == ["17", "20", "18", "19"]
    assert len({hint.id for hint in found}) == 4


def test_an_association_is_about_the_side_it_is_sent_for(hubspot: HubSpot) -> None:
    """HubSpot sends one event for each side, without an objectId."""
    changed = {
        "eventId": 1,
        "portalId": 48000001,
        "subscriptionType": "contact.associationChange",
        "associationType": "CONTACT_TO_COMPANY",
        "fromObjectId": 17,
        "toObjectId": 33,
        "occurredAt": 1795176000123,
    }
    assert refs(hubspot, [changed]) == [("person", "17")]


def test_a_second_delivery_has_the_same_id(hubspot: HubSpot) -> None:
    """The attempt does not count; each part of HubSpot's identity does."""
    (first,) = hints(hubspot, [EVENT])
    (again,) = hints(hubspot, [{**EVENT, "attemptNumber": 7, "subscriptionId": 99}])
    others: list[dict[str, Any]] = [
        {"eventId": 2},
        {"objectId": 18},
        {"occurredAt": 1795176000124},
        {"propertyName": "phone"},
        {"subscriptionType": "contact.creation"},
    ]

    assert again.id == first.id
    assert first.id not in {hints(hubspot, [{**EVENT, **o}])[0].id for o in others}


def test_one_event_twice_in_one_request_is_one_hint(hubspot: HubSpot) -> None:
    """HubSpot repeats itself inside a batch, too."""
    assert len(hints(hubspot, [EVENT, EVENT])) == 1


def test_other_accounts_and_apps_are_left_out(connect: Any) -> None:
    """Only where the connection names its account or app."""
    ours = connect(portal_id=48000001, app_id=1234567)

    assert refs(ours, [EVENT]) == [("person", "17")]
    assert refs(ours, [{**EVENT, "portalId": 1}]) == []
    assert refs(ours, [{**EVENT, "appId": 1}]) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b'"x"', 400),
        (b"[1]", 400),
        (b"[null]", 400),
        (b"\xff\xfe[]", 400),
        (b'[{"objectId": NaN}]', 400),
        (b'[{"objectId": 1, "objectId": 2}]', 400),
        (b'[{"objectId": ' + b"9" * 5000 + b"}]", 400),
        (b"[" * 100_000, 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b"[" + b",".join([b"{}"] * 1001) + b"]", 413),
    ],
)
def test_what_cannot_be_read_is_refused(hubspot: HubSpot, body: bytes, status: int) -> None:
    """Signed or not, it ends as Refused with the status that says why."""
    with pytest.raises(Refused) as refused:
        hubspot.parse(request(body), NOW)

    assert refused.value.status == status


def test_a_lone_surrogate_in_a_name_does_no_harm(hubspot: HubSpot) -> None:
    """Ids are plain ASCII, whatever stands in the payload."""
    (hint,) = hints(hubspot, [{**EVENT, "propertyName": "\ud800"}])

    assert hint.id.isascii()


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"vid": 17, "canonical-vid": 17, "portal-id": 48000001}, [("person", "17")]),
        ({"vid": 17, "canonical-vid": 18}, [("person", "17"), ("person", "18")]),
        ({"companyId": 5}, [("company", "5")]),
        ({"dealId": 6}, [("opportunity", "6")]),
        ({"objectId": 7, "objectTypeId": "0-3"}, [("opportunity", "7")]),
        ({"hs_object_id": "8"}, [("person", "8")]),
        ({"objectId": 7, "objectTypeId": "2-9"}, []),
        ({"vid": 17, "portal-id": 1}, []),
        ({}, []),
    ],
)
def test_a_workflow_sends_a_whole_record(
    connect: Any, record: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    """It is a hint like any other: its values are not believed."""
    assert refs(connect(portal_id=48000001), record) == expected


def test_a_workflow_may_say_the_same_twice(hubspot: HubSpot) -> None:
    """A score that rises, falls and rises sends equal bodies; none is a duplicate."""
    body = json.dumps({"vid": 17, "score": 80}).encode()
    later = NOW.replace(second=1)

    (first,), (second,) = hubspot.parse(request(body), NOW), hubspot.parse(request(body), later)

    assert first.id != second.id

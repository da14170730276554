"""Canvas: who is believed to look at which record."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from connectors.base import Inbound, Ref, Refused
from connectors.embedding import Embedded
from connectors.salesforce.adapter import Adapter
from tests.connectors.salesforce.conftest import OpenAt

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ORG_ID = "00D5g000004ZzZzEAK"
LEAD, CONTACT = "00Q5g00000AbCdEEAV", "0035g00000AbCdEAAV"
URL = "https://baton.example/embed/sfa/canvas"
SECRET = "consumer-secret"
RECORD = {"attributes": {"type": "Lead"}, "Id": LEAD}


def context(**environment: Any) -> dict[str, Any]:
    """What Salesforce says, in the shape of its guide."""
    return {
        "algorithm": "HMACSHA256",
        "issuedAt": None,
        "userId": "0055g00000AAAAAAA4",
        "client": {"instanceUrl": "https://acme.my.salesforce.com", "oauthToken": "token"},
        "context": {
            "user": {
                "userId": "0055g00000AAAAAAA4",
                "email": "rep@acme.example",
                "language": "ja",
                "timeZone": "Asia/Tokyo",
            },
            "organization": {"organizationId": ORG_ID},
            "environment": {"displayLocation": "PageLayout", "parameters": {}, **environment},
        },
    }


def signed(said: Any, secret: str = SECRET) -> str:
    payload = base64.b64encode(json.dumps(said).encode())
    digest = hmac.new(secret.encode(), payload, hashlib.sha256).digest()
    return f"{base64.b64encode(digest).decode()}.{payload.decode()}"


def posted(*requests: str) -> Inbound:
    body = urlencode([("signed_request", one) for one in requests]).encode()
    return Inbound("POST", URL, {"content-type": "application/x-www-form-urlencoded"}, body)


@pytest.fixture
def adapter(open_at: OpenAt) -> Adapter:
    return open_at(org_id=ORG_ID, secrets={"access_token": "t", "canvas_secret": SECRET})


def status(adapter: Adapter, inbound: Inbound) -> int:
    with pytest.raises(Refused) as caught:
        adapter.embedded(inbound, NOW)
    return caught.value.status


def test_the_record_of_the_page_and_its_user_are_believed(adapter: Adapter) -> None:
    """Signed with the consumer secret, over the text as it was sent."""
    found = adapter.embedded(posted(signed(context(record=RECORD))), NOW)

    assert found == Embedded(Ref("person", LEAD), "rep@acme.example", "ja", "Asia/Tokyo")


def test_a_component_may_name_the_record_where_the_page_names_none(adapter: Adapter) -> None:
    """A Lightning page says its record by a parameter; 15 characters are the same id."""
    said = context(parameters={"recordId": CONTACT[:15]})

    assert adapter.embedded(posted(signed(said)), NOW).ref == Ref("person", CONTACT)


def test_what_salesforce_itself_says_goes_before_a_parameter(adapter: Adapter) -> None:
    """A parameter is what whoever made the page wanted it to be."""
    said = context(record=RECORD, parameters={"recordId": CONTACT})

    assert adapter.embedded(posted(signed(said)), NOW).ref == Ref("person", LEAD)


def test_parameters_can_be_switched_off(open_at: OpenAt) -> None:
    """Then only Salesforce's own word counts."""
    strict = open_at(
        org_id=ORG_ID, canvas_parameter="", secrets={"access_token": "t", "canvas_secret": SECRET}
    )

    assert status(strict, posted(signed(context(parameters={"recordId": LEAD})))) == 400


@pytest.mark.parametrize("place", [0, 10, 60, 400])
def test_one_changed_letter_is_refused(adapter: Adapter, place: int) -> None:
    """In the signature as in what it signs."""
    whole = signed(context(record=RECORD))
    letter = "A" if whole[place] != "A" else "B"

    assert status(adapter, posted(whole[:place] + letter + whole[place + 1 :])) == 401


@pytest.mark.parametrize("request_", ["", ".", "a.b", "é.é", "====.====", signed([], "other")])
def test_what_nobody_signed_is_refused(adapter: Adapter, request_: str) -> None:
    """Never a fault of ours."""
    assert status(adapter, posted(request_)) == 401


def test_two_signed_requests_are_none(adapter: Adapter) -> None:
    """Which one would it be?"""
    whole = signed(context(record=RECORD))

    assert status(adapter, posted(whole, whole)) == 401


def test_another_org_with_the_same_app_is_refused(adapter: Adapter) -> None:
    """A connected app can be installed in several orgs; all share its secret."""
    said = context(record=RECORD)
    said["context"]["organization"]["organizationId"] = "00D000000000001AAA"

    assert status(adapter, posted(signed(said))) == 401


def test_without_an_org_id_or_a_secret_nobody_is_believed(open_at: OpenAt) -> None:
    """Fail closed."""
    whole = posted(signed(context(record=RECORD)))

    assert status(open_at(secrets={"access_token": "t", "canvas_secret": SECRET}), whole) == 401
    assert status(open_at(org_id=ORG_ID), whole) == 401


@pytest.mark.parametrize(
    "said",
    [
        context(record={"attributes": {"type": "Case"}, "Id": "5005g00000AbCdEAAV"}),
        context(record={"attributes": {"type": "Lead"}, "Id": CONTACT}),
        context(),
        {**context(record=RECORD), "algorithm": "none"},
        ["a list"],
    ],
)
def test_what_names_no_record_of_ours_is_told_so(adapter: Adapter, said: Any) -> None:
    """A 400: signed, but nothing to show."""
    assert status(adapter, posted(signed(said))) == 400


def test_a_secret_may_be_rotated(open_at: OpenAt) -> None:
    """The one before is taken beside the new one."""
    secrets = {"access_token": "t", "canvas_secret": "new", "canvas_secret_previous": SECRET}
    both = open_at(org_id=ORG_ID, secrets=secrets)

    assert both.embedded(posted(signed(context(record=RECORD), "new")), NOW).ref.id == LEAD
    assert both.embedded(posted(signed(context(record=RECORD))), NOW).ref.id == LEAD


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        (
            "https://acme.my.salesforce.com",
            ("https://acme.lightning.force.com", "https://acme--c.vf.force.com"),
        ),
        (
            "https://acme--uat.sandbox.my.salesforce.com",
            (
                "https://acme--uat.sandbox.lightning.force.com",
                "https://acme--uat--c.sandbox.vf.force.com",
            ),
        ),
    ],
)
def test_only_the_orgs_own_pages_may_show_the_panel(
    open_at: OpenAt, domain: str, expected: tuple[str, ...]
) -> None:
    """My Domain, Lightning and Visualforce, and what the connection adds."""
    adapter = open_at(domain, panel_hosts=("https://portal.acme.example",))

    assert adapter.frames() == (domain, *expected, "https://portal.acme.example")

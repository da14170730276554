"""Cards on HubSpot's records: who is believed to look at which one."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from connectors.base import Inbound, Ref, Refused
from connectors.embedding import Card, Embedded
from connectors.hubspot import HubSpot
from tests.connectors.hubspot.conftest import Connect

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
SECRET = "sandbox-secret"
PAGE = "https://baton.example/embed/hs/card"
ASKED = {
    "userId": "7", "userEmail": "rep@acme.example", "associatedObjectId": "17",
    "associatedObjectType": "CONTACT", "portalId": "42",
}  # fmt: skip


def v3(url: str, method: str = "GET", body: bytes = b"", at: datetime = NOW) -> Inbound:
    """HubSpot writes @ and / of an address plainly before it signs."""
    stamp = str(int(at.timestamp() * 1000))
    source = (
        f"{method}{url.replace('%40', '@').replace('%2F', '/')}".encode() + body + stamp.encode()
    )
    digest = hmac.new(SECRET.encode(), source, hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    headers = {"x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": stamp}
    return Inbound(method, url, headers, body)


def old(url: str, version: str, source: str) -> Inbound:
    digest = hashlib.sha256(source.encode()).hexdigest()
    headers = {"x-hubspot-signature": digest, "x-hubspot-signature-version": version}
    return Inbound("GET", url, headers, b"")


def asking(**changed: str) -> str:
    return f"{PAGE}?{urlencode({**ASKED, **changed})}"


@pytest.fixture
def hubspot(connect: Connect) -> HubSpot:
    return connect(portal_id=42, signatures=["v1", "v2", "v3"])


def status(hubspot: HubSpot, inbound: Inbound) -> int:
    with pytest.raises(Refused) as caught:
        hubspot.embedded(inbound, NOW)
    return caught.value.status


def test_the_record_of_a_card_and_its_user_are_believed(hubspot: HubSpot) -> None:
    """HubSpot puts both into the address, and signs it."""
    found = hubspot.embedded(v3(asking()), NOW)

    assert found == Embedded(Ref("person", "17"), "rep@acme.example")


@pytest.mark.parametrize(
    ("asked", "ref"),
    [
        ({"associatedObjectType": "COMPANY"}, Ref("company", "17")),
        ({"associatedObjectType": "deal"}, Ref("opportunity", "17")),
        ({"associatedObjectType": "", "objectTypeId": "0-2"}, Ref("company", "17")),
        ({"associatedObjectType": "", "associatedObjectId": "", "hs_object_id": "5"},
         Ref("person", "5")),
    ],
)  # fmt: skip
def test_any_kind_of_record_that_is_synced_can_be_shown(
    hubspot: HubSpot, asked: Mapping[str, str], ref: Ref
) -> None:
    """By either card's way of naming it; contacts where none is named."""
    assert hubspot.embedded(v3(asking(**asked)), NOW).ref == ref


def test_an_app_card_may_tell_its_users_language_and_zone(hubspot: HubSpot) -> None:
    """HubSpot's older cards tell none."""
    posted = v3(asking(locale="ja-jp", timezone="Asia/Tokyo"), "POST", b'{"any": "body"}')
    found = hubspot.embedded(posted, NOW)

    assert (found.language, found.zone) == ("ja", "Asia/Tokyo")


def test_a_card_of_an_older_app_is_signed_with_version_2(hubspot: HubSpot) -> None:
    """Where the connection takes that version."""
    url = asking()

    assert hubspot.embedded(old(url, "v2", f"{SECRET}GET{url}"), NOW).ref.id == "17"


def test_version_1_is_never_taken(hubspot: HubSpot) -> None:
    """It signs the body alone: the signature of no body would open every record."""
    assert status(hubspot, old(asking(), "v1", SECRET)) == 401


def test_an_old_or_changed_request_is_refused(hubspot: HubSpot) -> None:
    """Five minutes; another record under the same signature."""
    stale = v3(asking(), at=NOW - timedelta(minutes=6))
    genuine = v3(asking())
    changed = Inbound("GET", asking(associatedObjectId="18"), genuine.headers, b"")

    assert (status(hubspot, stale), status(hubspot, changed)) == (401, 401)


def test_a_card_of_another_account_is_refused(hubspot: HubSpot, connect: Connect) -> None:
    """An app's secret is the same in all accounts that installed it; without portal_id, nobody."""
    assert status(hubspot, v3(asking(portalId="43"))) == 401
    assert status(connect(), v3(asking())) == 401


def test_a_parameter_that_comes_twice_is_a_trick(hubspot: HubSpot) -> None:
    """A page can add parameters of its own; HubSpot's must not be drowned by them."""
    assert status(hubspot, v3(f"{asking()}&portalId=43")) == 400


@pytest.mark.parametrize("asked", [{"associatedObjectId": "x"}, {"associatedObjectType": "TICKET"}])
def test_what_names_no_record_of_ours_is_told_so(
    hubspot: HubSpot, asked: Mapping[str, str]
) -> None:
    """A 400: signed, but nothing to show."""
    assert status(hubspot, v3(asking(**asked))) == 400


def test_a_card_shows_a_few_lines_and_opens_the_panel(hubspot: HubSpot) -> None:
    """In the form that HubSpot's guide gives."""
    card = Card("Ada", [("Score", "92 (A)")], "Open", "https://baton.example/embed/hs/panel?pass=x")
    body, media_type = hubspot.card(card, Ref("person", "17"))

    assert media_type == "application/json"
    assert json.loads(body) == {
        "results": [
            {
                "objectId": 17,
                "title": "Ada",
                "link": None,
                "properties": [{"label": "Score", "dataType": "STRING", "value": "92 (A)"}],
            }
        ],
        "primaryAction": {
            "type": "IFRAME",
            "width": 890,
            "height": 748,
            "uri": "https://baton.example/embed/hs/panel?pass=x",
            "label": "Open",
        },
    }


def test_only_hubspots_own_pages_may_show_the_panel(hubspot: HubSpot) -> None:
    """Not its customers' sites, which are at hubspot.com as well."""
    assert "https://app.hubspot.com" in hubspot.frames()
    assert not [one for one in hubspot.frames() if "*" in one]

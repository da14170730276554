"""Signatures of HubSpot's webhooks, versions 3, 2 and 1."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Inbound, Refused
from connectors.hubspot import HubSpot
from connectors.hubspot.settings import SignatureVersion
from connectors.hubspot.signatures import verify

SECRET = "sandbox-secret"
URL = "https://baton.example/webhooks/hs?a=1%20b"
NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
BODY = b'[ {"eventId": 1, "subscriptionType": "contact.creation", "objectId": 17} ]'
V3: frozenset[SignatureVersion] = frozenset({"v3"})
ALL: frozenset[SignatureVersion] = frozenset({"v1", "v2", "v3"})


def signed(
    secret: str = SECRET, at: datetime = NOW, url: str = URL, signed_url: str = ""
) -> Inbound:
    """A v3 request; `signed_url` where the signer saw another text than we do."""
    stamp = str(int(at.timestamp() * 1000))
    source = f"POST{signed_url or url}".encode() + BODY + stamp.encode()
    digest = hmac.new(secret.encode(), source, hashlib.sha256).digest()
    headers = {
        "x-hubspot-signature-v3": base64.b64encode(digest).decode(),
        "x-hubspot-request-timestamp": stamp,
    }
    return Inbound("POST", url, headers, BODY)


def old(version: str, source: bytes) -> Inbound:
    """A request with an older signature over `source`."""
    headers = {
        "x-hubspot-signature": hashlib.sha256(source).hexdigest(),
        "x-hubspot-signature-version": version,
    }
    return Inbound("POST", URL, headers, BODY)


def taken(
    inbound: Inbound,
    allowed: frozenset[SignatureVersion] = V3,
    secrets: tuple[str, ...] = (SECRET,),
) -> bool:
    """Whether the request is taken; anything but `Refused` with 401 fails the test."""
    try:
        verify(inbound, secrets, allowed, NOW)
    except Refused as refused:
        if refused.status != 401:
            raise
        return False
    return True


def test_a_genuine_request_is_taken(hubspot: HubSpot) -> None:
    """Through the connector's own verb, with the connection's secret."""
    assert [hint.ref.id for hint in hubspot.parse(signed(), NOW) if hasattr(hint, "ref")] == ["17"]


def test_any_flipped_bit_is_refused() -> None:
    """Of the body, each of its bits counts; of method, address and headers, too."""
    request = signed()
    for place in range(len(BODY)):
        for bit in range(8):
            body = bytearray(BODY)
            body[place] ^= 1 << bit
            assert not taken(replace(request, body=bytes(body)))
    for place in range(len(URL)):
        url = URL[:place] + chr(ord(URL[place]) ^ 1) + URL[place + 1 :]
        assert not taken(replace(request, url=url))
    for name, value in request.headers.items():
        for place in range(len(value)):
            flipped = value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
            assert not taken(replace(request, headers={**request.headers, name: flipped}))
    assert not taken(replace(request, method="PUT"))


def test_the_raw_body_is_what_was_signed() -> None:
    """The same JSON written out anew does not match."""
    again = json.dumps(json.loads(BODY)).encode()

    assert json.loads(again) == json.loads(BODY)
    assert not taken(replace(signed(), body=again))


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"),
        ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"),
        ("%3a", ":"), ("%2f", "/"),
    ],
)  # fmt: skip
def test_the_documented_escapes_are_decoded(escaped: str, plain: str) -> None:
    """HubSpot signs the address with these characters in clear."""
    url, signed_url = f"{URL}&x={escaped}", f"{URL}&x={plain}"

    assert taken(signed(url=url, signed_url=signed_url))
    assert not taken(signed(url=url, signed_url=url))


@pytest.mark.parametrize("escape", ["%20", "%25", "%26", "%3D", "%2B", "%23", "%E3%81%82", "%5B"])
def test_no_other_escape_is_decoded(escape: str) -> None:
    """All others are signed as they stand, so that a double escape is not decoded twice."""
    assert taken(signed(url=f"{URL}&x={escape}"))


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, milliseconds=1), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-5, milliseconds=-1), False),
        (timedelta(days=400), False),
    ],
)
def test_the_time_window_has_two_sides(age: timedelta, *, fresh: bool) -> None:
    """Five minutes into the past, and five into the future."""
    assert taken(signed(at=NOW - age)) is fresh


@pytest.mark.parametrize("name", ["x-hubspot-signature-v3", "x-hubspot-request-timestamp"])
@pytest.mark.parametrize(
    "value", ["", " ", "é", "日本", "\ud800", "-1", "1e3", "NaN", "9" * 400, "\u0661\u0662"]
)
def test_an_odd_header_is_refused(name: str, value: str) -> None:
    """Whatever stands in it: 401 and never a crash."""
    request = signed()

    assert not taken(replace(request, headers={**request.headers, name: value}))


@pytest.mark.parametrize("name", ["x-hubspot-signature-v3", "x-hubspot-request-timestamp"])
def test_a_missing_or_repeated_header_is_refused(name: str) -> None:
    """Each is needed exactly once."""
    request = signed()
    without = {k: v for k, v in request.headers.items() if k != name}

    assert not taken(replace(request, headers=without))
    assert not taken(replace(request, repeated=frozenset({name})))


def test_an_address_that_is_no_text_is_refused() -> None:
    """A lone surrogate in the address matches nothing."""
    assert not taken(replace(signed(), url="https://baton.example/\ud800"))


def test_both_secrets_count_during_a_rotation() -> None:
    """The previous secret is taken while it is kept, and refused afterwards."""
    request = signed(secret="previous")

    assert taken(request, secrets=("current", "previous"))
    assert not taken(request, secrets=("current",))
    assert not taken(request, secrets=())


def test_older_versions_only_where_they_are_allowed() -> None:
    """v2 covers method and address, v1 the body alone."""
    v1 = old("v1", SECRET.encode() + BODY)
    v2 = old("v2", f"{SECRET}POST{URL}".encode() + BODY)

    assert taken(v1, ALL)
    assert taken(v2, ALL)
    assert not taken(v1, V3)
    assert not taken(v2, V3)
    assert not taken(v1, frozenset({"v2", "v3"}))
    assert not taken(v2, frozenset({"v1", "v3"}))
    assert not taken(replace(v1, body=BODY + b" "), ALL)
    assert not taken(replace(v2, url=f"{URL}x"), ALL)
    assert not taken(old("v9", SECRET.encode() + BODY), ALL)


def test_an_older_signature_does_not_mend_a_newer_one() -> None:
    """Where v3 is allowed and there, it decides."""
    forged = replace(signed(), body=BODY + b" ")
    v1 = old("v1", SECRET.encode() + BODY + b" ")

    assert not taken(replace(forged, headers={**forged.headers, **v1.headers}), ALL)
    assert taken(replace(forged, headers={**forged.headers, **v1.headers}), frozenset({"v1"}))

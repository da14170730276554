"""Webhooks: verified, on disk before the answer, and never a 4xx for a fault of our own."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from connectors.base import Activity, Hint, Inbound, Ref
from connectors.memory.webhook import SIGNATURE, TIMESTAMP
from tests.support.patience import eventually
from tests.web.conftest import SECRET, Site, signed

ADA = Ref("person", "17")
NOW = datetime.now(UTC)


def test_a_signed_hint_is_on_disk_when_it_is_acknowledged(site: Site) -> None:
    """200 means stored; the lanes that look at it, and at what was done, are woken."""
    answer = site.post(signed(Hint("e1", ADA)))

    assert answer.status_code == 200
    assert site.rows("hint") == 1
    assert site.eventually(lambda: site.woken == {"fetch:ma", "read:ma:activities:behaviour"})


def test_a_hint_that_names_its_feeds_hurries_only_those(site: Site) -> None:
    """A changed phone number is no news of behaviour: no feed is read for it."""
    answer = site.post(signed(Hint("e1", ADA, feeds=())))

    assert answer.status_code == 200
    assert site.eventually(lambda: site.woken == {"fetch:ma"})


def test_an_activity_is_a_fact_and_is_stored_as_such(site: Site) -> None:
    """A page view is kept with its detail; scoring is woken, nothing is looked at."""
    seen = Activity("a1", ADA, "page_view", NOW, "Pricing", {"url": "/pricing"})

    assert site.post(signed(seen)).status_code == 200

    assert (site.rows("activity"), site.rows("hint")) == (1, 0)
    assert site.eventually(lambda: site.woken == {"score"})


def test_the_same_delivery_twice_is_one(site: Site) -> None:
    """A sender that did not hear our answer repeats itself, and nothing doubles."""
    seen = Activity("a1", ADA, "page_view", NOW)

    answers = [site.post(signed(seen)).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert site.rows("activity") == 1


def test_a_request_without_events_is_fine(site: Site) -> None:
    """What a connector skips on purpose is acknowledged, not refused."""
    assert site.post(signed()).status_code == 200


def test_one_changed_bit_of_the_body_is_refused(site: Site) -> None:
    """Wherever it is."""
    good = signed(Hint("e1", ADA))
    places = range(0, len(good.body), 7)

    answers = set()
    for place in places:
        body = bytearray(good.body)
        body[place] ^= 1
        answers.add(site.post(Inbound("POST", good.url, good.headers, bytes(body))).status_code)

    assert answers == {401}
    assert site.rows("hint") == 0


@pytest.mark.parametrize("name", [SIGNATURE, TIMESTAMP])
def test_one_changed_bit_of_a_header_is_refused(site: Site, name: str) -> None:
    """The signature and the time that it covers."""
    good = signed(Hint("e1", ADA))
    value = good.headers[name]
    other = {name: value[:-1] + ("1" if value[-1] != "1" else "2")}

    answer = site.post(good, **other)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_request_out_of_its_time_is_refused(site: Site, minutes: int) -> None:
    """Stale or from the future, five minutes both ways."""
    late = signed(Hint("e1", ADA), at=datetime.now(UTC) + timedelta(minutes=minutes))

    assert site.post(late).status_code == 401


@pytest.mark.parametrize("name", [SIGNATURE, TIMESTAMP])
def test_a_missing_header_is_refused(site: Site, name: str) -> None:
    """401, not a fault."""
    good = signed(Hint("e1", ADA))
    headers = {n: v for n, v in good.headers.items() if n != name}

    assert site.post(Inbound("POST", good.url, headers, good.body)).status_code == 401


def test_a_header_that_came_twice_is_refused(site: Site) -> None:
    """Even where one of the two is right."""
    good = signed(Hint("e1", ADA))
    twice = [*good.headers.items(), (SIGNATURE, good.headers[SIGNATURE])]

    answer = site.call("POST", "/webhooks/ma", None, content=good.body, headers=twice)

    assert answer.status_code == 401


def test_a_signature_that_is_not_ascii_is_refused(site: Site) -> None:
    """Bytes of any kind are 401 and never a fault."""
    good = signed(Hint("e1", ADA))
    odd = [
        (TIMESTAMP.encode(), good.headers[TIMESTAMP].encode()),
        (SIGNATURE.encode(), b"\xff\xe9"),
    ]

    assert site.call("POST", "/webhooks/ma", None, content=b"{}", headers=odd).status_code == 401


def test_a_signature_by_another_secret_is_refused(site: Site) -> None:
    """And the sender is not told why."""
    answer = site.post(signed(Hint("e1", ADA), secret="another"))

    assert answer.status_code == 401
    assert answer.json()["detail"] == "the signature was not accepted"


def test_a_signed_body_that_nobody_can_read_is_a_400(site: Site) -> None:
    """Signed, but not what this vendor sends."""
    good = signed(Hint("e1", ADA))
    odd = Inbound("POST", good.url, good.headers, b'{"events": 7}')
    resigned = resign(odd)

    assert site.post(resigned).status_code == 400


def test_an_unknown_connection_is_a_404(site: Site) -> None:
    """Nothing of that name receives anything."""
    answer = site.post(signed(Hint("e1", ADA)), "/webhooks/nobody")

    assert answer.status_code == 404
    assert answer.json()["status"] == 404


def test_a_body_that_is_too_large_is_a_413(site: Site) -> None:
    """Whether its length is declared or not."""
    big = b"x" * (2 * 1024 * 1024 + 1)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 65536):
            yield big[start : start + 65536]

    declared = site.call("POST", "/webhooks/ma", None, content=big)
    streamed = site.call("POST", "/webhooks/ma", None, content=chunks())

    assert (declared.status_code, streamed.status_code) == (413, 413)
    assert streamed.headers["content-type"] == "application/problem+json"


def test_a_paused_connection_still_stores(site: Site) -> None:
    """What arrives while a person paused it is kept for when it goes on."""
    site.call("POST", "/api/v1/connections/ma/pause")

    assert site.post(signed(Hint("e1", ADA))).status_code == 200
    assert site.rows("hint") == 1


def test_many_requests_at_once_are_all_stored(site: Site) -> None:
    """Group commit: each is acknowledged after its own commit."""

    async def send() -> list[int]:
        async with site.client() as client:
            posts = [
                client.post("/webhooks/ma", content=one.body, headers=dict(one.headers))
                for one in (signed(Hint(f"e{n}", Ref("person", str(n)))) for n in range(60))
            ]
            answers: list[httpx.Response] = await asyncio.gather(*posts)
        return [answer.status_code for answer in answers]

    assert site.run(send()) == [200] * 60
    assert site.rows("hint") == 60


def test_one_request_that_can_not_be_stored_does_not_harm_the_others(site: Site) -> None:
    """PostgreSQL holds no NUL character: that request is a 400, its neighbours are stored."""
    ids = ["1", "2\x00", "3"]

    async def send() -> list[int]:
        async with site.client() as client:
            posts = [
                client.post("/webhooks/ma", content=one.body, headers=dict(one.headers))
                for one in (signed(Hint(f"e{n}", Ref("person", n))) for n in ids)
            ]
            answers: list[httpx.Response] = await asyncio.gather(*posts)
        return [answer.status_code for answer in answers]

    assert site.run(send()) == [200, 400, 200]
    assert site.rows("hint") == 2


def test_a_new_secret_counts_at_once_or_within_two_seconds(site: Site) -> None:
    """After the secret was changed, the old one is refused."""
    assert site.post(signed(Hint("e1", ADA))).status_code == 200
    body = {"vendor": "memory", "role": "ma", "secrets": {"webhook_secret": "next-secret"}}
    site.call("PUT", "/api/v1/connections/ma", json=body)

    assert eventually(lambda: site.post(signed(Hint("e2", ADA))).status_code == 401)
    assert site.post(signed(Hint("e3", ADA), secret="next-secret")).status_code == 200


def resign(inbound: Inbound) -> Inbound:
    """The same body, signed as the vendor would."""
    stamp = inbound.headers[TIMESTAMP]
    covered = stamp.encode() + b"." + inbound.body
    signature = hmac.new(SECRET.encode(), covered, hashlib.sha256).hexdigest()
    return replace(inbound, headers={TIMESTAMP: stamp, SIGNATURE: signature})

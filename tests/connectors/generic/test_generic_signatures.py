"""Signatures by Standard Webhooks: who may speak, and for how long."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from connectors.base import Inbound, Refused
from connectors.generic import Generic
from connectors.generic.settings import Secrets
from connectors.generic.signatures import verify
from tests.connectors.generic.conftest import (
    KEY,
    NOW,
    OLD_KEY,
    OTHER_KEY,
    URL,
    opened,
    request,
    secret,
    signature,
)

BODY = b'{"id": "a1", "type": "chat", "person": {"email": "ada@example.com"}}'
GOOD = request(BODY)


def taken(inbound: Inbound, connector: Generic | None = None, now: datetime = NOW) -> bool:
    """Whether the request is taken; anything but `Refused` with 401 fails the test."""
    try:
        (connector or opened()).parse(inbound, now)
    except Refused as refused:
        if refused.status != 401:
            raise
        return False
    return True


def changed(**headers: str) -> Inbound:
    """The good request with some headers as given."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(GOOD, headers={**GOOD.headers, **given})


def test_the_example_of_the_specification_is_taken() -> None:
    """The vector that the libraries of Standard Webhooks are tested with."""
    known = Secrets(signing_secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    inbound = Inbound("POST", URL, headers, b'{"test": 2432232314}')
    sent_at = datetime(2021, 2, 25, 15, 2, 10, tzinfo=UTC)

    assert verify(inbound, known.keys, sent_at) == sent_at


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_both_secrets_of_a_rotation_count(key: bytes) -> None:
    """The new one, and the one before."""
    assert taken(request(BODY, key=key))


def test_no_other_secret_counts() -> None:
    """Nor the old one once it is not kept any more."""
    assert not taken(request(BODY, key=OTHER_KEY))
    assert not taken(request(BODY, key=OLD_KEY), opened(signing_secret=secret(KEY)))


@pytest.mark.parametrize(
    "signatures",
    [
        [signature(BODY, key=OTHER_KEY), signature(BODY)],
        [signature(BODY), signature(BODY, key=OTHER_KEY)],
        ["v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw==", signature(BODY)],
    ],
)
def test_one_of_several_signatures_is_enough(signatures: list[str]) -> None:
    """A sender that rotates signs with both; other versions are passed over."""
    assert taken(changed(webhook_signature=" ".join(signatures)))


@pytest.mark.parametrize(
    "given",
    [
        signature(BODY).removeprefix("v1,"),
        signature(BODY).replace("v1,", "v1a,"),
        signature(BODY).replace("v1,", "v2,"),
        signature(BODY).replace("v1,", "v1=").replace(",", "="),
        signature(BODY).rstrip("="),
        signature(BODY).lower(),
        signature(BODY) + ",",
        "v1,",
        " ",
    ],
)
def test_a_signature_in_another_form_is_none(given: str) -> None:
    """No version, another version, cut short, empty."""
    assert not taken(changed(webhook_signature=given))


def test_every_flipped_bit_is_refused() -> None:
    """Of the body, and of each header that is signed or signs."""
    forged = [
        replace(GOOD, body=BODY[:at] + bytes([BODY[at] ^ 1 << bit]) + BODY[at + 1 :])
        for at in range(len(BODY))
        for bit in range(8)
    ]
    for name, value in GOOD.headers.items():
        forged += [
            replace(GOOD, headers={**GOOD.headers, name: flipped(value, at, bit)})
            for at in range(len(value))
            for bit in range(7)
        ]

    assert [one for one in forged if taken(one)] == []


def flipped(text: str, at: int, bit: int) -> str:
    return text[:at] + chr(ord(text[at]) ^ 1 << bit) + text[at + 1 :]


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_header_is_there_once_and_plain(name: str) -> None:
    """Missing, twice (even alike), beyond ASCII, or empty: refused."""
    without = {key: value for key, value in GOOD.headers.items() if key != name}

    assert not taken(replace(GOOD, headers=without))
    assert not taken(replace(GOOD, repeated=frozenset({name})))
    for odd in ("", " ", "é", "日本", "\ud800", "x" * 100_000):
        assert not taken(replace(GOOD, headers={**GOOD.headers, name: odd}))


@pytest.mark.parametrize("seconds", [-300, -299, 299, 300])
def test_a_request_is_good_for_five_minutes_both_ways(seconds: int) -> None:
    """By the time that is signed with it."""
    assert taken(GOOD, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, -300.5, 300.5, 301, 1e8])
def test_a_request_is_good_no_longer(seconds: float) -> None:
    """Neither when it is old nor when it is from the future."""
    assert not taken(GOOD, now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("stamp", ["1e9", "-1", "+1", "1.5", " 1", "NaN", "٣", "9" * 12, "9" * 400])
def test_a_time_that_is_none_is_refused_although_it_is_signed(stamp: str) -> None:
    """Whole seconds since 1970 and nothing else."""
    signed = changed(webhook_timestamp=stamp, webhook_signature=signature(BODY, stamp=stamp))

    assert not taken(signed)


def test_an_id_holds_no_full_stop() -> None:
    """Else another split into id, time and body would have the same signature."""
    stamp = str(int(NOW.timestamp()))
    split = Inbound("POST", URL, {}, b"9." + stamp.encode() + b"." + BODY)
    whole = request(BODY, id_=f"msg.{stamp}.9")
    moved = {**whole.headers, "webhook-id": "msg"}

    assert not taken(whole)
    assert not taken(request(BODY, id_="two words"))
    assert signature(split.body, "msg", stamp) == whole.headers["webhook-signature"]
    assert not taken(replace(whole, headers=moved))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "begins with whsec_"),
        ("whsec_not base64", "is not base64"),
        ("whsec_", "24 to 64 random bytes"),
        ("whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM=", "24 to 64 random bytes"),
        (secret(bytes(65)), "24 to 64 random bytes"),
        ("whsec_é", "is not base64"),
    ],
)
def test_a_secret_is_long_and_random_enough(given: str, says: str) -> None:
    """As the specification says; the text shows how to make one, and not the secret."""
    with pytest.raises(ValidationError) as caught:
        Secrets.model_validate({"signing_secret": given})

    assert says in str(caught.value)
    assert "openssl rand -base64 32" in str(caught.value)
    assert given.removeprefix("whsec_") == "" or given not in str(caught.value)


def test_nothing_says_a_secret() -> None:
    """Neither its text nor its bytes are in what is printed of it."""
    known: Mapping[str, str] = {"signing_secret": secret(KEY)}

    assert secret(KEY) not in repr(Secrets.model_validate(known))

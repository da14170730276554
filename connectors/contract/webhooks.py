"""The contract of `ParsesWebhooks`: what is forged, stale or unreadable is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connectors.base import Activity, Hint, Inbound, Refused
from connectors.contract.stage import Stage

JUNK = (b"", b"\x00", b"{", b"[]", b"null", b"<a", b"\xff\xfe", b"[" * 10_000, b"<a>" * 10_000)


class VerifiesWebhooksContract:
    """Requests of the vendor, real and forged."""

    def test_a_repetition_has_the_same_ids(self, stage: Stage) -> None:
        """The same request again can be told by its ids; another one differs."""
        ref = stage.add_person("ada@example.com")
        request, other = stage.webhook_for(ref), stage.webhook_for(ref)

        assert ids(stage, request) == ids(stage, request)
        assert not set(ids(stage, request)) & set(ids(stage, other))

    def test_a_flipped_bit_is_refused(self, stage: Stage) -> None:
        """Any bit of what is signed: body, method, address, headers."""
        request = stage.webhook_for(stage.add_person("ada@example.com"))

        for forged in forgeries(stage, request):
            assert refusal(stage, forged).status == 401

    def test_missing_and_repeated_headers_are_refused(self, stage: Stage) -> None:
        """Each header that the check needs must be there, once, and readable."""
        request = stage.webhook_for(stage.add_person("ada@example.com"))

        for name in stage.proof.headers:
            without = {k: v for k, v in request.headers.items() if k != name}
            assert refusal(stage, replace(request, headers=without))
            assert refusal(stage, replace(request, repeated=frozenset({name})))
            for odd in ("", " ", "é", "日本", "1e400", "-1", "NaN", "\ud800", "9" * 400):
                assert refusal(stage, replace(request, headers={**request.headers, name: odd}))

    def test_a_stale_or_future_request_is_refused(self, stage: Stage) -> None:
        """Outside of its window a genuine request is refused too, on both sides."""
        if stage.proof.fresh_for_s is None:
            pytest.skip("this vendor's requests carry no signed time")
        request = stage.webhook_for(stage.add_person("ada@example.com"))
        window = timedelta(seconds=stage.proof.fresh_for_s)
        margin = window / 5  # the clock of a real sandbox moves on meanwhile

        for when in (stage.now() + window - margin, stage.now() - window + margin):
            assert stage.connector.parse(request, when)
        for when in (stage.now() + window + margin, stage.now() - window - margin):
            assert refusal(stage, request, when).status == 401

    def test_nothing_but_refused_is_raised_for_junk(self, stage: Stage) -> None:
        """Bodies that nobody sends end as Refused, whatever they hold."""
        request = stage.webhook_for(stage.add_person("ada@example.com"))
        half = request.body[: len(request.body) // 2]

        for junk in (*JUNK, half):
            assert refusal(stage, replace(request, body=junk))

    def test_a_request_without_headers_is_refused_where_they_matter(self, stage: Stage) -> None:
        """A bare request is not taken."""
        if not stage.proof.headers:
            pytest.skip("this vendor signs by address alone")
        request = stage.webhook_for(stage.add_person("ada@example.com"))

        assert refusal(stage, replace(request, headers={}))


class ParsesWebhooksContract(VerifiesWebhooksContract):
    """Requests of a vendor that keeps records."""

    def test_a_change_is_a_hint(self, stage: Stage) -> None:
        """The request about a record names it as every other verb does."""
        ref = stage.add_person("ada@example.com")

        events = stage.connector.parse(stage.webhook_for(ref), stage.now())

        assert ref in [event.ref for event in events if isinstance(event, Hint)]


def ids(stage: Stage, request: Inbound) -> list[str]:
    events: list[Hint | Activity] = list(stage.connector.parse(request, stage.now()))
    return [event.id for event in events]


def refusal(stage: Stage, request: Inbound, now: datetime | None = None) -> Refused:
    """How the connector refuses this request; one that is taken fails the test."""
    try:
        stage.connector.parse(request, now or stage.now())
    except Refused as refused:
        return refused
    pytest.fail(f"took {request}")


def forgeries(stage: Stage, request: Inbound) -> Iterator[Inbound]:
    """The request with one signed thing changed, in many ways."""
    proof = stage.proof
    if proof.body:
        for place in range(0, len(request.body), max(1, len(request.body) // 40)):
            body = bytearray(request.body)
            body[place] ^= 1
            yield replace(request, body=bytes(body))
        yield replace(request, body=request.body + b" ")
    if proof.method:
        yield replace(request, method="PUT")
    if proof.url:
        yield replace(request, url=request.url[:-1] + chr(ord(request.url[-1]) ^ 1))
        yield replace(request, url=request.url + "x")
    for name in proof.headers:
        value = request.headers[name]
        for place in range(0, len(value), max(1, len(value) // 10)):
            flipped = value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
            yield replace(request, headers={**request.headers, name: flipped})

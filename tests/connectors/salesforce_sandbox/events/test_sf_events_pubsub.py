"""The Pub/Sub API as a plain gRPC client sees it: sign-in, topics, replay, flow control."""

import json
from typing import Any

import grpc  # type: ignore[import-untyped]  # ships no types
import pytest

from connectors.salesforce.sandbox.events import proto
from tests.connectors.salesforce_sandbox.conftest import Org
from tests.connectors.salesforce_sandbox.events.conftest import Client, Connect, Stream

LEADS = "/data/LeadChangeEvent"
CODES = "sfdc.platform.eventbus.grpc."


@pytest.fixture(autouse=True)
def _selected(org: Org) -> None:
    org.configure(cdc_entities=["Lead", "Contact"])


def refusal(stream: Stream) -> tuple[Any, str, str]:
    """The gRPC status, Salesforce's code and words of a stream that fails."""
    with pytest.raises(grpc.RpcError) as failed:
        stream.next()
    return _read(failed.value)


def _read(error: Any) -> tuple[Any, str, str]:
    trailers = dict(error.trailing_metadata())
    words, _, rpc_id = error.details().partition(" rpcId: ")
    assert trailers["rpc-id"] == rpc_id
    return error.code(), trailers["error-code"].removeprefix(CODES), words


def refused_call(client: Client, name: str, request: Any) -> tuple[Any, str, str]:
    with pytest.raises(grpc.RpcError) as failed:
        client.ask(name, request)
    return _read(failed.value)


@pytest.mark.parametrize(
    "wrong",
    [{"accesstoken": "x"}, {"tenantid": "00D000000000000AAA"}, {"instanceurl": ""}],
)
def test_the_three_headers_are_checked(connect: Connect, wrong: dict[str, str]) -> None:
    """A wrong token, a wrong org or a missing instance is UNAUTHENTICATED."""
    assert refusal(connect(**wrong).subscribe(LEADS)) == (
        grpc.StatusCode.UNAUTHENTICATED,
        "service.auth.error",
        "An authentication exception occurred. Provide valid authentication via metadata headers.",
    )


def test_a_topic_names_its_schema(client: Client) -> None:
    """Change events can be read, not written; their channel has no schema of its own."""
    topic, channel = client.topic(LEADS), client.topic("/data/ChangeEvents")
    info = client.ask("GetSchema", proto.SchemaRequest(schema_id=topic.schema_id))
    schema = json.loads(info.schema_json)

    assert (topic.can_subscribe, topic.can_publish) == (True, False)
    assert channel.schema_id == ""
    assert info.schema_id == topic.schema_id
    assert (schema["name"], schema["namespace"]) == ("LeadChangeEvent", "com.sforce.eventbus")
    assert schema["fields"][0]["name"] == "ChangeEventHeader"


def test_only_selected_entities_have_a_topic(client: Client, org: Org) -> None:
    """The words are those that a real org gives."""
    tenant = org.control("GET", "pubsub")["tenant_id"]

    code, _, words = refused_call(
        client, "GetTopic", proto.TopicRequest(topic_name="/data/AccountChangeEvent")
    )

    assert code == grpc.StatusCode.NOT_FOUND
    assert words == (
        f"The topic information for org CORE/prod/{tenant} and topic /data/AccountChangeEvent not "
        "found. Ensure the topic name is correct and that the topic exists."
    )


def test_a_blank_schema_id_is_invalid(client: Client) -> None:
    """As somebody finds who asks for the schema of /data/ChangeEvents."""
    code, _, words = refused_call(client, "GetSchema", proto.SchemaRequest())

    assert code == grpc.StatusCode.INVALID_ARGUMENT
    assert words == "Schema validation failed. The schema ID can't be blank."


def test_reading_goes_on_after_a_replay_id(client: Client, org: Org) -> None:
    """CUSTOM starts behind the event named; ten bytes or the eight that matter."""
    for name in ("One", "Two", "Three"):
        org.lead(name)
    first, second, _ = client.subscribe(LEADS).take(3)

    after = client.subscribe(LEADS, 10, proto.CUSTOM, first.replay_id).take(2)
    short = client.subscribe(LEADS, 10, proto.CUSTOM, second.replay_id[:8]).take(1)

    assert [client.decoded(e)["Name"]["LastName"] for e in after] == ["Two", "Three"]
    assert [client.decoded(e)["Name"]["LastName"] for e in short] == ["Three"]


def test_latest_starts_at_the_tip(client: Client, org: Org) -> None:
    """What was there before is not sent; the channel of all changes has every entity."""
    org.configure(pubsub_keepalive_s=0.05)
    org.lead("Before")
    stream = client.subscribe("/data/ChangeEvents", 10, proto.LATEST)
    alive = stream.next()
    org.make("Contact", LastName="After")

    (event,) = stream.take(1)

    assert (list(alive.events), alive.pending_num_requested) == ([], 10)
    assert client.decoded(event)["ChangeEventHeader"]["entityName"] == "Contact"
    assert event.replay_id > alive.latest_replay_id


def test_replay_ids_are_not_contiguous(client: Client, org: Org) -> None:
    """They only grow."""
    for number in range(20):
        org.lead(f"L{number}")

    ids = [int.from_bytes(e.replay_id[:8], "big") for e in client.subscribe(LEADS, 20).take(20)]

    assert ids == sorted(set(ids))
    assert ids[-1] - ids[0] > 19


@pytest.mark.parametrize(
    ("replay_id", "code"),
    [
        (b"", "subscription.fetch.replayid.validation.failed"),
        (b"52432548", "subscription.fetch.replayid.corrupted"),
        (b"abc", "subscription.fetch.replayid.corrupted"),
    ],
)
def test_bad_replay_ids_are_refused(client: Client, replay_id: bytes, code: str) -> None:
    """None at all, one never given out, and one of a wrong form."""
    assert refusal(client.subscribe(LEADS, 1, proto.CUSTOM, replay_id)) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        code,
        "The Replay ID validation failed. Ensure that the Replay ID is valid.",
    )


def test_events_are_kept_for_72_hours(client: Client, org: Org) -> None:
    """Then they are gone, and so is their replay id."""
    org.lead("Old")
    (old,) = client.subscribe(LEADS).take(1)
    org.clock.tick(72 * 3600)
    org.lead("New")

    (kept,) = client.subscribe(LEADS).take(1)

    assert client.decoded(kept)["Name"]["LastName"] == "New"
    assert refusal(client.subscribe(LEADS, 1, proto.CUSTOM, old.replay_id))[1] == (
        "subscription.fetch.replayid.corrupted"
    )


def test_no_more_than_100_events_are_outstanding(client: Client, org: Org) -> None:
    """Asking for more counts as 100; the rest comes when asked for."""
    records = [
        {"attributes": {"type": "Lead"}, "LastName": f"L{n}", "Company": "A"} for n in range(150)
    ]
    org.ok("POST", "composite/sobjects", {"records": records})
    stream = client.subscribe(LEADS, 500)

    first = stream.next()
    stream.more(30)
    second = stream.next()

    assert (len(first.events), first.pending_num_requested) == (100, 0)
    assert (len(second.events), second.pending_num_requested) == (30, 0)


def test_a_request_must_ask_for_events_of_the_same_topic(client: Client) -> None:
    """Zero events, and another topic in the same stream, are invalid."""
    zero = refusal(client.subscribe(LEADS, 0))
    stream = client.subscribe(LEADS, 1)
    stream.more(1, "/data/ContactChangeEvent")
    other = refusal(stream)

    assert zero[:2] == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "subscription.fetch.requested.events.invalid",
    )
    assert other[0] == grpc.StatusCode.INVALID_ARGUMENT


def test_a_stream_that_asks_for_nothing_ends(client: Client, org: Org) -> None:
    """Once all is delivered, the client has a time to ask again."""
    org.configure(pubsub_idle_s=0.02)
    org.lead()
    stream = client.subscribe(LEADS, 1)

    assert len(stream.next().events) == 1
    assert list(stream.call) == []


def test_a_reset_or_a_cut_ends_streams(client: Client, org: Org) -> None:
    """UNAVAILABLE, as when the service moves; the client has to come again."""
    org.configure(pubsub_keepalive_s=0.05)
    stream = client.subscribe(LEADS)
    stream.next()

    org.control("POST", "pubsub/cut")

    with pytest.raises(grpc.RpcError) as failed:
        list(stream.call)
    assert _read(failed.value)[:2] == (grpc.StatusCode.UNAVAILABLE, "service.unavailable")

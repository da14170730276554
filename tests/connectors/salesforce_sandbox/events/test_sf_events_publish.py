"""Platform events published over the Pub/Sub API."""

import io
from typing import Any

import fastavro
import grpc  # type: ignore[import-untyped]  # ships no types
import pytest

from connectors.salesforce.sandbox.events import proto
from tests.connectors.salesforce_sandbox.conftest import Org
from tests.connectors.salesforce_sandbox.events.conftest import Client

TOPIC = "/event/Ping__e"


@pytest.fixture(autouse=True)
def _defined(org: Org) -> None:
    org.control("POST", "objects", {"name": "Ping__e", "fields": [{"name": "Text__c"}]})


def produced(client: Client, id_: str, text: str = "hi", **more: Any) -> Any:
    schema_id = client.topic(TOPIC).schema_id
    out = io.BytesIO()
    record = {"CreatedDate": 1_700_000_000_000, "CreatedById": "005", "Text__c": text}
    fastavro.schemaless_writer(out, client.schema(schema_id), record)
    given = {"schema_id": schema_id, "payload": out.getvalue(), **more}
    return proto.ProducerEvent(id=id_, **given)


def test_a_published_event_reaches_subscribers(client: Client) -> None:
    """Payload and id untouched; the result names the replay id and the correlation key."""
    request = proto.PublishRequest(topic_name=TOPIC, events=[produced(client, "k1")])

    (result,) = client.ask("Publish", request).results
    (event,) = client.subscribe(TOPIC).take(1)

    assert (result.correlation_key, result.error.msg) == ("k1", "")
    assert (event.replay_id, event.event.id) == (result.replay_id, "k1")
    assert client.decoded(event)["Text__c"] == "hi"
    assert client.topic(TOPIC).can_publish


def test_a_bad_event_does_not_spoil_its_batch(client: Client) -> None:
    """Each event has its own result, in order."""
    events = [
        produced(client, "bad schema", schema_id="nope"),
        produced(client, "good"),
        produced(client, "bad payload", payload=b"\xff"),
        produced(client, "too large", text="x" * 1_000_001),
    ]

    results = client.ask("Publish", proto.PublishRequest(topic_name=TOPIC, events=events)).results

    assert [one.error.code for one in results] == [1, 0, 1, 1]
    assert [bool(one.replay_id) for one in results] == [False, True, False, False]


def test_publishing_in_a_stream(client: Client) -> None:
    """One response for each request; the topic need not be repeated."""
    stream = client.open("PublishStream")
    stream.send(proto.PublishRequest(topic_name=TOPIC, events=[produced(client, "a")]))
    first = stream.next()
    stream.send(proto.PublishRequest(events=[produced(client, "b"), produced(client, "c")]))
    second = stream.next()
    stream.close()

    assert [one.correlation_key for one in first.results] == ["a"]
    assert [one.correlation_key for one in second.results] == ["b", "c"]
    assert list(stream.call) == []


def test_a_publisher_that_falls_silent_is_sent_away(client: Client, org: Org) -> None:
    """After 70 s (here less) without a request the stream closes."""
    org.configure(event_time_scale=0.0005)
    stream = client.open("PublishStream")

    with pytest.raises(grpc.RpcError):
        stream.next()


def test_change_events_cannot_be_published(client: Client, org: Org) -> None:
    """Their topics are for reading."""
    org.configure(cdc_entities=["Lead"])
    request = proto.PublishRequest(topic_name="/data/LeadChangeEvent")

    with pytest.raises(grpc.RpcError) as failed:
        client.ask("Publish", request)

    assert failed.value.code() == grpc.StatusCode.PERMISSION_DENIED

"""The wire: field numbers and types are those of the published pubsub_api.proto."""

import pytest

from connectors.salesforce.sandbox.events import proto


def test_a_fetch_request_is_these_bytes() -> None:
    """topic_name 1, replay_preset 2, replay_id 3, num_requested 4, auth_refresh 5."""
    request = proto.FetchRequest(
        topic_name="T",
        replay_preset=proto.CUSTOM,
        replay_id=b"\x07",
        num_requested=5,
        auth_refresh="a",
    )

    assert request.SerializeToString().hex(" ") == "0a 01 54 10 02 1a 01 07 20 05 2a 01 61"


def test_a_fetch_response_is_these_bytes() -> None:
    """The events 1 (event 1: id 1, schema_id 2, payload 3; replay_id 2), then 2, 3, 4."""
    event = proto.ProducerEvent(id="i", schema_id="s", payload=b"p")
    response = proto.FetchResponse(
        events=[proto.ConsumerEvent(event=event, replay_id=b"r")],
        latest_replay_id=b"l",
        rpc_id="x",
        pending_num_requested=9,
    )

    assert response.SerializeToString().hex(" ") == (
        "0a 0e 0a 09 0a 01 69 12 01 73 1a 01 70 12 01 72 12 01 6c 1a 01 78 20 09"
    )


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (proto.TopicRequest(topic_name="t"), "0a 01 74"),
        (
            proto.TopicInfo(
                topic_name="t",
                tenant_guid="g",
                can_publish=True,
                can_subscribe=True,
                schema_id="s",
                rpc_id="r",
            ),
            "0a 01 74 12 01 67 18 01 20 01 2a 01 73 32 01 72",
        ),
        (proto.SchemaRequest(schema_id="s"), "0a 01 73"),
        (
            proto.SchemaInfo(schema_json="j", schema_id="s", rpc_id="r"),
            "0a 01 6a 12 01 73 1a 01 72",
        ),
        (
            proto.PublishRequest(topic_name="t", events=[proto.ProducerEvent(id="i")]),
            "0a 01 74 12 03 0a 01 69",
        ),
        (
            proto.PublishResponse(
                results=[
                    proto.PublishResult(
                        replay_id=b"r",
                        error=proto.Error(code=proto.PUBLISH_ERROR, msg="m"),
                        correlation_key="k",
                    )
                ],
                schema_id="s",
                rpc_id="x",
            ),
            "0a 0d 0a 01 72 12 05 08 01 12 01 6d 1a 01 6b 12 01 73 1a 01 78",
        ),
    ],
)
def test_the_other_messages_are_these_bytes(message: object, wire: str) -> None:
    """Topics, schemas and publishing."""
    assert message.SerializeToString().hex(" ") == wire  # type: ignore[attr-defined]  # no types

"""The messages of the Pub/Sub API that a subscriber needs, made at import from a description.

Source: pubsub_api.proto (CC0) of github.com/forcedotcom/pub-sub-api, package `eventbus.v1`. The
classes live in a pool of their own: another copy of the package in the process does no harm.
"""

from typing import Any, NamedTuple

from google.protobuf import descriptor_pb2 as pb  # type: ignore[import-untyped]  # ships no types
from google.protobuf import descriptor_pool, message_factory

PACKAGE = "eventbus.v1"
LATEST, CUSTOM = 0, 2  # of the enum ReplayPreset, which is an int32 on the wire


class Part(NamedTuple):
    """One field of a message. `type` is a scalar's name, or that of another message."""

    name: str
    type: str
    number: int
    repeated: bool = False


MESSAGES: dict[str, tuple[Part, ...]] = {
    "ProducerEvent": (Part("id", "string", 1), Part("schema_id", "string", 2),
                      Part("payload", "bytes", 3)),
    "ConsumerEvent": (Part("event", "ProducerEvent", 1), Part("replay_id", "bytes", 2)),
    "FetchRequest": (Part("topic_name", "string", 1), Part("replay_preset", "int32", 2),
                     Part("replay_id", "bytes", 3), Part("num_requested", "int32", 4)),
    "FetchResponse": (Part("events", "ConsumerEvent", 1, repeated=True),
                      Part("latest_replay_id", "bytes", 2)),
    "SchemaRequest": (Part("schema_id", "string", 1),),
    "SchemaInfo": (Part("schema_json", "string", 1), Part("schema_id", "string", 2)),
}  # fmt: skip


def _make() -> dict[str, Any]:
    file = pb.FileDescriptorProto(name="baton_pubsub.proto", package=PACKAGE, syntax="proto3")
    kind = pb.FieldDescriptorProto
    for name, parts in MESSAGES.items():
        message = file.message_type.add(name=name)
        for part in parts:
            field = message.field.add(name=part.name, number=part.number)
            field.label = kind.LABEL_REPEATED if part.repeated else kind.LABEL_OPTIONAL
            if part.type in MESSAGES:
                field.type, field.type_name = kind.TYPE_MESSAGE, f".{PACKAGE}.{part.type}"
            else:
                field.type = getattr(kind, f"TYPE_{part.type.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = {name: pool.FindMessageTypeByName(f"{PACKAGE}.{name}") for name in MESSAGES}
    return {name: message_factory.GetMessageClass(made) for name, made in found.items()}


_MADE = _make()
FetchRequest: Any = _MADE["FetchRequest"]
FetchResponse: Any = _MADE["FetchResponse"]
SchemaRequest: Any = _MADE["SchemaRequest"]
SchemaInfo: Any = _MADE["SchemaInfo"]
SUBSCRIBE, GET_SCHEMA = f"/{PACKAGE}.PubSub/Subscribe", f"/{PACKAGE}.PubSub/GetSchema"

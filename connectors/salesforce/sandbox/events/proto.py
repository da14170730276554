"""The messages of the Pub/Sub API, package `eventbus.v1`, made at import from a description.

Source: pubsub_api.proto (CC0) of github.com/forcedotcom/pub-sub-api. The classes live in a pool of
their own, so another copy of the same package in the same process does no harm.
"""

import re
from typing import Any

from google.protobuf import descriptor_pb2 as pb  # type: ignore[import-untyped]  # ships no types
from google.protobuf import descriptor_pool, message_factory

PACKAGE = "eventbus.v1"
SERVICE = f"{PACKAGE}.PubSub"
ENUMS = {
    "ErrorCode": ("UNKNOWN", "PUBLISH", "COMMIT"),
    "ReplayPreset": ("LATEST", "EARLIEST", "CUSTOM"),
}
LATEST, EARLIEST, CUSTOM = range(3)
PUBLISH_ERROR, COMMIT_ERROR = 1, 2
MESSAGES = {  # field:type=number, `*` repeated
    "TopicInfo": "topic_name:string=1 tenant_guid:string=2 can_publish:bool=3 "
    "can_subscribe:bool=4 schema_id:string=5 rpc_id:string=6",
    "TopicRequest": "topic_name:string=1",
    "EventHeader": "key:string=1 value:bytes=2",
    "ProducerEvent": "id:string=1 schema_id:string=2 payload:bytes=3 headers:EventHeader*=4",
    "ConsumerEvent": "event:ProducerEvent=1 replay_id:bytes=2",
    "PublishResult": "replay_id:bytes=1 error:Error=2 correlation_key:string=3",
    "Error": "code:ErrorCode=1 msg:string=2",
    "FetchRequest": "topic_name:string=1 replay_preset:ReplayPreset=2 replay_id:bytes=3 "
    "num_requested:int32=4 auth_refresh:string=5",
    "FetchResponse": "events:ConsumerEvent*=1 latest_replay_id:bytes=2 rpc_id:string=3 "
    "pending_num_requested:int32=4",
    "SchemaRequest": "schema_id:string=1",
    "SchemaInfo": "schema_json:string=1 schema_id:string=2 rpc_id:string=3",
    "PublishRequest": "topic_name:string=1 events:ProducerEvent*=2 auth_refresh:string=3",
    "PublishResponse": "results:PublishResult*=1 schema_id:string=2 rpc_id:string=3",
    "CommitReplayRequest": "commit_request_id:string=1 replay_id:bytes=2",
    "CommitReplayResponse": "commit_request_id:string=1 replay_id:bytes=2 error:Error=3 "
    "process_time:int64=4",
    "ManagedFetchRequest": "subscription_id:string=1 developer_name:string=2 "
    "num_requested:int32=3 auth_refresh:string=4 commit_replay_id_request:CommitReplayRequest=5",
    "ManagedFetchResponse": "events:ConsumerEvent*=1 latest_replay_id:bytes=2 rpc_id:string=3 "
    "pending_num_requested:int32=4 commit_response:CommitReplayResponse=5",
}
FIELD = re.compile(r"(\w+):(\w+)(\*?)=(\d+)")


def _described() -> Any:
    file = pb.FileDescriptorProto(name="pubsub_api.proto", package=PACKAGE, syntax="proto3")
    for name, values in ENUMS.items():
        enum = file.enum_type.add(name=name)
        for number, value in enumerate(values):
            enum.value.add(name=value, number=number)
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, kind, star, number in FIELD.findall(fields):
            repeated = "LABEL_REPEATED" if star else "LABEL_OPTIONAL"
            message.field.add(
                name=field, number=int(number), label=_constant(repeated), **_type(kind)
            )
    return file


def _type(kind: str) -> dict[str, Any]:
    """A scalar, an enum or another message of the package."""
    if kind in ENUMS:
        return {"type": _constant("TYPE_ENUM"), "type_name": f".{PACKAGE}.{kind}"}
    if kind in MESSAGES:
        return {"type": _constant("TYPE_MESSAGE"), "type_name": f".{PACKAGE}.{kind}"}
    return {"type": _constant(f"TYPE_{kind.upper()}")}


def _constant(name: str) -> Any:
    return getattr(pb.FieldDescriptorProto, name)


def _classes() -> dict[str, Any]:
    pool = descriptor_pool.DescriptorPool()
    pool.Add(_described())
    found = {n: pool.FindMessageTypeByName(f"{PACKAGE}.{n}") for n in MESSAGES}
    return {name: message_factory.GetMessageClass(made) for name, made in found.items()}


_MADE = _classes()
TopicInfo: Any = _MADE["TopicInfo"]
TopicRequest: Any = _MADE["TopicRequest"]
ProducerEvent: Any = _MADE["ProducerEvent"]
ConsumerEvent: Any = _MADE["ConsumerEvent"]
PublishResult: Any = _MADE["PublishResult"]
Error: Any = _MADE["Error"]
FetchRequest: Any = _MADE["FetchRequest"]
FetchResponse: Any = _MADE["FetchResponse"]
SchemaRequest: Any = _MADE["SchemaRequest"]
SchemaInfo: Any = _MADE["SchemaInfo"]
PublishRequest: Any = _MADE["PublishRequest"]
PublishResponse: Any = _MADE["PublishResponse"]
CommitReplayResponse: Any = _MADE["CommitReplayResponse"]
ManagedFetchRequest: Any = _MADE["ManagedFetchRequest"]
ManagedFetchResponse: Any = _MADE["ManagedFetchResponse"]
METHODS: dict[str, tuple[Any, Any, bool]] = {  # name → request, response, both streamed
    "Subscribe": (FetchRequest, FetchResponse, True),
    "GetSchema": (SchemaRequest, SchemaInfo, False),
    "GetTopic": (TopicRequest, TopicInfo, False),
    "Publish": (PublishRequest, PublishResponse, False),
    "PublishStream": (PublishRequest, PublishResponse, True),
    "ManagedSubscribe": (ManagedFetchRequest, ManagedFetchResponse, True),
}

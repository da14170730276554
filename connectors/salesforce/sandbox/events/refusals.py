"""What the Pub/Sub API says no with: a gRPC status, its own code in the trailers, its words.

Source of codes and words: Pub/Sub API docs ("Handle Errors") and error texts quoted in issues of
github.com/forcedotcom/pub-sub-api and github.com/pozil/*; README.md lists what was not found.
"""

from dataclasses import dataclass
from typing import Any, NoReturn

import grpc  # type: ignore[import-untyped]  # ships no types

PREFIX = "sfdc.platform.eventbus.grpc."


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """Ends an RPC. `code` follows `sfdc.platform.eventbus.grpc.`."""

    status: Any
    code: str
    words: str


def end(context: Any, refused: Refused, rpc_id: str) -> NoReturn:
    """Abort the RPC as Salesforce does. Raises: whatever grpc raises to end a handler."""
    trailers = (("error-code", PREFIX + refused.code), ("rpc-id", rpc_id))
    context.set_trailing_metadata(trailers)
    context.abort(refused.status, f"{refused.words} rpcId: {rpc_id}")
    raise AssertionError("abort does not return")


STATUSES = {  # of a fault rule → of gRPC
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    500: grpc.StatusCode.INTERNAL,
    504: grpc.StatusCode.DEADLINE_EXCEEDED,
}


def fault(do: str, status: int, words: Any) -> Refused:
    """A fault rule's, in the terms of gRPC; whatever has none is UNAVAILABLE."""
    if do == "expire_token" or (do == "status" and status == 401):
        return unauthenticated()
    code = {"request_limit": 429, "status": status}.get(do, 503)
    text = words if isinstance(words, str) else "The Pub/Sub API service is unavailable."
    found = STATUSES.get(code, grpc.StatusCode.UNAVAILABLE)
    return Refused(found, "service.unavailable", text)


def unauthenticated() -> Refused:
    text = (
        "An authentication exception occurred. Provide valid authentication via metadata headers."
    )
    return Refused(grpc.StatusCode.UNAUTHENTICATED, "service.auth.error", text)


def unavailable() -> Refused:
    text = "The Pub/Sub API service is unavailable."
    return Refused(grpc.StatusCode.UNAVAILABLE, "service.unavailable", text)


def no_topic(org_id: str, name: str) -> Refused:
    text = (
        f"The topic information for org {org_id} and topic {name} not found. Ensure the topic name "
        "is correct and that the topic exists."
    )
    return Refused(grpc.StatusCode.NOT_FOUND, "topic.not.found", text)


def other_topic() -> Refused:
    text = "The topic name can't change within a stream."
    return _invalid("subscription.fetch.topic.changed", text)


def no_subscription(name: str) -> Refused:
    text = f"The managed subscription {name} was not found or isn't running."
    return Refused(grpc.StatusCode.NOT_FOUND, "managed.subscription.not.found", text)


def other_subscription() -> Refused:
    text = "The managed subscription can't change within a stream."
    return _invalid("managed.subscription.changed", text)


def blank_schema() -> Refused:
    text = "Schema validation failed. The schema ID can't be blank."
    return _invalid("schema.validation.failed", text)


def no_schema(schema_id: str) -> Refused:
    text = f"The schema {schema_id} was not found. Ensure the schema ID is valid."
    return Refused(grpc.StatusCode.NOT_FOUND, "schema.not.found", text)


def no_replay_id() -> Refused:
    text = "The Replay ID validation failed. Ensure that the Replay ID is valid."
    return _invalid("subscription.fetch.replayid.validation.failed", text)


def bad_replay_id() -> Refused:
    text = "The Replay ID validation failed. Ensure that the Replay ID is valid."
    return _invalid("subscription.fetch.replayid.corrupted", text)


def bad_number() -> Refused:
    text = "The number of requested events must be greater than zero."
    return _invalid("subscription.fetch.requested.events.invalid", text)


def no_publishing(name: str) -> Refused:
    text = f"Publishing on the topic {name} isn't allowed."
    return Refused(grpc.StatusCode.PERMISSION_DENIED, "publish.topic.not.allowed", text)


def publisher_idle() -> Refused:
    text = "No publish request was received in time; the stream is closed."
    return Refused(grpc.StatusCode.DEADLINE_EXCEEDED, "publish.stream.idle", text)


def _invalid(code: str, words: str) -> Refused:
    return Refused(grpc.StatusCode.INVALID_ARGUMENT, code, words)

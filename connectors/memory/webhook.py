"""Webhooks of an in-memory account: a JSON body, signed with HMAC-SHA256 over time and body.

    memory-timestamp: seconds since 1970, whole
    memory-signature: hex of HMAC-SHA256(secret, timestamp + "." + body)

The body is `{"events": [...]}`; an event with `type` is an activity, else a hint.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from connectors.base import KIND_PATTERN, Activity, Hint, Inbound, Ref, Refused, Value

FRESH_FOR = timedelta(minutes=5)
MAX_BODY_BYTES = 1024 * 1024
SIGNATURE = "memory-signature"
TIMESTAMP = "memory-timestamp"


class Event(BaseModel):
    """One event on the wire."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: str = Field(pattern=KIND_PATTERN)
    record: str
    at: AwareDatetime
    type: str | None = None
    title: str = ""
    detail: dict[str, Value] = {}
    feeds: tuple[str, ...] | None = None

    def meant(self) -> Hint | Activity:
        ref = Ref(self.kind, self.record)
        if self.type is None:
            return Hint(self.id, ref, self.at, self.feeds)
        return Activity(self.id, ref, self.type, self.at, self.title, self.detail)


class Body(BaseModel):
    """One request."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: tuple[Event, ...]


def send(events: Sequence[Hint | Activity], *, secret: str, url: str, now: datetime) -> Inbound:
    """The request in which an account tells of these events."""
    body = json.dumps({"events": [_told(event, now) for event in events]}).encode()
    stamp = str(int(now.timestamp()))
    signature = _signature(secret, stamp.encode(), body)
    return Inbound("POST", url, {TIMESTAMP: stamp, SIGNATURE: signature}, body)


def receive(inbound: Inbound, *, secret: str, now: datetime) -> Sequence[Hint | Activity]:
    """Verify and read one request. Raises: Refused."""
    if len(inbound.body) > MAX_BODY_BYTES:
        raise Refused("the body is too large", 413)
    _verify(inbound, secret, now)
    try:
        body = Body.model_validate_json(inbound.body)
    except ValidationError as error:
        raise Refused("the body is not what this account sends", 400) from error
    return tuple(event.meant() for event in body.events)


def _verify(inbound: Inbound, secret: str, now: datetime) -> None:
    if inbound.repeated & {SIGNATURE, TIMESTAMP}:
        raise Refused("a signature header came twice")
    stamp = inbound.headers.get(TIMESTAMP, "")
    given = inbound.headers.get(SIGNATURE, "")
    expected = _signature(secret, stamp.encode(errors="replace"), inbound.body)
    if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        raise Refused("the signature does not match")
    if not stamp.isdecimal() or abs(now - _time(stamp)) > FRESH_FOR:
        raise Refused("the request is stale or from the future")


def _time(stamp: str) -> datetime:
    return datetime.fromtimestamp(int(stamp), UTC)


def _signature(secret: str, stamp: bytes, body: bytes) -> str:
    return hmac.new(secret.encode(), stamp + b"." + body, hashlib.sha256).hexdigest()


def _told(event: Hint | Activity, now: datetime) -> dict[str, Any]:
    match event:
        case Hint(id_, ref, at, feeds):
            told = {"id": id_, "kind": ref.kind, "record": ref.id, "at": (at or now).isoformat()}
            return told if feeds is None else told | {"feeds": list(feeds)}
        case Activity(id_, ref, type_, at, title, detail):
            told = {"id": id_, "kind": ref.kind, "record": ref.id, "at": at.isoformat()}
            return told | {"type": type_, "title": title, "detail": dict(detail)}

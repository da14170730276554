"""A generic connection, and a tool that signs its requests by Standard Webhooks."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

import pytest

from connectors.base import Activity, Inbound, Ref
from connectors.contract import Proof
from connectors.generic import CONNECTOR, Generic
from connectors.vendor import Opening
from connectors.wire import Unlimited
from tests.support.http import client as http_client

URL = "https://baton.example/webhooks/cti"
NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
OLD_KEY, KEY, OTHER_KEY = bytes(range(24)), bytes(range(100, 132)), bytes(32)
CALL: Mapping[str, Any] = {
    "id": "call-1",
    "type": "call",
    "at": "2026-11-20T18:30:00+09:00",
    "person": {"email": "ada@example.com"},
    "title": "Call about prices",
    "detail": {"duration_s": 312, "outcome": "connected"},
}


def secret(key: bytes) -> str:
    """A key as an admin enters it."""
    return f"whsec_{base64.b64encode(key).decode()}"


@cache
def opened(region: str | None = None, **secrets: str) -> Generic:
    """A connection that knows the old and the new secret, unless told otherwise."""
    known = secrets or {
        "signing_secret": secret(KEY),
        "signing_secret_previous": secret(OLD_KEY),
    }
    settings = {"default_region": region}
    found = CONNECTOR.open(Opening("cti", settings, known, http_client(), Unlimited()))
    assert isinstance(found, Generic)
    return found


def signature(body: bytes, id_: str = "msg_1", stamp: str = "", key: bytes = KEY) -> str:
    """As the specification of Standard Webhooks says it."""
    source = b".".join([id_.encode(), (stamp or str(int(NOW.timestamp()))).encode(), body])
    return "v1," + base64.b64encode(hmac.new(key, source, hashlib.sha256).digest()).decode()


def request(body: bytes, *, id_: str = "msg_1", at: datetime = NOW, key: bytes = KEY) -> Inbound:
    """A request that the tool signed."""
    stamp = str(int(at.timestamp()))
    headers = {
        "webhook-id": id_,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(body, id_, stamp, key),
    }
    return Inbound("POST", URL, headers, body)


def told(payload: Any, region: str | None = None) -> list[Activity]:
    """The activities of a payload that the tool signed."""
    return list(opened(region).parse(request(json.dumps(payload).encode()), NOW))


class ToolStage:
    """A tool that knows people by their e-mail address and keeps no records."""

    proof = Proof(("webhook-id", "webhook-timestamp", "webhook-signature"), fresh_for_s=300)

    def __init__(self) -> None:
        self.connector = opened()
        self.numbers = count(1)

    def now(self) -> datetime:
        return NOW

    def add_person(self, email: str) -> Ref:
        return Ref("person", f"email:{email}")

    def webhook_for(self, ref: Ref) -> Inbound:
        number = next(self.numbers)
        person = {"email": ref.id.removeprefix("email:")}
        one = {**CALL, "id": f"call-{number}", "person": person}
        return request(json.dumps(one).encode(), id_=f"msg_{number}")


@pytest.fixture
def stage() -> ToolStage:
    return ToolStage()

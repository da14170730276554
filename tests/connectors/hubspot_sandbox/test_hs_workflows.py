"""Workflows that send a webhook: when, what, how signed, and how often."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.sandbox.server import Running

Wait = Callable[[Callable[[], bool]], None]
HOT = {"property": "hubspotscore", "operator": "GTE", "value": "80"}


@dataclass(slots=True)
class Target:
    """Keeps what it gets; answers `statuses` first, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.requests.append((dict(request.headers), await request.body()))
        status = self.statuses.pop(0) if self.statuses else 200
        return Response(status_code=status, headers={"Retry-After": "60000"})

    @property
    def records(self) -> list[Any]:
        return [json.loads(body) for _, body in self.requests]


@pytest.fixture
def target() -> Iterator[Target]:
    target = Target()
    with Running(Starlette(routes=[Route("/in", target.take, methods=["POST"])])) as running:
        target.url = f"{running.url}/in?a=1"
        yield target


@pytest.fixture
def set_up(account: Any, target: Target) -> Callable[..., Any]:
    """Configure one workflow on contacts, with quick retries."""

    def configure(*when: dict[str, Any], **more: Any) -> Any:
        workflow = {"name": "hot", "url": target.url, "when": list(when), **more}
        account.configure(workflows=[workflow], webhook_flush_ms=5, webhook_time_scale=0)
        return account

    return configure


def quiet(account: Any) -> bool:
    return bool(account.ok("GET", "/_sandbox/quiet")["quiet"])


def score(account: Any, contact: str, value: int) -> None:
    steps = [{"contact": contact, "score": value}]
    account.ok("POST", "/_sandbox/play", {"steps": steps})


def test_score_that_crosses_a_line(
    set_up: Callable[..., Any], target: Target, wait_for: Wait
) -> None:
    """Sent when the condition begins to hold, not while it goes on holding."""
    account = set_up(HOT)
    contact = account.seed(email="a@x.com")
    for value in (10, 85, 90):
        score(account, contact, value)
        wait_for(lambda: quiet(account))

    (record,) = target.records
    assert (record["vid"], record["portal-id"]) == (int(contact), 48_000_001)
    assert record["properties"]["hubspotscore"]["value"] == "85"
    assert [v["value"] for v in record["properties"]["hubspotscore"]["versions"]] == ["85", "10"]


def test_signature_version_2(set_up: Callable[..., Any], target: Target, wait_for: Wait) -> None:
    """Hex SHA-256 over secret, method, address and body."""
    account = set_up({"property": "email", "operator": "CHANGED"})
    account.make(email="a@x.com")
    wait_for(lambda: quiet(account))

    ((headers, body),) = target.requests
    signed = b"sandbox-secret" + b"POST" + target.url.encode() + body
    assert headers["x-hubspot-signature"] == hashlib.sha256(signed).hexdigest()
    assert headers["x-hubspot-signature-version"] == "v2"


def test_all_conditions_must_hold(
    set_up: Callable[..., Any], target: Target, wait_for: Wait
) -> None:
    """Each of them may be the last to come true."""
    account = set_up(HOT, {"property": "phone", "operator": "HAS_PROPERTY"})
    one, two = account.seed(email="a@x.com"), account.seed(email="b@x.com", phone="1")
    for contact in (one, two):
        score(account, contact, 85)
    wait_for(lambda: quiet(account))
    assert [r["vid"] for r in target.records] == [int(two)]

    account.ok("PATCH", f"/crm/v3/objects/contacts/{one}", {"properties": {"phone": "1"}})
    wait_for(lambda: quiet(account))
    assert [r["vid"] for r in target.records] == [int(two), int(one)]


@pytest.mark.parametrize(
    "case",
    [
        ([500, 503], 3, "delivered"),
        ([429, 429], 3, "delivered"),
        ([404], 1, "dead"),
        ([500] * 9, 9, "dead"),
    ],
)
def test_retries(
    set_up: Callable[..., Any], target: Target, wait_for: Wait, case: tuple[list[int], int, str]
) -> None:
    """5xx and 429 are tried again, any other 4xx is not, and at last it is given up."""
    statuses, tries, state = case
    account = set_up()
    contact = account.seed(email="a@x.com")
    target.statuses = list(statuses)
    enrol = {"object": "contacts", "id": contact, "workflow": "hot"}
    account.ok("POST", "/_sandbox/workflows", enrol)
    wait_for(lambda: quiet(account))

    (delivery,) = account.dump()["webhooks"]
    assert (len(target.requests), delivery["state"]) == (tries, state)
    assert delivery["workflow"] == "hot"


def test_retry_after_is_milliseconds(
    set_up: Callable[..., Any], target: Target, wait_for: Wait
) -> None:
    """A thousandth of `Retry-After: 60000` is over soon; as seconds it would be a minute."""
    account = set_up()
    account.configure(webhook_time_scale=0.001)
    contact = account.seed(email="a@x.com")
    target.statuses = [429]
    enrol = {"object": "contacts", "id": contact, "workflow": "hot"}
    account.ok("POST", "/_sandbox/workflows", enrol)
    wait_for(lambda: quiet(account))

    attempts = account.dump()["webhooks"][0]["attempts"]
    assert [attempt["status"] for attempt in attempts] == [429, 200]


def test_shapes_of_other_records(
    set_up: Callable[..., Any], target: Target, wait_for: Wait
) -> None:
    """Deals and companies have their classic ids; on wish all records look as today."""
    account = set_up()
    deal, firm = account.seed("deals", dealname="D"), account.seed("companies", name="C")
    for kind, record_id, body in (
        ("deals", deal, "classic"), ("companies", firm, "classic"), ("deals", deal, "v3"),
    ):  # fmt: skip
        by_hand = {"object": kind, "id": record_id, "url": target.url, "body": body}
        account.ok("POST", "/_sandbox/workflows", by_hand)
        wait_for(lambda: quiet(account))

    classic_deal, company, modern = target.records
    assert (classic_deal["dealId"], classic_deal["portalId"]) == (int(deal), 48_000_001)
    assert company["properties"]["name"]["value"] == "C"
    assert (modern["objectTypeId"], modern["properties"]["dealname"]) == ("0-3", "D")


def test_unknown_workflow_is_refused(account: Any) -> None:
    """A name that is not configured, and an enrolment without an address."""
    contact = account.seed(email="a@x.com")
    named = {"object": "contacts", "id": contact, "workflow": "nope"}
    bare = {"object": "contacts", "id": contact}

    assert account.ask("POST", "/_sandbox/workflows", named).status_code == 400
    assert account.ask("POST", "/_sandbox/workflows", bare).status_code == 400


def test_generic_subscription_minds_the_type(account: Any, target: Target, wait_for: Wait) -> None:
    """Each generic subscription hears of its own object type, with its own id."""
    wanted = [
        {"eventType": "object.associationChange", "objectTypeId": "0-2", "id": 7},
        {"eventType": "object.creation", "objectTypeId": "0-2", "id": 8},
    ]
    account.configure(subscriptions=wanted, target_url=target.url, webhook_flush_ms=5)
    person = account.make(email="a@x.com")["id"]
    firm = account.make("companies", name="C")["id"]
    account.ok("PUT", f"/crm/v4/objects/contacts/{person}/associations/default/companies/{firm}")
    wait_for(lambda: quiet(account))

    events: list[Any] = [event for batch in target.records for event in batch]
    linked = [e for e in events if e["subscriptionId"] == 7]
    assert {e["subscriptionId"] for e in events} == {7, 8}
    assert {e["objectId"] for e in events if e["subscriptionId"] == 8} == {int(firm)}
    assert {(e["fromObjectTypeId"], e["toObjectTypeId"]) for e in linked} == {("0-2", "0-1")}

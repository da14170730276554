"""A stage over the HubSpot sandbox: people act through its control routes and its own API."""

import queue
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, cast
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.base import Fields, Inbound, Kind, Ref, Value
from connectors.campaigns import Group, GroupKind
from connectors.contract import Names, Proof
from connectors.hubspot import CONNECTOR
from connectors.hubspot.sandbox.app import create
from connectors.sandbox.server import Running
from connectors.vendor import Opening
from connectors.wire import Unlimited
from tests.support.http import client as http_client

WAIT_S = 30.0
PORTAL = 48_000_001
EVERY_API_CALL = "/(?!_sandbox).*"
EVENTS = "/marketing/v3/marketing-events"
EVENT_OF = {"ad_click": "e_ad_interaction"}  # other events have Baton's names in the sandbox
CREATED = "2026-01-05T09:00:00.000Z"


class Mailbox:
    """A receiver of webhooks that keeps each request as it came."""

    def __init__(self) -> None:
        self.app = Starlette(routes=[Route("/webhooks/main", self.take, methods=["POST"])])
        self.url = ""
        self.requests: queue.Queue[Inbound] = queue.Queue()

    async def take(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.body()
        self.requests.put(Inbound(request.method, self.url, headers, body))
        return Response(status_code=200)

    def about(self, id_: str) -> Inbound:
        """The next request that tells of this record."""
        while True:
            request = self.requests.get(timeout=WAIT_S)
            if f'"objectId":{id_}' in request.body.decode().replace(" ", ""):
                return request


class HubSpotStage:
    """One HubSpot account, as its sandbox plays it."""

    fields = Names("email", "firstname", "jobtitle")
    person_object = None
    more_than_a_page = 230
    shows_deletions = True
    allows_twins = False
    behaviours = (
        "page_view", "form_submit", "email_open", "email_click", "email_bounce", "unsubscribe",
        "ad_click", "call", "meeting", "seminar",
    )  # fmt: skip
    proof = Proof(
        ("x-hubspot-signature-v3", "x-hubspot-request-timestamp"),
        method=True,
        url=True,
        fresh_for_s=300,
    )

    def __init__(self, url: str, mailbox: Mailbox, http: httpx.Client) -> None:
        self.url = url
        self.mailbox = mailbox
        self.http = http
        self.edits = 0
        self.rejected: Fields = {"email": "this is no address"}
        self.other_kinds: Mapping[Kind, Fields] = {
            "company": {"name": "Example Inc.", "domain": "example.com"},
            "opportunity": {"dealname": "100 seats", "amount": "1200"},
        }
        self.control("POST", "reset", config=self.config())
        opening = Opening(
            name="main",
            settings={
                "base_url": url,
                "deletions_every_s": 0,
                "portal_id": PORTAL,
                "journal": True,
                "marketing_events": True,
            },
            secrets={
                "access_token": "sandbox-token",
                "client_id": "app",
                "client_secret": "sandbox-secret",
            },
            http=http,
            budget=Unlimited(),
            hosts=frozenset({"127.0.0.1"}),
        )
        self.connector = cast("Any", CONNECTOR.open(opening))
        self.connector.install()

    def config(self) -> dict[str, Any]:
        return {
            "limits": False,
            "seeded_age_s": 0,
            "private_app_token": "sandbox-token",
            "client_secret": "sandbox-secret",
            "target_url": self.mailbox.url,
            "webhook_flush_ms": 1,
        }

    def control(self, method: str, path: str, **body: Any) -> Any:
        answer = self.http.request(method, f"{self.url}/_sandbox/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def dump(self, object_: str) -> list[dict[str, Any]]:
        answer = self.http.get(f"{self.url}/_sandbox/dump", params={"object": object_})
        assert answer.status_code == 200, answer.text
        records: list[dict[str, Any]] = answer.json()
        return records

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """HubSpot's own API, as another integration uses it."""
        headers = {"Authorization": "Bearer sandbox-token"}
        answer = self.http.request(method, f"{self.url}{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def now(self) -> datetime:
        return datetime.now(UTC)

    def new_person(self, email: str, **fields: Value) -> Fields:
        return {"email": email, **fields}

    def add_person(self, email: str, **fields: Value) -> Ref:
        return self.seed([{"email": email, **fields}])[0]

    def add_people(self, emails: Sequence[str]) -> Sequence[Ref]:
        return self.seed([{"email": email, "createdate": CREATED} for email in emails])

    def seed(self, people: Sequence[dict[str, Value]]) -> list[Ref]:
        records = [{"object": "contacts", "properties": properties} for properties in people]
        return [Ref("person", id_) for id_ in self.control("POST", "seed", records=records)["ids"]]

    def edit(self, ref: Ref, fields: Fields) -> None:
        self.control("POST", "edit", object="contacts", id=ref.id, properties=dict(fields))

    def delete(self, ref: Ref) -> None:
        self.call("DELETE", f"/crm/v3/objects/contacts/{ref.id}")

    def move(self, ref: Ref) -> Ref:
        other = self.add_person("other@example.com")
        body = {"primaryObjectId": other.id, "objectIdToMerge": ref.id}
        merged = self.call("POST", "/crm/v3/objects/contacts/merge", body)
        return Ref("person", merged["id"])

    def add_group(self, kind: GroupKind, people: Sequence[Ref]) -> Group:
        ids = [one.id for one in people]
        if kind == "list":
            body = {"name": str(uuid4()), "objectTypeId": "0-1", "processingType": "MANUAL"}
            list_id = str(self.call("POST", "/crm/v3/lists", body)["list"]["listId"])
            self.call("PUT", f"/crm/v3/lists/{list_id}/memberships/add", ids)
            return Group(kind, list_id)
        event = self.add_event(str(uuid4()))
        if ids:
            self.attend(event, ids)
        return Group(kind, event)

    def add_event(self, external_id: str) -> str:
        names = {"eventName": "Webinar", "eventOrganizer": "Acme", "externalAccountId": "acme"}
        body = {**names, "externalEventId": external_id}
        return str(self.call("POST", f"{EVENTS}/events", body)["objectId"])

    def attend(self, event: str, ids: Sequence[str]) -> None:
        rows = [{"interactionDateTime": 1_780_000_000_000, "vid": int(one)} for one in ids]
        self.call("POST", f"{EVENTS}/{event}/attendance/register/create", {"inputs": rows})

    def member_words(self, kind: GroupKind) -> Sequence[str]:
        return {"list": ("member",), "marketing_event": ("registered", "attended")}[kind]

    def add_priced(self, amount: float) -> Group:
        named = {"properties": {"hs_name": "Fair"}}
        campaign = self.call("POST", "/marketing/v3/campaigns", named)["id"]
        item = {"amount": amount, "name": "Hall", "order": 0}
        self.call("POST", f"/marketing/v3/campaigns/{campaign}/spend", item)
        return Group("campaign", campaign)

    def count_people(self) -> int:
        found = self.call("POST", "/crm/v3/objects/contacts/search", {"limit": 1})
        return int(found["total"])

    def behave(self, ref: Ref, type_: str, at: datetime) -> datetime:
        match type_:
            case "call" | "meeting":
                self.meet(ref, type_, at)
            case "seminar":
                self.register(ref, at)
            case _:
                said = {"portalSubscriptionStatus": "UNSUBSCRIBED"}  # of an unsubscription
                event = EVENT_OF.get(type_, type_)
                step = {"contact": ref.id, "event": event, "at": at.isoformat(), "properties": said}
                self.control("POST", "play", steps=[step])
        return at

    def meet(self, ref: Ref, type_: str, at: datetime) -> None:
        """A colleague logs a call or a meeting."""
        kind, type_id = {"call": ("calls", 194), "meeting": ("meetings", 200)}[type_]
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
        end = {"to": {"id": ref.id}, "types": [spec]}
        body = {"properties": {"hs_timestamp": at.isoformat()}, "associations": [end]}
        self.call("POST", f"/crm/v3/objects/{kind}", body)

    def register(self, ref: Ref, at: datetime) -> None:
        """Somebody registers for a webinar of its own."""
        names = {"eventName": "Webinar", "eventOrganizer": "Acme", "externalAccountId": "acme"}
        path = "/marketing/v3/marketing-events"
        body = {**names, "externalEventId": f"{ref.id}-{at.isoformat()}"}
        event = self.call("POST", f"{path}/events", body)["objectId"]
        who = {"interactionDateTime": int(at.timestamp() * 1000), "vid": int(ref.id)}
        self.call("POST", f"{path}/{event}/attendance/register/create", {"inputs": [who]})

    def add_owner(self, email: str) -> str:
        owner = {"email": email, "firstName": "Rep", "lastName": "Resentative"}
        ids = self.control("POST", "seed", records=[{"object": "owners", "properties": owner}])
        return str(ids["ids"][0])

    def keyed(self, *objects: str) -> Sequence[str]:
        return [
            record["properties"]["baton_key"]
            for object_ in objects
            for record in self.dump(object_)
            if record["properties"].get("baton_key")
        ]

    def logged(self) -> Sequence[str]:
        return self.keyed("notes", "calls", "emails", "meetings", "tasks", "communications")

    def alerts(self) -> Sequence[str]:
        return self.keyed("tasks")

    def bells(self) -> Sequence[str]:
        return []

    def webhook_for(self, ref: Ref) -> Inbound:
        self.edits += 1
        self.edit(ref, {"jobtitle": f"Title {self.edits}"})
        return self.mailbox.about(ref.id)

    def busy_once(self) -> None:
        self.spoil(path=EVERY_API_CALL, do="status", status=429)

    def lose_answer_once(self) -> None:
        self.spoil(method="POST", path="/crm/.*/batch/(upsert|create|update)", do="drop_answer")

    def spoil(self, **rule: Any) -> None:
        self.control("POST", "faults", rules=[{"times": 1, **rule}])

    def garble_once(self, how: Literal["html", "truncate"]) -> None:
        self.spoil(path=EVERY_API_CALL, do=how)

    def revoke(self) -> None:
        self.control("PATCH", "config", private_app_token="another-token")


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    with Running(box.app) as running:
        box.url = f"{running.url}/webhooks/main"
        yield box


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with Running(create()) as running:
        yield running.url


@pytest.fixture
def stage(sandbox_url: str, mailbox: Mailbox) -> Iterator[HubSpotStage]:
    with http_client(timeout=WAIT_S) as http:
        yield HubSpotStage(sandbox_url, mailbox, http)

"""A stage over the Salesforce sandbox: people act through its control routes."""

import queue
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any, Literal

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.base import Fields, Inbound, Kind, Ref, Value
from connectors.campaigns import Group, GroupKind
from connectors.contract import Names, Proof
from connectors.salesforce import CONNECTOR
from connectors.salesforce.outbound import acknowledgement
from connectors.salesforce.sandbox.app import create
from connectors.sandbox.server import Running
from connectors.vendor import Opening
from connectors.wire import Unlimited
from tests.support.http import client as http_client

WAIT_S = 30.0
DAY = "2026-12-24"
KEY = "the-key-in-the-address"
ACK = acknowledgement()
STAMP = "2026-01-05T09:00:00.000+0000"


class Mailbox:
    """A receiver of outbound messages that keeps each as it came, and acknowledges it."""

    def __init__(self) -> None:
        self.app = Starlette(routes=[Route("/webhooks/main", self.take, methods=["POST"])])
        self.url = ""
        self.numbers = count()
        self.requests: queue.Queue[Inbound] = queue.Queue()

    async def take(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.put(Inbound(request.method, self.url, headers, await request.body()))
        return Response(ACK[0], media_type=ACK[1])

    def about(self, id_: str) -> Inbound:
        """The next message that tells of this record."""
        while True:
            request = self.requests.get(timeout=WAIT_S)
            if id_.encode() in request.body:
                return request


class SalesforceStage:
    """One Salesforce org, as its sandbox plays it."""

    fields = Names("Email", "Title", "City")
    person_object = "Lead"
    more_than_a_page = 25
    shows_deletions = True
    allows_twins = True
    behaviours = ("call", "task")
    proof = Proof(body=False, url=True)

    def __init__(self, url: str, mailbox: Mailbox, http: httpx.Client) -> None:
        self.url = url
        self.mailbox = mailbox
        self.http = http
        self.rejected: Fields = {"Email": "this is no address"}
        self.other_kinds: Mapping[Kind, Fields] = {
            "company": {"Name": "Example Inc.", "Website": "https://example.com"},
            "opportunity": {"Name": "100 seats", "StageName": "Prospecting", "CloseDate": DAY},
        }
        message = {"name": "all", "object": "Lead", "url": mailbox.url}
        config = {
            "static_token": "sandbox-token",
            "cdc_entities": ["Lead", "Contact", "Account", "Opportunity"],
            "pubsub_keepalive_s": 0.1,
            "outbound_messages": [message],
        }
        self.control("POST", "reset", config=config)
        mailbox.requests = queue.Queue()  # a new org begins with the same ids
        pubsub = self.http.get(f"{url}/_sandbox/pubsub").json()
        opening = Opening(
            name="main",
            settings={
                "instance_url": url,
                "flow": "static",
                "page_size": 10,
                "org_id": pubsub["tenant_id"],
                "change_events": True,
                "pubsub_endpoint": pubsub["endpoint"],
            },
            secrets={"access_token": "sandbox-token", "webhook_key": KEY},
            http=http,
            budget=Unlimited(),
            hosts=frozenset({"127.0.0.1"}),
        )
        self.connector: Any = CONNECTOR.open(opening)

    def control(self, method: str, path: str, **body: Any) -> Any:
        answer = self.http.request(method, f"{self.url}/_sandbox/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def dump(self, object_: str) -> list[dict[str, Any]]:
        answer = self.http.get(f"{self.url}/_sandbox/dump", params={"object": object_})
        assert answer.status_code == 200, answer.text
        records: list[dict[str, Any]] = answer.json()
        return records

    def seed(self, object_: str, *rows: Fields) -> list[str]:
        records = [{"object": object_, "fields": dict(row)} for row in rows]
        ids: list[str] = self.control("POST", "seed", records=records)["ids"]
        return ids

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Salesforce's own API, as another integration uses it."""
        headers = {"Authorization": "Bearer sandbox-token"}
        url = f"{self.url}/services/data/v59.0/{path}"
        answer = self.http.request(method, url, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def now(self) -> datetime:
        return datetime.now(UTC)

    def new_person(self, email: str, **fields: Value) -> Fields:
        return {"Email": email, "LastName": "Example", "Company": "Example Inc.", **fields}

    def add_person(self, email: str, **fields: Value) -> Ref:
        (id_,) = self.seed("Lead", self.new_person(email, **fields))
        return Ref("person", id_)

    def add_people(self, emails: Sequence[str]) -> Sequence[Ref]:
        stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), STAMP)
        people = [{**self.new_person(email), **stamps} for email in emails]
        return [Ref("person", id_) for id_ in self.seed("Lead", *people)]

    def edit(self, ref: Ref, fields: Fields) -> None:
        self.control("POST", "edit", object="Lead", id=ref.id, fields=dict(fields))

    def delete(self, ref: Ref) -> None:
        self.control("POST", "delete", object="Lead", id=ref.id)

    def move(self, ref: Ref) -> Ref:
        return Ref("person", self.control("POST", "convert", lead=ref.id)["contact_id"])

    def add_group(self, kind: GroupKind, people: Sequence[Ref]) -> Group:
        (campaign,) = self.seed("Campaign", {"Name": "Fair"})
        for one in people:
            self.seed("CampaignMember", {"CampaignId": campaign, "LeadId": one.id})
        return Group(kind, campaign)

    def member_words(self, kind: GroupKind) -> Sequence[str]:
        return {"campaign": ("Sent", "Responded")}[kind]

    def add_priced(self, amount: float) -> Group:
        (campaign,) = self.seed("Campaign", {"Name": "Fair", "ActualCost": amount})
        return Group("campaign", campaign)

    def add_opportunity(self, campaign: str | None, *, gone: bool = False) -> Ref:
        fields = self.other_kinds["opportunity"]
        (id_,) = self.seed("Opportunity", {**fields, "CampaignId": campaign})
        if gone:
            self.control("POST", "delete", object="Opportunity", id=id_)
        return Ref("opportunity", id_)

    def count_people(self) -> int:
        found = self.call("GET", "query/?q=SELECT+COUNT()+FROM+Lead")
        return int(found["totalSize"])

    def behave(self, ref: Ref, type_: str, at: datetime) -> datetime:
        done = at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        subtype = {"call": "Call", "task": "Task"}[type_]
        task = {"WhoId": ref.id, "Subject": type_, "Status": "Completed", "TaskSubtype": subtype}
        self.seed("Task", {**task, "CompletedDateTime": done})
        return at

    def add_owner(self, email: str) -> str:
        user = {"Email": email, "Username": email, "LastName": "Rep", "Alias": "rep"}
        return self.seed("User", user)[0]

    def keyed(self) -> Sequence[str]:
        found = self.call("GET", "query/?q=SELECT+Baton_Key__c+FROM+Task")
        return [row["Baton_Key__c"] for row in found["records"] if row["Baton_Key__c"]]

    def logged(self) -> Sequence[str]:
        return self.keyed()

    def alerts(self) -> Sequence[str]:
        return self.keyed()

    def bells(self) -> Sequence[str]:
        dump = self.http.get(f"{self.url}/_sandbox/dump").json()
        return [bell["title"] for bell in dump["notifications"]]

    def webhook_for(self, ref: Ref) -> Inbound:
        """A person edits the lead, and an outbound message tells of it."""
        self.edit(ref, {"Phone": f"+8190{next(self.mailbox.numbers):08d}"})
        return self.mailbox.about(ref.id)

    def busy_once(self) -> None:
        self.spoil(path="/services/data/.*", do="status", status=503)

    def lose_answer_once(self) -> None:
        self.spoil(method="PATCH", path="/services/data/.*/composite/.*", do="drop_answer")

    def spoil(self, **rule: Any) -> None:
        self.control("POST", "faults", rules=[{"times": 1, **rule}])

    def garble_once(self, how: Literal["html", "truncate"]) -> None:
        self.spoil(path="/services/data/.*", do=how)

    def revoke(self) -> None:
        self.control("PATCH", "config", static_token="another-token")


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with Running(create()) as running:
        yield running.url


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    with Running(mailbox.app) as running:
        mailbox.url = f"{running.url}/webhooks/main?key={KEY}"
        yield mailbox


@pytest.fixture
def stage(sandbox_url: str, mailbox: Mailbox) -> Iterator[SalesforceStage]:
    with http_client(timeout=WAIT_S) as http:
        yield SalesforceStage(sandbox_url, mailbox, http)

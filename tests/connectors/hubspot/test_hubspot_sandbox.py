"""The connector against the sandbox: scale, limits, sign-in, and webhooks on the wire."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.base import Busy, Cursor, Entry, Hint, Inbound, Landed, Ref, Rejected, Write
from connectors.hubspot import HubSpot
from connectors.sandbox.server import Running
from connectors.vendor import Opening
from connectors.wire import Unlimited
from tests.support.patience import eventually

OFF = {"limits": False, "search_lag_s": 0, "private_app_token": "sandbox-token"}


class Portal:
    """The control routes of the sandbox."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self.url = url
        self.http = http

    def post(self, path: str, **body: Any) -> Any:
        return self.http.post(f"{self.url}/_sandbox/{path}", json=body).raise_for_status().json()

    def configure(self, **settings: Any) -> None:
        self.http.patch(f"{self.url}/_sandbox/config", json=settings).raise_for_status()

    def seed(self, *contacts: Mapping[str, str]) -> list[Ref]:
        records = [{"object": "contacts", "properties": one} for one in contacts]
        return [Ref("person", one) for one in self.post("seed", records=records)["ids"]]

    def calls(self) -> dict[str, int]:
        answer = self.http.get(f"{self.url}/_sandbox/calls").raise_for_status().json()
        return dict(answer["by_endpoint"])

    def forget_calls(self) -> None:
        self.http.delete(f"{self.url}/_sandbox/calls").raise_for_status()


@pytest.fixture
def portal(address: str, http: httpx.Client) -> Portal:
    portal = Portal(address, http)
    portal.post("reset", config=OFF)
    http.delete(f"{address}/_sandbox/faults").raise_for_status()
    return portal


@pytest.fixture
def hubspot(portal: Portal, connect: Any) -> HubSpot:
    found: HubSpot = connect(portal.url)
    found.install()
    portal.forget_calls()
    return found


def walk(hubspot: HubSpot, cursor: Cursor | None = None) -> tuple[list[str], Cursor]:
    """Ids of the records that are glimpsed, in the order shown, up to the end."""
    ids: list[str] = []
    for _ in range(500):
        page = hubspot.changes("person", ["email"], cursor)
        ids += [record.ref.id for record in page.glimpses]
        cursor = page.cursor
        if not page.more:
            return ids, cursor
    pytest.fail("the feed does not end")


def until(ready: Callable[[], bool]) -> None:
    """Wait for a real process, but not for ever."""
    assert eventually(ready), "it did not happen in time"


def test_installing_twice_creates_once(portal: Portal, connect: Any) -> None:
    """A dry run names what the first run creates; the second creates nothing."""
    hubspot = connect(portal.url)

    foreseen = hubspot.install(dry_run=True)

    assert hubspot.install() == foreseen
    assert foreseen[:2] == ["create group contacts.baton", "create property contacts.baton_key"]
    assert len(foreseen) == 36
    assert hubspot.install() == []


def test_more_than_ten_thousand_of_one_millisecond_are_all_listed(
    portal: Portal, hubspot: HubSpot
) -> None:
    """Search shows 10,000 hits at most, and sorts by one property only."""
    refs = portal.seed(*({"email": f"p{n}@example.com"} for n in range(10_150)))

    ids, _ = walk(hubspot)

    assert set(ids) == {ref.id for ref in refs}
    assert len(ids) <= 10_150 + 200


def test_a_second_poll_shows_nothing_once_all_has_settled(portal: Portal, hubspot: HubSpot) -> None:
    """Seeded records are a day old: the index has caught up with them long ago."""
    portal.seed(*({"email": f"p{n}@example.com"} for n in range(5)))
    first, cursor = walk(hubspot)
    second, _ = walk(hubspot, cursor)

    assert (len(first), second) == (5, [])


def test_one_bad_row_costs_few_calls(portal: Portal, hubspot: HubSpot) -> None:
    """One in a hundred, refused by its value: the others land within the bound."""
    writes = [
        Write(f"k{n}", "person", None, {"email": f"p{n}@example.com", "firstname": "P"})
        for n in range(100)
    ]
    writes[37] = Write("k37", "person", None, {"email": "no address"})

    outcomes = hubspot.write(writes)

    assert [key for key, one in outcomes.items() if not isinstance(one, Landed)] == ["k37"]
    assert isinstance(outcomes["k37"], Rejected)
    assert sum(portal.calls().values()) <= 1 + 8


def test_a_duplicate_email_names_the_contact_that_has_it(portal: Portal, hubspot: HubSpot) -> None:
    """Whether HubSpot says which, or it has to be looked up."""
    (ada,) = portal.seed({"email": "ada@example.com"})

    outcome = hubspot.write([Write("k", "person", None, {"email": "ADA@example.com"})])["k"]

    assert isinstance(outcome, Rejected)
    assert outcome.existing == ada


@pytest.mark.parametrize("kind", ["company", "opportunity"])
def test_companies_and_deals_are_written_found_and_read(hubspot: HubSpot, kind: Any) -> None:
    """The same verbs for all three kinds."""
    name = {"company": "name", "opportunity": "dealname"}[kind]
    made = hubspot.write([Write("k", kind, None, {name: "Acme"})])["k"]
    assert isinstance(made, Landed)
    hubspot.write([Write("k", kind, made.ref, {name: "Acme 2"})])

    (record,) = hubspot.read([made.ref], [name])

    assert (record.key, record.fields) == ("k", {name: "Acme 2"})
    assert list(hubspot.find(kind, "key", ["k"], [])) == ["k"]
    (glimpse,) = hubspot.changes(kind, [name], None).glimpses
    assert (glimpse.ref, glimpse.fields) == (made.ref, {name: "Acme 2"})
    assert name in {one.name for one in hubspot.describe(kind)}


def test_an_entry_stands_on_the_contacts_timeline(
    portal: Portal, hubspot: HubSpot, http: httpx.Client
) -> None:
    """Each type of engagement is associated with its contact."""
    (ada,) = portal.seed({"email": "ada@example.com"})
    types = {"call": "calls", "meeting": "meetings", "email": "emails", "note": "notes"}
    at = datetime(2026, 11, 20, tzinfo=UTC)

    outcomes = hubspot.log([Entry(f"k-{t}", ada, t, at, "Title", "Body") for t in types])

    assert {type(one) for one in outcomes.values()} == {Landed}
    for name in types.values():
        url = f"{portal.url}/crm/v4/objects/contacts/{ada.id}/associations/{name}"
        answer = http.get(url, headers={"Authorization": "Bearer sandbox-token"})
        assert len(answer.raise_for_status().json()["results"]) == 1


def test_the_real_limits_end_as_busy(portal: Portal, hubspot: HubSpot) -> None:
    """Five searches a second, no more: the sixth is told to wait one."""
    portal.configure(limits=True)

    def search_on() -> None:
        for _ in range(50):
            hubspot.changes("person", ["email"], None)

    with pytest.raises(Busy) as busy:
        search_on()

    assert busy.value.retry_in_s == 1.0


def test_an_oauth_app_signs_in(portal: Portal, http: httpx.Client) -> None:
    """By its refresh token, at HubSpot's present token address."""
    secrets = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
    opening = Opening(
        "hs",
        {"base_url": portal.url},
        {**secrets, "refresh_token": "any"},
        http,
        Unlimited(),
        hosts=frozenset({"127.0.0.1"}),
    )

    assert HubSpot(opening).probe().id == "48000001"


class Receiver:
    """A web server that keeps the webhooks it gets."""

    def __init__(self) -> None:
        self.got: list[Inbound] = []
        self.lock = threading.Lock()
        self.app = Starlette(routes=[Route("/hook", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        with self.lock:
            inbound = Inbound("POST", str(request.url), dict(request.headers), body)
            self.got.append(inbound)
        return Response()


def test_the_sandboxs_own_webhooks_are_taken(portal: Portal, hubspot: HubSpot) -> None:
    """Two independent readings of HubSpot's signature agree, on the wire."""
    (ada,) = portal.seed({"email": "ada@example.com"})
    receiver = Receiver()
    with Running(receiver.app) as running:
        portal.configure(target_url=f"{running.url}/hook?tenant=a%20b%3A1")
        portal.post(
            "edit", object="contacts", id=ada.id, properties={"firstname": "Ada"}, by="x@y.z"
        )
        until(lambda: bool(receiver.got))
        portal.configure(target_url=None)

    hints = [hint for inbound in receiver.got for hint in hubspot.parse(inbound, datetime.now(UTC))]

    assert {hint.ref for hint in hints if isinstance(hint, Hint)} == {ada}

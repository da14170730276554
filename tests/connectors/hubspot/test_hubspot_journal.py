"""The Webhooks Journal as a feed of hints, against the sandbox."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from connectors.base import Cursor, Hint, News, Ref, Rejected
from connectors.hubspot import HubSpot
from connectors.hubspot.sandbox.app import create
from connectors.sandbox.server import Running
from connectors.vendor import Opening
from connectors.wire import Unlimited

PORTAL = 48_000_001
SECRETS = {
    "access_token": "sandbox-token",
    "client_id": "sandbox-app",
    "client_secret": "sandbox-secret",
}


class Portal:
    """The sandbox as its people and its admin see it."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self.url = url
        self._http = http

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": "Bearer sandbox-token"}
        answer = self._http.request(method, self.url + path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def configure(self, **config: Any) -> None:
        self.call("PATCH", "/_sandbox/config", config)

    def contact(self, email: str) -> Ref:
        made = self.call("POST", "/crm/v3/objects/contacts", {"properties": {"email": email}})
        return Ref("person", made["id"])

    def edit(self, ref: Ref, **properties: str) -> None:
        path = f"/crm/v3/objects/contacts/{ref.id}"
        self.call("PATCH", path, {"properties": properties})

    def delete(self, ref: Ref) -> None:
        self.call("DELETE", f"/crm/v3/objects/contacts/{ref.id}")

    def merge(self, winner: Ref, loser: Ref) -> Ref:
        body = {"primaryObjectId": winner.id, "objectIdToMerge": loser.id}
        return Ref("person", self.call("POST", "/crm/v3/objects/contacts/merge", body)["id"])


@pytest.fixture
def portal(http: httpx.Client) -> Iterator[Portal]:
    with Running(create()) as sandbox:
        yield Portal(sandbox.url, http)


Open = Callable[..., HubSpot]


@pytest.fixture
def opened(portal: Portal, http: httpx.Client) -> Open:
    def opened(secrets: dict[str, str] = SECRETS, **settings: Any) -> HubSpot:
        told = {"base_url": portal.url, "portal_id": PORTAL, "journal": True, **settings}
        hosts = frozenset({"127.0.0.1"})
        return HubSpot(Opening("hs", told, secrets, http, Unlimited(), hosts=hosts))

    return opened


@pytest.fixture
def hubspot(opened: Open) -> HubSpot:
    return opened()


def read(hubspot: HubSpot, cursor: Cursor | None) -> tuple[list[Hint], Cursor, bool]:
    """All to the end of the journal; whether something may be missing."""
    hints: list[Hint] = []
    gap = False
    while True:
        news = hubspot.hints("journal", cursor, 0)
        hints += news.items
        cursor, gap = news.cursor, gap or news.gap
        if not news.more:
            return hints, cursor, gap


def begin(hubspot: HubSpot) -> Cursor:
    return read(hubspot, None)[1]


def test_a_first_reading_subscribes_and_begins_at_the_end(hubspot: HubSpot, portal: Portal) -> None:
    """What was before is a gap: it is found by looking through all records."""
    portal.contact("before@example.com")

    hints, cursor, gap = read(hubspot, None)
    ref = portal.contact("ada@example.com")

    assert (hints, gap) == ([], True)
    hints, _, gap = read(hubspot, cursor)
    assert {hint.ref for hint in hints} == {ref}
    assert not gap


def test_creates_edits_deletions_and_merges_are_hints(hubspot: HubSpot, portal: Portal) -> None:
    """Each record that an event is about, the losers of a merge too."""
    cursor = begin(hubspot)
    edited, deleted = portal.contact("a@example.com"), portal.contact("b@example.com")
    winner, loser = portal.contact("c@example.com"), portal.contact("d@example.com")
    cursor = read(hubspot, cursor)[1]

    portal.edit(edited, phone="1")
    portal.delete(deleted)
    merged = portal.merge(winner, loser)
    hints, _, _ = read(hubspot, cursor)

    assert {hint.ref for hint in hints} >= {edited, deleted, winner, loser, merged}


def test_companies_and_deals_are_hints_too(hubspot: HubSpot, portal: Portal) -> None:
    """By the type of the object."""
    cursor = begin(hubspot)
    company = portal.call("POST", "/crm/v3/objects/companies", {"properties": {"name": "X"}})

    hints, _, _ = read(hubspot, cursor)

    assert {hint.ref for hint in hints} == {Ref("company", company["id"])}


def test_reading_again_from_any_cursor_shows_the_same_hints(
    hubspot: HubSpot, portal: Portal
) -> None:
    """A reader that dies after any page goes on from its cursor; ids are the same, so each counts
    once.
    """
    portal.configure(journal_entry_events=1)
    start = begin(hubspot)
    refs = {portal.contact(f"p{n}@example.com") for n in range(25)}
    walk: list[News] = []
    cursor, more = start, True
    while more:
        walk.append(hubspot.hints("journal", cursor, 0))
        cursor, more = walk[-1].cursor, walk[-1].more

    whole = {hint.id for news in walk for hint in news.items}
    assert len(walk) > 1
    assert {hint.ref for news in walk for hint in news.items} == refs
    seen: set[str] = set()
    for news in walk:
        seen |= {hint.id for hint in news.items}
        rest, _, _ = read(hubspot, news.cursor)
        assert seen | {hint.id for hint in rest} == whole


def test_an_offset_that_is_too_old_is_a_gap(hubspot: HubSpot, portal: Portal) -> None:
    """The journal has forgotten it: on from its earliest entry, and told as a gap."""
    portal.configure(journal_entry_events=1)
    cursor = begin(hubspot)
    portal.contact("a@example.com")
    cursor = read(hubspot, cursor)[1]
    portal.configure(journal_retention_s=0)
    hubspot.hints("journal", None, 0)
    portal.configure(journal_retention_s=1000)
    ref = portal.contact("c@example.com")

    hints, after, gap = read(hubspot, cursor)

    assert gap
    assert ref in {hint.ref for hint in hints}
    assert read(hubspot, after) == ([], after, False)


def test_other_accounts_of_the_app_are_left_out(opened: Open, portal: Portal) -> None:
    """Only entries of the connection's own account count."""
    cursor = begin(opened())
    portal.contact("ada@example.com")

    assert list(opened(portal_id=7).hints("journal", cursor, 0).items) == []


def test_a_foreign_cursor_is_refused(hubspot: HubSpot) -> None:
    """It never starts anew by itself."""
    for bad in ("", "{}", '{"v":1,"feed":"cdc"}', "x"):
        with pytest.raises(Rejected):
            hubspot.hints("journal", Cursor(bad), 0)


def test_installing_subscribes_once(hubspot: HubSpot) -> None:
    """Told by a dry run, made by the first, and then there."""
    told = hubspot.install(dry_run=True)
    made = hubspot.install()

    assert made == told
    assert "create journal subscription 0-1" in made
    assert hubspot.install() == []


def test_the_journal_needs_the_app_and_the_account(opened: Open) -> None:
    """Both are said when the connection is saved."""
    with pytest.raises(Rejected, match="client_id and client_secret"):
        opened(secrets={"access_token": "x"})
    with pytest.raises(ValueError, match="give portal_id"):
        opened(portal_id=None)


def test_without_the_setting_there_is_no_journal(opened: Open) -> None:
    """A connection has the feeds that it is set up for."""
    assert list(opened(journal=False).hint_feeds()) == []
    assert list(opened().hint_feeds()) == ["journal"]

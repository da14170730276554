"""Any one feed of a vendor alone suffices: what people did there arrives, whatever restarts.

The other vendor is looked through for changes, since Baton tells nothing to a record unseen.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
import pytest

from app.store.db import Database
from tests.support.pair import Pair, pair

STEPS = 40
ENTITIES = ["Lead", "Contact", "Account", "Opportunity"]


class People(Protocol):
    """The people of a vendor, and what they do to records."""

    live: list[str]
    gone: set[str]

    def create(self, n: int) -> None: ...
    def edit(self, one: str, phone: str) -> None: ...
    def delete(self, one: str) -> None: ...
    def merge(self, winner: str, loser: str) -> None: ...


@dataclass
class AtHubSpot:
    pair: Pair
    live: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def create(self, n: int) -> None:
        person = {"email": f"p{n}@example.com", "lastname": f"P{n}"}
        made = self.pair.api("POST", "/crm/v3/objects/contacts", {"properties": person})
        self.live.append(made["id"])

    def edit(self, one: str, phone: str) -> None:
        path = f"/crm/v3/objects/contacts/{one}"
        self.pair.api("PATCH", path, {"properties": {"phone": phone}})

    def delete(self, one: str) -> None:
        self.pair.api("DELETE", f"/crm/v3/objects/contacts/{one}")
        self._lose(one)

    def merge(self, winner: str, loser: str) -> None:
        body = {"primaryObjectId": winner, "objectIdToMerge": loser}
        made = self.pair.api("POST", "/crm/v3/objects/contacts/merge", body)["id"]
        self._lose(winner)
        self._lose(loser)
        self.gone.discard(made)
        self.live.append(made)

    def _lose(self, one: str) -> None:
        self.live.remove(one)
        self.gone.add(one)


@dataclass
class AtSalesforce:
    pair: Pair
    live: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def create(self, n: int) -> None:
        fields = {"Email": f"p{n}@example.com", "LastName": f"P{n}", "Company": "X"}
        made = self._do("create", object="Lead", fields=fields)
        self.live.append(made["id"])

    def edit(self, one: str, phone: str) -> None:
        self._do("edit", object="Lead", id=one, fields={"Phone": phone})

    def delete(self, one: str) -> None:
        self._do("delete", object="Lead", id=one)
        self._lose(one)

    def merge(self, winner: str, loser: str) -> None:
        self._do("merge", object="Lead", master=winner, losers=[loser], fields={})
        self._lose(loser)

    def _do(self, path: str, **body: Any) -> Any:
        return self.pair.control(self.pair.salesforce, path, **body)

    def _lose(self, one: str) -> None:
        self.live.remove(one)
        self.gone.add(one)


@pytest.fixture
def both(database: Database) -> Iterator[Pair]:
    with pair(database) as found:
        yield found


def chance_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  the same deeds each time


def live_through(people: People, chance: random.Random, between: Callable[[], None]) -> None:
    """Things happen at a vendor, with `between` after some of them."""
    for n in range(STEPS):
        deed = chance.choice(["create", "create", "edit", "edit", "edit", "delete", "merge"])
        if deed == "create" or len(people.live) < 3:
            people.create(n)
        elif deed == "edit":
            people.edit(chance.choice(people.live), f"+8190{n:08d}")
        elif deed == "delete":
            people.delete(chance.choice(people.live))
        else:
            people.merge(*chance.sample(people.live, 2))
        if chance.random() < 0.5:
            between()


def amiss_of_hubspot(both: Pair, people: People) -> set[Any]:
    """Contacts that Baton has wrongly, or not, or that Salesforce shows otherwise."""
    contacts = both.contacts()
    shown = {(c["email"], c["lastname"], c["phone"]) for c in contacts.values()}
    leads = {(r["Email"], r["LastName"], r["Phone"]) for r in both.leads().values()}
    return (both.known("hubspot", [*people.live, *people.gone]) ^ set(contacts)) | (shown - leads)


def amiss_of_salesforce(both: Pair, people: People) -> set[Any]:
    """Leads that Baton has wrongly, or not, or that HubSpot shows otherwise."""
    leads = both.leads()
    shown = {(r["Email"], r["LastName"], r["Phone"]) for r in leads.values()}
    contacts = {(c["email"], c["lastname"], c["phone"]) for c in both.contacts().values()}
    return (both.known("salesforce", [*people.live, *people.gone]) ^ set(leads)) | (
        shown - contacts
    )


OF = {
    "hubspot": ("salesforce", amiss_of_hubspot),
    "salesforce": ("hubspot", amiss_of_salesforce),
}


def heard(both: Pair, name: str, feed: str, people: People) -> set[Any]:
    """What is amiss after a feed was listened to for a while."""
    other, amiss = OF[name]

    def is_well() -> bool:
        both.sweep(other)
        return not amiss(both, people)

    both.listens_until(is_well, name, feed)
    return amiss(both, people)


def with_events(both: Pair, **config: Any) -> dict[str, Any]:
    """Settings of a Salesforce connection that listens to change events."""
    both.control(both.salesforce, "config", cdc_entities=ENTITIES, pubsub_keepalive_s=0.1, **config)
    endpoint = httpx.get(f"{both.salesforce}/_sandbox/pubsub").json()["endpoint"]
    return {"change_events": True, "pubsub_endpoint": endpoint}


def read_in_vain(both: Pair, name: str, feed: str) -> None:
    """A process reads on and dies before anything of it is stored."""
    connector: Any = both.accounts.connector(name)
    connector.hints(feed, both.state(name, f"hints:{feed}")["cursor"], 0.1)


@pytest.mark.parametrize("seed", range(2))
def test_the_journal_alone_suffices(both: Pair, seed: int) -> None:
    """HubSpot by its Webhooks Journal; the reader is restarted at any point."""
    both.control(both.hubspot, "config", journal_entry_events=3)
    both.connect({"journal": True}, {})
    people, chance = AtHubSpot(both), chance_of(seed)
    both.settle()
    assert both.listens_until(
        lambda: both.state("hubspot", "hints:journal")["caught_up"], "hubspot", "journal"
    )

    def between() -> None:
        match chance.randrange(3):
            case 0:
                both.listen("hubspot", "journal")
            case 1:
                both.restart()
            case _:
                read_in_vain(both, "hubspot", "journal")

    live_through(people, chance, between)

    assert heard(both, "hubspot", "journal", people) == set()


@pytest.mark.parametrize("seed", range(2))
def test_change_events_alone_suffice(both: Pair, seed: int) -> None:
    """Salesforce by Change Data Capture; streams are cut and the reader restarted at any point."""
    both.connect({}, with_events(both))
    people, chance = AtSalesforce(both), chance_of(seed)
    both.settle()
    assert both.listens_until(
        lambda: "replay_id" in (both.state("salesforce", "hints:events")["cursor"] or ""),
        "salesforce",
        "events",
    )

    def between() -> None:
        match chance.randrange(4):
            case 0:
                both.listen("salesforce", "events")
            case 1:
                both.restart()
            case 2:
                both.control(both.salesforce, "pubsub/cut")
            case _:
                read_in_vain(both, "salesforce", "events")

    live_through(people, chance, between)

    assert heard(both, "salesforce", "events", people) == set()


@pytest.mark.parametrize("seed", range(2))
def test_the_search_alone_suffices(both: Pair, seed: int) -> None:
    """HubSpot by search and archive."""
    both.connect({"deletions_every_s": 0}, {})
    people, chance = AtHubSpot(both), chance_of(seed)
    both.settle()

    live_through(people, chance, chance.choice([both.restart, lambda: both.sweep("hubspot")]))
    for name in ("hubspot", "salesforce", "hubspot"):
        both.sweep(name)

    assert amiss_of_hubspot(both, people) == set()


@pytest.mark.parametrize("seed", range(2))
def test_the_sweep_alone_suffices(both: Pair, seed: int) -> None:
    """Salesforce by SystemModstamp, deleted records included."""
    both.connect({}, {})
    people, chance = AtSalesforce(both), chance_of(seed)
    both.settle()

    live_through(people, chance, chance.choice([both.restart, lambda: both.sweep("salesforce")]))
    for name in ("salesforce", "hubspot", "salesforce"):
        both.sweep(name)

    assert amiss_of_salesforce(both, people) == set()


def test_events_that_were_missed_are_swept_up(both: Pair) -> None:
    """A replay id that is too old, an overflow: the records are looked through by themselves."""
    both.connect({}, with_events(both))
    people = AtSalesforce(both)
    both.settle()
    people.create(1)
    assert heard(both, "salesforce", "events", people) == set()

    both.restart()
    people.create(2)
    people.edit(people.live[0], "+819012345678")
    both.control(both.salesforce, "config", event_retention_s=0.001)
    both.control(both.salesforce, "config", event_retention_s=1000)
    assert heard(both, "salesforce", "events", people) == set()

    both.control(both.salesforce, "config", cdc_overflow_at=1)
    people.create(3)
    assert heard(both, "salesforce", "events", people) == set()


def test_entries_that_were_missed_are_swept_up(both: Pair) -> None:
    """We were away for longer than the journal keeps its entries."""
    both.connect({"journal": True}, {})
    people = AtHubSpot(both)
    both.settle()
    people.create(1)
    assert heard(both, "hubspot", "journal", people) == set()

    people.create(2)
    both.control(both.hubspot, "config", journal_retention_s=0)
    both.api("GET", "/webhooks-journal/journal/2026-03/earliest")
    both.control(both.hubspot, "config", journal_retention_s=1000)

    assert heard(both, "hubspot", "journal", people) == set()

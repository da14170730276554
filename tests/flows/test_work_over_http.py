"""Jobs between both vendors' sandboxes, over the SDKs and HTTP: bulk reads and loads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from app.accounts import Accounts, client
from app.configuring import ConnectionSpec, save_connection, save_document
from app.configuring.work import start_job
from app.flows.options import Options
from app.jobs import Lanes
from app.store import lanes, work
from app.store.db import Database
from app.store.work import Job, lane_of
from app.vault import Vault
from connectors.base import Rejected, Write
from connectors.hubspot.sandbox.app import create as hubspot
from connectors.salesforce.adapter import Adapter
from connectors.salesforce.sandbox.app import create as salesforce
from connectors.sandbox.server import Running
from tests.support.work import Killed
from tests.support.world import HURRY

LOCAL = frozenset({"127.0.0.1"})
OPTIONS = Options(poll_s=3600, activities_s=3600, refresh_s=3600)
MANY = 150
ENOUGH = 100  # records above which bulk jobs are used here, instead of 2,000
MAPPING: dict[str, Any] = {
    "kind": "person",
    "ma": "hubspot",
    "sfa": "salesforce",
    "create": {"ma": {"enabled": False}, "sfa": {"object": "Lead"}},
    "fields": [
        {"name": "email", "type": "email", "ma": "email", "sfa": "Email"},
        {"name": "last_name", "ma": "lastname", "sfa": "LastName"},
        {"name": "company", "ma": "company", "sfa": "Company"},
    ],
}


@dataclass(slots=True)
class Pair:
    """Both sandboxes with Baton's lanes between them, stepped by hand."""

    database: Database
    hubspot: str
    salesforce: str
    http: httpx.Client
    accounts: Accounts
    instead: dict[str, object] = field(default_factory=dict)
    lanes: Lanes = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A worker that knows nothing but what is stored."""
        self.lanes = Lanes(self.database, self, lambda _: None, sleep=lambda _: None)

    def connector(self, name: str) -> object:
        """The connector of an account, or what stands in for it."""
        return self.instead.get(name) or self.accounts.connector(name)

    def contacts(self, count: int) -> None:
        """New contacts of marketing."""
        records = [
            {
                "object": "contacts",
                "properties": {
                    "email": f"p{n}@x.example",
                    "lastname": f"P{n}",
                    "company": 'X, "Y"',
                },
            }
            for n in range(count)
        ]
        seeded = self.http.post(f"{self.hubspot}/_sandbox/seed", json={"records": records})
        seeded.raise_for_status()

    def leads(self) -> list[dict[str, Any]]:
        where = {"object": "Lead"}
        rows = self.http.get(f"{self.salesforce}/_sandbox/dump", params=where).json()
        return [row["fields"] for row in rows if not row["fields"]["IsDeleted"]]

    def calls(self, part: str) -> int:
        """Calls of Salesforce whose endpoint names this part."""
        counted = self.http.get(f"{self.salesforce}/_sandbox/calls").json()["by_endpoint"]
        return sum(n for name, n in counted.items() if part in name)

    def start(self, kind: str, **args: Any) -> int:
        with self.database.begin() as tx:
            return start_job(tx, kind, args, by="test").id

    def look(self, job_id: int) -> Job:
        with self.database.begin() as tx:
            found = work.get(tx, job_id)
        assert found is not None
        return found

    def jobs(self, kind: str) -> list[Job]:
        with self.database.begin() as tx:
            return work.listed(tx, kind=kind)

    def settle(self) -> None:
        """Drain what is due until nothing is, without waiting."""
        for _ in range(200):
            with self.database.begin() as tx:
                tx.execute(HURRY)
                due = lanes.due(tx)
            if not due:
                return
            for lane in due:
                self.lanes.drain(lane)
        raise AssertionError("never quiet")


@pytest.fixture
def pair(database: Database) -> Iterator[Pair]:
    """Two empty accounts and a mapping; nothing has been read yet."""
    vault = Vault((b"k" * 32,))
    with (
        Running(hubspot()) as ma,
        Running(salesforce()) as sfa,
        httpx.Client(timeout=60) as http,
        client() as wire,
    ):
        http.patch(f"{ma.url}/_sandbox/config", json={"limits": False}).raise_for_status()
        accounts = Accounts(database, vault, wire, LOCAL)
        made = Pair(database, ma.url, sfa.url, http, accounts)
        specs = [
            ConnectionSpec(
                name="hubspot", vendor="hubspot", role="ma", options=OPTIONS,
                settings={"base_url": ma.url, "search_lag_s": 0},
                secrets={"access_token": "sandbox-token", "client_secret": "webhook-secret"},
            ),
            ConnectionSpec(
                name="salesforce", vendor="salesforce", role="sfa", options=OPTIONS,
                settings={"instance_url": sfa.url, "flow": "static", "bulk_from": ENOUGH},
                secrets={"access_token": "sandbox-token"},
            ),
        ]  # fmt: skip
        with database.begin() as tx:
            for spec in specs:
                save_connection(tx, accounts, spec)
            save_document(tx, "mapping", "person", MAPPING)
        hub: Any = accounts.connector("hubspot")
        hub.install()
        made.settle()
        yield made


def test_many_new_people_are_loaded_in_bulk(pair: Pair) -> None:
    """Each contact is one lead, by one load; a comparison by bulk queries finds no difference."""
    pair.contacts(MANY)

    backfill = pair.start("backfill", connection="hubspot")
    pair.settle()

    (loaded,) = pair.jobs("load")
    emails = [lead["Email"] for lead in pair.leads()]
    assert (pair.look(backfill).state, pair.look(backfill).done) == ("done", MANY)
    assert sorted(emails) == sorted(f"p{n}@x.example" for n in range(MANY))
    assert {lead["Company"] for lead in pair.leads()} == {'X, "Y"'}
    assert (loaded.state, dict(loaded.counts)) == ("done", {"landed": MANY})
    assert pair.calls("composite/sobjects/Lead/Baton_Key__c") == 0

    reconcile = pair.start("reconcile", mapping="person")
    pair.settle()

    assert pair.look(reconcile).state == "done"
    assert dict(pair.look(reconcile).counts) == {"in_sync": 2 * MANY}
    assert pair.calls("jobs/query") > 0


class Dying(Adapter):
    """Salesforce's connector, whose worker dies once, before or after it has sent a load."""

    def __init__(self, real: Adapter, when: str) -> None:
        vars(self).update(vars(real))
        self.when: str | None = when

    def send_load(self, load: str, writes: Sequence[Write]) -> Mapping[str, Rejected]:
        when, self.when = self.when, None
        if when == "before":
            raise Killed
        refused = super().send_load(load, writes)
        if when == "after":
            raise Killed
        return refused


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_while_it_sends_a_load_doubles_nobody(pair: Pair, when: str) -> None:
    """Nobody knows whether it was sent: the vendor is asked, and everybody is there once."""
    pair.contacts(MANY)
    pair.start("backfill", connection="hubspot")
    real = pair.accounts.connector("salesforce")
    assert isinstance(real, Adapter)
    pair.instead["salesforce"] = Dying(real, when)

    with pytest.raises(Killed):
        pair.settle()
    pair.restart()
    pair.settle()

    emails = [lead["Email"] for lead in pair.leads()]
    assert sorted(emails) == sorted(f"p{n}@x.example" for n in range(MANY))
    assert all(job.state == "done" for job in pair.jobs("load"))
    with pair.database.begin() as tx:
        left = tx.exec_driver_sql("SELECT count(*) FROM side WHERE carried_by IS NOT NULL").scalar()
    assert left == 0


def test_a_job_that_died_is_gone_on_with_by_another_worker(pair: Pair) -> None:
    """The lane is free at once, and the job done from its checkpoint."""
    pair.contacts(MANY)
    job_id = pair.start("backfill", connection="hubspot")
    assert pair.lanes.step(lane_of(job_id))
    pair.restart()
    pair.settle()

    assert (pair.look(job_id).state, pair.look(job_id).done) == ("done", MANY)
    assert len(pair.leads()) == MANY

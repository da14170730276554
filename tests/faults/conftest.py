"""A rig for faults: both sandboxes over HTTP, Baton as a process of its own, a real database."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.accounts import Accounts, client
from app.configuring import ConnectionSpec, save_connection, save_document
from app.demo.children import Child, environment
from app.domain.presets import preset as rules_preset
from app.flows.options import Options
from app.store import migrate
from app.store.db import Database, connect
from app.store.embedded import Embedded
from app.vault import Vault
from connectors.hubspot.sandbox.app import create as hubspot
from connectors.salesforce.sandbox.app import create as salesforce
from connectors.sandbox.server import Running
from mappings.presets import preset as mapping_preset
from tests.conftest import empty
from tests.support.ports import quiet_port

SECRET = "webhook-secret"
LOCAL = frozenset({"127.0.0.1"})
OPTIONS = Options(poll_s=1, activities_s=1, refresh_s=3600)


@dataclass(slots=True)
class Rig:
    """Two vendors and a Baton that can be killed. Vendors live in this process, Baton does not."""

    folder: Path
    database: Database
    hubspot: str
    salesforce: str
    port: int
    key: str
    http: httpx.Client
    child: Child | None = None
    people: list[str] = field(default_factory=list)

    def serve(self, *, crash_at: str = "") -> Child:
        """Start `baton serve` on the rig's database."""
        url = self.database.url.render_as_string(hide_password=False)
        settings = {
            "BATON_DATABASE_URL": url,
            "BATON_SECRET_KEY": self.key,
            "BATON_PORT": str(self.port),
            "BATON_ALLOW_HOSTS": "127.0.0.1",
            "BATON_SWEEP_S": "0.3",
        }
        if crash_at:
            settings["BATON_CRASH_AT"] = crash_at
        ready = f"http://127.0.0.1:{self.port}/healthz"
        self.child = Child("baton", ["serve"], self.folder, environment(**settings), ready)
        self.child.start()
        return self.child

    def seed(self, name: str, count: int) -> list[str]:
        """New contacts, created by a person in HubSpot; their e-mails."""
        emails = [f"{name}{n}@{name}.example.com" for n in range(count)]
        for email in emails:
            properties = {"email": email, "lastname": name.title(), "company": "Example"}
            body = {"records": [{"object": "contacts", "properties": properties}]}
            self.http.post(f"{self.hubspot}/_sandbox/seed", json=body).raise_for_status()
        self.people += emails
        return emails

    def become_hot(self, emails: list[str]) -> None:
        """Each views the price page, submits a form, and scores."""
        url = {"hs_url": "https://www.example.com/pricing"}
        steps: list[dict[str, Any]] = []
        for email in emails:
            steps.append({"contact": email, "event": "page_view", "properties": url})
            steps.append({"contact": email, "event": "form_submit", "properties": {}})
            steps.append({"contact": email, "score": 95})
        played = self.http.post(f"{self.hubspot}/_sandbox/play", json={"steps": steps})
        played.raise_for_status()

    def dump(self, vendor: str, name: str) -> Any:
        where = f"{vendor}/_sandbox/dump"
        return self.http.get(where, params={"object": name} if name else None).json()

    def tasks(self) -> list[dict[str, Any]]:
        return [one["fields"] for one in self.dump(self.salesforce, "Task") if not one["deleted"]]

    def leads(self) -> dict[str, list[dict[str, Any]]]:
        """E-mail -> its leads."""
        found: dict[str, list[dict[str, Any]]] = {}
        for one in self.dump(self.salesforce, "Lead"):
            found.setdefault(one["fields"]["Email"], []).append(one["fields"])
        return found

    def arrived(self, emails: list[str]) -> bool:
        """Whether all that the oracle wants of these people is in Salesforce."""
        leads, tasks = self.leads(), self.tasks()
        if any(len(leads.get(email, [])) != 1 for email in emails):
            return False
        return all(
            sorted(t["Priority"] for t in tasks if t["WhoId"] == leads[email][0]["Id"])
            == ["High", "Normal", "Normal"]
            for email in emails
        )

    def bells(self) -> list[str]:
        """The records that bells rang about."""
        told = self.http.get(f"{self.salesforce}/_sandbox/dump").json()["notifications"]
        return [one["target"] for one in told]

    def wait_until_answering(self) -> None:
        assert self.child is not None
        self.child.wait_ready(self.http)

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()


def scoring() -> dict[str, Any]:
    """The default rules, but HubSpot's score is the score: a test can set it."""
    return {**rules_preset("scoring"), "ma_score": {"mode": "replace", "field": "ma_score"}}


def configure(rig: Rig) -> None:
    """Both connections, the person mapping and the rules."""
    specs = [
        ConnectionSpec(
            name="hubspot", vendor="hubspot", role="ma", options=OPTIONS,
            settings={"base_url": rig.hubspot, "search_lag_s": 0},
            secrets={"access_token": "sandbox-token", "client_secret": SECRET},
        ),
        ConnectionSpec(
            name="salesforce", vendor="salesforce", role="sfa", options=OPTIONS,
            settings={"instance_url": rig.salesforce, "flow": "static", "overlap_s": 5},
            secrets={"access_token": "sandbox-token"},
        ),
    ]  # fmt: skip
    vault = Vault((base64.b64decode(rig.key),))
    person = mapping_preset("hubspot-salesforce-person").model_dump(mode="json")
    with client() as http:
        accounts = Accounts(rig.database, vault, http, LOCAL)
        with rig.database.begin() as tx:
            for spec in specs:
                save_connection(tx, accounts, spec)
            save_document(tx, "mapping", "person", person)
            save_document(tx, "scoring", "main", scoring())
            save_document(tx, "hot_lead", "main", rules_preset("hot_lead"))
        install(accounts)


def install(accounts: Accounts) -> None:
    """What Baton needs inside HubSpot."""
    connector: Any = accounts.connector("hubspot")
    connector.install()


@contextmanager
def rigged(database: Database, folder: Path) -> Iterator[Rig]:
    """A rig with both vendors configured; Baton is not running yet."""
    migrate.upgrade(database)
    empty(database)
    port, key = quiet_port(), base64.b64encode(os.urandom(32)).decode()
    with Running(hubspot()) as ma, Running(salesforce()) as sfa, httpx.Client(timeout=30) as http:
        made = Rig(folder, database, ma.url, sfa.url, port, key, http)
        config = {
            "target_url": f"http://127.0.0.1:{port}/webhooks/hubspot",
            "client_secret": SECRET,
            "subscriptions": [
                {"eventType": "contact.creation"},
                {"eventType": "contact.propertyChange"},
                {"eventType": "contact.propertyChange", "propertyName": "hubspotscore"},
            ],
            "webhook_time_scale": 0.001,
            "duplicate_share": 0.3,
            "reorder_share": 0.3,
            "limits": False,
        }
        http.patch(f"{ma.url}/_sandbox/config", json=config).raise_for_status()
        configure(made)
        try:
            yield made
        finally:
            made.stop()


@pytest.fixture(scope="module")
def rig(server: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A rig on the run's PostgreSQL."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = connect(server.database(f"faults_{worker}"), pool=4)
    with rigged(database, tmp_path_factory.mktemp("rig")) as made:
        yield made
    database.close()

"""Baton between both vendors' sandboxes over HTTP, its lanes and listeners stepped by hand."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.accounts import Accounts
from app.configuring import ConnectionSpec, save_connection, save_document
from app.domain.link import exists
from app.jobs import Lanes
from app.store import feeds, lanes, links
from app.store.db import Database
from app.vault import Vault
from connectors.base import Ref
from connectors.hubspot.adapter import HubSpot
from connectors.hubspot.sandbox.app import create as hubspot_sandbox
from connectors.salesforce.sandbox.app import create as salesforce_sandbox
from connectors.sandbox.server import Running
from tests.support.http import client as http_client
from tests.support.patience import eventually
from tests.support.world import HURRY

PORTAL = 48_000_001
HOST = frozenset({"127.0.0.1"})
MAPPING: dict[str, Any] = {
    "kind": "person",
    "ma": "hubspot",
    "sfa": "salesforce",
    "formats": {"ma": "strings", "sfa": "json"},
    "create": {"ma": True, "sfa": {"object": "Lead"}},
    "fields": [
        {"name": "email", "type": "email", "ma": "email", "sfa": "Email"},
        {"name": "last_name", "ma": "lastname", "sfa": "LastName", "placeholder": {"sfa": "?"}},
        {"name": "phone", "ma": "phone", "sfa": "Phone", "policy": "newest"},
        {
            "name": "company",
            "ma": "company",
            "sfa": "Company",
            "sfa_objects": ["Lead"],
            "placeholder": {"sfa": "?"},
        },
    ],
}


@dataclass
class Pair:
    """Both sandboxes and Baton between them. `restart` is a new process of Baton's."""

    database: Database
    http: httpx.Client
    hubspot: str
    salesforce: str
    accounts: Accounts = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Open connectors, and with them open streams, are gone; what is stored stays."""
        self.accounts = Accounts(self.database, Vault((b"k" * 32,)), self.http, HOST)

    @property
    def lanes(self) -> Lanes:
        return Lanes(self.database, self.accounts, lambda _: None, sleep=lambda _: None)

    # -- the vendors ------------------------------------------------------------------------

    def control(self, url: str, path: str, **body: Any) -> Any:
        method = "PATCH" if path == "config" else "POST"
        answer = self.http.request(method, f"{url}/_sandbox/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """HubSpot's own API."""
        headers = {"authorization": "Bearer sandbox-token"}
        answer = self.http.request(method, self.hubspot + path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def dump(self, url: str, object_: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(
            f"{url}/_sandbox/dump", params={"object": object_}
        ).json()
        return found

    def contacts(self) -> dict[str, dict[str, Any]]:
        """HubSpot's live contacts by id."""
        page = self.api("GET", "/crm/v3/objects/contacts?limit=100&properties=email,lastname,phone")
        return {one["id"]: one["properties"] for one in page["results"]}

    def leads(self) -> dict[str, dict[str, Any]]:
        """Salesforce's live leads by id."""
        rows = (one["fields"] for one in self.dump(self.salesforce, "Lead"))
        live = [row for row in rows if not row["IsDeleted"] and not row["IsConverted"]]
        return {row["Id"]: row for row in live}

    # -- Baton ------------------------------------------------------------------------------

    def connect(self, hubspot: dict[str, Any], salesforce: dict[str, Any]) -> None:
        """Save both connections with these settings besides, and the mapping."""
        app = {"client_id": "app", "client_secret": "sandbox-secret"}
        rates = {"requests_per_10_s": 100_000, "searches_per_s": 10_000}
        told = {
            "base_url": self.hubspot,
            "search_lag_s": 0,
            "portal_id": PORTAL,
            **rates,
            **hubspot,
        }
        self._save("hubspot", "ma", told, app)
        org = {"instance_url": self.salesforce, "flow": "static", "overlap_s": 0, **salesforce}
        self._save("salesforce", "sfa", org, {})
        connector = self.accounts.connector("hubspot")
        assert isinstance(connector, HubSpot)
        connector.install()
        with self.database.begin() as tx:
            save_document(tx, "mapping", "main", MAPPING)

    def _save(self, name: str, role: str, settings: Any, secrets: dict[str, str]) -> None:
        spec = {
            "name": name,
            "vendor": name,
            "role": role,
            "settings": settings,
            "secrets": {"access_token": "sandbox-token", **secrets},
            "options": {"poll_s": 86_400, "refresh_s": 86_400, "log_activities": False},
        }
        with self.database.begin() as tx:
            save_connection(tx, self.accounts, ConnectionSpec.model_validate(spec))

    def settle(self) -> None:
        """Do all that is due; feeds of hints are not listened to."""
        for _ in range(60):
            with self.database.begin() as tx:
                tx.execute(HURRY)
                due = [one for one in lanes.due(tx) if ":activities:" not in one]
            if not due:
                return
            for lane in due:
                self.lanes.drain(lane)
        raise AssertionError(f"never quiet: {due}")

    def sweep(self, name: str) -> None:
        """Look through one system for changes."""
        with self.database.begin() as tx:
            feeds.hurry(tx, name, "changes")
        self.settle()

    def listen(self, name: str, feed: str) -> bool:
        """One reading of a feed of hints, and all that follows from it."""
        with self.database.begin() as tx:
            feeds.hurry(tx, name, "hints", [feed])
        stepped = self.lanes.step(f"read:{name}:hints:{feed}")
        self.settle()
        return stepped

    def state(self, name: str, feed: str) -> dict[str, Any]:
        with self.database.begin() as tx:
            return next(row for row in feeds.of(tx, name) if row["name"] == feed)

    def known(self, name: str, ids: list[str]) -> set[str]:
        """Which records of people are there, for all that Baton knows."""
        with self.database.begin() as tx:
            found = links.by_external_id(tx, name, "person", ids)
            sides = links.read(tx, found.values()).values()
            live = {side.ref for link in sides for side in link.sides.values() if exists(side)}
        return {one for one in found if Ref("person", one) in live}

    def listens_until(self, holds: Any, name: str, feed: str) -> bool:
        """Listen until it comes true, or patience ends."""

        def holds_now() -> bool:
            self.listen(name, feed)
            return bool(holds())

        return eventually(holds_now)


@contextmanager
def pair(database: Database) -> Iterator[Pair]:
    """Both sandboxes, empty and without limits."""
    with ExitStack() as stack:
        http = stack.enter_context(http_client(timeout=30))
        hubspot = stack.enter_context(Running(hubspot_sandbox()))
        salesforce = stack.enter_context(Running(salesforce_sandbox()))
        found = Pair(database, http, hubspot.url, salesforce.url)
        found.control(hubspot.url, "config", limits=False, private_app_token="sandbox-token")
        found.control(salesforce.url, "config", static_token="sandbox-token")
        yield found

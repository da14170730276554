"""Everybody on the way from a page view to a deal: both systems, Baton's API, who hears of it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.jobs import Lanes
from app.store import lanes
from tests.flows.test_flows_both_sandboxes import Both
from tests.support.receiver import Receiver
from tests.support.world import HURRY


@dataclass
class Way:
    """Everybody who takes part."""

    both: Both
    receiver: Receiver
    app: Any
    runner: asyncio.Runner
    lanes: Lanes
    keys: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)  # HubSpot's ids by e-mail
    users: dict[str, str] = field(default_factory=dict)  # Salesforce's
    list_id: str = ""

    # -- Baton's API --------------------------------------------------------------------------

    def call(self, method: str, path: str, role: str = "operator", **more: Any) -> Any:
        """One request that must go well."""
        answer = self.runner.run(self._one(method, path, role, more))
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def _one(self, method: str, path: str, role: str, more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        headers = {"Authorization": f"Bearer {self.keys[role]}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://baton") as client:
            return await client.request(method, f"/api/v1{path}", headers=headers, **more)

    def publish(self, kind: str, name: str, body: Any) -> None:
        self.call("PUT", f"/documents/{kind}/{name}", "admin", json=body)

    def sync(self) -> None:
        """Look through both systems, and do all that follows."""
        for _ in range(2):
            with self.both.database.begin() as tx:
                tx.exec_driver_sql("UPDATE feed SET due_at = now() - interval '1 second'")
            self.settle()

    def settle(self) -> None:
        for _ in range(60):
            with self.both.database.begin() as tx:
                tx.execute(HURRY)
                due = lanes.due(tx)
            if not due:
                return
            for lane in due:
                self.lanes.drain(lane)
        raise AssertionError(f"never quiet: {due}")

    def person(self, email: str) -> dict[str, Any]:
        [found] = self.call("GET", "/people", "viewer", params={"q": email})["items"]
        one: dict[str, Any] = self.call("GET", f"/people/{found['id']}", "viewer")
        return one

    def stages(self, person: str) -> list[str]:
        rows = self.call("GET", f"/people/{person}/stages", "viewer")["items"]
        return [row["target"] for row in reversed(rows)]

    # -- the vendors --------------------------------------------------------------------------

    def contact(self, email: str, **more: str) -> str:
        values = {"email": email, "lastname": "山田", "company": "山田製作所", **more}
        made: str = self.both.api("/crm/v3/objects/contacts", {"properties": values})["id"]
        return made

    def hubspot(self, contact: str) -> dict[str, Any]:
        rows = {one["id"]: one for one in self.both.dump(self.both.hubspot, "contacts")}
        properties: dict[str, Any] = rows[contact]["properties"]
        return properties

    def salesforce(self, object_: str, **where: Any) -> list[dict[str, Any]]:
        rows = (one["fields"] for one in self.both.dump(self.both.salesforce, object_))
        live = [row for row in rows if not row.get("IsDeleted")]
        return [row for row in live if all(row.get(k) == v for k, v in where.items())]

    def behave(self, email: str, event: str, path: str) -> None:
        properties = {"url": f"https://www.example.com{path}", "title": path, "form": "Contact us"}
        step = {"contact": email, "event": event, "path": path, "properties": properties}
        self.both.control(self.both.hubspot, "play", steps=[step])

    def tasks(self, lead: str, key: str) -> list[dict[str, Any]]:
        """Baton's tasks of a kind at a lead."""
        rows = self.salesforce("Task", WhoId=lead)
        return [row for row in rows if str(row["Baton_Key__c"]).startswith(key)]

    def bells(self) -> list[dict[str, Any]]:
        dump = self.both.http.get(f"{self.both.salesforce}/_sandbox/dump").json()
        found: list[dict[str, Any]] = dump["notifications"]
        return found

    def told(self, *nouns: str) -> list[str]:
        """What the receiver heard of these."""
        return [one for one in self.receiver.types if one.startswith(nouns)]

    def rep(self, object_: str, id_: str, **fields: Any) -> None:
        self.both.control(self.both.salesforce, "edit", object=object_, id=id_, fields=fields)

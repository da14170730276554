"""Both sandboxes with Baton and one campaign between them, to be stepped by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from app.configuring import save_document
from app.store import feeds
from app.store.db import Database
from tests.support.pair import Pair, pair

WEBINAR = {
    "ma": "hubspot",
    "sfa": "salesforce",
    "target": {"create": {"name": "Spring webinar", "type": "Webinar"}},
}


@dataclass
class Campaigns:
    """`event` is the webinar's id at HubSpot once it was made."""

    pair: Pair
    event: str = ""

    @property
    def database(self) -> Database:
        return self.pair.database

    def document(self, name: str = "webinar", **said: Any) -> None:
        """Save a campaign document; without a source, one for a new webinar."""
        if "source" not in said and not self.event:
            self.event = self.make_event()
        source = {"marketing_event": {"id": self.event}}
        with self.database.begin() as tx:
            save_document(tx, "campaign", name, {**WEBINAR, "source": source, **said})

    def make_event(self) -> str:
        body = {
            "eventName": "Webinar",
            "eventOrganizer": "Acme",
            "externalAccountId": "acme",
            "externalEventId": "webinar-7",
        }
        made = self.pair.api("POST", "/marketing/v3/marketing-events/events", body)
        return str(made["objectId"])

    def people(self, *names: str) -> dict[str, str]:
        """New contacts at HubSpot: name -> id."""
        inputs = [
            {"properties": {"email": f"{name}@example.com", "lastname": name}} for name in names
        ]
        made: dict[str, str] = {}
        for start in range(0, len(inputs), 100):
            body = {"inputs": inputs[start : start + 100]}
            rows = self.pair.api("POST", "/crm/v3/objects/contacts/batch/create", body)["results"]
            made |= {row["properties"]["lastname"]: row["id"] for row in rows}
        return made

    def make_list(self, *ids: str, kind: str = "MANUAL") -> str:
        """A list of contacts with these on it."""
        body = {"name": f"List {uuid4()}", "objectTypeId": "0-1", "processingType": kind}
        made = self.pair.api("POST", "/crm/v3/lists", body)
        list_id = str(made["list"]["listId"])
        if ids:
            self.on_list(list_id, *ids)
        return list_id

    def on_list(self, list_id: str, *ids: str, verb: str = "add") -> None:
        """Add people to a list, or remove them."""
        self.pair.api("PUT", f"/crm/v3/lists/{list_id}/memberships/{verb}", list(ids))

    def listed(self, list_id: str) -> set[str]:
        page = self.pair.api("GET", f"/crm/v3/lists/{list_id}/memberships?limit=250")
        return {row["recordId"] for row in page["results"]}

    def make_marketing_campaign(self, tag: str) -> str:
        """A campaign of HubSpot whose links carry this as utm_campaign: its GUID."""
        body = {"properties": {"hs_name": tag, "hs_utm": tag}}
        return str(self.pair.api("POST", "/marketing/v3/campaigns", body)["id"])

    def visit(self, contact: str, tag: str) -> None:
        """Somebody follows a link of a campaign."""
        said = {"url": f"https://acme.example/?utm_campaign={tag}"}
        step = {"contact": contact, "event": "page_view", "properties": said}
        self.pair.control(self.pair.hubspot, "play", steps=[step])

    def attend(self, state: str, *ids: str) -> None:
        """Tell HubSpot that these register for, attend or cancel the webinar."""
        rows = [{"interactionDateTime": 1_780_000_000_000, "vid": int(one)} for one in ids]
        path = f"/marketing/v3/marketing-events/{self.event}/attendance/{state}/create"
        self.pair.api("POST", path, {"inputs": rows})

    def attendance(self) -> dict[str, str]:
        """Contact -> state, as HubSpot shows it."""
        path = f"/marketing/v3/marketing-events/participations/{self.event}/breakdown?limit=100"
        rows = self.pair.api("GET", path)["results"]
        return {
            row["associations"]["contact"]["contactId"]: row["properties"]["attendanceState"]
            for row in rows
        }

    def members(self) -> dict[str, str]:
        """Last name -> status, of Salesforce's members."""
        rows = (one["fields"] for one in self.pair.dump(self.pair.salesforce, "CampaignMember"))
        return {row["LastName"]: row["Status"] for row in rows if not row["IsDeleted"]}

    def members_of(self, campaign: str) -> dict[str, str]:
        """Last name -> status, of the members of Salesforce's campaign of this name."""
        made = [one["fields"] for one in self.pair.dump(self.pair.salesforce, "Campaign")]
        (id_,) = (one["Id"] for one in made if one["Name"] == campaign)
        rows = (one["fields"] for one in self.pair.dump(self.pair.salesforce, "CampaignMember"))
        return {
            row["LastName"]: row["Status"]
            for row in rows
            if row["CampaignId"] == id_ and not row["IsDeleted"]
        }

    def member_id(self, name: str) -> str:
        rows = (one["fields"] for one in self.pair.dump(self.pair.salesforce, "CampaignMember"))
        found = (r["Id"] for r in rows if r["LastName"] == name and not r["IsDeleted"])
        return str(next(found))

    def sync(self) -> None:
        """Look through both systems for people and members, then do all that is due."""
        for name in ("hubspot", "salesforce"):
            self.pair.sweep(name)
        for _ in range(2):
            self.read()

    def read(self) -> None:
        """Read the members of all campaigns at both, then do all that is due."""
        with self.database.begin() as tx:
            for name in ("hubspot", "salesforce"):
                feeds.hurry(tx, name, "members")
        self.pair.settle()

    def figures(self) -> None:
        """Sum up all campaigns, then do all that is due."""
        with self.database.begin() as tx:
            for name in ("hubspot", "salesforce"):
                feeds.hurry(tx, name, "figures")
        self.pair.settle()

    def fault(self, **rule: Any) -> None:
        """Salesforce misbehaves like this."""
        self.pair.control(self.pair.salesforce, "faults", rules=[rule])

    def edit(self, object_: str, id_: str, **fields: Any) -> None:
        """A person changes a record in Salesforce."""
        self.pair.control(
            self.pair.salesforce, "edit", object=object_, id=id_, fields=fields
        )  # fmt: skip

    def make(self, object_: str, **fields: Any) -> str:
        """A person makes a record in Salesforce."""
        seeded = self.pair.control(
            self.pair.salesforce, "seed", records=[{"object": object_, "fields": fields}]
        )
        return str(seeded["ids"][0])

    def convert(self, lead: str) -> None:
        """A rep converts a lead."""
        self.pair.control(self.pair.salesforce, "convert", lead=lead)

    def delete_member(self, name: str) -> None:
        """A person takes somebody out in Salesforce."""
        self.delete("CampaignMember", self.member_id(name))

    def delete(self, object_: str, id_: str) -> None:
        """A person deletes a record in Salesforce."""
        headers = {"authorization": "Bearer sandbox-token"}
        path = f"/services/data/v59.0/sobjects/{object_}/{id_}"
        answer = self.pair.http.delete(self.pair.salesforce + path, headers=headers)
        assert answer.status_code == 204, answer.text

    def calls(self) -> dict[str, int]:
        """Calls that Salesforce has had by endpoint, since this was asked last."""
        path = f"{self.pair.salesforce}/_sandbox/calls"
        found: dict[str, int] = self.pair.http.get(path).json()["by_endpoint"]
        self.pair.http.delete(path)
        return found


@contextmanager
def campaigns(database: Database) -> Iterator[Campaigns]:
    """Both sandboxes, empty and without limits, connected."""
    with pair(database) as found:
        found.connect({}, {})
        yield Campaigns(found)

"""What a mapping can say, carried out between the two vendors' sandboxes over HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from app.accounts import Accounts
from app.configuring import (
    ConnectionSpec,
    Invalid,
    keep_tried,
    read_text,
    save_connection,
    save_document,
    try_out,
)
from app.jobs import Lanes
from app.store import lanes
from app.store.db import Database
from app.vault import Vault
from connectors.hubspot.adapter import HubSpot
from connectors.hubspot.sandbox.app import create as hubspot_sandbox
from connectors.salesforce.sandbox.app import create as salesforce_sandbox
from connectors.sandbox.server import Running
from mappings.presets import preset_text, presets
from tests.support.world import HURRY

SUBSCRIPTION = {
    "name": "subscription",
    "labels": {"singular": "Subscription", "plural": "Subscriptions"},
    "primaryDisplayProperty": "title",
    "requiredProperties": ["title"],
    "properties": [
        {"name": "title", "label": "Title", "type": "string", "fieldType": "text"},
        {"name": "seats", "label": "Seats", "type": "number", "fieldType": "number"},
    ],
}
KEY = {"name": "Baton_Key__c", "externalId": True, "unique": True, "caseSensitive": True}
ORDERED = {
    "name": "Subscription__c",
    "fields": [KEY, {"name": "Seats__c", "type": "double"}],
}
FIELDS = [
    {"name": "title", "ma": "title", "sfa": "Name"},
    {"name": "seats", "type": "number", "ma": "seats", "sfa": "Seats__c"},
]


@dataclass
class Both:
    """Both sandboxes and Baton between them, its lanes drained by hand."""

    database: Database
    accounts: Accounts
    http: httpx.Client
    hubspot: str
    salesforce: str
    woken: set[str] = field(default_factory=set)

    def control(self, url: str, path: str, **body: Any) -> Any:
        answer = self.http.post(f"{url}/_sandbox/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def dump(self, url: str, object_: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(
            f"{url}/_sandbox/dump", params={"object": object_}
        ).json()
        return found

    def api(self, path: str, body: Any) -> Any:
        """HubSpot's own API."""
        headers = {"authorization": "Bearer sandbox-token"}
        answer = self.http.post(f"{self.hubspot}{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    def connect(self, **custom: str) -> None:
        """Save both connections and try them out, which reads schemas and owners.

        `custom` are kinds and HubSpot's objects of them.
        """
        hubspot = {
            "base_url": self.hubspot,
            "search_lag_s": 0,
            "requests_per_10_s": 100_000,  # no test of budgets
            "custom_objects": custom,
        }
        salesforce = {
            "instance_url": self.salesforce,
            "flow": "static",
            "custom_objects": dict.fromkeys(custom, "Subscription__c"),
        }
        self.save("hubspot", "ma", hubspot)
        self.save("salesforce", "sfa", salesforce)

    def save(self, vendor: str, role: str, settings: dict[str, Any]) -> None:
        body = {"name": vendor, "vendor": vendor, "role": role, "settings": settings}
        secrets = {"secrets": {"access_token": "sandbox-token"}, "options": {"poll_s": 3600}}
        with self.database.begin() as tx:
            save_connection(tx, self.accounts, ConnectionSpec.model_validate({**body, **secrets}))
        connector = self.accounts.connector(vendor)
        if isinstance(connector, HubSpot):
            connector.install()
        tried = try_out(connector)
        assert tried.problems == ()
        with self.database.begin() as tx:
            keep_tried(tx, vendor, tried)

    def map(self, body: dict[str, Any]) -> None:
        with self.database.begin() as tx:
            save_document(tx, "mapping", "main", body)

    def sync(self) -> None:
        """Look through both systems, then do all that is due."""
        with self.database.begin() as tx:
            tx.exec_driver_sql("UPDATE feed SET due_at = now() - interval '1 second'")
        drained = Lanes(self.database, self.accounts, self.woken.update, sleep=lambda _: None)
        for _ in range(30):
            with self.database.begin() as tx:
                tx.execute(HURRY)
                due = lanes.due(tx)
            if not due:
                return
            for lane in due:
                drained.drain(lane)
        raise AssertionError(f"never quiet: {due}")


@pytest.fixture
def both(database: Database) -> Iterator[Both]:
    with ExitStack() as stack:
        http = stack.enter_context(httpx.Client(timeout=30))
        hubspot = stack.enter_context(Running(hubspot_sandbox()))
        salesforce = stack.enter_context(Running(salesforce_sandbox()))
        accounts = Accounts(database, Vault((b"k" * 32,)), http, frozenset({"127.0.0.1"}))
        found = Both(database, accounts, http, hubspot.url, salesforce.url)
        config = {"limits": False, "private_app_token": "sandbox-token", "seeded_age_s": 0}
        found.control(hubspot.url, "reset", config=config)
        found.control(salesforce.url, "reset", config={"static_token": "sandbox-token"})
        yield found


def test_custom_objects_are_synced_both_ways(both: Both) -> None:
    """A HubSpot custom object and a Salesforce one, named by each connection as one kind."""
    type_id = both.api("/crm/v3/schemas", SUBSCRIPTION)["objectTypeId"]
    both.control(both.salesforce, "objects", **ORDERED)
    both.connect(subscription=type_id)
    both.map({"kind": "subscription", "fields": FIELDS})
    gold = {"properties": {"title": "Gold", "seats": "3"}}
    made = both.api(f"/crm/v3/objects/{type_id}", gold)

    both.sync()
    (there,) = both.dump(both.salesforce, "Subscription__c")
    assert (there["fields"]["Name"], there["fields"]["Seats__c"]) == ("Gold", 3)

    both.control(
        both.salesforce, "edit", object="Subscription__c", id=there["id"], fields={"Seats__c": 5}
    )
    both.sync()
    both.sync()

    (here,) = both.dump(both.hubspot, type_id)
    assert (here["id"], here["properties"]["seats"]) == (made["id"], "5")
    assert len(both.dump(both.salesforce, "Subscription__c")) == 1


def test_a_kind_that_no_connection_has_is_refused(both: Both) -> None:
    """It says where the object is to be named."""
    both.connect()

    with pytest.raises(Invalid) as refused:
        both.map({"kind": "subscription", "fields": FIELDS})

    assert [(one.pointer, one.message) for one in refused.value.problems] == [
        (
            "/kind",
            (
                f'"{name}" has no "subscription"; '
                "set custom_objects: {subscription: <its object>} at the connection"
            ),
        )
        for name in ("hubspot", "salesforce")
    ]


def test_new_records_get_their_record_type_by_its_developer_name(both: Both) -> None:
    """The name is the same in every org; the live schema says which there are, and the ids."""
    type_ = {"Name": "Partner", "DeveloperName": "Partner", "SobjectType": "Lead", "IsActive": True}
    seeded = both.control(
        both.salesforce, "seed", records=[{"object": "RecordType", "fields": type_}]
    )
    both.connect()
    create = {"object": "Lead", "set": {"RecordTypeId": "Partner", "Company": "-"}}
    names = [
        {"name": "email", "type": "email", "ma": "email", "sfa": "Email"},
        {"name": "last", "ma": "lastname", "sfa": "LastName", "default": {"sfa": "-"}},
    ]
    both.map({"kind": "person", "create": {"ma": False, "sfa": create}, "fields": names})
    person = {"properties": {"email": "ada@example.com", "lastname": "Lovelace"}}
    both.api("/crm/v3/objects/contacts", person)

    both.sync()

    (lead,) = both.dump(both.salesforce, "Lead")
    made = lead["fields"]
    assert (made["LastName"], made["RecordTypeId"]) == ("Lovelace", seeded["ids"][0])
    wrong = {**create, "set": {"RecordTypeId": "Partnr"}}
    with pytest.raises(Invalid) as refused:
        both.map({"kind": "person", "create": {"ma": False, "sfa": wrong}, "fields": names})
    assert 'has no choice "Partnr"; did you mean "Partner"?' in str(refused.value)


@pytest.mark.parametrize("name", presets())
def test_each_preset_can_be_saved_for_fresh_accounts(both: Both, name: str) -> None:
    """As it is, against the schemas that the two describe."""
    fields = ["Score", "Grade", "Hot_Since", "Reasons"]
    types = dict(zip(fields, ["double", "string", "datetime", "textarea"], strict=True))
    own = [{"name": f"Baton_{one}__c", "type": type_} for one, type_ in types.items()]
    for object_ in ("Lead", "Contact"):
        both.control(both.salesforce, "fields", object=object_, fields=own)
    both.connect()

    both.map(read_text(preset_text(name), name))

"""The adapter, opened against a mocked org (respx) or any URL such as a running sandbox."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import respx

from connectors.base import Ref
from connectors.salesforce import CONNECTOR
from connectors.salesforce.adapter import Adapter
from connectors.salesforce.sandbox.app import create
from connectors.sandbox.server import Running
from connectors.vendor import Opening
from connectors.wire import Budget, Unlimited
from tests.support.http import client as http_client

ORG = "https://acme.my.salesforce.com"
DATA = f"{ORG}/services/data/v59.0"

TEXT = {"type": "string", "length": 255, "nillable": True, "createable": True, "updateable": True}
STATE = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp", "IsDeleted", "MasterRecordId")
SCHEMA: dict[str, dict[str, dict[str, Any]]] = {
    "Lead": {
        "LastName": TEXT | {"nillable": False, "length": 80},
        "Company": TEXT | {"nillable": False},
        "Email": {"type": "email", "length": 80, "updateable": True},
        "Status": {
            "type": "picklist",
            "updateable": True,
            "nillable": False,
            "defaultedOnCreate": True,
            "createable": True,
            "picklistValues": [
                {"value": "Open", "active": True},
                {"value": "Old", "active": False},
                {"value": "Closed", "active": True},
            ],
        },
        "Hot_Since__c": {"type": "datetime", "updateable": True},
        "Address": {"type": "address"},
        "OwnerId": {"type": "reference", "updateable": True},
        "IsConverted": {"type": "boolean", "createable": True, "nillable": False},
        "ConvertedContactId": {"type": "reference"},
        "Baton_Key__c": TEXT,
    },
    "Contact": {
        "LastName": TEXT,
        "Email": {"type": "email"},
        "OwnerId": {"type": "reference"},
        "Baton_Key__c": TEXT,
    },
    "Account": {"Name": TEXT, "Baton_Key__c": TEXT},
    "Opportunity": {"Name": TEXT, "Amount": {"type": "currency"}, "Baton_Key__c": TEXT},
    "Task": {"Subject": TEXT, "WhoId": {"type": "reference"}, "Baton_Key__c": TEXT},
}


@dataclass
class Kept:
    """What the adapter asked its host to store, in order."""

    secrets: list[Mapping[str, str]] = field(default_factory=list)


@pytest.fixture
def kept() -> Kept:
    return Kept()


OpenAt = Callable[..., Adapter]


@pytest.fixture
def open_at(kept: Kept) -> Iterator[OpenAt]:
    """Open the adapter at a URL; without `secrets` by the sandbox's static token."""
    with http_client() as http:

        def opened(
            url: str = ORG,
            *,
            secrets: Mapping[str, str] | None = None,
            budget: Budget | None = None,
            **settings: Any,
        ) -> Adapter:
            given = {"instance_url": url, "flow": "static"} | settings
            opening = Opening(
                name="sfa",
                settings=given,
                secrets=secrets or {"access_token": "sandbox-token"},
                http=http,
                budget=budget or Unlimited(),
                keep=kept.secrets.append,
                hosts=frozenset({"127.0.0.1"}),
            )
            adapter = CONNECTOR.open(opening)
            assert isinstance(adapter, Adapter)
            return adapter

        yield opened


@pytest.fixture
def org() -> Iterator[respx.MockRouter]:
    """A mocked org that describes its objects; every other route is the test's."""
    with respx.mock(base_url=DATA, assert_all_called=False) as router:
        for name, fields in SCHEMA.items():
            state: dict[str, dict[str, Any]] = {each: {"type": "string"} for each in STATE}
            if name in {"Opportunity", "Task"}:
                del state["MasterRecordId"]
            rows = [{"name": n, "label": n} | d for n, d in (state | fields).items()]
            router.get(f"/sobjects/{name}/describe", name=f"describe {name}").respond(
                json={"name": name, "fields": rows}
            )
        yield router


@pytest.fixture
def adapter(org: respx.MockRouter, open_at: OpenAt) -> Adapter:  # noqa: ARG001  mocked first
    return open_at()


class Crm:
    """The sandbox, as its people and its admin see it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = http_client(base_url=url)

    def close(self) -> None:
        self._http.close()

    def seed(self, name: str, *rows: Mapping[str, Any]) -> list[str]:
        records = [{"object": name, "fields": dict(row)} for row in rows]
        ids: list[str] = self._post("seed", {"records": records})["ids"]
        return ids

    def lead(self, name: str, **fields: Any) -> Ref:
        row = {"LastName": name, "Company": "X", "Email": f"{name}@x.example".lower()} | fields
        return Ref("person", self.seed("Lead", row)[0])

    def create(self, name: str, **fields: Any) -> str:
        """A rep makes a record."""
        made: str = self._post("create", {"object": name, "fields": fields})["id"]
        return made

    def change(self, name: str, id_: str, **fields: Any) -> None:
        """A rep changes a record."""
        self._post("edit", {"object": name, "id": id_, "fields": fields})

    def edit(self, ref: Ref, **fields: Any) -> None:
        self._post("edit", {"object": "Lead", "id": ref.id, "fields": fields})

    def convert(self, ref: Ref) -> Ref:
        return Ref("person", self._post("convert", {"lead": ref.id})["contact_id"])

    def lock(self, ref: Ref) -> None:
        self._post("lock", {"ids": [ref.id]})

    def fault(self, method: str, path: str, **rule: Any) -> None:
        rule = {"method": method, "path": path, "times": 1} | rule
        self._post("faults", {"rules": [rule]})

    def add_fields(self, name: str, *fields: Mapping[str, Any]) -> None:
        """An admin sets fields up; keys as in describe."""
        self._post("fields", {"object": name, "fields": [dict(one) for one in fields]})

    def add_object(self, name: str) -> None:
        self._post("objects", {"name": name, "fields": []})

    def configure(self, **config: Any) -> None:
        self._http.patch("/_sandbox/config", json=config).raise_for_status()

    def rest(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(
            method,
            f"/services/data/v59.0/{path}",
            json=body,
            headers={"Authorization": "Bearer sandbox-token"},
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def all(self, name: str) -> list[dict[str, Any]]:
        rows = self._http.get("/_sandbox/dump", params={"object": name}).json()
        return [row["fields"] for row in rows if not row["fields"]["IsDeleted"]]

    def dump(self) -> Any:
        return self._http.get("/_sandbox/dump").json()

    def calls(self) -> Mapping[str, int]:
        counted: Mapping[str, int] = self._http.get("/_sandbox/calls").json()["by_endpoint"]
        return counted

    def _post(self, path: str, body: Any) -> Any:
        answer = self._http.post(f"/_sandbox/{path}", json=body)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture
def crm() -> Iterator[Crm]:
    """A fresh sandbox over HTTP."""
    with Running(create()) as sandbox:
        crm = Crm(sandbox.url)
        yield crm
        crm.close()

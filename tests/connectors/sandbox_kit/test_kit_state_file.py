"""The state file: what a sandbox remembers over a restart, for both vendors."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.hubspot.sandbox import app as hubspot
from connectors.hubspot.sandbox.config import Config as HubSpotConfig
from connectors.salesforce.sandbox import app as salesforce
from connectors.salesforce.sandbox.config import Config as SalesforceConfig
from connectors.sandbox.server import Running
from connectors.sandbox.state_file import Broken

TOKEN = {"Authorization": "Bearer sandbox-token"}
V = "/services/data/v59.0"


def hubspot_on(file: Path) -> Running:
    return Running(hubspot.create(HubSpotConfig(state_file=str(file))))


def salesforce_on(file: Path) -> Running:
    return Running(salesforce.create(SalesforceConfig(state_file=str(file))))


def client(running: Running) -> httpx.Client:
    return httpx.Client(base_url=running.url, headers=TOKEN)


def ok(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def test_hubspot_remembers(tmp_path: Path) -> None:
    """Records with history, links, owners, own properties, lists, subscriptions, the journal."""
    file = tmp_path / "hubspot.jsonl"
    with hubspot_on(file) as running, client(running) as http:
        person = ok(
            http.post("/crm/v3/objects/contacts", json={"properties": {"email": "a@x.com"}})
        )
        firm = ok(http.post("/crm/v3/objects/companies", json={"properties": {"name": "C"}}))
        path = f"/crm/v4/objects/contacts/{person['id']}/associations"
        ok(http.put(f"{path}/default/companies/{firm['id']}"))
        made = {"name": "own", "label": "Own", "type": "string", "fieldType": "text",
                "groupName": "contactinformation", "hasUniqueValue": True}  # fmt: skip
        ok(http.post("/crm/v3/properties/contacts", json=made))
        ok(
            http.post(
                "/_sandbox/seed", json={"records": [{"object": "owners", "email": "o@x.com"}]}
            )
        )
        wanted = {"subscriptionType": "OBJECT", "objectTypeId": "0-1", "portalId": 48_000_001,
                  "actions": ["UPDATE"]}  # fmt: skip
        ok(http.post("/webhooks-journal/subscriptions/2026-03", json=wanted))
        change = {"properties": {"own": "1", "phone": "7"}}
        ok(http.patch(f"/crm/v3/objects/contacts/{person['id']}", json=change))
        before = ok(http.get("/_sandbox/dump"))
        offset = ok(http.get("/webhooks-journal/journal/2026-03/latest"))["currentOffset"]

    with hubspot_on(file) as running, client(running) as http:
        after = ok(http.get("/_sandbox/dump"))
        ends = ok(http.get(f"{path}/companies"))["results"]
        by_own = http.get("/crm/v3/objects/contacts/1", params={"idProperty": "own"})
        again = http.post("/crm/v3/objects/contacts", json={"properties": {"email": "a@x.com"}})
        other = ok(http.post("/crm/v3/objects/contacts", json={"properties": {"email": "b@x.com"}}))
        latest = ok(http.get("/webhooks-journal/journal/2026-03/latest"))["currentOffset"]
        subscribed = ok(http.get("/webhooks-journal/subscriptions/2026-03"))["results"]

    assert after["objects"] == before["objects"]
    assert after["owners"] == before["owners"]
    assert [str(end["toObjectId"]) for end in ends] == [firm["id"]]
    assert (by_own.json()["id"], again.status_code) == (person["id"], 409)
    assert int(other["id"]) > int(person["id"])
    assert (latest, [one["actions"] for one in subscribed]) == (offset, [["UPDATE"]])


def test_salesforce_remembers(tmp_path: Path) -> None:
    """Records, deleted ones too, with history, own fields and objects; ids go on counting."""
    file = tmp_path / "salesforce.jsonl"
    with salesforce_on(file) as running, client(running) as http:
        fields = [{"name": "Own__c", "externalId": True}]
        ok(http.post("/_sandbox/fields", json={"object": "Lead", "fields": fields}))
        ok(http.post("/_sandbox/objects", json={"name": "Car__c"}))
        lead = {"LastName": "L", "Company": "C", "Own__c": "k"}
        made = ok(http.post(f"{V}/sobjects/Lead", json=lead))["id"]
        car = ok(http.post(f"{V}/sobjects/Car__c", json={"Name": "Beetle"}))["id"]
        gone = ok(http.post(f"{V}/sobjects/Lead", json={**lead, "Own__c": "x"}))["id"]
        ok(http.delete(f"{V}/sobjects/Lead/{gone}"))
        before = ok(http.get("/_sandbox/dump"))["objects"]

    with salesforce_on(file) as running, client(running) as http:
        after = ok(http.get("/_sandbox/dump"))["objects"]
        by_key = ok(http.get(f"{V}/sobjects/Lead/Own__c/k"))
        named = ok(http.get(f"{V}/query", params={"q": "SELECT Name FROM Car__c"}))
        more = ok(http.post(f"{V}/sobjects/Lead", json={**lead, "Own__c": "y"}))["id"]
        types = ok(http.get(f"{V}/sobjects/Car__c/describe"))["keyPrefix"]

    assert after == before
    assert (by_key["Id"], types) == (made, car[:3])
    assert [row["Name"] for row in named["records"]] == ["Beetle"]
    assert more not in {made, gone}


def test_saved_on_request_as_json_lines(tmp_path: Path) -> None:
    """`POST /_sandbox/save` writes the file at once, one JSON object a line."""
    file = tmp_path / "state.jsonl"
    with hubspot_on(file) as running, client(running) as http:
        seed = [{"object": "contacts", "properties": {"email": "ä@x.com"}}]
        ok(http.post("/_sandbox/seed", json={"records": seed}))
        saved = ok(http.post("/_sandbox/save"))
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]

    assert lines[0] == {"sandbox": "hubspot", "format": 1}
    assert saved == {"saved": len(lines), "file": str(file)}
    assert [one["values"]["email"] for one in lines if "record" in one] == ["ä@x.com"]
    assert list(tmp_path.iterdir()) == [file]


def test_without_a_file_nothing_is_written(tmp_path: Path) -> None:
    """Memory only is the default; saving is refused with advice."""
    with Running(hubspot.create()) as running, client(running) as http:
        answer = http.post("/_sandbox/save")

    assert answer.status_code == 400
    assert "state_file" in answer.json()["error"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    ["", "{", '{"sandbox":"salesforce","format":1}\n', '{"sandbox":"hubspot","format":2}\n',
     '{"sandbox":"hubspot","format":1}\n{"nonsense":1}\n',
     '{"sandbox":"hubspot","format":1}\n{"record":"1"}\n'],
)  # fmt: skip
def test_broken_file_stops_the_start(tmp_path: Path, content: str) -> None:
    """A file of another vendor, of another format, or damaged is named and left as it is."""
    file = tmp_path / "state.jsonl"
    file.write_text(content)

    with pytest.raises(Broken, match=r"state\.jsonl"):
        hubspot.create(HubSpotConfig(state_file=str(file)))
    assert file.read_text() == content

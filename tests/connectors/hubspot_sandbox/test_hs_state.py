"""What a restart of HubSpot would not lose, a restart with a state file does not lose either."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from connectors.hubspot.sandbox.app import create
from connectors.hubspot.sandbox.config import Config
from connectors.sandbox.server import Running

CONFIGURATIONS = "/crm/v4/associations/definitions/configurations"
JOURNAL = "/webhooks-journal/subscriptions/2026-03"


@contextlib.contextmanager
def account_on(file: Path) -> Iterator[httpx.Client]:
    """A sandbox that keeps its state in a file."""
    headers = {"Authorization": "Bearer sandbox-token"}
    with (
        Running(create(Config(state_file=str(file)))) as running,
        httpx.Client(base_url=running.url, headers=headers) as http,
    ):
        yield http


def ok(http: httpx.Client, method: str, path: str, body: Any = None) -> Any:
    answer = http.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json()


def _fill(http: httpx.Client) -> dict[str, str]:
    """One of everything; paths by what they lead to."""
    ok(http, "POST", "/crm/v3/objects/contacts", {"properties": {"email": "a@x.com"}})
    limit = {"inputs": [{"category": "HUBSPOT_DEFINED", "typeId": 4, "maxToObjectIds": 7}]}
    ok(http, "POST", f"{CONFIGURATIONS}/contacts/deals/batch/create", limit)
    columns = [{"columnObjectTypeId": "0-1", "propertyName": "email"}]
    page = {"hasHeader": False, "columnMappings": columns}
    request = {"name": "I", "files": [{"fileName": "c.csv", "fileImportPage": page}]}
    job = http.post(
        "/crm/v3/imports/", data={"importRequest": json.dumps(request)},
        files={"files": ("c.csv", b"nonsense\n", "text/csv")},
    ).json()["id"]  # fmt: skip
    export = ok(http, "POST", "/crm/v3/exports/export/async", {
        "exportType": "VIEW", "exportName": "E", "format": "CSV", "objectType": "CONTACT",
        "objectProperties": ["email"],
    })["id"]  # fmt: skip
    app = "/integrators/timeline/v3/1234567/event-templates"
    made = ok(http, "POST", app, {"name": "T", "objectType": "contacts", "tokens": []})["id"]
    event = {"eventTemplateId": made, "email": "a@x.com", "tokens": {}, "id": "e1"}
    ok(http, "POST", "/integrators/timeline/v3/events", event)
    wanted = {
        "subscriptionType": "OBJECT", "objectTypeId": "0-1", "portalId": 48_000_001,
        "actions": ["UPDATE"],
    }  # fmt: skip
    number = ok(http, "POST", JOURNAL, wanted)["id"]
    one = {"filterType": "CRM_OBJECT_PROPERTY", "property": "city", "operator": "IS_EMPTY"}
    body = {"subscriptionId": number, "filter": {"conditions": [one]}}
    judged = ok(http, "POST", f"{JOURNAL}/filters", body)["filterId"]
    return {
        "limits": f"{CONFIGURATIONS}/contacts/deals",
        "import errors": f"/crm/v3/imports/{job}/errors",
        "export": f"/crm/exports/2026-03/export/{export}",
        "event": f"/integrators/timeline/v3/events/{made}/e1",
        "filter": f"{JOURNAL}/filters/{judged}",
    }  # fmt: skip


def test_all_of_it_is_there_again(tmp_path: Path) -> None:
    """Association limits, imports with errors, exports, timelines, journal filters."""
    with account_on(tmp_path / "state.jsonl") as http:
        paths = _fill(http)
        before = {name: ok(http, "GET", path) for name, path in paths.items()}

    with account_on(tmp_path / "state.jsonl") as http:
        after = {name: ok(http, "GET", path) for name, path in paths.items()}

    assert after == before
    assert before["limits"]["results"][0]["userEnforcedMaxToObjectIds"] == 7
    assert before["import errors"]["results"][0]["errorType"] == "INVALID_EMAIL"

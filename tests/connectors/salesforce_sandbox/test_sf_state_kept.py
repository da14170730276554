"""What a restart of a real org would not lose, the state file keeps: sessions, jobs, events."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]  # ships no types
import httpx

from connectors.salesforce.sandbox.app import create
from connectors.salesforce.sandbox.config import Config
from connectors.salesforce.sandbox.events import proto
from connectors.sandbox.server import Running
from tests.connectors.salesforce_sandbox.events.conftest import Client

V = "/services/data/v59.0"
LEADS = "/data/LeadChangeEvent"


@contextmanager
def running(file: Path) -> Iterator[httpx.Client]:
    config = Config(state_file=str(file), cdc_entities=["Lead"])
    headers = {"Authorization": "Bearer sandbox-token"}
    with (
        Running(create(config)) as sandbox,
        httpx.Client(base_url=sandbox.url, headers=headers) as http,
    ):
        yield http


def pubsub(http: httpx.Client) -> Client:
    status = http.get("/_sandbox/pubsub").json()
    metadata = {"accesstoken": "sandbox-token", "instanceurl": "x", "tenantid": status["tenant_id"]}
    return Client(grpc.insecure_channel(status["endpoint"]), tuple(metadata.items()))


def sign_in(http: httpx.Client, **form: str) -> Any:
    return http.post("/services/oauth2/token", data={"client_id": "a", **form}).json()


def test_sessions_and_what_was_used(tmp_path: Path) -> None:
    """An access token holds, a refresh token too, and the day's calls are counted on."""
    file = tmp_path / "state.jsonl"
    with running(file) as http:
        http.patch("/_sandbox/config", json={"refresh_tokens": "issued"})
        asked = {"redirect_uri": "http://x/cb", "state": "s"}
        place = http.get("/services/oauth2/authorize", params=asked).headers["Location"]
        code = httpx.URL(place).params["code"]
        tokens = sign_in(
            http, grant_type="authorization_code", code=code, redirect_uri="http://x/cb"
        )
        http.get(f"{V}/limits")

    with running(file) as http:
        http.patch("/_sandbox/config", json={"refresh_tokens": "issued"})
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        answer = http.get(f"{V}/limits", headers=bearer)
        refreshed = sign_in(http, grant_type="refresh_token", refresh_token=tokens["refresh_token"])

    assert answer.status_code == 200
    assert answer.headers["Sforce-Limit-Info"] == "api-usage=2/100000"
    assert refreshed["token_type"] == "Bearer"


def test_bulk_jobs_and_their_results(tmp_path: Path) -> None:
    """Of both Bulk APIs; an open job goes on."""
    file = tmp_path / "state.jsonl"
    csv = "LastName,Company\nÄ,X\n"
    with running(file) as http:
        job = http.post(f"{V}/jobs/ingest", json={"object": "Lead", "operation": "insert"}).json()
        http.put(f"{V}/jobs/ingest/{job['id']}/batches", content=csv.encode())
        asked = {"operation": "query", "object": "Lead", "contentType": "JSON"}
        old = http.post("/services/async/59.0/job", json=asked).json()

    with running(file) as http:
        done = http.patch(f"{V}/jobs/ingest/{job['id']}", json={"state": "UploadComplete"})
        path = f"/services/async/59.0/job/{old['id']}/batch"
        batch = http.post(path, content="SELECT LastName FROM Lead").json()

    with running(file) as http:
        results = http.get(f"{V}/jobs/ingest/{job['id']}/successfulResults").text
        state = http.get(f"{path}/{batch['id']}").json()["state"]

    assert done.json()["state"] == "UploadComplete"
    assert results.splitlines()[1].endswith('"true","Ä","X"')
    assert state == "Completed"


def test_events_with_their_replay_ids(tmp_path: Path) -> None:
    """A subscriber goes on behind the event it saw last; new events come behind the kept ones."""
    file = tmp_path / "state.jsonl"
    lead = {"LastName": "A", "Company": "X"}
    with running(file) as http:
        for name in ("A", "B"):
            http.post(f"{V}/sobjects/Lead", json={**lead, "LastName": name})
        client = pubsub(http)
        first, second = client.subscribe(LEADS, 2).take(2)
        client.channel.close()

    with running(file) as http:
        http.post(f"{V}/sobjects/Lead", json={**lead, "LastName": "C"})
        client = pubsub(http)
        again, new = client.subscribe(LEADS, 2, proto.CUSTOM, first.replay_id).take(2)
        names = [client.decoded(event)["Name"]["LastName"] for event in (again, new)]
        client.channel.close()

    assert (again.replay_id, again.event) == (second.replay_id, second.event)
    assert names == ["B", "C"]
    assert new.replay_id > second.replay_id

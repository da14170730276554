"""Whatever is asked of a sandbox, it never breaks, and always answers in its vendor's way."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from starlette.types import ASGIApp

from connectors.hubspot.sandbox import app as hubspot
from connectors.hubspot.sandbox.config import Config as HubSpotConfig
from connectors.salesforce.sandbox import app as salesforce
from connectors.salesforce.sandbox.config import Config as SalesforceConfig
from tests.connectors.sandbox_kit.hostile import Generator, Hostile

HUBSPOT_SEED = [
    {"object": "contacts", "properties": {"email": "a@x.com", "hubspotscore": "7"}},
    {"object": "companies", "properties": {"name": "Acme"}},
    {"object": "deals", "properties": {"dealname": "D"}},
]
SALESFORCE_SEED = [
    {"object": "Lead", "fields": {"LastName": "L", "Company": "C", "Email": "a@x.com"}},
    {"object": "Account", "fields": {"Name": "Acme"}},
    {"object": "Contact", "fields": {"LastName": "C", "Email": "c@x.com"}},
]
PLAIN = {"Bad_OAuth_Token", "Missing_OAuth_Token"}  # Salesforce's identity service says it so
NO_BODY = {"HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Sandbox:
    """`create` takes the path of a state file, or None."""

    create: Callable[[str | None], ASGIApp]
    seed: list[dict[str, Any]]


SANDBOXES = {
    "hubspot": Sandbox(
        lambda file: hubspot.create(HubSpotConfig(limits=False, state_file=file)), HUBSPOT_SEED
    ),
    "salesforce": Sandbox(
        lambda file: salesforce.create(SalesforceConfig(state_file=file)), SALESFORCE_SEED
    ),
}


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def complaint(asked: Hostile, answer: httpx.Response) -> str | None:
    """What is wrong with an answer."""
    soap_fault = "/Soap/" in asked.url and answer.status_code == 500  # as SOAP 1.1 demands
    if answer.status_code >= 500 and not soap_fault:
        return f"status {answer.status_code}"
    kind = answer.headers.get("content-type", "").partition(";")[0]
    try:
        if asked.method not in NO_BODY and kind == "application/json":
            json.loads(answer.content, parse_constant=_no_constant)
        elif asked.method not in NO_BODY and kind in {"text/xml", "application/xml"}:
            fromstring(answer.content)
        elif answer.is_client_error and asked.method not in NO_BODY and answer.text not in PLAIN:
            return f"status {answer.status_code} with {kind!r}: {answer.text[:80]!r}"
    except ValueError as error:
        return f"malformed {kind}: {error}"
    return None


def _client(app: ASGIApp) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://sandbox")


async def _fuzz(sandbox: Sandbox, http: httpx.AsyncClient, *, seed: int, count: int) -> list[str]:
    """What was wrong with the answers to so many requests."""
    paths = (await http.get("/_sandbox/openapi.json")).json()["paths"]
    seeded = await http.post("/_sandbox/seed", json={"records": sandbox.seed})
    operations = [(method.upper(), path) for path in paths for method in paths[path]]
    query = {
        one["name"]
        for path in paths.values()
        for operation in path.values()
        for one in operation["parameters"]
        if one["in"] == "query"
    }
    known = [*seeded.json()["ids"], *(record["object"] for record in sandbox.seed)]
    generator = Generator(seed, operations, sorted(query), "sandbox-token", known)
    found = []
    for _ in range(count):
        asked = generator.request()
        answer = await http.request(
            asked.method, asked.url, headers=asked.headers, content=asked.content
        )
        if answer.is_success and answer.content[:1] == b"{":
            generator.learn(answer.json())
        if (wrong := complaint(asked, answer)) is not None:
            found.append(f"{wrong}: {asked}")
    return found


async def _fresh(name: str, *, seed: int, count: int) -> list[str]:
    async with _client(SANDBOXES[name].create(None)) as http:
        return await _fuzz(SANDBOXES[name], http, seed=seed, count=count)


@pytest.mark.parametrize("name", sorted(SANDBOXES))
def test_a_thousand_hostile_requests(name: str) -> None:
    """No 5xx, and every answer and refusal is well-formed JSON or XML."""
    assert asyncio.run(_fresh(name, seed=1, count=1000)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SANDBOXES))
@pytest.mark.parametrize("seed", [2, 3])
def test_ten_thousand_hostile_requests(name: str, seed: int) -> None:
    """The same in full size."""
    assert asyncio.run(_fresh(name, seed=seed, count=10_000)) == []


@pytest.mark.parametrize("name", sorted(SANDBOXES))
def test_what_they_leave_can_be_kept(name: str, tmp_path: Path) -> None:
    """Nothing that a request may put into a sandbox breaks its state file."""
    file = str(tmp_path / "state.jsonl")

    async def kept() -> tuple[Any, Any]:
        async with _client(SANDBOXES[name].create(file)) as http:
            await _fuzz(SANDBOXES[name], http, seed=4, count=500)
            before = (await http.get("/_sandbox/dump")).json()["objects"]
            assert (await http.post("/_sandbox/save")).json()["file"] == file
        async with _client(SANDBOXES[name].create(file)) as http:
            return before, (await http.get("/_sandbox/dump")).json()["objects"]

    before, after = asyncio.run(kept())
    assert after == before

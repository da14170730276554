"""The OpenAPI document of each sandbox: it holds every route, and tools can work from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from connectors.hubspot.sandbox import app as hubspot
from connectors.hubspot.sandbox.config import Config
from connectors.salesforce.sandbox import app as salesforce
from connectors.sandbox.server import Running

FEW = settings(
    max_examples=60, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
TOKEN = {"Authorization": "Bearer sandbox-token"}
DOCUMENT = "/_sandbox/openapi.json"


@dataclass(frozen=True, slots=True)
class Described:
    """A sandbox that runs, and what schemathesis reads out of its document."""

    name: str
    url: str
    operations: list[Any]

    def document(self) -> Any:
        return httpx.get(self.url + DOCUMENT).json()


@pytest.fixture(scope="module", params=["hubspot", "salesforce"])
def described(request: pytest.FixtureRequest) -> Iterator[Described]:
    made = salesforce.create()
    if request.param == "hubspot":
        made = hubspot.create(Config(limits=False))
    with Running(made) as running:
        schema = schemathesis.openapi.from_url(running.url + DOCUMENT)
        read = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
        yield Described(request.param, running.url, read)


WELL_KNOWN = {
    "hubspot": [
        ("post", "/crm/v3/objects/{type}/batch/upsert"),
        ("get", "/webhooks-journal/journal/2026-03/offset/{offset}/next"),
    ],
    "salesforce": [
        ("patch", "/services/data/v{version}/sobjects/{object}/{field}/{value}"),
        ("post", "/services/Soap/{kind}/{version}"),
    ],
}


def test_document_holds_the_routes(described: Described) -> None:
    """Paths as vendors write them, with exactly their parameters, and no name twice."""
    paths = described.document()["paths"]

    assert [path for method, path in WELL_KNOWN[described.name] if method not in paths[path]] == []
    for path, operations in paths.items():
        for operation in operations.values():
            named = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
            assert sorted(named) == sorted(part.split("}")[0] for part in path.split("{")[1:])
    ids = [operation["operationId"] for ops in paths.values() for operation in ops.values()]
    assert len(ids) == len(set(ids)) == len(described.operations)


@FEW
@given(data=st.data())
def test_schemathesis_finds_no_server_error(described: Described, data: st.DataObject) -> None:
    """Requests made from the document are answered, never with a crash."""
    operation = data.draw(st.sampled_from(described.operations))
    case = data.draw(operation.as_strategy())

    answer = case.call(headers=TOKEN)

    soap_fault = "/Soap/" in case.path and answer.status_code == 500  # as SOAP 1.1 demands
    assert answer.status_code < 500 or soap_fault, case.as_curl_command()

"""What clients may do with HTTP itself: other methods by name, compressed bodies."""

import gzip
import json
import zlib

import pytest

from tests.connectors.salesforce_sandbox.conftest import Org, V

LEAD = {"LastName": "Ada", "Company": "Acme"}


def test_a_post_may_name_another_method(org: Org) -> None:
    """For clients that cannot send PATCH; only a POST may."""
    lead = org.lead()
    path = f"{V}/sobjects/Lead/{lead}"

    patched = org.http.post(path, params={"_HttpMethod": "PATCH"}, json={"Rating": "Hot"})
    assert (patched.status_code, org.get("Lead", lead)["Rating"]) == (204, "Hot")
    read = org.http.get(path, params={"_HttpMethod": "DELETE"})
    assert (read.status_code, read.json()["Id"]) == (200, lead)
    wrong = org.http.post(path, params={"_HttpMethod": "BREW"}, json={})
    assert wrong.json() == org.http.post(path, json={}).json()
    assert org.http.post(path, params={"_HttpMethod": "DELETE"}).status_code == 204


@pytest.mark.parametrize(
    ("name", "packed"),
    [("gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress)],
)
def test_bodies_may_be_compressed(org: Org, name: str, packed: object) -> None:
    """Over REST."""
    assert callable(packed)
    headers = {"Content-Type": "application/json", "Content-Encoding": name}
    body = packed(json.dumps(LEAD).encode())
    made = org.http.post(f"{V}/sobjects/Lead", content=body, headers=headers)

    assert made.status_code == 201
    assert org.get("Lead", made.json()["id"])["LastName"] == "Ada"


def test_bulk_uploads_may_be_compressed(org: Org) -> None:
    """Bulk API 2.0 takes a packed CSV file."""
    job = org.ok("POST", "jobs/ingest", {"object": "Lead", "operation": "insert"})["id"]
    headers = {"Content-Type": "text/csv", "Content-Encoding": "gzip"}
    body = gzip.compress(b"LastName,Company\nAda,Acme\nBo,Acme\n")
    sent = org.http.put(f"{V}/jobs/ingest/{job}/batches", content=body, headers=headers)
    org.ok("PATCH", f"jobs/ingest/{job}", {"state": "UploadComplete"})

    assert sent.status_code == 201
    assert org.ok("GET", f"jobs/ingest/{job}")["numberRecordsProcessed"] == 2


@pytest.mark.parametrize(
    "body", [b"not packed", gzip.compress(b"{}")[:-6], b""], ids=["plain", "cut off", "empty"]
)
def test_what_is_not_packed_cannot_be_read(org: Org, body: bytes) -> None:
    """It is refused as any other text that is no JSON."""
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    refused = org.http.post(f"{V}/sobjects/Lead", content=body, headers=headers)

    assert refused.status_code == 400
    assert refused.json()[0]["errorCode"] == "JSON_PARSER_ERROR"

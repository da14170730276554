"""The official JavaScript clients work against the sandboxes as against the vendors."""

from typing import Any

import pytest

pytestmark = pytest.mark.clients


def test_hubspot_records(api_client: Any) -> None:
    """Created, read by e-mail and with history, changed, and gone after archiving."""
    assert api_client["created"] == ["ada@x.com", False, True]
    assert api_client["byEmail"] == "Ada"
    assert (api_client["updated"], api_client["history"]) == ("1", ["1"])
    assert api_client["archived"] == 404


def test_hubspot_batches_and_pages(api_client: Any) -> None:
    """Batches with and without errors, upserts, and pages to the end."""
    assert api_client["batch"] == ["b@x.com", "c@x.com", "d@x.com"]
    assert api_client["batchRead"] == ["COMPLETE", 1, 1]
    assert api_client["upserted"] == [False]
    assert (api_client["page"], api_client["all"]) == ([2, "string"], 4)


def test_hubspot_search_and_associations(api_client: Any) -> None:
    """Found by e-mail; the first company becomes the primary one."""
    assert api_client["searched"] == [1, True]
    assert api_client["linked"] == [[True, [279, 1]]]


def test_hubspot_account(api_client: Any) -> None:
    """Owners, properties, pipelines, OAuth."""
    assert api_client["owners"] == [["rep@x.com", "Rea"]]
    assert (api_client["property"], api_client["pipelines"]) == (["string"], ["default"])
    assert api_client["oauth"] == ["bearer", 3]


def test_hubspot_products_lists_users_and_timeline(api_client: Any) -> None:
    """The areas beyond contacts."""
    assert api_client["product"] == ["Widget", 1]
    assert api_client["list"] == ["MANUAL", 1]
    assert api_client["users"] == ["new@x.com", 3]
    assert api_client["timeline"] == [True, "Pro"]


def test_hubspot_errors(api_client: Any) -> None:
    """Refusals reach the caller with status, category and words."""
    duplicate = {"status": 409, "category": "CONFLICT"}
    assert api_client["duplicate"].items() >= duplicate.items()
    assert api_client["duplicate"]["message"].startswith("Contact already exists. Existing ID: ")
    assert api_client["missing"] == {"status": 404, "message": "resource not found"}
    assert (api_client["wrong"]["status"], api_client["stranger"]["status"]) == (400, 401)
    assert api_client["stranger"]["category"] == "INVALID_AUTHENTICATION"


def test_salesforce_sign_in(jsforce: Any) -> None:
    """By token and by password; a stranger is told so."""
    assert jsforce["identity"] == "integration@sandbox.example"
    assert jsforce["login"] == ["00D", "005"]
    assert jsforce["afterLogin"] is True
    assert jsforce["stranger"]["code"] == "INVALID_SESSION_ID"


def test_salesforce_records(jsforce: Any) -> None:
    """One or many are created, read, changed and deleted."""
    assert (jsforce["created"]["success"], jsforce["created"]["errors"]) == (True, [])
    assert jsforce["collection"] == [True, True, False]
    assert jsforce["collectionCode"] == "REQUIRED_FIELD_MISSING"
    assert jsforce["retrieved"] == ["Ada", "Lead"]
    assert jsforce["retrievedMany"] == ["Bo", "Cy"]
    assert (jsforce["updated"], jsforce["updatedMany"]) == (True, [True, True])
    assert jsforce["destroyed"] is True


def test_salesforce_upserts(jsforce: Any) -> None:
    """By external id: first created, then changed; many at once too."""
    assert jsforce["upserted"] == [[True, True], [True, False]]
    assert jsforce["upsertedMany"] == [True, True]


def test_salesforce_queries_and_schema(jsforce: Any) -> None:
    """SOQL, jsforce's own finders, describes and limits."""
    assert jsforce["queried"] == ["Ada", "Bo", "Cy", "Di 2", "Ed"]
    assert (jsforce["total"], jsforce["found"]) == (5, ["CTO"])
    assert (jsforce["described"], jsforce["global"]) == (["string"], True)
    assert jsforce["limits"] is True


def test_salesforce_bulk(jsforce: Any) -> None:
    """Bulk API 2.0: an ingest with one bad row, and a query."""
    assert jsforce["bulk"] == [5, 1]
    assert jsforce["bulkQuery"] == [f"Bulk {n}" for n in range(5)]


def test_salesforce_bulk_1(jsforce: Any) -> None:
    """Bulk API 1.0: a good and a bad row, and a query."""
    assert (jsforce["bulk1"], jsforce["bulk1Query"]) == ([True, False], ["Old"])


def test_salesforce_search_and_layouts(jsforce: Any) -> None:
    """SOSL finds by word; there is the master's layout."""
    assert (jsforce["searched"], jsforce["layouts"]) == (["Cy"], ["Master"])


def test_salesforce_metadata_and_soap(jsforce: Any) -> None:
    """Metadata by SOAP; who is signed in, merges, undeletes."""
    assert (jsforce["metadata"], jsforce["metadataRead"]) == (True, "Visits")
    assert jsforce["retrieveStarted"] == "09S"
    assert jsforce["soapUser"] == "integration@sandbox.example"
    assert (jsforce["merged"], jsforce["undeleted"]) == ([True, 1], [True])


def test_salesforce_errors(jsforce: Any) -> None:
    """Refusals reach the caller by code."""
    codes = {name: jsforce[name]["code"] for name in ("notFound", "badQuery", "badField")}
    expected = {"notFound": "NOT_FOUND", "badQuery": "INVALID_FIELD", "badField": "INVALID_FIELD"}
    assert codes == expected

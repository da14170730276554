"""simple-salesforce works against the sandbox as it does against Salesforce."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)

from tests.connectors.salesforce_sandbox.conftest import Org


def test_records_by_the_sdk(org: Org) -> None:
    """create, get, update, upsert, get_by_custom_id, delete."""
    sdk = org.sdk()
    made = sdk.Lead.create({"LastName": "Love", "Company": "Acme", "Baton_Key__c": "k1"})

    assert made["success"] is True
    assert sdk.Lead.update(made["id"], {"Rating": "Hot"}) == 204
    assert sdk.Lead.upsert("Baton_Key__c/k1", {"LastName": "King"}) == 200
    assert sdk.Lead.upsert("Baton_Key__c/k2", {"LastName": "B", "Company": "C"}) == 201
    assert sdk.Lead.get(made["id"])["Rating"] == "Hot"
    assert sdk.Lead.get_by_custom_id("Baton_Key__c", "k1")["LastName"] == "King"
    assert sdk.Lead.delete(made["id"]) == 204


def test_queries_by_the_sdk(org: Org) -> None:
    """query_all follows the pages; include_deleted asks queryAll; aggregates come through."""
    org.configure(query_page_size=2)
    sdk = org.sdk()
    ids = [org.lead(str(n)) for n in range(5)]
    sdk.Lead.delete(ids[0])

    found = sdk.query_all("SELECT Id FROM Lead ORDER BY Id")
    every = list(sdk.query_all_iter("SELECT Id FROM Lead", include_deleted=True))
    count = sdk.query("SELECT COUNT() FROM Lead")

    assert [row["Id"] for row in found["records"]] == ids[1:]
    assert (len(every), count["totalSize"]) == (5, 4)


def test_the_rest_by_the_sdk(org: Org) -> None:
    """describe, limits, restful, updated and deleted."""
    sdk = org.sdk()
    record = {"attributes": {"type": "Lead"}, "LastName": "A", "Company": "B"}
    (done,) = sdk.restful("composite/sobjects", method="POST", json={"records": [record]})
    org.clock.tick(120)
    start, end = (datetime(2027, 6, 15, hour, tzinfo=UTC) for hour in (11, 13))

    assert "Lead" in {one["name"] for one in sdk.describe()["sobjects"]}
    assert sdk.Lead.describe()["keyPrefix"] == "00Q"
    assert sdk.limits()["DailyApiRequests"]["Max"] == 100_000
    assert sdk.Lead.updated(start, end)["ids"] == [done["id"]]
    assert sdk.Lead.deleted(start, end)["deletedRecords"] == []
    assert sdk.is_sandbox() is True


def test_errors_by_the_sdk(org: Org) -> None:
    """Its exceptions carry the sandbox's bodies."""
    sdk = org.sdk()
    for name in ("A", "B"):
        org.make("Contact", LastName=name, Email="x@x.example")

    with pytest.raises(SalesforceMalformedRequest) as refused:
        sdk.Lead.create({"FirstName": "A"})
    with pytest.raises(SalesforceResourceNotFound):
        sdk.Lead.get("00QOx00000a0001")
    with pytest.raises(SalesforceMoreThanOneRecord):
        sdk.Contact.get_by_custom_id("Email", "x@x.example")

    content: Any = refused.value.content
    assert content[0]["errorCode"] == "REQUIRED_FIELD_MISSING"


def test_signing_in_by_the_sdk(org: Org) -> None:
    """SOAP password, OAuth password, client credentials, JWT."""
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    client = {"consumer_key": "c", "consumer_secret": "s"}
    user = {"username": "ada@x.example", "password": "p"}
    ways: list[dict[str, str]] = [
        {**user, "security_token": "t"},
        {**user, **client},
        {**client, "domain": "acme.my"},
    ]
    org.clock.now = time.time()  # simple-salesforce signs with the machine's clock
    ways.append({"username": "ada@x.example", "consumer_key": "c", "privatekey": key.decode()})

    for way in ways:
        assert org.sdk(**way).query("SELECT Id FROM Lead")["totalSize"] == 0


def test_a_wrong_password_by_the_sdk(org: Org) -> None:
    """The SOAP fault is understood."""
    org.configure(passwords={"ada@x.example": "right"})

    with pytest.raises(SalesforceAuthenticationFailed, match="INVALID_LOGIN"):
        org.sdk(username="ada@x.example", password="wrong", security_token="")

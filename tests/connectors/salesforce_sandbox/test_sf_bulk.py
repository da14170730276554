"""Bulk API 2.0 by the plain simple-salesforce: records in and out as CSV."""

import csv
from pathlib import Path
from typing import Any

import pytest
from simple_salesforce.bulk2 import ColumnDelimiter, LineEnding, _Bulk2Client
from simple_salesforce.exceptions import SalesforceOperationError

from tests.connectors.salesforce_sandbox.conftest import Org

Row = dict[str, str]


def rows(text: str) -> list[Row]:
    return list(csv.DictReader(text.splitlines()))


def test_inserting(org: Org) -> None:
    """Good rows become records; a bad one comes back with its reason."""
    bulk = org.sdk().bulk2.Lead
    records = [
        {"LastName": "Love", "Company": "Acme", "HasOptedOutOfEmail": "yes", "AnnualRevenue": "5"},
        {"LastName": "", "Company": "Acme", "HasOptedOutOfEmail": "no", "AnnualRevenue": ""},
    ]

    (job,) = bulk.insert(records=records, wait=0)

    (good,), (bad,) = (
        rows(bulk.get_successful_records(job["job_id"])),
        rows(bulk.get_failed_records(job["job_id"])),
    )
    lead = org.get("Lead", good["sf__Id"])
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (2, 1)
    assert (good["sf__Created"], good["LastName"]) == ("true", "Love")
    assert (lead["HasOptedOutOfEmail"], lead["AnnualRevenue"]) == (True, 5.0)
    assert bad["sf__Id"] == ""
    assert bad["sf__Error"] == (
        "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"
    )
    assert rows(bulk.get_unprocessed_records(job["job_id"])) == []


def test_updating(org: Org) -> None:
    """An empty value is left alone, `#N/A` is null."""
    lead = org.lead(Title="Boss", Phone="1", Rating="Hot")
    bulk = org.sdk().bulk2.Lead

    bulk.update(records=[{"Id": lead, "Title": "", "Phone": "#N/A", "Rating": "Cold"}], wait=0)

    found = org.get("Lead", lead)
    assert (found["Title"], found["Phone"], found["Rating"]) == ("Boss", None, "Cold")


def test_upserting(org: Org) -> None:
    """By external id; the same key twice in one chunk is refused the second time."""
    org.lead("Old", Baton_Key__c="k1")
    bulk = org.sdk().bulk2.Lead
    names = [("k1", "New"), ("k2", "B"), ("K2", "C")]
    records = [{"Baton_Key__c": k, "LastName": n, "Company": "A"} for k, n in names]

    (job,) = bulk.upsert(records=records, external_id_field="Baton_Key__c", wait=0)

    found = bulk.get_all_ingest_records(job["job_id"])
    assert [row["sf__Created"] for row in found["successfulRecords"]] == ["false", "true"]
    assert [row["sf__Error"] for row in found["failedRecords"]] == [
        "DUPLICATE_VALUE:Duplicate external id specified: K2:--"
    ]
    assert org.values("SELECT LastName FROM Lead ORDER BY LastName") == ["B", "New"]


def test_deleting(org: Org) -> None:
    """A deletion leaves records in the recycle bin, a hard one does not."""
    soft, hard = org.lead("Soft"), org.lead("Hard")
    bulk = org.sdk().bulk2.Lead

    bulk.delete(records=[{"Id": soft}], wait=0)
    bulk.hard_delete(records=[{"Id": hard}], wait=0)

    every = org.ok("GET", "queryAll", q="SELECT Id FROM Lead")["records"]
    assert [row["Id"] for row in every] == [soft]


def test_parents_by_external_id(org: Org) -> None:
    """A column `Account.Baton_Key__c` names the parent; `Lead:Who.Baton_Key__c` names its kind."""
    account = org.make("Account", Name="Acme", Baton_Key__c="a1")
    lead = org.lead(Baton_Key__c="l1")
    sdk = org.sdk()

    sdk.bulk2.Contact.insert(records=[{"LastName": "A", "Account.Baton_Key__c": "a1"}], wait=0)
    sdk.bulk2.Task.insert(records=[{"Subject": "T", "Lead:Who.Baton_Key__c": "l1"}], wait=0)

    assert org.values("SELECT AccountId FROM Contact") == [account]
    assert org.values("SELECT WhoId FROM Task") == [lead]


def test_delimiters_and_line_endings(org: Org) -> None:
    """Semicolons and CRLF, quoted values with line breaks."""
    bulk = org.sdk().bulk2.Lead
    records = [{"LastName": "A;B", "Company": 'The "C"', "Description": "one\ntwo"}]

    (job,) = bulk.insert(
        records=records,
        column_delimiter=ColumnDelimiter.SEMICOLON,
        line_ending=LineEnding.CRLF,
        wait=0,
    )

    found = org.query("SELECT LastName, Company, Description FROM Lead")["records"][0]
    assert (found["LastName"], found["Company"]) == ("A;B", 'The "C"')
    assert found["Description"] == "one\ntwo"
    assert bulk.get_failed_records(job["job_id"]).startswith('"sf__Id";"sf__Error";')


def test_querying(org: Org) -> None:
    """Pages by locator; parents, booleans and moments as CSV has them; deleted ones by queryAll."""
    account = org.make("Account", Name="Acme")
    for name in ("A", "B", "C"):
        org.make("Contact", LastName=name, AccountId=account)
    gone = org.make("Contact", LastName="Z")
    org.ok("DELETE", f"sobjects/Contact/{gone}")
    bulk = org.sdk().bulk2.Contact
    soql = "SELECT LastName, Account.Name, DoNotCall, CreatedDate FROM Contact ORDER BY LastName"

    pages = list(bulk.query(soql, max_records=2, wait=0))
    every = list(bulk.query_all("SELECT LastName FROM Contact", wait=0))

    assert pages[0] == (
        '"LastName","Account.Name","DoNotCall","CreatedDate"\n'
        '"A","Acme","false","2027-06-15T12:00:00.000Z"\n'
        '"B","Acme","false","2027-06-15T12:00:00.000Z"\n'
    )
    assert len(pages) == 2
    assert [row["LastName"] for row in rows(every[0])] == ["A", "B", "C", "Z"]


def test_downloading(org: Org, tmp_path: Path) -> None:
    """The SDK's download to files follows the locators."""
    for name in ("A", "B", "C"):
        org.lead(name)

    files = org.sdk().bulk2.Lead.download(
        "SELECT LastName FROM Lead ORDER BY LastName", str(tmp_path), max_records=2, wait=0
    )

    assert [one["number_of_records"] for one in files] == [2, 1]
    assert Path(files[1]["file"]).read_text() == '"LastName"\n"C"\n'


def test_a_file_that_cannot_be_read_fails_the_job(org: Org) -> None:
    """A wrong line ending and an unknown column: nothing is processed."""
    sdk = org.sdk()

    with pytest.raises(SalesforceOperationError, match="Field name not found : Nope__c"):
        sdk.bulk2.Lead.insert(records=[{"LastName": "A", "Nope__c": "1"}], wait=0)

    client: Any = sdk.bulk2.Lead._client  # noqa: SLF001  the SDK's own step-by-step interface
    assert isinstance(client, _Bulk2Client)
    job = org.ok("POST", "jobs/ingest", {"object": "Lead", "operation": "insert"})
    client.upload_job_data(job["id"], "LastName,Company\r\nA,B\r\n")
    client.close_job(job["id"])
    with pytest.raises(SalesforceOperationError, match="Current LineEnding setting is LF"):
        client.wait_for_job(job["id"], is_query=False, wait=0)
    assert org.query("SELECT COUNT() FROM Lead")["totalSize"] == 0

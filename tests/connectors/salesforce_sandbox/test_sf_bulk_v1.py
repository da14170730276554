"""Bulk API 1.0: by simple-salesforce in JSON, and raw in CSV and XML."""

from typing import Any

import httpx
import pytest
from simple_salesforce.exceptions import SalesforceMalformedRequest

from tests.connectors.salesforce_sandbox.conftest import Org

ASYNC = "/services/async/59.0/job"
NS = "http://www.force.com/2009/06/asyncapi/dataload"
MISSING = "REQUIRED_FIELD_MISSING:Required fields are missing: [Company]:Company --"
SESSION = {"X-SFDC-Session": "sandbox-token"}


def send(org: Org, path: str, text: str, kind: str) -> httpx.Response:
    headers = {**SESSION, "Content-Type": f"{kind}; charset=UTF-8"}
    return httpx.post(f"{org.url}{ASYNC}{path}", content=text, headers=headers)


def ask(org: Org, path: str) -> httpx.Response:
    return httpx.get(f"{org.url}{ASYNC}{path}", headers=SESSION)


def inside(text: str, tag: str) -> str:
    return text.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]


def xml_job(org: Org, operation: str, kind: str, more: str = "") -> str:
    body = (
        f'<jobInfo xmlns="{NS}"><operation>{operation}</operation><object>Lead</object>{more}'
        f"<contentType>{kind}</contentType></jobInfo>"
    )
    answer = send(org, "", body, "application/xml")
    assert (answer.status_code, inside(answer.text, "state")) == (201, "Open")
    return inside(answer.text, "id")


def test_by_the_sdk(org: Org) -> None:
    """insert, query, upsert, update, delete; a failure beside a success."""
    bulk = org.sdk().bulk.Lead

    made = bulk.insert([{"LastName": "A", "Company": "X"}, {"LastName": "B"}])
    found = bulk.query("SELECT Id, LastName FROM Lead")
    upserted = bulk.upsert([{"Baton_Key__c": "k", "LastName": "C", "Company": "X"}], "Baton_Key__c")
    updated = bulk.update([{"Id": made[0]["id"], "Title": "CTO"}])
    deleted = bulk.delete([{"Id": made[0]["id"]}])

    error: dict[str, Any] = made[1]["errors"][0]
    assert (made[0]["success"], made[0]["created"]) == (True, True)
    assert (made[1]["success"], error["statusCode"]) == (False, "REQUIRED_FIELD_MISSING")
    assert [(row["Id"], row["LastName"]) for row in found] == [(made[0]["id"], "A")]
    assert [one[0]["success"] for one in (upserted, updated, deleted)] == [True, True, True]
    assert org.values("SELECT LastName FROM Lead") == ["C"]


def test_errors_by_the_sdk(org: Org) -> None:
    """An unknown object and a stranger are refused in the API's own words."""
    with pytest.raises(SalesforceMalformedRequest, match="InvalidEntity"):
        org.sdk().bulk.Nope.insert([{"LastName": "A"}])

    stranger = httpx.get(f"{org.url}{ASYNC}/750", headers={"X-SFDC-Session": "nope"})

    assert stranger.status_code == 400
    assert inside(stranger.text, "exceptionCode") == "InvalidSessionId"


def test_csv(org: Org) -> None:
    """Batches of a CSV job are told in XML, results in CSV; `#N/A` blanks."""
    job = xml_job(org, "insert", "CSV")
    rows = "LastName,Company,Title,DoNotCall\nA,X,#N/A,yes\nB,,,\n"

    added = send(org, f"/{job}/batch", rows, "text/csv")
    batch = inside(added.text, "id")
    state = ask(org, f"/{job}/batch/{batch}")
    results = ask(org, f"/{job}/batch/{batch}/result")
    closed = send(
        org, f"/{job}", f'<jobInfo xmlns="{NS}"><state>Closed</state></jobInfo>', "application/xml"
    )
    late = send(org, f"/{job}/batch", rows, "text/csv")

    (lead,) = org.query("SELECT Id, DoNotCall FROM Lead")["records"]
    assert (inside(added.text, "state"), inside(state.text, "state")) == ("Queued", "Completed")
    assert inside(state.text, "numberRecordsFailed") == "1"
    assert results.headers["Content-Type"] == "text/csv"
    assert results.text.splitlines() == [
        '"Id","Success","Created","Error"',
        f'"{lead["Id"]}","true","true",""',
        '"","false","false","' + MISSING + '"',
    ]
    assert lead["DoNotCall"] is True
    assert inside(closed.text, "state") == "Closed"
    assert inside(late.text, "exceptionCode") == "InvalidJobState"


def test_a_query_in_xml_and_csv(org: Org) -> None:
    """The batch names its result; parents are columns of their own in CSV."""
    org.lead("A")
    answers = {}
    for kind in ("XML", "CSV"):
        job = xml_job(org, "query", kind)
        soql = "SELECT LastName, Owner.Name FROM Lead"
        batch = inside(send(org, f"/{job}/batch", soql, "text/csv").text, "id")
        assert inside(ask(org, f"/{job}/batch/{batch}").text, "state") == "Completed"
        result = inside(ask(org, f"/{job}/batch/{batch}/result").text, "result")
        answers[kind] = ask(org, f"/{job}/batch/{batch}/result/{result}").text

    assert answers["CSV"] == '"LastName","Owner.Name"\n"A","Integration User"\n'
    assert '<records xsi:type="sObject"><type>Lead</type><LastName>A</LastName>' in answers["XML"]


def test_a_broken_query_fails_its_batch(org: Org) -> None:
    """The batch's state message quotes the refusal."""
    job = xml_job(org, "query", "CSV")

    batch = inside(send(org, f"/{job}/batch", "SELECT Nope FROM Lead", "text/csv").text, "id")
    told = ask(org, f"/{job}/batch/{batch}").text

    assert inside(told, "state") == "Failed"
    assert "INVALID_FIELD" in inside(told, "stateMessage")

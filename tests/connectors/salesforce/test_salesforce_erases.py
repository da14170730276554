"""Erasing for good: deleted, and out of the recycle bin."""

from typing import Any

import httpx
import pytest
import respx

from connectors.base import Busy, Ref, Rejected
from connectors.salesforce.adapter import Adapter
from tests.connectors.salesforce.conftest import ORG, OpenAt

LEAD = Ref("person", "00QA0000001aaaaMAA")
BIN = f"{ORG}/services/Soap/u/59.0"
ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="urn:partner.soap.sforce.com"><soapenv:Body>{}</soapenv:Body></soapenv:Envelope>'
)


def soap(body: str, status: int = 200) -> httpx.Response:
    headers = {"content-type": "text/xml; charset=UTF-8"}
    return httpx.Response(status, text=ENVELOPE.format(body), headers=headers)


def is_deleted(org: respx.MockRouter) -> None:
    org.delete("/composite/sobjects").respond(json=[{"id": LEAD.id, "success": True, "errors": []}])


def test_who_was_erased_is_not_in_the_recycle_bin(crm: Any, open_at: OpenAt) -> None:
    """Who was only deleted is; both are gone from sight."""
    adapter = open_at(crm.url)
    erased, deleted = crm.lead("Ada"), crm.lead("Bob")

    assert adapter.erase([erased]) == {erased: None}
    assert adapter.delete([deleted]) == {deleted: None}

    found = crm.rest("GET", "queryAll?q=SELECT+LastName+FROM+Lead")["records"]
    assert [row["LastName"] for row in found] == ["Bob"]
    assert crm.all("Lead") == []


def test_what_may_not_be_purged_says_so(org: respx.MockRouter, adapter: Adapter) -> None:
    """With what to do: it lies in the bin for 15 days else."""
    is_deleted(org)
    told = "<message>no</message><statusCode>INSUFFICIENT_ACCESS_OR_READONLY</statusCode>"
    result = f"<result><errors>{told}</errors><success>false</success></result>"
    with respx.mock(assert_all_called=False) as router:
        router.post(BIN).mock(
            return_value=soap(f"<emptyRecycleBinResponse>{result}</emptyRecycleBinResponse>")
        )
        router.route().pass_through()
        outcome = adapter.erase([LEAD])[LEAD]

    assert isinstance(outcome, Rejected)
    assert outcome.code == "RECYCLE_BIN"
    assert "empty the bin by hand" in str(outcome)


def answering(code: str) -> respx.MockRouter:
    """An org whose recycle bin answers with a fault."""
    fault = f"<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>no</faultstring>"
    router = respx.mock(assert_all_called=False)
    router.post(BIN).mock(return_value=soap(f"{fault}</soapenv:Fault>", 500))
    router.route().pass_through()
    return router


def test_a_session_that_soap_does_not_take_is_no_lost_sign_in(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """REST has just taken it."""
    is_deleted(org)
    with answering("INVALID_SESSION_ID"):
        assert isinstance(adapter.erase([LEAD])[LEAD], Rejected)


def test_a_bin_that_is_busy_is_asked_again(org: respx.MockRouter, adapter: Adapter) -> None:
    """By the whole erasure, which may be repeated."""
    is_deleted(org)
    with answering("REQUEST_LIMIT_EXCEEDED"), pytest.raises(Busy):
        adapter.erase([LEAD])


def test_a_converted_lead_that_stays_is_not_called_gone(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """It is there, and holds who they are."""
    told = {"statusCode": "CANNOT_UPDATE_CONVERTED_LEAD", "message": "no", "fields": []}
    answer = [{"id": LEAD.id, "success": False, "errors": [told]}]
    org.delete("/composite/sobjects").respond(json=answer)

    outcome = adapter.erase([LEAD])[LEAD]

    assert isinstance(outcome, Rejected)
    assert outcome.code == "CANNOT_UPDATE_CONVERTED_LEAD"

"""Writing records: the requests made, and every outcome a record can have."""

import json
from typing import Any

import httpx
import pytest
import respx

from connectors.base import Busy, Gone, Landed, Ref, Rejected, Unsure, Write
from connectors.salesforce.adapter import Adapter

LEAD = "00QOx00000aLVDoMAO"
CONTACT = "0037h00000doU3RAAU"
OK = {"id": LEAD, "success": True, "errors": []}


def failed(code: str, message: str, fields: list[str] | None = None) -> dict[str, Any]:
    error = {"statusCode": code, "message": message, "fields": fields or []}
    return {"success": False, "errors": [error]}


def body_of(route: respx.Route) -> Any:
    return json.loads(route.calls.last.request.content)


def update(key: str, **fields: str) -> Write:
    return Write(key, "person", Ref("person", LEAD), fields)


def test_a_create_is_an_upsert_by_our_key(org: respx.MockRouter, adapter: Adapter) -> None:
    """A new person goes to the lead endpoint under its key, so that repeating it is harmless."""
    route = org.patch("/composite/sobjects/Lead/Baton_Key__c").respond(
        json=[OK | {"created": True}]
    )

    outcome = adapter.write([Write("k1", "person", None, {"LastName": "Ada", "Company": "X"})])

    assert outcome == {"k1": Landed(Ref("person", LEAD), created=True)}
    assert body_of(route) == {
        "allOrNone": False,
        "records": [
            {
                "attributes": {"type": "Lead"},
                "LastName": "Ada",
                "Company": "X",
                "Baton_Key__c": "k1",
            }
        ],
    }


def test_updates_of_both_objects_go_in_one_call(org: respx.MockRouter, adapter: Adapter) -> None:
    """Leads and contacts are updated together; a lead-only field is left out of the contact."""
    contact_ok = OK | {"id": CONTACT}
    route = org.patch("/composite/sobjects").respond(json=[contact_ok, OK])
    fields = {"LastName": "Ada", "Company": "X"}

    outcome = adapter.write(
        [
            Write("a", "person", Ref("person", LEAD[:15]), fields),
            Write("b", "person", Ref("person", CONTACT), fields),
        ]
    )

    assert outcome["a"] == Landed(Ref("person", LEAD))
    assert outcome["b"] == Landed(Ref("person", CONTACT), fields={"LastName": "Ada"})
    assert body_of(route)["records"] == [
        {"attributes": {"type": "Contact"}, "id": CONTACT, "LastName": "Ada"},
        {"attributes": {"type": "Lead"}, "id": LEAD, "LastName": "Ada", "Company": "X"},
    ]


def test_datetimes_go_out_as_salesforce_reads_them(org: respx.MockRouter, adapter: Adapter) -> None:
    """An ISO datetime becomes UTC with milliseconds; text fields are left as they are."""
    route = org.patch("/composite/sobjects").respond(json=[OK])
    at = "2026-11-20T18:00:00+09:00"

    adapter.write([update("a", Hot_Since__c=at, LastName=at)])

    row = body_of(route)["records"][0]
    assert (row["Hot_Since__c"], row["LastName"]) == ("2026-11-20T09:00:00.000+0000", at)


def test_one_bad_record_fails_alone(org: respx.MockRouter, adapter: Adapter) -> None:
    """A locked row and a refused value each get their own outcome; the third lands."""
    org.patch("/composite/sobjects").respond(
        json=[
            failed("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record"),
            failed("INVALID_EMAIL_ADDRESS", "Email: invalid email address: x", ["Email"]),
            OK,
        ]
    )

    outcome = adapter.write([update("a", Email="x"), update("b"), update("c")])

    assert isinstance(outcome["a"], Busy)
    assert isinstance(refused := outcome["b"], Rejected)
    assert refused.fields == ("Email",)
    assert outcome["c"] == Landed(Ref("person", LEAD))


def test_a_converted_lead_is_gone_to_its_contact(org: respx.MockRouter, adapter: Adapter) -> None:
    """The refusal of a converted lead is completed by one query for where it went."""
    org.patch("/composite/sobjects").respond(
        json=[failed("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")]
    )
    row = {"Id": LEAD, "IsDeleted": False, "IsConverted": True, "ConvertedContactId": CONTACT}
    query = org.get("/queryAll/").respond(json={"done": True, "records": [row]})

    outcome = adapter.write([update("a", LastName="Ada")])

    assert isinstance(gone := outcome["a"], Gone)
    assert gone.moved_to == Ref("person", CONTACT)
    assert query.call_count == 1


def test_an_upsert_onto_a_converted_lead_is_gone_too(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """A create whose key stands on a converted lead is found by that key."""
    org.patch("/composite/sobjects/Lead/Baton_Key__c").respond(
        json=[failed("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")]
    )
    row = {"Id": LEAD, "Baton_Key__c": "k'1", "IsConverted": True, "ConvertedContactId": CONTACT}
    query = org.get("/queryAll/").respond(json={"done": True, "records": [row]})

    outcome = adapter.write([Write("k'1", "person", None, {"LastName": "Ada"})])

    assert isinstance(gone := outcome["k'1"], Gone)
    assert gone.moved_to == Ref("person", CONTACT)
    assert "Baton_Key__c IN ('k\\'1')" in query.calls.last.request.url.params["q"]


def test_a_dangling_reference_is_no_reason_to_unlink(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """The record lives, so the "invalid cross reference" is about another one: a refusal."""
    org.patch("/composite/sobjects").respond(
        json=[failed("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")]
    )
    row = {"Id": LEAD, "IsDeleted": False, "IsConverted": False}
    org.get("/queryAll/").respond(json={"done": True, "records": [row]})

    assert isinstance(adapter.write([update("a")])["a"], Rejected)


def test_gone_stays_open_while_nobody_can_say_where_to(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """When the look for the successor fails, the write is to be tried again, not unlinked."""
    org.patch("/composite/sobjects").respond(
        json=[failed("ENTITY_IS_DELETED", "entity is deleted")]
    )
    org.get("/queryAll/").respond(503)

    assert isinstance(adapter.write([update("a")])["a"], Busy)


def test_a_field_that_no_object_has_is_refused_without_a_call(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """An unknown field fails its own record only, named, before anything is sent."""
    route = org.patch("/composite/sobjects").respond(json=[OK])

    outcome = adapter.write([update("a", Phone__x="1"), update("b", LastName="Ada")])

    assert isinstance(refused := outcome["a"], Rejected)
    assert (refused.code, refused.fields) == ("INVALID_FIELD", ("Phone__x",))
    assert isinstance(outcome["b"], Landed)
    assert len(body_of(route)["records"]) == 1


def test_a_batch_refused_for_one_row_is_halved_down_to_it(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """When Salesforce refuses a whole request for one row, only that row fails in the end."""

    def answer(request: httpx.Request) -> httpx.Response:
        rows = json.loads(request.content)["records"]
        if any(row["LastName"] == "bad" for row in rows):
            error = {"errorCode": "JSON_PARSER_ERROR", "message": "Cannot deserialize"}
            return httpx.Response(400, json=[error])
        return httpx.Response(200, json=[OK for _ in rows])

    route = org.patch("/composite/sobjects").mock(side_effect=answer)
    names = {"a": "Ada", "b": "Bob", "c": "bad", "d": "Dan"}

    outcome = adapter.write([update(key, LastName=name) for key, name in names.items()])

    assert [key for key, each in outcome.items() if isinstance(each, Rejected)] == ["c"]
    assert route.call_count == 5


def test_more_than_two_hundred_go_in_several_calls(org: respx.MockRouter, adapter: Adapter) -> None:
    """Salesforce takes 200 a call; when a later call fails, what landed stays landed."""
    landed = httpx.Response(200, json=[OK] * 200)
    org.patch("/composite/sobjects").mock(side_effect=[landed, httpx.Response(503)])

    outcome = adapter.write([update(str(n), LastName="Ada") for n in range(201)])

    assert sum(isinstance(each, Landed) for each in outcome.values()) == 200
    assert isinstance(outcome["200"], Busy)


@pytest.mark.parametrize(
    "fault",
    [
        httpx.ReadTimeout("slow"),
        httpx.Response(200, html="<html>"),
        httpx.Response(200, text='[{"id": "00Q', headers={"content-type": "application/json"}),
        httpx.Response(200, json=[]),
        httpx.Response(500, json=[{"errorCode": "UNKNOWN_EXCEPTION", "message": "x"}]),
    ],
    ids=["lost", "html", "truncated", "empty", "500"],
)
def test_an_answer_that_tells_nothing_leaves_the_write_in_doubt(
    org: respx.MockRouter, adapter: Adapter, fault: Any
) -> None:
    """Whatever hides the outcome of a write makes it unsure, never failed or done."""
    org.patch("/composite/sobjects").mock(side_effect=[fault])

    with pytest.raises(Unsure):
        adapter.write([update("a", LastName="Ada")])


def test_duplicate_and_assignment_rules_are_asked_for_as_configured(
    org: respx.MockRouter, open_at: Any
) -> None:
    """The headers of duplicate and assignment rules survive the SDK."""
    route = org.patch("/composite/sobjects").respond(json=[OK])

    open_at(allow_duplicates=True, assignment_rules=False).write([update("a", LastName="Ada")])

    headers = route.calls.last.request.headers
    assert headers["Sforce-Duplicate-Rule-Header"] == "allowSave=true"
    assert headers["Sforce-Auto-Assign"] == "FALSE"
    assert headers["Authorization"] == "Bearer sandbox-token"


def test_a_company_is_an_account_and_an_opportunity_itself(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """Each kind is created as its own object; an object of another kind is refused."""
    account, opportunity = "0010v0azUAAN95nAYD", "0067h00000doU3RAAU"
    org.patch("/composite/sobjects/Account/Baton_Key__c").respond(json=[OK | {"id": account}])
    org.patch("/composite/sobjects/Opportunity/Baton_Key__c").respond(
        json=[OK | {"id": opportunity}]
    )

    company = adapter.write([Write("a", "company", None, {"Name": "X"})])
    deal = adapter.write([Write("b", "opportunity", None, {"Name": "X", "Amount": 5})])
    wrong = adapter.write([Write("c", "company", None, {"Name": "X"}, object="Lead")])

    assert company["a"] == Landed(Ref("company", account))
    assert deal["b"] == Landed(Ref("opportunity", opportunity))
    assert isinstance(wrong["c"], Rejected)

"""Looking at records: by id, key and e-mail; what is converted, merged or deleted."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from connectors.base import AuthLost, Busy, Record, Ref
from connectors.salesforce.adapter import Adapter

LEAD = "00QOx00000aLVDoMAO"
OTHER = "00QOx00000aLVDpMAO"
CONTACT = "0037h00000doU3RAAU"
STATE = {"Id": LEAD, "IsDeleted": False, "IsConverted": False, "MasterRecordId": None}
STAMPS = {
    "CreatedDate": "2026-05-01T07:25:37.000+0000",
    "LastModifiedDate": "2026-05-02T07:25:37.000+0000",
    "SystemModstamp": "2026-05-03T07:25:37.000+0000",
}


def found(*rows: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"totalSize": len(rows), "done": True, "records": rows})


def test_a_live_lead_is_shown_with_its_values_and_key(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """Only wanted fields that the object has are asked for, in one call."""
    row = STATE | STAMPS | {"LastName": "Ada", "Baton_Key__c": "k1", "Address": {"city": "X"}}
    route = org.post("/composite/sobjects/Lead").respond(json=[row])

    records = adapter.read([Ref("person", LEAD[:15])], ["LastName", "Nowhere__c", "Address"])

    assert records == [
        Record(
            ref=Ref("person", LEAD),
            object="Lead",
            fields={"LastName": "Ada"},
            key="k1",
            modified_at=datetime(2026, 5, 2, 7, 25, 37, tzinfo=UTC),
        )
    ]
    sent = json.loads(route.calls.last.request.content)
    assert sent["ids"] == [LEAD]
    assert "LastName" in sent["fields"]
    assert not {"Nowhere__c", "Address"} & set(sent["fields"])


def test_a_converted_lead_moved_to_its_contact(org: respx.MockRouter, adapter: Adapter) -> None:
    """A converted lead still answers; it is shown as gone, with the contact."""
    row = STATE | {"IsConverted": True, "ConvertedContactId": CONTACT[:15]}
    org.post("/composite/sobjects/Lead").respond(json=[row])

    record = adapter.read([Ref("person", LEAD)], [])[0]

    assert (record.deleted, record.moved_to) == (True, Ref("person", CONTACT))


def test_merged_deleted_and_unknown_ids_keep_their_order(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """What one call does not show, one query explains: merged into another, or just gone."""
    org.post("/composite/sobjects/Lead").respond(json=[None, None])
    merged = STATE | {"IsDeleted": True, "MasterRecordId": CONTACT}
    query = org.get("/queryAll/").mock(return_value=found(merged))

    records = adapter.read([Ref("person", i) for i in (OTHER, LEAD, "001000000000000", "x'")], [])

    assert [record.deleted for record in records] == [True] * 4
    assert [record.moved_to for record in records] == [None, Ref("person", CONTACT), None, None]
    assert query.call_count == 1


def test_a_field_taken_away_meanwhile_is_not_asked_for_again(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """A refusal for a field that no longer exists is answered by a look at the schema."""
    gone = [{"errorCode": "INVALID_FIELD", "message": "No such column 'Email' on entity 'Lead'"}]
    retrieve = org.post("/composite/sobjects/Lead")
    retrieve.mock(side_effect=[httpx.Response(400, json=gone), httpx.Response(200, json=[STATE])])

    records = adapter.read([Ref("person", LEAD)], ["Email"])

    assert not records[0].deleted
    assert org["describe Lead"].call_count == 2


def test_a_new_field_is_seen_once_it_exists(org: respx.MockRouter, adapter: Adapter) -> None:
    """A wanted field that is unknown is looked for once, not in every call."""
    org.post("/composite/sobjects/Lead").respond(json=[STATE])

    for _ in range(3):
        adapter.read([Ref("person", LEAD)], ["New__c"])

    assert org["describe Lead"].call_count == 2


def test_people_are_found_by_e_mail_in_both_objects_oldest_first(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """Case does not matter in an e-mail; quotes in one do no harm."""

    def answer(request: httpx.Request) -> httpx.Response:
        soql = request.url.params["q"]
        assert "Email IN ('a\\'b@x.example','nobody@x.example')" in soql
        if "FROM Lead" in soql:
            assert "IsConverted = false" in soql
            newer = {"CreatedDate": "2026-06-01T00:00:00.000+0000"}
            return found(STATE | STAMPS | newer | {"Email": "A'b@x.example"})
        return found(STATE | STAMPS | {"Id": CONTACT, "Email": "a'b@x.example"})

    org.get("/query/").mock(side_effect=answer)

    people = adapter.find("person", "email", ["a'B@x.example", "Nobody@x.example"], ["LastName"])

    assert list(people) == ["a'B@x.example"]
    assert [each.object for each in people["a'B@x.example"]] == ["Contact", "Lead"]


def test_our_keys_are_compared_exactly(org: respx.MockRouter, adapter: Adapter) -> None:
    """SOQL ignores case; a record whose key only looks alike is not ours."""
    row = STATE | STAMPS | {"Baton_Key__c": "K1"}
    org.get("/query/").mock(return_value=found(row))

    assert adapter.find("person", "key", ["k1"], []) == {}
    assert adapter.find("company", "email", ["a@x.example"], []) == {}


def test_many_values_are_asked_for_in_queries_that_fit_a_url(
    org: respx.MockRouter, adapter: Adapter
) -> None:
    """Salesforce refuses a URI beyond 16,384 bytes."""
    longest: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        longest.append(len(str(request.url)))
        return found()

    org.get("/query/").mock(side_effect=answer)

    adapter.find("person", "email", [f"{n:060d}@x.example" for n in range(200)], ["LastName"])

    assert max(longest) < 14_000
    assert len(longest) == 4


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.ReadTimeout("slow"), Busy),
        (httpx.Response(200, html="<html>"), Busy),
        (httpx.Response(200, text='{"rec', headers={"content-type": "application/json"}), Busy),
        (httpx.Response(403, json=[{"errorCode": "API_DISABLED_FOR_ORG"}]), AuthLost),
    ],
)
def test_a_look_that_fails_is_busy_or_lost(
    org: respx.MockRouter, adapter: Adapter, answer: Any, expected: Any
) -> None:
    """A look is harmless to repeat, even where its method is POST."""
    org.post("/composite/sobjects/Lead").mock(side_effect=[answer])

    with pytest.raises(expected):
        adapter.read([Ref("person", LEAD)], [])

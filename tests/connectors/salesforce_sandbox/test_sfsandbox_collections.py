"""Many records in one call: one outcome each, all or none where asked."""

from typing import Any

from tests.connectors.salesforce_sandbox.conftest import Org

PATH = "composite/sobjects"
NONE_WAS_KEPT = {
    "success": False,
    "errors": [
        {
            "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
            "message": "Record rolled back because not all records were valid and the request was "
            "using AllOrNone header",
            "fields": [],
        }
    ],
}


def lead(name: str, **fields: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Lead"}, "LastName": name, "Company": "Acme", **fields}


def test_a_bad_record_does_not_spoil_the_others(org: Org) -> None:
    """HTTP 200; the failure has no id and calls its code statusCode."""
    done = org.ok("POST", PATH, {"records": [lead("A"), lead("B", Email="badone"), lead("C")]})

    assert [one["success"] for one in done] == [True, False, True]
    assert done[1] == {
        "success": False,
        "errors": [
            {
                "statusCode": "INVALID_EMAIL_ADDRESS",
                "message": "Email: invalid email address: badone",
                "fields": ["Email"],
            }
        ],
    }
    assert org.values("SELECT LastName FROM Lead") == ["A", "C"]


def test_all_or_none_keeps_none(org: Org) -> None:
    """The good ones are rolled back and say so."""
    body = {"allOrNone": True, "records": [lead("A"), lead("B", Email="badone")]}

    done = org.ok("POST", PATH, body)

    assert done[0] == NONE_WAS_KEPT
    assert done[1]["errors"][0]["statusCode"] == "INVALID_EMAIL_ADDRESS"
    assert org.query("SELECT COUNT() FROM Lead")["totalSize"] == 0


def test_all_or_none_undoes_updates_and_deletes(org: Org) -> None:
    """Values, indexes and the log are as before."""
    id_ = org.lead("A", Baton_Key__c="k1")
    change = {"attributes": {"type": "Lead"}, "id": id_, "LastName": "Z", "Baton_Key__c": "k2"}
    bad = {"attributes": {"type": "Lead"}, "id": id_[:-1] + "X"}
    org.ok("PATCH", PATH, {"allOrNone": True, "records": [change, bad]})
    org.ok("DELETE", PATH, ids=f"{id_},{id_}", allOrNone="true")

    assert org.ok("GET", "sobjects/Lead/Baton_Key__c/k1")["LastName"] == "A"
    assert org.ask("GET", "sobjects/Lead/Baton_Key__c/k2").status_code == 404
    (raw,) = org.control("GET", "dump?object=Lead")
    assert len(raw["log"]) == 1


def test_upsert_tells_created_also_on_failure(org: Org) -> None:
    """By external id; the key stands in the record."""
    org.lead("A", Baton_Key__c="k1")
    records = [
        lead("B", Baton_Key__c="k1"),
        lead("C", Baton_Key__c="k2"),
        lead("", Baton_Key__c="k3"),
    ]

    done = org.ok("PATCH", f"{PATH}/Lead/Baton_Key__c", {"records": records})

    assert [(one["success"], one["created"]) for one in done] == [
        (True, False),
        (True, True),
        (False, False),
    ]
    assert "id" not in done[2]


def test_upsert_by_id_null_creates(org: Org) -> None:
    """As recorded, although the docs advise against it."""
    (done,) = org.ok("PATCH", f"{PATH}/Lead/Id", {"records": [lead("B", Id=None)]})

    assert done["created"] is True


def test_one_key_twice_in_a_call_is_refused_the_second_time(org: Org) -> None:
    """Two records of one call may not fight over one key."""
    records = [lead("A", Baton_Key__c="k1"), lead("B", Baton_Key__c="k1")]

    done = org.ok("PATCH", f"{PATH}/Lead/Baton_Key__c", {"records": records})

    assert [one["success"] for one in done] == [True, False]
    assert done[1]["errors"][0]["statusCode"] == "DUPLICATE_VALUE"


def test_a_converted_lead_and_a_missing_one_say_so(org: Org) -> None:
    """The codes that a client must tell apart."""
    gone, converted = org.lead("A"), org.lead("B")
    org.ok("DELETE", f"sobjects/Lead/{gone}")
    org.control("POST", "convert", {"lead": converted})
    never = "00QOx00000zzzzzAAA"
    ids = [gone, converted, never[:15]]
    records = [{"attributes": {"type": "Lead"}, "id": id_, "Rating": "Hot"} for id_ in ids]

    done = org.ok("PATCH", PATH, {"records": records})

    assert [one["errors"][0]["statusCode"] for one in done] == [
        "ENTITY_IS_DELETED",
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "INVALID_CROSS_REFERENCE_KEY",
    ]


def test_records_are_retrieved_in_order_with_null_for_none(org: Org) -> None:
    """By GET and by POST."""
    first, second = org.lead("A"), org.lead("B")
    org.ok("DELETE", f"sobjects/Lead/{first}")
    body = {"ids": [second, first], "fields": ["LastName"]}

    posted = org.ok("POST", f"{PATH}/Lead", body)
    got = org.ok("GET", f"{PATH}/Lead", ids=f"{second},{first}", fields="LastName")

    assert posted == got
    assert (got[0]["LastName"], got[1]) == ("B", None)


def test_more_than_200_records_or_10_chunks_are_refused(org: Org) -> None:
    """The whole call, and nothing is written."""
    task = {"attributes": {"type": "Task"}, "Subject": "Call"}

    many = org.ask("POST", PATH, {"records": [lead("A")] * 201})
    mixed = org.ask("POST", PATH, {"records": [lead("A"), task] * 6})

    assert (many.status_code, mixed.status_code) == (400, 400)
    assert org.query("SELECT COUNT() FROM Lead")["totalSize"] == 0
    assert len(org.ok("POST", PATH, {"records": [lead("A"), task] * 5})) == 10


def test_deleting_several_reports_each(org: Org) -> None:
    """Objects may be mixed."""
    ids = [org.lead("A"), org.make("Account", Name="B")]

    done = org.ok("DELETE", PATH, ids=",".join([*ids, ids[0]]))

    assert done[0] == {"id": ids[0], "success": True, "errors": []}
    assert done[2]["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"

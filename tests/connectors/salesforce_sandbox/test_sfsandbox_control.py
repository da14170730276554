"""The control routes: seed, people's edits, history, rules, locks, faults, call counts."""

from typing import Any

import httpx
import pytest

from tests.connectors.salesforce_sandbox.conftest import Org


def test_seeds_are_as_if_they_always_existed(org: Org) -> None:
    """Audit fields may be given; nothing counts as a call."""
    old = "2020-01-01T00:00:00Z"
    lead = org.seed("Lead", LastName="Old", Company="C", CreatedDate=old, SystemModstamp=old)
    user = org.seed("User", Email="eva@x.example", FirstName="Eva", LastName="Stern")

    assert org.control("GET", "calls")["total"] == 0
    assert org.get("Lead", lead)["CreatedDate"] == "2020-01-01T00:00:00.000+0000"
    assert org.get("User", user)["Name"] == "Eva Stern"
    query = "SELECT Id FROM Lead WHERE SystemModstamp < 2021-01-01T00:00:00Z"
    assert org.values(query) == [lead]


def test_a_seed_that_is_wrong_is_refused_with_all_others(org: Org) -> None:
    """400 with the reason."""
    records = [
        {"object": "Account", "fields": {"Name": "A"}},
        {"object": "Lead", "fields": {"x": 1}},
    ]

    answer = org.http.post("/_sandbox/seed", json={"records": records})

    assert org.http.post("/_sandbox/seed", json={"records": ["x"]}).status_code == 400
    assert answer.status_code == 400
    assert "No such column 'x'" in answer.json()["error"]
    assert org.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_a_person_edits_in_the_ui(org: Org) -> None:
    """LastModifiedById is that user; the history has every change with its milliseconds."""
    lead = org.lead()
    rep = org.seed("User", Email="eva@x.example")
    org.clock.tick(0.25)
    edit = {"object": "Lead", "id": lead, "fields": {"Rating": "Hot"}, "by": "eva@x.example"}

    org.control("POST", "edit", edit)

    (raw,) = org.control("GET", "dump?object=Lead")
    assert org.get("Lead", lead)["LastModifiedById"] == rep
    assert [(line["source"], line["at"]) for line in raw["log"]] == [
        ("API", 1_813_060_800_000),
        ("CRM_UI", 1_813_060_800_250),
    ]
    assert raw["log"][1]["fields"] == {"Rating": "Hot"}
    assert (raw["created_at"], raw["changed_at"]) == (1_813_060_800_000, 1_813_060_800_250)


def test_a_person_makes_deletes_and_restores(org: Org) -> None:
    """What went along with an account comes back with it."""
    account = org.control("POST", "create", {"object": "Account", "fields": {"Name": "A"}})["id"]
    contact = org.make("Contact", LastName="C", AccountId=account)
    org.control("POST", "delete", {"object": "Account", "id": account})
    assert org.ask("GET", f"sobjects/Contact/{contact}").status_code == 404

    org.control("POST", "undelete", {"object": "Account", "id": account})

    assert org.get("Contact", contact)["AccountId"] == account


def test_custom_objects_and_fields(org: Org) -> None:
    """They are described, checked, related and queried like standard ones."""
    fields: list[dict[str, Any]] = [
        {"name": "Code__c", "length": 10, "externalId": True, "unique": True, "required": True},
        {"name": "Size__c", "type": "picklist", "picklistValues": ["S", "L"]},
        {"name": "Lead__c", "type": "reference", "referenceTo": ["Lead"],
         "childRelationshipName": "Orders__r"},
    ]  # fmt: skip
    org.control("POST", "objects", {"name": "Order__c", "fields": fields})
    lead = org.lead()

    order = org.make("Order__c", Code__c="c1", Lead__c=lead, Size__c="S")

    assert order.startswith("a00")
    assert org.values("SELECT Lead__r.LastName FROM Order__c")[0]["LastName"] == "Ada"
    (found,) = org.query("SELECT (SELECT Code__c FROM Orders__r) FROM Lead")["records"]
    assert found["Orders__r"]["records"][0]["Code__c"] == "c1"
    assert org.ask("PATCH", "sobjects/Order__c/Code__c/c1", {"Size__c": "L"}).status_code == 200
    bad = {"Code__c": "c2", "Size__c": "M"}
    code = org.refused("POST", "sobjects/Order__c", bad)[1]["errorCode"]
    assert code == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"


def test_a_validation_rule_speaks_the_admins_words(org: Org) -> None:
    """Its condition is SOQL."""
    rule = {
        "object": "Lead",
        "when": "Rating = 'Hot' AND Email = null",
        "message": "E-mail, please",
    }
    org.configure(validation_rules=[{**rule, "field": "Email"}])
    lead = org.lead()

    assert org.refused("PATCH", f"sobjects/Lead/{lead}", {"Rating": "Hot"}) == (
        400,
        {
            "message": "E-mail, please",
            "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "fields": ["Email"],
        },
    )
    org.ok("PATCH", f"sobjects/Lead/{lead}", {"Rating": "Hot", "Email": "a@x.example"})


def test_a_duplicate_rule_blocks_or_alerts(org: Org) -> None:
    """The key is misspelt as in Salesforce; an alert gives way to allowSave."""
    contact = org.make("Contact", LastName="A", Email="a@x.example")
    rule = {"object": "Lead", "against": ["Lead", "Contact"], "action": "alert"}
    org.configure(duplicate_rules=[rule])
    lead = {"LastName": "B", "Company": "C", "Email": "A@x.example"}
    allow = {"Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=true"}

    status, error = org.refused("POST", "sobjects/Lead", lead)
    saved = org.http.post("/services/data/v59.0/sobjects/Lead", json=lead, headers=allow)
    org.configure(duplicate_rules=[{**rule, "action": "block"}])
    blocked = org.http.post("/services/data/v59.0/sobjects/Lead", json=lead, headers=allow)

    assert (status, error["errorCode"], error["message"]) == (
        400,
        "DUPLICATES_DETECTED",
        "Use one of these records?",
    )
    assert "fields" not in error
    (match,) = error["duplicateResut"]["matchResults"]
    assert match["matchRecords"][0]["record"]["Id"] == contact
    assert (error["duplicateResut"]["allowSave"], saved.status_code) == (True, 201)
    assert blocked.json()[0]["duplicateResut"]["allowSave"] is False


def test_an_assignment_rule_is_asked_for_by_header(org: Org) -> None:
    """Only then does the lead go to the rule's user."""
    rep = org.seed("User", Email="eva@x.example")
    org.configure(auto_assign_user="eva@x.example")
    headers = {"Sforce-Auto-Assign": "TRUE"}
    body = {"LastName": "B", "Company": "C"}
    id_ = org.http.post("/services/data/v59.0/sobjects/Lead", json=body, headers=headers).json()[
        "id"
    ]

    assert org.get("Lead", id_)["OwnerId"] == rep
    assert org.get("Lead", org.lead())["OwnerId"] != rep


def test_a_locked_row_is_locked_for_so_many_writes(org: Org) -> None:
    """Inside a collection only that record fails."""
    locked, free = org.lead("A"), org.lead("B")
    org.control("POST", "lock", {"ids": [locked], "times": 1})
    records = [
        {"attributes": {"type": "Lead"}, "id": id_, "Rating": "Hot"} for id_ in (locked, free)
    ]

    first = org.ok("PATCH", "composite/sobjects", {"records": records})
    second = org.ok("PATCH", "composite/sobjects", {"records": records})

    assert [one["success"] for one in first] == [False, True]
    assert first[0]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"
    assert first[0]["errors"][0]["message"] == (
        f"unable to obtain exclusive access to this record or 1 records: {locked[:15]}"
    )
    assert [one["success"] for one in second] == [True, True]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"do": "row_lock"}, 400, "UNABLE_TO_LOCK_ROW"),
        ({"do": "request_limit"}, 403, "REQUEST_LIMIT_EXCEEDED"),
        ({"do": "unavailable"}, 503, "SERVER_UNAVAILABLE"),
        ({"do": "expire_token"}, 401, "INVALID_SESSION_ID"),
        ({"do": "status", "status": 503}, 503, "SERVER_UNAVAILABLE"),
        ({"do": "status", "status": 401}, 401, "INVALID_SESSION_ID"),
    ],
)
def test_faults_look_like_salesforces(
    org: Org, fault: dict[str, Any], status: int, code: str
) -> None:
    """Once, then the same call works."""
    lead = org.lead()
    org.control("POST", "faults", {"rules": [{"path": ".*/sobjects/.*", "times": 1, **fault}]})

    found = org.refused("PATCH", f"sobjects/Lead/{lead}", {"Rating": "Hot"})

    assert (found[0], found[1]["errorCode"]) == (status, code)
    assert org.ask("PATCH", f"sobjects/Lead/{lead}", {"Rating": "Hot"}).status_code == 204


def test_a_lost_answer_was_carried_out(org: Org) -> None:
    """The record is there although the client saw nothing."""
    org.control("POST", "faults", {"rules": [{"do": "drop_answer", "times": 1}]})

    with pytest.raises(httpx.TransportError):
        org.lead()

    assert org.query("SELECT COUNT() FROM Lead")["totalSize"] == 1


def test_calls_are_counted_by_template(org: Org) -> None:
    """The object is shown, ids are not."""
    lead = org.lead()
    org.get("Lead", lead)
    org.get("Lead", lead)

    calls = org.control("GET", "calls")

    assert calls["by_endpoint"]["GET /services/data/v{version}/sobjects/Lead/{id}"] == 2
    assert calls["by_status"] == {"200": 2, "201": 1}


def test_reset_gives_back_the_start(org: Org) -> None:
    """Records go, settings stay, an unknown setting is named."""
    org.configure(org_name="Acme")
    org.lead()
    org.control("POST", "reset")

    wrong = org.http.patch("/_sandbox/config", json={"colour": "red"})

    assert org.values("SELECT Name FROM Organization") == ["Acme"]
    assert org.query("SELECT COUNT() FROM Lead")["totalSize"] == 0
    assert wrong.status_code == 400
    assert "colour" in wrong.json()["error"]
    assert org.control("GET", "quiet")["quiet"] is True

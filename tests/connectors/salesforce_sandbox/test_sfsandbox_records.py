"""Single records: what is stored, what is refused, and in which words."""

from typing import Any

import pytest

from tests.connectors.salesforce_sandbox.conftest import Org


def test_a_lead_is_created_read_updated_and_deleted(org: Org) -> None:
    """201 with Location, 200, 204 without a content type, and a second delete is a 404."""
    made = org.ask(
        "POST", "sobjects/Lead/", {"FirstName": "Ada", "LastName": "Love", "Company": "Acme"}
    )
    id_ = made.json()["id"]

    changed = org.ask("PATCH", f"sobjects/Lead/{id_}", {"Baton_Score__c": 85})
    lead = org.get("Lead", id_)
    deleted = org.ask("DELETE", f"sobjects/Lead/{id_[:15]}")

    assert made.status_code == 201
    assert made.json() == {"id": id_, "success": True, "errors": []}
    assert made.headers["location"] == f"/services/data/v59.0/sobjects/Lead/{id_}"
    assert made.headers["content-type"] == "application/json;charset=UTF-8"
    assert changed.status_code == deleted.status_code == 204
    assert "content-type" not in changed.headers
    assert "sforce-limit-info" in changed.headers
    assert lead["attributes"]["url"] == f"/services/data/v59.0/sobjects/Lead/{id_}"
    assert (lead["Name"], lead["Status"]) == ("Ada Love", "Open - Not Contacted")
    assert (lead["Baton_Score__c"], lead["IsConverted"]) == (85.0, False)
    assert org.refused("DELETE", f"sobjects/Lead/{id_}") == (
        404,
        {"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []},
    )
    assert org.refused("GET", f"sobjects/Lead/{id_}") == (
        404,
        {"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"},
    )


def test_an_id_has_a_prefix_and_check_characters(org: Org) -> None:
    """18 characters, of which the last three check the letter case of the others."""
    id_ = org.lead()

    assert (len(id_), id_[:5]) == (18, "00QOx")
    assert org.get("Lead", id_[:15])["Id"] == id_
    assert org.refused("GET", f"sobjects/Lead/{id_[:15]}AAZ")[1]["errorCode"] == "MALFORMED_ID"
    text = "Provided external ID field does not exist or is not accessible: -1"
    assert org.refused("GET", "sobjects/Lead/-1")[1]["message"] == text


@pytest.mark.parametrize(
    ("name", "fields", "error"),
    [
        (
            "Lead",
            {"FirstName": "Ada"},
            {
                "message": "Required fields are missing: [LastName, Company]",
                "errorCode": "REQUIRED_FIELD_MISSING",
                "fields": ["LastName", "Company"],
            },
        ),
        (
            "Account",
            {"Name": "x" * 256},
            {
                "message": f"Account Name: data value too large: {'x' * 256} (max length=255)",
                "errorCode": "STRING_TOO_LONG",
                "fields": ["Name"],
            },
        ),
        (
            "Contact",
            {"LastName": "A", "Email": "badone"},
            {
                "message": "Email: invalid email address: badone",
                "errorCode": "INVALID_EMAIL_ADDRESS",
                "fields": ["Email"],
            },
        ),
        (
            "Lead",
            {"LastName": "A", "Company": "B", "Nope__c": 1},
            {
                "message": "No such column 'Nope__c' on sobject of type Lead",
                "errorCode": "INVALID_FIELD",
            },
        ),
        (
            "Lead",
            {"LastName": "A", "Company": "B", "ConvertedDate": "2026-01-01"},
            {
                "message": "Unable to create/update fields: ConvertedDate. Please check the "
                "security settings of this field and verify that it is read/write for your "
                "profile or permission set.",
                "errorCode": "INVALID_FIELD_FOR_INSERT_UPDATE",
                "fields": ["ConvertedDate"],
            },
        ),
        (
            "Contact",
            {"LastName": "A", "AccountId": "0010v0azUAAN95n0"},
            {
                "message": "Account ID: id value of incorrect type: 0010v0azUAAN95n0",
                "errorCode": "MALFORMED_ID",
                "fields": ["AccountId"],
            },
        ),
        (
            "Contact",
            {"LastName": "A", "AccountId": "0017h00000doU3R"},
            {
                "message": "insufficient access rights on cross-reference id: 0017h00000doU3R",
                "errorCode": "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
                "fields": [],
            },
        ),
        (
            "Task",
            {"Subject": "Call", "CallType": "Sideways"},
            {
                "message": "Call Type: bad value for restricted picklist field: Sideways",
                "errorCode": "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                "fields": ["CallType"],
            },
        ),
        (
            "Lead",
            {"LastName": "A", "Company": "B", "Baton_Score__c": 1234},
            {
                "message": "Baton Score: value outside of valid range on numeric field: 1234",
                "errorCode": "NUMBER_OUTSIDE_VALID_RANGE",
                "fields": ["Baton_Score__c"],
            },
        ),
    ],
)
def test_a_record_that_breaks_a_rule_is_refused(
    org: Org, name: str, fields: dict[str, Any], error: dict[str, Any]
) -> None:
    """The words are Salesforce's."""
    assert org.refused("POST", f"sobjects/{name}", fields) == (400, error)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"LastName": 5}, "JSON_PARSER_ERROR"),
        ({"NumberOfEmployees": "many"}, "JSON_PARSER_ERROR"),
        ({"HasOptedOutOfEmail": None}, "INVALID_TYPE_ON_FIELD_IN_RECORD"),
        ({"Status": None}, "REQUIRED_FIELD_MISSING"),
        ({"OwnerId": None}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"Id": "00QOx00000a0001MAA"}, "INVALID_FIELD"),
        ({"Name": "Ada"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"OwnerId": "001Ox00000a0001IAA"}, "FIELD_INTEGRITY_EXCEPTION"),
    ],
)
def test_a_change_that_breaks_a_rule_is_refused(
    org: Org, fields: dict[str, Any], code: str
) -> None:
    """And nothing is changed."""
    id_ = org.lead()
    before = org.get("Lead", id_)
    org.clock.tick()

    status, error = org.refused("PATCH", f"sobjects/Lead/{id_}", fields)

    assert (status, error["errorCode"]) == (400, code)
    assert org.get("Lead", id_) == before


def test_values_are_stored_as_salesforce_stores_them(org: Org) -> None:
    """Text is trimmed, blank text is null, numbers keep their decimals, moments are UTC to
    the second.
    """
    id_ = org.lead(
        Email=" ada@x.example ",
        Phone="",
        Baton_Score__c="84.5",
        Baton_Hot_Since__c="2026-05-01T09:25:37.5+02:00",
        street="1 Way",
    )

    lead = org.get("Lead", id_)

    assert (lead["Email"], lead["Phone"]) == ("ada@x.example", None)
    assert lead["Baton_Score__c"] == 84.5
    assert lead["Baton_Hot_Since__c"] == "2026-05-01T07:25:37.000+0000"
    assert lead["Address"]["street"] == "1 Way"


def test_system_work_moves_systemmodstamp_only(org: Org) -> None:
    """A change by a person moves both stamps; work of the platform itself only SystemModstamp."""
    id_ = org.lead()
    task = org.make("Task", WhoId=id_, Subject="Call")
    org.clock.tick(60)
    org.ask("DELETE", f"sobjects/Lead/{id_}")

    after = org.get("Task", task)

    assert (after["WhoId"], after["Status"]) == (None, "Not Started")
    assert after["LastModifiedDate"] == "2027-06-15T12:00:00.000+0000"
    assert after["SystemModstamp"] == "2027-06-15T12:01:00.000+0000"


def test_a_unique_key_belongs_to_one_record(org: Org) -> None:
    """The refusal names the other record by its 15-character id."""
    first = org.lead("A", Baton_Key__c="k1")

    status, error = org.refused(
        "POST", "sobjects/Lead", {"LastName": "B", "Company": "C", "Baton_Key__c": "K1"}
    )

    assert (status, error["errorCode"]) == (400, "DUPLICATE_VALUE")
    text = f"duplicate value found: Baton_Key__c duplicates value on record with id: {first[:15]}"
    assert error["message"] == text


def test_a_parent_can_be_named_by_its_external_id(org: Org) -> None:
    """A polymorphic parent needs its type first."""
    account = org.make("Account", Name="Acme", Baton_Key__c="a1")
    contact = org.make("Contact", LastName="A", Account={"Baton_Key__c": "a1"})
    who = {"attributes": {"type": "Contact"}, "Baton_Key__c": "c1"}
    org.ok("PATCH", f"sobjects/Contact/{contact}", {"Baton_Key__c": "c1"})
    task = org.make("Task", Who=who)

    assert org.get("Contact", contact)["AccountId"] == account
    assert org.get("Task", task)["WhoId"] == contact
    assert org.get("Task", task)["AccountId"] == account
    assert org.refused("POST", "sobjects/Task", {"Who": {"Baton_Key__c": "c1"}})[1] == {
        "message": "Nested object for polymorphic foreign key must have an attributes field "
        "before any other fields.",
        "errorCode": "JSON_PARSER_ERROR",
    }


def test_opportunities_follow_their_stage(org: Org) -> None:
    """Closed, won and probability come from the stage."""
    id_ = org.make(
        "Opportunity", Name="Deal", StageName="Prospecting", CloseDate="2026-12-31", Amount=1000
    )
    org.ok("PATCH", f"sobjects/Opportunity/{id_}", {"StageName": "Closed Won"})

    deal = org.get("Opportunity", id_)

    assert (deal["IsClosed"], deal["IsWon"], deal["Probability"]) == (True, True, 100.0)
    assert (deal["Amount"], deal["ExpectedRevenue"]) == (1000.0, 1000.0)


def test_a_completed_task_is_closed_with_its_time(org: Org) -> None:
    """Status Completed closes it; reopening takes the time away."""
    id_ = org.make("Task", Subject="Call", Status="Completed", Priority="High")
    closed = org.get("Task", id_)
    org.ok("PATCH", f"sobjects/Task/{id_}", {"Status": "In Progress"})

    assert (closed["IsClosed"], closed["IsHighPriority"]) == (True, True)
    assert closed["CompletedDateTime"] == "2027-06-15T12:00:00.000+0000"
    assert org.get("Task", id_)["CompletedDateTime"] is None


def test_wrong_addresses_and_methods(org: Org) -> None:
    """Unknown objects are 404, unknown methods 405, a body that is no JSON 400."""
    assert org.refused("GET", "sobjects/Nope")[0] == 404
    assert org.refused("PUT", "limits", {})[1]["errorCode"] == "METHOD_NOT_ALLOWED"
    answer = org.http.post("/services/data/v59.0/sobjects/Lead", content=b"{")
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "JSON_PARSER_ERROR"


def test_who_was_deactivated_owns_nothing_new(org: Org) -> None:
    """What they had stays theirs, and may be changed otherwise."""
    user_id = org.seed("User", Email="eva@x.example", FirstName="Eva", LastName="Stern")
    kept = org.lead(OwnerId=user_id)
    org.control("POST", "edit", {"object": "User", "id": user_id, "fields": {"IsActive": False}})

    refused = org.refused("PATCH", f"sobjects/Lead/{org.lead()}", {"OwnerId": user_id})
    changed = org.ask("PATCH", f"sobjects/Lead/{kept}", {"Title": "CTO"})

    assert refused[0] == 400
    assert refused[1]["errorCode"] == "INACTIVE_OWNER_OR_USER"
    assert changed.status_code == 204

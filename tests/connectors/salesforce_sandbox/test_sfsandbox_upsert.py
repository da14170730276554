"""Upsert by external id and by idLookup fields."""

from tests.connectors.salesforce_sandbox.conftest import Org

KEY = "sobjects/Lead/Baton_Key__c"


def test_upsert_creates_then_updates(org: Org) -> None:
    """201 with created true, then 200 with created false; both with Location."""
    first = org.ask("PATCH", f"{KEY}/k1", {"LastName": "A", "Company": "B"})
    second = org.ask("PATCH", f"{KEY}/k1", {"LastName": "C"})

    id_ = first.json()["id"]
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == {"id": id_, "success": True, "errors": [], "created": True}
    assert second.json() == {"id": id_, "success": True, "errors": [], "created": False}
    assert second.headers["location"] == first.headers["location"]
    assert org.ok("GET", f"{KEY}/k1")["LastName"] == "C"


def test_an_old_org_answers_an_update_with_204(org: Org) -> None:
    """The behaviour recorded in 2015, by a setting."""
    org.configure(upsert_update_status=204)
    org.lead(Baton_Key__c="k1")

    answer = org.ask("PATCH", f"{KEY}/k1", {"LastName": "C"})

    assert (answer.status_code, answer.content) == (204, b"")


def test_update_only_creates_nothing(org: Org) -> None:
    """404 where there is no such record."""
    answer = org.ask("PATCH", f"{KEY}/k1", {"LastName": "A", "Company": "B"}, updateOnly="true")

    assert answer.status_code == 404
    assert org.query("SELECT COUNT() FROM Lead")["totalSize"] == 0


def test_an_email_is_a_key_too_and_several_matches_are_a_300(org: Org) -> None:
    """The answer lists the records' URLs and nothing is written."""
    path = "sobjects/Contact/Email/a+1%40x.example"
    created = org.ask("PATCH", path, {"LastName": "A"})
    assert (created.status_code, org.ask("PATCH", path, {"LastName": "B"}).status_code) == (
        201,
        200,
    )
    other = org.make("Contact", LastName="C", Email="A+1@X.example")

    several = org.ask("PATCH", path, {"LastName": "D"})

    assert several.status_code == 300
    base = "/services/data/v59.0/sobjects/Contact"
    assert several.json() == [f"{base}/{created.json()['id']}", f"{base}/{other}"]
    assert org.values("SELECT LastName FROM Contact ORDER BY LastName") == ["B", "C"]


def test_a_field_that_is_no_key_is_not_found(org: Org) -> None:
    """With the words that name the field."""
    assert org.refused("PATCH", "sobjects/Lead/Company/x", {"LastName": "A"}) == (
        404,
        {
            "message": "Provided external ID field does not exist or is not accessible: Company",
            "errorCode": "NOT_FOUND",
        },
    )


def test_the_key_may_not_be_in_the_body_as_well(org: Org) -> None:
    """The address names it already."""
    body = {"LastName": "A", "Company": "B", "Baton_Key__c": "k1"}

    assert org.refused("PATCH", f"{KEY}/k1", body)[1]["message"] == (
        "The Baton_Key__c field should not be specified in the sobject data."
    )


def test_a_record_can_be_read_and_deleted_by_its_key(org: Org) -> None:
    """And its relations by name."""
    account = org.make("Account", Name="Acme", Baton_Key__c="a1")
    contact = org.make("Contact", LastName="A", AccountId=account)

    children = org.ok("GET", f"sobjects/Account/{account}/Contacts")
    parent = org.ok("GET", f"sobjects/Contact/{contact}/Account", fields="Name")

    assert [row["Id"] for row in children["records"]] == [contact]
    assert parent["Name"] == "Acme"
    assert org.ask("DELETE", "sobjects/Account/Baton_Key__c/a1").status_code == 204
    assert org.ask("GET", "sobjects/Account/Baton_Key__c/a1").status_code == 404

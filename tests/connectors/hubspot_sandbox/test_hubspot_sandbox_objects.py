"""Single records: what comes back, what is refused, and in which words."""

import json
from typing import Any

import pytest

CONTACTS = "/crm/v3/objects/contacts"


def test_create_echoes_calculated_properties(account: Any) -> None:
    """A new contact shows what HubSpot worked out, all values as strings."""
    made = account.make(email="Ada@Example.com", firstname="Ada", lastname="Lovelace")

    properties = made["properties"]
    assert properties["email"] == "ada@example.com"
    assert properties["hs_full_name_or_email"] == "Ada Lovelace"
    assert properties["hs_email_domain"] == "example.com"
    assert properties["lifecyclestage"] == "lead"
    assert properties["hs_lifecyclestage_lead_date"].isdigit()
    assert properties["hs_object_source"] == "INTEGRATION"
    assert properties["hs_object_id"] == made["id"]
    assert made["archived"] is False
    assert made["createdAt"] == properties["createdate"]


def test_read_shows_asked_empty_and_system_properties(account: Any) -> None:
    """Empty is null, unknown is left out, system properties always come along."""
    made = account.make(email="a@x.com")

    shown = account.ok("GET", f"{CONTACTS}/{made['id']}", properties=["email,phone", "nonsense"])[
        "properties"
    ]

    assert set(shown) == {"email", "phone", "createdate", "hs_object_id", "lastmodifieddate"}
    assert shown["phone"] is None


def test_every_name_of_a_type_works(account: Any) -> None:
    """Plural, singular, upper case, type id, dated paths and trailing slashes are one type."""
    made = account.make(email="a@x.com")
    bases = [f"/crm/v3/objects/{n}" for n in ("contacts", "contact", "CONTACT", "0-1")]
    bases += ["/crm/objects/2026-03/contacts", "/crm/objects/2026-09/0-1"]

    ids = [account.ok("GET", f"{base}/{made['id']}/")["id"] for base in bases]

    assert ids == [made["id"]] * 6


def test_unknown_type_is_refused(account: Any) -> None:
    """The message names the type; there is no category."""
    answer = account.ask("GET", "/crm/v3/objects/butterflies")

    assert answer.json()["message"] == "Unable to infer object type from: butterflies"
    assert "category" not in answer.json()


def test_duplicate_contact_names_the_existing_one(account: Any) -> None:
    """The same e-mail in any case is a 409 with the existing id."""
    made = account.make(email="a@x.com")

    answer = account.ask("POST", CONTACTS, {"properties": {"email": "A@X.com"}})

    assert answer.status_code == 409
    assert answer.json()["message"] == f"Contact already exists. Existing ID: {made['id']}"
    assert answer.json()["category"] == "CONFLICT"


@pytest.mark.parametrize(
    ("kind", "properties", "code", "message"),
    [
        ("contacts", {"x": "1"}, "PROPERTY_DOESNT_EXIST", 'Property "x" does not exist'),
        ("contacts", {"email": "nobody"}, "INVALID_EMAIL", "Email address nobody is invalid"),
        ("contacts", {"hubspotscore": "3"}, "READ_ONLY_VALUE", "read only"),
        ("contacts", {"lifecyclestage": "hot"}, "INVALID_OPTION", "hot was not one of"),
        ("contacts", {"hubspot_owner_id": "9"}, "INVALID_OWNER_ID", "9"),
        ("deals", {"amount": "1e-14"}, "INVALID_INTEGER", "1e-14 was not a valid number."),
        ("deals", {"closedate": "soon"}, "INVALID_LONG", "soon was not a valid long."),
        ("deals", {"amount": " 1"}, "LEADING_TRAILING_WHITESPACE", "whitespace"),
    ],
)
def test_bad_values_are_refused_by_name(
    account: Any, kind: str, properties: dict[str, str], code: str, message: str
) -> None:
    """The reason stands both in the message's JSON and in `errors`."""
    answer = account.ask("POST", f"/crm/v3/objects/{kind}", {"properties": properties})

    body = answer.json()
    assert (answer.status_code, body["category"]) == (400, "VALIDATION_ERROR")
    listed = json.loads(body["message"].removeprefix("Property values were not valid: "))
    assert listed[0]["error"] == code
    assert message in listed[0]["message"]
    (name,) = properties
    assert body["errors"][0]["context"] == {"propertyName": [name]}


def test_values_are_stored_in_hubspots_form(account: Any) -> None:
    """Epoch milliseconds and JSON scalars come back as strings in ISO form."""
    made = account.ok(
        "POST", "/crm/v3/objects/deals",
        {"properties": {"dealname": "D", "amount": 12.5, "closedate": 1572480000000,
                        "dealstage": "closedwon"}},
    )["properties"]  # fmt: skip

    assert made["amount"] == "12.5"
    assert made["closedate"] == "2019-10-31T00:00:00.000Z"
    assert (made["pipeline"], made["hs_is_closed_won"]) == ("default", "true")


def test_missing_requireds_are_listed(account: Any) -> None:
    """A note without its timestamp is refused (with HubSpot's two spaces)."""
    answer = account.ask("POST", "/crm/v3/objects/notes", {"properties": {"hs_note_body": "x"}})

    assert answer.json()["message"] == (
        "Error creating NOTE.  Some required properties were not set."
    )
    assert answer.json()["context"] == {"properties": ["hs_timestamp"]}


def test_patch_changes_and_clears(account: Any) -> None:
    """PATCH echoes what changed; "" clears; the modified date moves."""
    made = account.make(email="a@x.com", firstname="A", phone="1")

    echo = account.ok(
        "PATCH", f"{CONTACTS}/{made['id']}", {"properties": {"firstname": "B", "phone": ""}}
    )["properties"]
    shown = account.ok("GET", f"{CONTACTS}/a@x.com", idProperty="email", properties="phone")

    assert (echo["firstname"], echo["phone"]) == ("B", "")
    assert "email" not in echo
    assert shown["properties"]["phone"] is None


def test_lifecycle_only_moves_forward(account: Any) -> None:
    """A backward write stays put silently; after clearing it is taken."""
    path = f"{CONTACTS}/{account.make(email='a@x.com', lifecyclestage='customer')['id']}"

    account.ok("PATCH", path, {"properties": {"lifecyclestage": "lead"}})
    stayed = account.ok("GET", path, properties="lifecyclestage")["properties"]["lifecyclestage"]
    account.ok("PATCH", path, {"properties": {"lifecyclestage": ""}})
    account.ok("PATCH", path, {"properties": {"lifecyclestage": "lead"}})
    after = account.ok("GET", path, properties="lifecyclestage")["properties"]["lifecyclestage"]

    assert (stayed, after) == ("customer", "lead")


def test_archived_records_are_apart(account: Any) -> None:
    """Deleting is repeatable; the record is then found with archived=true only."""
    path = f"{CONTACTS}/{account.make(email='a@x.com')['id']}"

    assert [account.ask("DELETE", path).status_code for _ in range(2)] == [204, 204]
    missing = account.ask("GET", path)

    assert (missing.status_code, missing.json()["message"]) == (404, "resource not found")
    assert "category" not in missing.json()
    assert account.ok("GET", path, archived="true")["archived"] is True
    assert account.make(email="a@x.com")["archived"] is False


def test_bad_id_differs_from_missing_id(account: Any) -> None:
    """A non-numeric id has a message of its own."""
    body = account.ask("GET", f"{CONTACTS}/ada").json()

    assert body["message"] == "Object not found.  objectId are usually numeric."
    assert (body["category"], body["context"]) == ("OBJECT_NOT_FOUND", {"id": ["ada"]})


def test_list_pages_through_everything(account: Any) -> None:
    """Following `after` shows each record once, oldest first."""
    ids = [account.make(email=f"{n}@x.com")["id"] for n in range(5)]

    seen, after = [], None
    while True:
        page = account.ok("GET", CONTACTS, limit=2, **({"after": after} if after else {}))
        seen += [row["id"] for row in page["results"]]
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]

    assert seen == ids


def test_history_is_newest_first_with_sources(account: Any) -> None:
    """Our writes are INTEGRATION with the app id, a person's CRM_UI with the user id."""
    owner = {"object": "owners", "email": "rep@x.com", "firstName": "R", "lastName": "P"}
    account.ok("POST", "/_sandbox/seed", {"records": [owner]})
    made = account.make(email="a@x.com", firstname="A")
    edit = {"object": "contacts", "id": made["id"], "properties": {"firstname": "B"}}
    account.ok("POST", "/_sandbox/edit", {**edit, "by": "rep@x.com"})

    shown = account.ok("GET", f"{CONTACTS}/{made['id']}", propertiesWithHistory="firstname")
    newest, oldest = shown["propertiesWithHistory"]["firstname"]

    assert (newest["value"], newest["sourceType"]) == ("B", "CRM_UI")
    assert newest["sourceId"] == f"userId:{newest['updatedByUserId']}"
    assert (oldest["value"], oldest["sourceType"], oldest["sourceId"]) == (
        "A", "INTEGRATION", "1234567",
    )  # fmt: skip


def test_broken_json_is_named(account: Any) -> None:
    """Unreadable JSON and missing fields are both 400 in HubSpot's words."""
    broken = account.http.post(CONTACTS, content="{")
    lacking = account.ask("POST", f"{CONTACTS}/batch/read", {"inputs": [{}], "properties": []})

    assert broken.json()["message"].startswith("Invalid input JSON on line 1, column 2")
    assert lacking.json()["message"].endswith("Some required fields were not set: [id]")


@pytest.mark.parametrize("junk", [None, 1, "x", [], [1], {"id": None}, {"id": {"a": []}}])
@pytest.mark.parametrize(
    ("path", "key"),
    [
        (CONTACTS, "properties"),
        (CONTACTS, "associations"),
        (f"{CONTACTS}/batch/create", "inputs"),
        (f"{CONTACTS}/batch/upsert", "inputs"),
        (f"{CONTACTS}/search", "filterGroups"),
        (f"{CONTACTS}/search", "sorts"),
        (f"{CONTACTS}/search", "after"),
        ("/crm/v4/associations/contacts/companies/batch/create", "inputs"),
        ("/crm/v3/properties/contacts/batch/create", "inputs"),
        ("/events/v3/send/batch", "inputs"),
    ],
)
def test_junk_is_never_our_failure(account: Any, path: str, key: str, junk: Any) -> None:
    """Whatever is sent, the answer is HubSpot's, not a crash."""
    whole = account.ask("POST", path, junk)
    part = account.ask("POST", path, {key: junk})

    assert whole.status_code < 500
    assert part.status_code < 500


def test_every_answer_has_a_correlation_id(account: Any) -> None:
    """Success, error and unknown path alike; the body repeats it."""
    good = account.ask("GET", CONTACTS)
    bad = account.ask("GET", f"{CONTACTS}/1")
    lost = account.ask("GET", "/crm/v9/nothing")

    assert good.headers["X-HubSpot-Correlation-Id"]
    assert bad.headers["X-HubSpot-Correlation-Id"] == bad.json()["correlationId"]
    assert (lost.status_code, bool(lost.headers["X-HubSpot-Correlation-Id"])) == (404, True)


@pytest.mark.parametrize("body", [{}, {"properties": {}}])
def test_a_change_of_nothing_is_refused(account: Any, body: dict[str, Any]) -> None:
    """In the words of the real API."""
    made = account.make(email="a@x.com")

    answer = account.ask("PATCH", f"/crm/v3/objects/contacts/{made['id']}", body)

    message = "No properties found to update, please provide at least one."
    assert (answer.status_code, answer.json()["message"]) == (400, message)

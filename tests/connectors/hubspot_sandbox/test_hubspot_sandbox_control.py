"""The control routes of the HubSpot sandbox."""

from typing import Any


def test_dump_tells_who_changed_what_when(account: Any) -> None:
    """Each record carries its log with milliseconds, source and fields."""
    made = account.seed(email="a@x.com")
    edit = {"object": "contacts", "id": "a@x.com", "properties": {"phone": "1"}, "by": "r@x.com"}
    account.ok("POST", "/_sandbox/edit", edit)

    (record,) = account.ok("GET", "/_sandbox/dump", object="contacts")

    seeded, edited = record["log"]
    assert (record["id"], seeded["source"]) == (made, "IMPORT")
    assert (edited["by"], edited["source"], edited["fields"]) == (
        "r@x.com",
        "CRM_UI",
        {"phone": "1"},
    )
    assert edited["at"] == record["updated_ms"] > seeded["at"]


def test_people_delete_restore_and_merge(account: Any) -> None:
    """Edits beyond fields: what people do in the UI."""
    one, two = account.seed(email="a@x.com"), account.seed(email="b@x.com")
    edit = {"object": "contacts", "id": one}

    gone = account.ok("POST", "/_sandbox/edit", {**edit, "delete": True})
    back = account.ok("POST", "/_sandbox/edit", {**edit, "restore": True})
    merged = account.ok("POST", "/_sandbox/edit", {**edit, "merge": two})

    assert gone["archived_ms"] is not None
    assert back["archived_ms"] is None
    assert merged["properties"]["hs_merged_object_ids"] == f"{one};{two}"


def test_seed_takes_system_properties_and_associations(account: Any) -> None:
    """Seeded records may have a score and an age, and belong to companies."""
    company = account.seed("companies", name="Acme")
    record = {
        "object": "contacts",
        "properties": {"email": "a@x.com", "hubspotscore": "70", "createdate": "2020-01-01"},
        "associations": [{"object": "companies", "id": company}],
    }
    (made,) = account.ok("POST", "/_sandbox/seed", {"records": [record]})["ids"]

    shown = account.ok(
        "GET", f"/crm/v3/objects/contacts/{made}", properties="hubspotscore,associatedcompanyid"
    )

    assert shown["createdAt"] == "2020-01-01T00:00:00.000Z"
    assert shown["properties"]["hubspotscore"] == "70"
    assert shown["properties"]["associatedcompanyid"] == company


def test_score_property_can_have_any_name(account: Any) -> None:
    """A configured score property exists at once and is what scores change."""
    account.configure(score_property="engagement_score")
    account.seed(email="a@x.com")
    account.ok("POST", "/_sandbox/play", {"steps": [{"contact": "a@x.com", "score": 42}]})

    shown = account.ok(
        "GET", "/crm/v3/objects/contacts/a@x.com", idProperty="email", properties="engagement_score"
    )

    assert shown["properties"]["engagement_score"] == "42"


def test_what_makes_no_sense_is_refused(account: Any) -> None:
    """Unknown settings, records, objects and steps are a 400 with the reason."""
    answers = [
        account.ask("PATCH", "/_sandbox/config", {"colour": "red"}),
        account.ask("POST", "/_sandbox/seed", {"records": [{"object": "butterflies"}]}),
        account.ask("POST", "/_sandbox/edit", {"object": "contacts", "id": "1"}),
        account.ask("POST", "/_sandbox/play", {"steps": [{"contact": "1", "event": "page_view"}]}),
        account.ask("GET", "/_sandbox/dump?object=butterflies"),
    ]

    assert [a.status_code for a in answers] == [400] * 5
    assert "colour" in answers[0].json()["error"]


def test_reset_is_a_new_account(account: Any) -> None:
    """Records, own properties, tokens and counts are gone; ids start again."""
    first = account.make(email="a@x.com")["id"]
    account.ok("POST", "/_sandbox/reset")

    assert account.make(email="a@x.com")["id"] == first
    assert account.ok("GET", "/_sandbox/calls")["by_endpoint"] == {
        "POST /crm/v3/objects/contacts": 1
    }


def test_calls_cut_short_count_by_template(account: Any) -> None:
    """A request that a fault answered is counted under its endpoint, too."""
    rule = {"do": "status", "status": 500}
    account.ok("POST", "/_sandbox/faults", {"rules": [rule]})
    account.ask("GET", "/crm/v3/objects/contacts/1/")

    assert account.ok("GET", "/_sandbox/calls")["by_endpoint"] == {
        "GET /crm/v3/objects/contacts/{id}": 1
    }


def test_faults_speak_hubspot(account: Any) -> None:
    """A status fault without a body answers in HubSpot's form."""
    rule = {"do": "status", "status": 429, "path": "/crm/.*"}
    account.ok("POST", "/_sandbox/faults", {"rules": [rule]})

    answer = account.ask("GET", "/crm/v3/objects/contacts")

    assert answer.json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert answer.headers["X-HubSpot-Correlation-Id"] == answer.json()["correlationId"]

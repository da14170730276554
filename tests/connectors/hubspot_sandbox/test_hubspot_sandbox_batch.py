"""Batches: whole, partial, shuffled, and refused."""

from typing import Any

BATCH = "/crm/v3/objects/contacts/batch"


def inputs(*emails: str, traced: bool = False) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [{"properties": {"email": email}} for email in emails]
    if traced:
        rows = [{**row, "objectWriteTraceId": str(n)} for n, row in enumerate(rows)]
    return {"inputs": rows}


def test_read_reports_the_missing_together(account: Any) -> None:
    """Missing ids come in one error of a 207; repeated ids are read once."""
    made = account.make(email="a@x.com")["id"]

    answer = account.ask(
        "POST", f"{BATCH}/read",
        {"inputs": [{"id": i} for i in (made, made, "77", "78")], "properties": ["email"]},
    )  # fmt: skip

    body = answer.json()
    assert (answer.status_code, body["status"], body["numErrors"]) == (207, "COMPLETE", 1)
    assert [row["id"] for row in body["results"]] == [made]
    (error,) = body["errors"]
    assert (error["category"], error["context"]) == ("OBJECT_NOT_FOUND", {"ids": ["77", "78"]})
    assert error["message"] == (
        "Could not get some CONTACT objects, they may be deleted or not exist."
        " Check that ids are valid."
    )


def test_read_by_unique_property(account: Any) -> None:
    """IdProperty stands beside the inputs."""
    made = account.make(email="a@x.com")["id"]

    body = account.ok(
        "POST", f"{BATCH}/read", {"idProperty": "email", "inputs": [{"id": "A@x.com"}]}
    )

    assert [row["id"] for row in body["results"]] == [made]


def test_create_answers_out_of_order(account: Any) -> None:
    """Results are all there, but not in input order."""
    emails = [f"{n:02}@x.com" for n in range(20)]

    answer = account.ask("POST", f"{BATCH}/create", inputs(*emails))

    got = [row["properties"]["email"] for row in answer.json()["results"]]
    assert answer.status_code == 201
    assert sorted(got) == emails
    assert got != emails


def test_one_bad_row_without_trace_ids_fails_all(account: Any) -> None:
    """Nothing is created, and the answer does not say which contact exists."""
    account.make(email="b@x.com")

    answer = account.ask("POST", f"{BATCH}/create", inputs("a@x.com", "b@x.com"))

    assert (answer.status_code, answer.json()["message"]) == (409, "Contact already exists")
    assert len(account.dump()["objects"]["contacts"]) == 1


def test_trace_ids_make_a_batch_partial(account: Any) -> None:
    """The good rows are created; the bad one names its trace id and the existing contact."""
    existing = account.make(email="b@x.com")["id"]

    answer = account.ask("POST", f"{BATCH}/create", inputs("a@x.com", "b@x.com", traced=True))

    body = answer.json()
    assert answer.status_code == 207
    assert [row["objectWriteTraceId"] for row in body["results"]] == ["0"]
    (error,) = body["errors"]
    assert error["category"] == "CONFLICT"
    assert error["context"] == {"objectWriteTraceId": ["1"], "existingId": [existing]}


def test_2026_09_has_no_207(account: Any) -> None:
    """There a partial result keeps the good status."""
    account.make(email="b@x.com")

    answer = account.ask(
        "POST", "/crm/objects/2026-09/contacts/batch/create", inputs("b@x.com", traced=True)
    )

    assert (answer.status_code, answer.json()["numErrors"]) == (201, 1)


def test_same_email_twice_in_a_batch_clashes(account: Any) -> None:
    """The second of two rows with one e-mail is the bad one."""
    body = account.ok("POST", f"{BATCH}/create", inputs("a@x.com", "A@x.com", traced=True))

    assert len(body["results"]) == 1
    assert body["errors"][0]["context"]["objectWriteTraceId"] == ["1"]


def test_update_refuses_duplicate_ids(account: Any) -> None:
    """Ids must be unique within an update."""
    made = account.make(email="a@x.com")["id"]
    row = {"id": made, "properties": {"firstname": "A"}}

    body = account.ask("POST", f"{BATCH}/update", {"inputs": [row, row]}).json()

    assert body["message"] == (f"Duplicate IDs found in batch input: [{made}]. IDs must be unique")
    assert body["context"] == {"ids": [made]}


def test_update_goes_on_without_the_missing(account: Any) -> None:
    """A missing id is an error of a 207; the others are updated."""
    made = account.make(email="a@x.com")["id"]
    rows = [{"id": i, "properties": {"firstname": "B"}} for i in (made, "77")]

    answer = account.ask("POST", f"{BATCH}/update", {"inputs": rows})

    assert answer.status_code == 207
    assert answer.json()["results"][0]["properties"]["firstname"] == "B"
    assert answer.json()["errors"][0]["context"] == {"ids": ["77"]}


def test_upsert_by_unique_property_creates_then_updates(account: Any) -> None:
    """`new` tells which; the id becomes the property's value."""
    _own_key(account)
    row = {"id": "k-1", "idProperty": "own_key", "properties": {"firstname": "A"}}

    first = account.ok("POST", f"{BATCH}/upsert", {"inputs": [row]})["results"][0]
    second = account.ok("POST", f"{BATCH}/upsert", {"inputs": [row]})["results"][0]

    assert (first["new"], second["new"]) == (True, False)
    assert first["id"] == second["id"]
    assert first["properties"]["own_key"] == "k-1"


def test_upsert_by_email_is_all_or_nothing(account: Any) -> None:
    """Trace ids do not make an upsert by e-mail partial; by a unique property they do."""
    _own_key(account)

    def rows(by: str, *ids: str) -> dict[str, Any]:
        bad = [{}, {"jobtitle": "x", "nonsense": "y"}]
        return {"inputs": [
            {"id": i, "idProperty": by, "properties": p, "objectWriteTraceId": i}
            for i, p in zip(ids, bad, strict=True)
        ]}  # fmt: skip

    by_email = account.ask("POST", f"{BATCH}/upsert", rows("email", "a@x.com", "b@x.com"))
    by_key = account.ask("POST", f"{BATCH}/upsert", rows("own_key", "k-1", "k-2"))

    assert (by_email.status_code, by_key.status_code) == (400, 207)
    assert by_key.json()["errors"][0]["context"]["objectWriteTraceId"] == ["k-2"]


def test_unique_value_of_another_record_is_refused(account: Any) -> None:
    """The message gives the coordinates and both ids."""
    _own_key(account)
    first = account.make(own_key="k-1")["id"]
    second = account.make(own_key="k-2")["id"]

    body = account.ask(
        "PATCH", f"/crm/v3/objects/contacts/{second}", {"properties": {"own_key": "K-1"}}
    ).json()

    assert body["message"] == (
        "Cannot set PropertyValueCoordinates{portalId=48000001, propertyName=own_key,"
        f" value=K-1}} on {second}. {first} already has that value."
    )


def test_more_than_a_hundred_is_refused(account: Any) -> None:
    """101 inputs are a 400, not a truncation."""
    answer = account.ask("POST", f"{BATCH}/read", {"inputs": [{"id": "1"}] * 101})

    assert answer.status_code == 400
    assert answer.json()["message"] == (
        "The maximum number of inputs supported in a batch is 100."
        " Please reduce the number of items and try again"
    )


def test_archive_takes_what_is_there(account: Any) -> None:
    """204 even where some ids are unknown."""
    made = account.make(email="a@x.com")["id"]

    answer = account.ask("POST", f"{BATCH}/archive", {"inputs": [{"id": made}, {"id": "77"}]})

    assert answer.status_code == 204
    assert account.ask("GET", f"/crm/v3/objects/contacts/{made}").status_code == 404


def _own_key(account: Any) -> None:
    account.ok(
        "POST", "/crm/v3/properties/contacts",
        {"name": "own_key", "label": "Key", "type": "string", "fieldType": "text",
         "groupName": "contactinformation", "hasUniqueValue": True},
    )  # fmt: skip

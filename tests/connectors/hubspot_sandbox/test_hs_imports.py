"""Imports as people make them: any encoding, several objects in a row, dates, empty cells."""

import json
from typing import Any

import pytest

IMPORTS = "/crm/v3/imports"


def column(name: str, prop: str, kind: str = "0-1", **more: str) -> dict[str, str]:
    return {"columnObjectTypeId": kind, "columnName": name, "propertyName": prop, **more}


MAIL = column("Mail", "email", columnType="HUBSPOT_ALTERNATE_ID")


def run(account: Any, content: bytes, *columns: dict[str, str], **more: Any) -> dict[str, Any]:
    """Import a file; the finished import."""
    page = {"hasHeader": True, "columnMappings": list(columns)}
    files = [{"fileName": "c.csv", "fileFormat": "CSV", "fileImportPage": page}]
    started = account.http.post(
        f"{IMPORTS}/",
        data={"importRequest": json.dumps({"name": "I", "files": files, **more})},
        files={"files": ("c.csv", content, "text/csv")},
    )
    assert started.status_code == 200, started.text
    done: dict[str, Any] = account.ok("GET", f"{IMPORTS}/{started.json()['id']}")
    return done


def contact(account: Any, email: str, *names: str) -> dict[str, Any]:
    found = account.ok(
        "GET", f"/crm/v3/objects/contacts/{email}", idProperty="email", properties=",".join(names)
    )
    return {name: found["properties"][name] for name in names}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(account: Any, encoding: str) -> None:
    """With a byte order mark or without; line breaks in quotes, blank lines, Windows' line ends."""
    content = 'Mail,City\r\na@x.com,"Köln\nam Rhein"\r\n\r\n'

    done = run(account, content.encode(encoding), MAIL, column("City", "city"))

    assert done["metadata"]["counters"]["TOTAL_ROWS"] == 1
    assert contact(account, "a@x.com", "city") == {"city": "Köln\nam Rhein"}


def test_empty_cells_change_nothing(account: Any) -> None:
    """What a contact has stays."""
    account.make(email="a@x.com", city="Bonn")

    run(account, b"Mail,City,First\na@x.com,,Ada\n", MAIL, column("City", "city"),
        column("First", "firstname"))  # fmt: skip

    assert contact(account, "a@x.com", "city", "firstname") == {"city": "Bonn", "firstname": "Ada"}


def test_a_row_of_two_objects(account: Any) -> None:
    """A contact and its company, which become associated."""
    content = b"Mail,Firm\na@x.com,Acme\nb@x.com,\n"

    done = run(account, content, MAIL, column("Firm", "name", "0-2"))

    companies = account.ok("GET", "/crm/v3/objects/companies", associations="contacts")["results"]
    assert done["mappedObjectTypeIds"] == ["0-1", "0-2"]
    assert done["metadata"]["counters"]["CREATED_OBJECTS"] == 3
    assert [row["properties"]["name"] for row in companies] == ["Acme"]
    assert len(companies[0]["associations"]["contacts"]["results"]) == 2  # and the primary one


def test_dates_as_the_import_says(account: Any) -> None:
    """`dateFormat`; without it month, day, year."""
    made = {
        "name": "renewal", "label": "Renewal", "type": "date", "fieldType": "date",
        "groupName": "contactinformation",
    }  # fmt: skip
    account.ok("POST", "/crm/v3/properties/contacts", made)
    columns = (MAIL, column("Renewal", "renewal"))

    run(account, b"Mail,Renewal\na@x.com,03/04/2026\n", *columns)
    run(account, b"Mail,Renewal\nb@x.com,03/04/2026\n", *columns, dateFormat="DAY_MONTH_YEAR")

    assert contact(account, "a@x.com", "renewal") == {"renewal": "2026-03-04"}
    assert contact(account, "b@x.com", "renewal") == {"renewal": "2026-04-03"}


def test_export_is_described(account: Any) -> None:
    """By its id: what was asked for, how many records."""
    account.make(email="a@x.com")
    body = {
        "exportType": "VIEW", "exportName": "People", "format": "CSV", "objectType": "CONTACT",
        "objectProperties": ["email"], "language": "EN", "exportInternalValuesOptions": [],
    }  # fmt: skip
    number = account.ok("POST", "/crm/exports/2026-03/export/async", body)["id"]

    shown = account.ok("GET", f"/crm/exports/2026-03/export/{number}")

    del shown["createdAt"], shown["updatedAt"]
    assert shown == {
        "id": number, "exportState": "DONE", "exportName": "People", "exportType": "VIEW",
        "objectType": "CONTACT", "objectProperties": ["email"], "recordCount": 1,
    }  # fmt: skip


def test_export_options_must_be_a_list(account: Any) -> None:
    """Anything else is refused."""
    body = {
        "exportType": "VIEW", "exportName": "P", "format": "CSV", "objectType": "CONTACT",
        "objectProperties": ["email"], "exportInternalValuesOptions": 7,
    }  # fmt: skip
    assert account.ask("POST", "/crm/v3/exports/export/async", body).status_code == 400

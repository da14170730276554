"""Imports, exports, limits tracking, the account's details, batches of properties."""

import json
from typing import Any

import httpx

IMPORTS = "/crm/v3/imports"
COLUMNS = [
    {"columnObjectTypeId": "0-1", "columnName": "Mail", "propertyName": "email",
     "columnType": "HUBSPOT_ALTERNATE_ID"},
    {"columnObjectTypeId": "0-1", "columnName": "First", "propertyName": "firstname"},
]  # fmt: skip


def start(account: Any, content: str, **more: Any) -> Any:
    page = {"hasHeader": True, "columnMappings": COLUMNS}
    files = [{"fileName": "c.csv", "fileFormat": "CSV", "fileImportPage": page}]
    request = {"name": "People", "files": files, **more}
    return account.http.post(
        f"{IMPORTS}/",
        data={"importRequest": json.dumps(request)},
        files={"files": ("c.csv", content.encode(), "text/csv")},
    )


def test_import_creates_and_updates(account: Any) -> None:
    """It starts, is done, and counts; bad rows are told one by one."""
    known = account.make(email="a@x.com", firstname="Old")["id"]
    started = start(account, "Mail,First\na@x.com,Ada\nb@x.com,Bob\nnonsense,C\n")
    path = f"{IMPORTS}/{started.json()['id']}"

    done, errors = account.ok("GET", path), account.ok("GET", f"{path}/errors")["results"]

    assert (started.status_code, started.json()["state"], done["state"]) == (200, "STARTED", "DONE")
    assert done["metadata"]["counters"] == {
        "TOTAL_ROWS": 3, "UPDATED_OBJECTS": 1, "PROPERTY_VALUES_EMITTED": 4, "CREATED_OBJECTS": 1,
        "FAILED_ROWS": 1,
    }  # fmt: skip
    assert (errors[0]["errorType"], errors[0]["sourceData"]["lineNumber"]) == ("INVALID_EMAIL", 3)
    shown = account.ok(
        "GET", f"/crm/v3/objects/contacts/{known}", propertiesWithHistory="firstname"
    )
    newest = shown["propertiesWithHistory"]["firstname"][0]
    assert (newest["value"], newest["sourceType"]) == ("Ada", "IMPORT")
    assert account.ok("GET", "/crm/imports/2026-09")["results"][0]["importName"] == "People"


def test_import_operations_are_minded(account: Any) -> None:
    """UPDATE makes nobody, CREATE changes nobody."""
    account.make(email="a@x.com")
    content = "Mail,First\na@x.com,Ada\nb@x.com,Bob\n"

    update = start(account, content, importOperations={"0-1": "UPDATE"}).json()["metadata"]
    create = start(account, content, importOperations={"0-1": "CREATE"}).json()["metadata"]

    assert (update["counters"]["UPDATED_OBJECTS"], update["counters"]["FAILED_ROWS"]) == (1, 1)
    assert (create["counters"]["CREATED_OBJECTS"], create["counters"]["FAILED_ROWS"]) == (1, 1)


def test_bad_imports_are_refused(account: Any) -> None:
    """No multipart, no file of that name, no such import."""
    assert account.ask("POST", IMPORTS, {"name": "x"}).status_code == 400
    page = {"columnMappings": COLUMNS}
    files = [{"fileName": "other.csv", "fileImportPage": page}]
    assert start(account, "Mail\n", files=files).status_code == 400
    assert account.ask("GET", f"{IMPORTS}/1").status_code == 404


def test_export_of_a_view(account: Any) -> None:
    """Asked for, looked after, fetched as CSV without signing in."""
    ids = [account.make(email=f"{n}@x.com", city=n)["id"] for n in "ab"]
    body = {
        "exportType": "VIEW", "exportName": "People", "format": "CSV", "objectType": "CONTACT",
        "objectProperties": ["email", "city"], "language": "EN",
        "exportInternalValuesOptions": ["NAMES"], "associatedObjectType": "",
        "overrideAssociatedObjectsPerDefinitionPerRowLimit": False,
        "publicCrmSearchRequest": {
            "filters": [{"propertyName": "city", "operator": "EQ", "value": "b"}],
        },
    }  # fmt: skip
    asked = account.ask("POST", "/crm/v3/exports/export/async", body)
    status = account.ok("GET", httpx.URL(asked.json()["links"]["status"]).path)

    assert (asked.status_code, status["status"]) == (202, "COMPLETE")
    assert httpx.get(status["result"]).text == f"Record ID,email,city\n{ids[1]},b@x.com,b\n"


def test_export_of_a_list(account: Any) -> None:
    """Its members, under the properties' labels; an unknown list is 404."""
    contact = account.make(email="a@x.com")["id"]
    wanted = {"name": "L", "objectTypeId": "0-1", "processingType": "MANUAL"}
    one = account.ok("POST", "/crm/v3/lists", wanted)["list"]["listId"]
    account.ok("PUT", f"/crm/v3/lists/{one}/memberships/add", [contact])
    body = {
        "exportType": "LIST", "exportName": "L", "format": "CSV", "objectType": "contacts",
        "objectProperties": ["email"], "listId": one,
    }  # fmt: skip
    path = "/crm/exports/2026-03/export/async"
    task = account.ok("POST", path, body)["id"]

    result = account.ok("GET", f"{path}/tasks/{task}/status")["result"]

    assert httpx.get(result).text == f"Record ID,Email\n{contact},a@x.com\n"
    assert account.ask("POST", path, {**body, "listId": "99"}).status_code == 404
    assert account.ask("POST", path, {**body, "objectProperties": ["x"]}).status_code == 400


def test_limits_tracking(account: Any) -> None:
    """Usage, limit and share, of HubSpot's own objects and of custom ones."""
    account.configure(crm_limits={"records": 200, "custom_object_types": 4})
    account.make(email="a@x.com")
    schema = {
        "name": "cars", "labels": {"singular": "Car", "plural": "Cars"},
        "primaryDisplayProperty": "vin",
        "properties": [{"name": "vin", "label": "VIN", "type": "string", "fieldType": "text"}],
    }  # fmt: skip
    account.ok("POST", "/crm/v3/schemas", schema)
    account.make("cars", vin="V")
    label = {"label": "Fan", "name": "fan"}
    account.ok("POST", "/crm/v4/associations/contacts/deals/labels", label)

    records = account.ok("GET", "/crm/limits/2026-09/records")
    labels = account.ok("GET", "/crm/v3/limits/associations/labels")["results"]

    contacts = next(r for r in records["hubspotDefinedObjectTypes"] if r["objectTypeId"] == "0-1")
    assert (contacts["usage"], contacts["limit"], contacts["percentage"]) == (1, 200, 0.5)
    assert records["customObjectTypes"]["byObjectType"][0]["singularLabel"] == "Car"
    types = account.ok("GET", "/crm/v3/limits/custom-object-types")
    assert types == {"limit": 4, "usage": 1, "percentage": 25.0}
    assert [row["allLabels"] for row in labels] == [["Fan"], ["Fan"]]
    pipelines = account.ok("GET", "/crm/v3/limits/pipelines")["hubspotDefinedObjectTypes"]
    assert {row["objectTypeId"] for row in pipelines} == {"0-3", "0-5", "0-136"}
    for rest in ("custom-properties", "calculated-properties", "associations/records/from",
                 "associations/records/0-1/to", "associations/records/0-1/0-3"):  # fmt: skip
        assert account.ask("GET", f"/crm/v3/limits/{rest}").status_code == 200


def test_records_at_their_association_limit_are_told(account: Any) -> None:
    """From which types, to which, and which records."""
    account.configure(crm_limits={"associations": 1})
    contact, deal = account.make(email="a@x.com")["id"], account.make("deals", dealname="D")["id"]
    account.ok("PUT", f"/crm/v4/objects/contacts/{contact}/associations/default/deals/{deal}")
    base = "/crm/v3/limits/associations/records"

    types = [row["objectTypeId"] for row in account.ok("GET", f"{base}/from")["results"]]
    between = account.ok("GET", f"{base}/0-1/0-3")

    assert types == ["0-1", "0-3"]
    assert between == {
        "limit": 1, "totalRecordsAtLimit": 1, "totalRecordsNearLimit": 0,
        "atLimitFromRecordSamples": [{"objectId": int(contact), "label": "a@x.com"}],
        "nearLimitFromRecordSamples": [],
    }  # fmt: skip


def test_account_details_follow_the_settings(account: Any) -> None:
    """The offset is that of the time zone."""
    account.configure(time_zone="Asia/Tokyo")

    details = account.ok("GET", "/account-info/2026-03/details")

    assert (details["utcOffset"], details["utcOffsetMilliseconds"]) == ("+09:00", 32_400_000)
    assert account.ok("GET", "/account-info/v3/activity/login") == {"results": []}


def test_property_batches_fail_in_part(account: Any) -> None:
    """A property that is there already, and one that is not, do not spoil the rest."""
    path = "/crm/properties/2026-03/contacts/batch"
    rows = [
        {"name": name, "label": name, "type": "string", "fieldType": "text",
         "groupName": "contactinformation"}
        for name in ("tier", "email")
    ]  # fmt: skip
    made = account.ask("POST", f"{path}/create", {"inputs": rows})
    names = [{"name": name} for name in ("tier", "nope")]
    read = account.ask("POST", f"{path}/read", {"inputs": names, "archived": False})
    account.ok("POST", f"{path}/archive", {"inputs": [{"name": "tier"}]})
    archived = account.ok("POST", f"{path}/read", {"inputs": names[:1], "archived": True})

    assert (made.status_code, made.json()["errors"][0]["category"]) == (
        207,
        "OBJECT_ALREADY_EXISTS",
    )
    assert (read.status_code, read.json()["results"][0]["name"]) == (207, "tier")
    assert read.json()["errors"][0]["context"] == {"name": ["nope"]}
    assert archived["results"][0]["archived"] is True

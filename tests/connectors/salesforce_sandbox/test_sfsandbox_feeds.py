"""Pages of a query, getUpdated and getDeleted, describe and its caching."""

from tests.connectors.salesforce_sandbox.conftest import Org


def test_pages_follow_their_locator(org: Org) -> None:
    """TotalSize repeats; the last page has no nextRecordsUrl; a foreign locator is refused."""
    org.configure(query_page_size=2)
    ids = [org.lead(str(n)) for n in range(5)]

    first = org.query("SELECT Id FROM Lead ORDER BY Id")
    second = org.http.get(first["nextRecordsUrl"]).json()
    third = org.http.get(second["nextRecordsUrl"]).json()

    assert first["nextRecordsUrl"].startswith("/services/data/v59.0/query/0r8")
    assert first["nextRecordsUrl"].endswith("-2")
    assert [p["totalSize"] for p in (first, second, third)] == [5, 5, 5]
    assert [p["done"] for p in (first, second, third)] == [False, False, True]
    assert "nextRecordsUrl" not in third
    pages = [row["Id"] for page in (first, second, third) for row in page["records"]]
    assert pages == ids
    assert org.refused("GET", "query/0r8Ox0000000000AAA-2000") == (
        400,
        {"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"},
    )


def test_a_locator_ends_after_two_days(org: Org) -> None:
    """Then the query starts over."""
    org.configure(query_page_size=1)
    org.lead()
    org.lead()
    page = org.query("SELECT Id FROM Lead")
    org.clock.tick(172_801)

    assert org.http.get(page["nextRecordsUrl"]).status_code == 400


def test_the_batch_size_can_be_asked_for(org: Org) -> None:
    """Within bounds."""
    org.configure(query_page_min=2)
    for n in range(5):
        org.lead(str(n))
    ask = {"q": "SELECT Id FROM Lead"}
    headers = {"Sforce-Query-Options": "batchSize=3"}

    wide = org.http.get("/services/data/v59.0/query/", params=ask, headers=headers).json()
    headers = {"Sforce-Query-Options": "batchSize=1"}
    narrow = org.http.get("/services/data/v59.0/query/", params=ask, headers=headers).json()

    assert (len(wide["records"]), len(narrow["records"])) == (3, 2)


def test_updated_and_deleted_ids(org: Org) -> None:
    """Seconds are cut off; the deleted are not among the updated."""
    kept, gone = org.lead("A"), org.lead("B")
    org.ok("DELETE", f"sobjects/Lead/{gone}")
    window = {"start": "2027-06-15T11:59:30+00:00", "end": "2027-06-15T12:10:30+00:00"}
    org.clock.tick(60)

    updated = org.ok("GET", "sobjects/Lead/updated/", **window)
    deleted = org.ok("GET", "sobjects/Lead/deleted/", **window)

    assert updated == {"ids": [kept], "latestDateCovered": "2027-06-15T12:01:00.000+0000"}
    assert deleted["deletedRecords"] == [
        {"id": gone, "deletedDate": "2027-06-15T12:00:00.000+0000"}
    ]
    assert deleted["earliestDateAvailable"] == "2027-05-31T12:01:00.000+0000"


def test_a_lagging_instance_covers_less(org: Org) -> None:
    """LatestDateCovered stays behind; what is newer comes later."""
    org.configure(replication_lag_s=3600)
    org.lead()
    window = {"start": "2027-06-15T10:00:00Z", "end": "2027-06-15T12:10:00Z"}

    assert org.ok("GET", "sobjects/Lead/updated", **window) == {
        "ids": [],
        "latestDateCovered": "2027-06-15T11:00:00.000+0000",
    }


def test_windows_that_are_too_old_are_refused(org: Org) -> None:
    """30 days for updated, 15 for deleted."""
    window = {"start": "2027-05-26T10:00:00Z", "end": "2027-06-15T12:00:00Z"}

    assert org.ask("GET", "sobjects/Lead/updated", **window).status_code == 200
    status, error = org.refused("GET", "sobjects/Lead/deleted", **window)
    assert (status, error["errorCode"]) == (400, "INVALID_REPLICATION_DATE")


def test_describe_tells_the_fields(org: Org) -> None:
    """Lengths, flags and choices as recorded."""
    fields = {f["name"]: f for f in org.ok("GET", "sobjects/Lead/describe")["fields"]}

    assert (fields["Email"]["length"], fields["Email"]["idLookup"]) == (80, True)
    assert (fields["LastName"]["nillable"], fields["Company"]["nillable"]) == (False, False)
    assert fields["Status"]["defaultedOnCreate"] is True
    assert fields["OwnerId"]["referenceTo"] == ["Group", "User"]
    assert (fields["IsConverted"]["createable"], fields["IsConverted"]["updateable"]) == (
        True,
        False,
    )
    key = fields["Baton_Key__c"]
    assert (key["externalId"], key["unique"], key["length"]) == (True, True, 64)
    score = fields["Baton_Score__c"]
    assert (score["type"], score["precision"], score["scale"]) == ("double", 3, 0)
    assert fields["LeadSource"]["picklistValues"][0]["value"] == "Web"
    listed = {one["name"]: one for one in org.ok("GET", "sobjects")["sobjects"]}
    assert listed["Lead"]["keyPrefix"] == "00Q"


def test_describe_is_cached_until_the_schema_changes(org: Org) -> None:
    """ETag with If-None-Match, Last-Modified with If-Modified-Since."""
    path = "/services/data/v59.0/sobjects/Lead/describe"
    first = org.http.get(path)
    tag = {"If-None-Match": first.headers["etag"]}
    since = {"If-Modified-Since": first.headers["last-modified"]}

    assert org.http.get(path, headers=tag).status_code == 304
    assert org.http.get(path, headers=since).status_code == 304
    org.clock.tick()
    org.control("POST", "fields", {"object": "Lead", "fields": [{"name": "Budget__c"}]})
    assert org.http.get(path, headers=tag).status_code == 200
    assert org.http.get(path, headers=since).status_code == 200


def test_an_org_without_the_package(org: Org) -> None:
    """Neither its fields nor its notification type."""
    org.control("POST", "reset", {"config": {"baton_package": False}})

    names = {f["name"] for f in org.ok("GET", "sobjects/Lead/describe")["fields"]}

    assert not [name for name in names if name.startswith("Baton")]
    assert org.query("SELECT Id FROM CustomNotificationType")["records"] == []

"""Lists: manual, snapshot and dynamic ones, their members, folders and legacy ids."""

from typing import Any

import pytest
from hubspot.crm.lists import ListCreateRequest, ListSearchRequest, MembershipChangeRequest

LISTS = "/crm/v3/lists"


def only(prop: str, kind: str, operator: str, **more: Any) -> dict[str, Any]:
    """A filter branch: the property, one operation."""
    operation = {
        "operationType": kind, "operator": operator, "includeObjectsWithNoValueSet": False, **more,
    }  # fmt: skip
    one = {"filterType": "PROPERTY", "property": prop, "operation": operation}
    inner = {"filterBranchType": "AND", "filterBranches": [], "filters": [one]}
    return {"filterBranchType": "OR", "filterBranches": [inner], "filters": []}


CITY = only("city", "STRING", "IS_EQUAL_TO", value="berlin")


def new_list(account: Any, name: str = "L", processing: str = "MANUAL", **more: Any) -> str:
    body = {"name": name, "objectTypeId": "0-1", "processingType": processing, **more}
    made: str = account.ok("POST", LISTS, body)["list"]["listId"]
    return made


def people(account: Any, count: int, **more: str) -> list[str]:
    return [account.make(email=f"{n}@x.com", **more)["id"] for n in range(count)]


def on(account: Any, list_id: str) -> list[str]:
    rows = account.ok("GET", f"{LISTS}/{list_id}/memberships")["results"]
    return [row["recordId"] for row in rows]


@pytest.mark.parametrize("base", [LISTS, "/crm/lists/2026-03", "/crm/lists/2026-09"])
def test_manual_list(account: Any, base: str) -> None:
    """Bare arrays in, and the key that HubSpot misspells out."""
    one, two, three = people(account, 3)
    body = {"name": "Guests", "objectTypeId": "0-1", "processingType": "MANUAL"}
    made = account.ok("POST", base, body)["list"]
    path = f"{base}/{made['listId']}/memberships"

    added = account.ok("PUT", f"{path}/add", [one, two, "999"])
    both = {"recordIdsToAdd": [three], "recordIdsToRemove": [one]}
    changed = account.ok("PUT", f"{path}/add-and-remove", both)
    removed = account.ok("PUT", f"{path}/remove", [two])

    assert (made["processingStatus"], made["size"], made["listVersion"]) == ("COMPLETE", 0, 1)
    assert added == {
        "recordIdsRemoved": [], "recordsIdsAdded": [one, two], "recordIdsMissing": ["999"],
    }  # fmt: skip
    assert (changed["recordsIdsAdded"], changed["recordIdsRemoved"]) == ([three], [one])
    assert removed["recordIdsRemoved"] == [two]
    assert on(account, made["listId"]) == [three]
    assert account.ask("DELETE", path).status_code == 204
    assert on(account, made["listId"]) == []


def test_dynamic_list_follows_its_records(account: Any) -> None:
    """Who fits is on it, who does no longer is not; by hand nothing can be changed."""
    one = account.make(email="a@x.com", city="Berlin")["id"]
    two = account.make(email="b@x.com")["id"]
    active = new_list(account, processing="DYNAMIC", filterBranch=CITY)
    before = on(account, active)
    path = "/crm/v3/objects/contacts/"
    account.ok("PATCH", f"{path}{two}", {"properties": {"city": "Berlin"}})
    account.ok("PATCH", f"{path}{one}", {"properties": {"city": "Bonn"}})

    refused = account.ask("PUT", f"{LISTS}/{active}/memberships/add", [one])

    assert (before, on(account, active)) == ([one], [two])
    assert refused.json()["subCategory"] == "ListError.INVALID_PROCESSING_TYPE"


def test_snapshot_list_keeps_what_matched_once(account: Any) -> None:
    """Later changes do not matter; by hand it can be changed."""
    one = account.make(email="a@x.com", city="Berlin")["id"]
    snapshot = new_list(account, processing="SNAPSHOT", filterBranch=CITY)
    two = account.make(email="b@x.com", city="Berlin")["id"]
    account.ok("PATCH", f"/crm/v3/objects/contacts/{one}", {"properties": {"city": ""}})
    once = on(account, snapshot)
    account.ok("PUT", f"{LISTS}/{snapshot}/memberships/add", [two])

    assert (once, on(account, snapshot)) == ([one], [one, two])


@pytest.mark.parametrize(
    ("branch", "fits"),
    [
        (only("city", "STRING", "CONTAINS", value="erl"), True),
        (only("city", "MULTISTRING", "IS_EQUAL_TO", values=["Bonn", "Berlin"]), True),
        (only("city", "STRING", "IS_NOT_EQUAL_TO", value="Berlin"), False),
        (only("city", "STRING", "HAS_EVER_BEEN_EQUAL_TO", value="Bonn"), True),
        (only("city", "STRING", "HAS_NEVER_BEEN_EQUAL_TO", value="Bonn"), False),
        (only("zip", "ALL_PROPERTY", "IS_UNKNOWN"), True),
        (only("zip", "ALL_PROPERTY", "IS_KNOWN"), False),
        (only("hubspotscore", "NUMBER", "IS_GREATER_THAN_OR_EQUAL_TO", value=80), True),
        (only("hubspotscore", "NUMBER_RANGED", "IS_BETWEEN", lowerBound=1, upperBound=9), False),
        (only("lifecyclestage", "ENUMERATION", "IS_ANY_OF", values=["lead", "other"]), True),
        (only("lifecyclestage", "ENUMERATION", "IS_NONE_OF", values=["lead"]), False),
        (only("hs_is_contact", "BOOL", "IS_EQUAL_TO", value=True), True),
        (only("createdate", "ROLLING_DATE_RANGE", "IS_LESS_THAN_X_DAYS_AGO", numberOfDays=2),
         True),
        (only("createdate", "TIME_POINT", "IS_BEFORE", timePoint={
            "timeType": "DATE", "year": 2020, "month": 1, "day": 1, "zoneId": "UTC"}), False),
        (only("createdate", "TIME_POINT", "IS_AFTER", timePoint={
            "timeType": "INDEXED", "zoneId": "Asia/Tokyo", "offset": {"days": -3},
            "indexReference": {"referenceType": "TODAY"}}), True),
    ],
)  # fmt: skip
def test_operations(account: Any, branch: Any, fits: bool) -> None:  # noqa: FBT001  a table's column
    """Each kind of comparison, over a contact who moved from Bonn to Berlin."""
    seeded = account.seed(email="a@x.com", city="Bonn", hubspotscore="85")
    path = f"/crm/v3/objects/contacts/{seeded}"
    account.ok("PATCH", path, {"properties": {"city": "Berlin"}})

    assert (on(account, new_list(account, processing="DYNAMIC", filterBranch=branch)) != []) is fits


def test_branches_over_associations_and_lists(account: Any) -> None:
    """Contacts of a company of this name who are on another list."""
    one, two = people(account, 2)
    company = account.make("companies", name="Acme")["id"]
    for contact in (one, two):
        account.ok(
            "PUT", f"/crm/v4/objects/contacts/{contact}/associations/default/companies/{company}"
        )
    guests = new_list(account, "Guests")
    account.ok("PUT", f"{LISTS}/{guests}/memberships/add", [two])
    named = only("name", "STRING", "STARTS_WITH", value="ac")["filterBranches"][0]["filters"]
    associated = {
        "filterBranchType": "ASSOCIATION", "objectTypeId": "0-2", "associationTypeId": 279,
        "operator": "IN_LIST", "filterBranches": [], "filters": named,
    }  # fmt: skip
    within = {"filterType": "IN_LIST", "listId": guests, "operator": "IN_LIST"}
    both = {"filterBranchType": "AND", "filterBranches": [associated], "filters": [within]}
    branch = {"filterBranchType": "OR", "filterBranches": [both], "filters": []}

    assert on(account, new_list(account, processing="DYNAMIC", filterBranch=branch)) == [two]


@pytest.mark.parametrize(
    "branch",
    [
        {"filterBranchType": "AND", "filterBranches": [], "filters": []},
        {"filterBranchType": "OR", "filterBranches": [], "filters": []},
        only("no_such_property", "STRING", "IS_EQUAL_TO", value="x"),
        only("city", "STRING", "IS_GREATER_THAN", value="x"),
        only("createdate", "TIME_POINT", "IS_AFTER", timePoint={"timeType": "DATE", "month": 13}),
        only("createdate", "TIME_POINT", "IS_AFTER", timePoint={"zoneId": "Mars/Base"}),
        {"filterBranchType": "OR", "filterBranches": [
            {"filterBranchType": "AND", "filters": [{"filterType": "ADS_SEARCH"}]}]},
    ],
)  # fmt: skip
def test_bad_filters_are_refused(account: Any, branch: Any) -> None:
    """And no list is made."""
    body = {"name": "L", "objectTypeId": "0-1", "processingType": "DYNAMIC"}

    assert account.ask("POST", LISTS, {**body, "filterBranch": branch}).status_code == 400
    assert account.ok("POST", f"{LISTS}/search", {})["total"] == 0


def test_lists_of_lists_never_go_round(account: Any) -> None:
    """A list by way of another that asks for the first is refused."""
    one = new_list(account, "A", "DYNAMIC", filterBranch=CITY)
    within = {"filterType": "IN_LIST", "listId": one, "operator": "IN_LIST"}
    inner = {"filterBranchType": "AND", "filterBranches": [], "filters": [within]}
    branch = {"filterBranchType": "OR", "filterBranches": [inner], "filters": []}
    other = new_list(account, "B", "DYNAMIC", filterBranch=branch)
    contact = account.make(email="a@x.com", city="Berlin")["id"]
    within["listId"] = other

    round_trip = account.ask("PUT", f"{LISTS}/{one}/update-list-filters", {"filterBranch": branch})

    assert round_trip.status_code == 400
    assert on(account, other) == [contact]


def test_names_and_types_are_checked(account: Any) -> None:
    """Each with a sub-category of HubSpot's form."""
    new_list(account, "Guests")
    body = {"name": "guests", "objectTypeId": "0-1", "processingType": "MANUAL"}

    again = account.ask("POST", LISTS, body).json()
    alien = account.ask("POST", LISTS, {**body, "objectTypeId": "0-999"}).json()
    lost = account.ask("GET", f"{LISTS}/77")

    assert again["subCategory"] == "ListError.DUPLICATE_LIST_NAMES"
    assert alien["subCategory"] == "ListError.INVALID_OBJECT_TYPE_FOR_LIST"
    assert (
        alien["message"]
        == "The objectTypeId 0-999 provided for the list is not valid for this portal."
    )
    assert (lost.status_code, lost.json()["category"]) == (404, "OBJECT_NOT_FOUND")


def test_found_renamed_refiltered_deleted_restored(account: Any) -> None:
    """The life of a list."""
    one = new_list(account, "Hot leads", "DYNAMIC", filterBranch=CITY)
    path, by_name = f"{LISTS}/{one}", f"{LISTS}/object-type-id/0-1/name/Warm"
    account.ok("PUT", f"{path}/update-list-name", listName="Warm")
    other = only("city", "STRING", "IS_EQUAL_TO", value="Bonn")
    account.ok("PUT", f"{path}/update-list-filters", {"filterBranch": other})

    plain, full = account.ok("GET", by_name), account.ok("GET", by_name, includeFilters="true")

    assert (plain["list"]["listVersion"], "filterBranch" in plain["list"]) == (3, False)
    inner = {**other["filterBranches"][0], "filterBranchOperator": "AND"}
    whole = {**other, "filterBranchOperator": "OR", "filterBranches": [inner]}
    assert full["list"]["filterBranch"] == whole
    assert account.ask("DELETE", path).status_code == 204
    assert account.ask("GET", path).status_code == 404
    assert account.ask("PUT", f"{path}/restore").status_code == 204
    assert account.ok("GET", LISTS, listIds=one)["lists"][0]["name"] == "Warm"


def test_search_pages_by_offset(account: Any) -> None:
    """By part of the name; sizes come as additional properties."""
    ids = [new_list(account, f"Lead {n}") for n in range(3)]
    new_list(account, "Other")
    wanted = {"query": "lead", "count": 2, "additionalProperties": ["hs_list_size"]}

    first = account.ok("POST", f"{LISTS}/search", wanted)
    rest = account.ok("POST", f"{LISTS}/search", {**wanted, "offset": first["offset"]})

    assert (first["total"], first["hasMore"], first["offset"]) == (3, True, 2)
    assert [row["listId"] for row in rest["lists"]] == ids[2:]
    assert rest["lists"][0]["additionalProperties"] == {"hs_list_size": "0"}
    assert account.ask("POST", f"{LISTS}/search", {"count": 501}).status_code == 400


def test_memberships_page_and_join_order(account: Any) -> None:
    """By id and by when they joined; 250 at most."""
    ids = people(account, 3)
    one = new_list(account)
    path = f"{LISTS}/{one}/memberships"
    account.ok("PUT", f"{path}/add", ids[2:])
    account.ok("PUT", f"{path}/add", ids[:2])

    first = account.ok("GET", path, limit=2)
    rest = account.ok("GET", path, limit=2, after=first["paging"]["next"]["after"])

    pages = [[row["recordId"] for row in page["results"]] for page in (first, rest)]
    assert pages == [ids[:2], ids[2:]]
    assert account.ask("GET", path, limit=251).status_code == 400
    assert len(account.ok("GET", f"{path}/join-order")["results"]) == 3


def test_lists_of_a_record_and_copies(account: Any) -> None:
    """A list can be filled from another; the record tells which it is on."""
    (one,) = people(account, 1)
    source, target = new_list(account, "A"), new_list(account, "B")
    account.ok("PUT", f"{LISTS}/{source}/memberships/add", [one])
    copied = account.ask("PUT", f"{LISTS}/{target}/memberships/add-from/{source}")

    rows = account.ok("GET", f"{LISTS}/records/0-1/{one}/memberships")["results"]

    assert copied.status_code == 204
    assert [row["listId"] for row in rows] == [source, target]


def test_folders_and_legacy_ids(account: Any) -> None:
    """A list moves into a folder; a folder in use stays; old ids lead to new ones."""
    one = new_list(account)
    folder = account.ok("POST", f"{LISTS}/folders", {"name": "F"})["folder"]["id"]
    move = {"listId": one, "newFolderId": str(folder)}
    moved = account.ask("PUT", f"{LISTS}/folders/move-list", move)
    account.ok("PUT", f"{LISTS}/folders/{folder}/rename", newFolderName="G")

    tree = account.ok("GET", f"{LISTS}/folders")["folder"]
    mapped = account.ok("POST", f"{LISTS}/idmapping", ["1001", "5"])

    assert (moved.status_code, tree["childNodes"][0]["childLists"]) == (204, [int(one)])
    assert tree["childNodes"][0]["name"] == "G"
    assert account.ask("DELETE", f"{LISTS}/folders/{folder}").status_code == 400
    assert mapped["legacyListIdsToIdsMapping"] == [{"legacyListId": "1001", "listId": one}]
    assert mapped["missingLegacyListIds"] == ["5"]


def test_official_sdk(account: Any) -> None:
    """The SDK makes a list, fills it, finds it."""
    (one,) = people(account, 1)
    api = account.sdk.crm.lists
    wanted = ListCreateRequest(name="SDK", object_type_id="0-1", processing_type="MANUAL")
    made = api.lists_api.create(wanted).list
    change = MembershipChangeRequest(record_ids_to_add=[one], record_ids_to_remove=[])

    changed = api.memberships_api.add_and_remove(made.list_id, change)
    found = api.lists_api.do_search(ListSearchRequest(query="sdk", count=10, offset=0))

    assert changed.records_ids_added == [one]
    assert [row.name for row in found.lists] == ["SDK"]
    assert api.memberships_api.get_page(made.list_id).results[0].record_id == one

"""Change events: headers, bitmaps, merging, transactions, gaps."""

import pytest

from tests.connectors.salesforce_sandbox.conftest import Org
from tests.connectors.salesforce_sandbox.events.conftest import Client, Row

LEADS = "/data/LeadChangeEvent"
NOW_MS = 1_813_060_800_000


@pytest.fixture(autouse=True)
def _selected(org: Org) -> None:
    org.configure(cdc_entities=["Lead", "Contact", "Account"])


def collect(org: Org, method: str, records: list[Row]) -> None:
    typed = [{"attributes": {"type": "Lead"}, **one} for one in records]
    org.ok(method, "composite/sobjects", {"records": typed})


def test_a_created_lead_comes_whole(client: Client, org: Org) -> None:
    """All values, the name as one compound field; no field is listed as changed."""
    id_ = org.lead("Love", FirstName="Ada", City="Paris", Baton_Score__c=85)

    (event,) = client.changes(LEADS, 1)
    header = event["ChangeEventHeader"]

    assert header.pop("transactionKey").startswith("0000")
    assert header.pop("commitNumber") > 0
    assert header.pop("commitUser").startswith("005")
    assert header == {
        "entityName": "Lead",
        "recordIds": [id_],
        "changeType": "CREATE",
        "changeOrigin": "com/salesforce/api/rest/59.0",
        "sequenceNumber": 1,
        "commitTimestamp": NOW_MS,
        "nulledFields": [],
        "diffFields": [],
        "changedFields": [],
    }
    assert event["Name"] == {"Salutation": None, "FirstName": "Ada", "LastName": "Love"}
    assert event["Address"]["City"] == "Paris"
    assert event["Baton_Score__c"] == 85.0
    assert event["CreatedDate"] == NOW_MS
    assert "Id" not in event
    assert "SystemModstamp" not in event


def test_an_update_names_what_changed(client: Client, org: Org) -> None:
    """Bitmaps by position in the schema, nested fields apart; unchanged fields are null."""
    id_ = org.lead("Love", FirstName="Ada", City="Paris", Phone="1", Title="Ms")
    org.clock.tick()
    changes = {"FirstName": "Eve", "City": None, "Phone": None, "Rating": "Hot", "Title": "Ms"}
    org.ok("PATCH", f"sobjects/Lead/{id_}", changes)

    _, event = client.changes(LEADS, 2)
    header = event["ChangeEventHeader"]

    assert header["changeType"] == "UPDATE"
    assert sorted(client.fields(LEADS, header["changedFields"])) == [
        "Address.City", "LastModifiedDate", "Name.FirstName", "Phone", "Rating",
    ]  # fmt: skip
    assert client.fields(LEADS, header["nulledFields"]) == ["Phone", "Address.City"]
    assert (event["Rating"], event["Title"], event["Phone"]) == ("Hot", None, None)
    assert event["Name"] == {"Salutation": None, "FirstName": "Eve", "LastName": None}
    assert event["LastModifiedDate"] == NOW_MS + 1000


def test_deletion_and_return(client: Client, org: Org) -> None:
    """A deleted record has no values, a restored one has them all."""
    id_ = org.lead("Love", Phone="1")
    org.control("POST", "delete", {"object": "Lead", "id": id_})
    org.control("POST", "undelete", {"object": "Lead", "id": id_})

    _, deleted, restored = client.changes(LEADS, 3)

    assert deleted.pop("ChangeEventHeader")["changeType"] == "DELETE"
    assert set(deleted.values()) == {None}
    assert restored["ChangeEventHeader"]["changeType"] == "UNDELETE"
    assert restored["Phone"] == "1"


def test_seeds_and_failures_are_silent(client: Client, org: Org) -> None:
    """Only what was committed, and only what somebody did."""
    org.seed("Lead", LastName="Seed", Company="A")
    org.refused("POST", "sobjects/Lead", {"LastName": "NoCompany"})
    records = [
        {"attributes": {"type": "Lead"}, "LastName": "Back", "Company": "A"},
        {"attributes": {"type": "Lead"}, "LastName": "Bad"},
    ]
    org.ok("POST", "composite/sobjects", {"allOrNone": True, "records": records})
    org.lead("Real")

    (event,) = client.changes(LEADS, 1)

    assert event["Name"]["LastName"] == "Real"


def test_origin_tells_apis_and_people_apart(client: Client, org: Org) -> None:
    """REST with the client that named itself; a person in the UI."""
    org.http.post(
        "/services/data/v60.0/sobjects/Lead",
        json={"LastName": "A", "Company": "B"},
        headers={"Sforce-Call-Options": "client=Baton"},
    ).raise_for_status()
    org.control("POST", "create", {"object": "Lead", "fields": {"LastName": "A", "Company": "B"}})

    api, person = (event["ChangeEventHeader"] for event in client.changes(LEADS, 2))

    assert api["changeOrigin"] == "com/salesforce/api/rest/60.0;client=Baton"
    assert person["changeOrigin"] == "com/salesforce/api/soap/66.0;client=SfdcInternalAPI/"
    assert api["commitUser"] != person["commitUser"]


@pytest.mark.parametrize(("merges", "sizes"), [(True, [2, 1]), (False, [1, 1, 1])])
def test_the_same_change_to_several_records(
    client: Client, org: Org, *, merges: bool, sizes: list[int]
) -> None:
    """One event for all records of a transaction with the same change, unless switched off."""
    org.configure(cdc_merge=merges)
    ids = [org.lead(f"L{n}") for n in range(3)]
    ratings = ["Hot", "Hot", "Cold"]
    pairs = zip(ids, ratings, strict=True)
    collect(org, "PATCH", [{"id": id_, "Rating": rating} for id_, rating in pairs])

    events = [e["ChangeEventHeader"] for e in client.changes(LEADS, 3 + len(sizes))[3:]]

    assert [len(e["recordIds"]) for e in events] == sizes
    assert {e["transactionKey"] for e in events} == {events[0]["transactionKey"]}
    assert events[-1]["sequenceNumber"] == 3


def test_conversion_is_one_transaction(client: Client, org: Org) -> None:
    """Account, contact and lead change under one key, in order."""
    id_ = org.lead("Love")
    org.control("POST", "convert", {"lead": id_, "opportunity": False})

    _, *events = (e["ChangeEventHeader"] for e in client.changes("/data/ChangeEvents", 4))

    assert {e["entityName"] for e in events} == {"Account", "Contact", "Lead"}
    assert len({e["transactionKey"] for e in events}) == 1
    numbers = [e["sequenceNumber"] for e in events]
    assert numbers == sorted(set(numbers))


def test_a_flood_overflows(client: Client, org: Org) -> None:
    """Beyond the limit one transaction yields a header without records."""
    org.configure(cdc_overflow_at=2)
    collect(org, "POST", [{"LastName": f"L{n}", "Company": "A"} for n in range(4)])

    kinds = [e["ChangeEventHeader"] for e in client.changes(LEADS, 3)]

    assert [k["changeType"] for k in kinds] == ["CREATE", "CREATE", "GAP_OVERFLOW"]
    assert kinds[2]["recordIds"] == []


def test_gaps_come_on_request(client: Client, org: Org) -> None:
    """A gap event names records and nothing else; an overflow names none."""
    id_ = org.seed("Lead", LastName="Love", Company="A")
    org.control("POST", "gap", {"object": "Lead", "ids": [id_], "change": "GAP_UPDATE"})
    org.control("POST", "gap", {"object": "Lead", "change": "GAP_OVERFLOW"})

    update, overflow = client.changes(LEADS, 2)

    header = update.pop("ChangeEventHeader")
    assert (header["changeType"], header["recordIds"]) == ("GAP_UPDATE", [id_])
    assert set(update.values()) == {None}
    assert overflow["ChangeEventHeader"]["changeType"] == "GAP_OVERFLOW"


def test_new_fields_make_a_new_schema(client: Client, org: Org) -> None:
    """Events keep the schema that they were made with, and both can be read."""
    org.lead("Before")
    org.control("POST", "fields", {"object": "Lead", "fields": [{"name": "Colour__c"}]})
    org.lead("After", Colour__c="red")

    old, new = client.subscribe(LEADS).take(2)

    assert old.event.schema_id != new.event.schema_id
    assert "Colour__c" not in client.decoded(old)
    assert client.decoded(new)["Colour__c"] == "red"


def test_custom_objects_have_their_own_spelling(client: Client, org: Org) -> None:
    """`Order__c` is on /data/Order__ChangeEvent."""
    org.control("POST", "objects", {"name": "Order__c", "fields": [{"name": "No__c"}]})
    org.configure(cdc_entities=["Order__c"])
    org.make("Order__c", Name="A", No__c="7")

    (event,) = client.changes("/data/Order__ChangeEvent", 1)

    assert (event["Name"], event["No__c"]) == ("A", "7")


def test_the_dump_shows_the_events_kept(org: Org) -> None:
    """With their header, for people who look."""
    id_ = org.lead()

    (event,) = org.control("GET", "dump")["events"]

    assert event["event"]["ChangeEventHeader"]["recordIds"] == [id_]
    assert event["topics"] == ["/data/ChangeEvents", LEADS]


def test_an_unselected_org_keeps_nothing(org: Org) -> None:
    """As in a new org: no entity is selected, nothing is captured."""
    org.configure(cdc_entities=[])
    org.lead()

    assert org.control("GET", "dump")["events"] == []

"""The webhooks journal: what is written, how it is fetched, how long it stays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.patience import eventually

MOMENT = timedelta(milliseconds=2)
J = "/webhooks-journal/journal/2026-03"
S = "/webhooks-journal/subscriptions/2026-03"
PORTAL = 48_000_001
EVERYTHING = ["CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE"]


def subscribe(account: Any, *actions: str, **more: Any) -> Any:
    wanted = {"subscriptionType": "OBJECT", "objectTypeId": "0-1", "portalId": PORTAL}
    return account.ok("POST", S, {**wanted, "actions": list(actions) or EVERYTHING, **more})


def file_of(place: Any) -> Any:
    """The file of an entry, fetched without signing in."""
    return httpx.get(place["url"]).raise_for_status().json()


def test_journal_tells_what_happened(account: Any) -> None:
    """A create and a change become events with their changed properties, in one entry."""
    subscribe(account)
    made = account.make(email="a@x.com")
    stands_at = datetime.fromisoformat(made["updatedAt"])
    eventually(lambda: datetime.now(UTC) - stands_at > MOMENT)  # changes at one moment are one
    account.ok("PATCH", f"/crm/v3/objects/contacts/{made['id']}", {"properties": {"phone": "1"}})

    place = account.ok("GET", f"{J}/latest")
    entry = file_of(place)

    assert set(place) == {"url", "expiresAt", "currentOffset"}
    assert entry["offset"] == place["currentOffset"]
    assert [e["action"] for e in entry["journalEvents"]] == ["CREATE", "UPDATE", "UPDATE"]
    assert entry["journalEvents"][0]["objectId"] == int(made["id"])
    changes = [e.get("propertyChanges") for e in entry["journalEvents"]]
    assert changes == [None, {"email": "a@x.com"}, {"phone": "1"}]
    assert {(e["type"], e["objectTypeId"]) for e in entry["journalEvents"]} == {("OBJECT", "0-1")}


def test_following_the_journal(account: Any) -> None:
    """From the earliest by `next` to the end, which is a 204; new changes go on from there."""
    account.configure(journal_entry_events=1)
    subscribe(account, "CREATE")
    ids = [int(account.make(email=f"{n}@x.com")["id"]) for n in range(3)]

    place = account.ok("GET", f"{J}/earliest")
    seen = []
    while place is not None:
        seen += [e["objectId"] for e in file_of(place)["journalEvents"]]
        last, place = place, account.ok("GET", f"{J}/offset/{place['currentOffset']}/next")

    assert seen == ids
    end = account.ask("GET", f"{J}/offset/{last['currentOffset']}/next")
    assert (end.status_code, end.content) == (204, b"")
    account.make(email="d@x.com")
    assert account.ok("GET", f"{J}/offset/{last['currentOffset']}/next")["url"]


def test_batches(account: Any) -> None:
    """Earliest, latest, following and named entries come many at once; unknown ones are a 207."""
    account.configure(journal_entry_events=1)
    subscribe(account, "CREATE")
    for n in range(4):
        account.make(email=f"{n}@x.com")

    first = account.ok("GET", f"{J}/batch/earliest/2")["results"]
    last = account.ok("GET", f"{J}/batch/latest/2")["results"]
    offsets = [one["currentOffset"] for one in (*first, *last)]
    after = account.ok("GET", f"{J}/batch/{offsets[0]}/next/100")["results"]
    read = account.ask("POST", f"{J}/batch/read", {"inputs": [offsets[3], "nope"]})

    assert len(set(offsets)) == 4
    assert [one["currentOffset"] for one in after] == offsets[1:]
    assert read.status_code == 207
    assert [one["currentOffset"] for one in read.json()["results"]] == [offsets[3]]
    assert read.json()["errors"][0]["context"] == {"offsets": ["nope"]}
    assert account.ask("GET", f"{J}/batch/earliest/101").status_code == 400


def test_only_what_was_subscribed(account: Any) -> None:
    """Nothing without a subscription; then only its type, actions, properties and records."""
    account.make(email="before@x.com")
    assert account.ask("GET", f"{J}/latest").status_code == 204

    one, other = account.make(email="a@x.com")["id"], account.make(email="b@x.com")["id"]
    subscribe(account, "UPDATE", properties=["phone"], objectIds=[int(one)])
    for record_id in (one, other):
        path = f"/crm/v3/objects/contacts/{record_id}"
        account.ok("PATCH", path, {"properties": {"phone": "1"}})
        account.ok("PATCH", path, {"properties": {"firstname": "A"}})
    account.make("companies", name="Acme")

    events = file_of(account.ok("GET", f"{J}/latest"))["journalEvents"]
    assert [(e["objectId"], e["propertyChanges"]) for e in events] == [(int(one), {"phone": "1"})]


def test_associations_both_ways(account: Any) -> None:
    """An association is told from the side that was subscribed to."""
    actions = ["ASSOCIATION_ADDED", "ASSOCIATION_REMOVED"]
    subscribe(
        account, *actions, subscriptionType="ASSOCIATION", objectTypeId="0-2",
        associatedObjectTypeIds=["0-1"],
    )  # fmt: skip
    person, firm = account.seed(email="a@x.com"), account.seed("companies", name="Acme")
    path = f"/crm/v4/objects/contacts/{person}/associations"
    account.ok("PUT", f"{path}/default/companies/{firm}")
    account.ok("DELETE", f"{path}/companies/{firm}")

    events = file_of(account.ok("GET", f"{J}/latest"))["journalEvents"]
    assert {e["action"] for e in events} == set(actions)
    assert {(e["objectId"], e["associatedObjectId"]) for e in events} == {(int(firm), int(person))}


def test_subscriptions_are_replaced_listed_and_deleted(account: Any) -> None:
    """A second one for the same kind of change replaces the first."""
    first = subscribe(account, "CREATE")
    second = subscribe(account, "DELETE")
    assert (first["id"], first["actions"]) == (second["id"], ["CREATE"])
    assert [s["actions"] for s in account.ok("GET", S)["results"]] == [["DELETE"]]

    account.ok("DELETE", f"{S}/{first['id']}")
    assert account.ok("GET", S) == {"results": []}
    assert account.ask("DELETE", f"{S}/{first['id']}").status_code == 404
    subscribe(account)
    account.ok("DELETE", f"{S}/portals/{PORTAL}")
    assert account.ok("GET", S) == {"results": []}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"subscriptionType": "OTHER"}, 400),
        ({"actions": ["EXPLODE"]}, 400),
        ({"portalId": 1}, 403),
        ({"objectTypeId": "butterflies"}, 400),
    ],
)
def test_wrong_subscriptions(account: Any, change: dict[str, Any], status: int) -> None:
    """What can't be subscribed to is refused."""
    wanted = {
        "subscriptionType": "OBJECT", "objectTypeId": "0-1", "portalId": PORTAL,
        "actions": ["CREATE"],
    }  # fmt: skip
    assert account.ask("POST", S, {**wanted, **change}).status_code == status


def test_entries_and_addresses_expire(timed: Any) -> None:
    """An address ends after its time, an entry after three days; its offset is unknown then."""
    account = timed.account
    subscribe(account)
    account.make(email="a@x.com")
    place = account.ok("GET", f"{J}/latest")

    timed.clock.now += 3601
    old = httpx.get(place["url"])
    assert (old.status_code, old.headers["content-type"]) == (403, "application/xml")
    assert file_of(account.ok("GET", f"{J}/latest"))["offset"] == place["currentOffset"]

    timed.clock.now += 3 * 86_400
    assert account.ask("GET", f"{J}/latest").status_code == 204
    assert account.ask("GET", f"{J}/offset/{place['currentOffset']}/next").status_code == 404


def test_address_cannot_be_made_up(account: Any) -> None:
    """Another expiry needs another signature."""
    subscribe(account)
    account.make(email="a@x.com")
    url = httpx.URL(account.ok("GET", f"{J}/latest")["url"])

    assert httpx.get(url.copy_set_param("expires", "9999999999999")).status_code == 403


def test_journal_is_exempt_from_limits(account: Any) -> None:
    """Following the journal uses up nothing."""
    account.configure(limits=True, private_app_ten_secondly=1)
    statuses = {account.ask("GET", f"{J}/latest").status_code for _ in range(5)}

    assert statuses == {204}
    assert "x-hubspot-ratelimit-max" not in account.ask("GET", f"{J}/latest").headers


def condition(prop: str, operator: str, **more: Any) -> dict[str, Any]:
    return {"filterType": "CRM_OBJECT_PROPERTY", "property": prop, "operator": operator, **more}


def test_filters_judge_the_record(account: Any) -> None:
    """Only changes of contacts in Bonn are written, until the filter goes."""
    wanted = subscribe(account, "UPDATE")
    body = {
        "subscriptionId": wanted["id"],
        "filter": {"conditions": [condition("city", "EQ", value="Bonn")]},
    }
    made = account.ok("POST", f"{S}/filters", body)["filterId"]
    ids = [account.make(email=f"{city}@x.com", city=city)["id"] for city in ("Bonn", "Kiel")]
    for record_id in ids:
        account.ok("PATCH", f"/crm/v3/objects/contacts/{record_id}", {"properties": {"zip": "1"}})

    events = file_of(account.ok("GET", f"{J}/latest"))["journalEvents"]
    held = account.ok("GET", f"{S}/filters/subscription/{wanted['id']}")

    assert {event["objectId"] for event in events} == {int(ids[0])}
    assert held == [account.ok("GET", f"{S}/filters/{made}")]
    assert held[0]["filter"] == body["filter"]
    assert account.ok("GET", f"{S}/{wanted['id']}")["actions"] == ["UPDATE"]
    assert account.ask("DELETE", f"{S}/filters/{made}").status_code == 204
    assert account.ask("GET", f"{S}/filters/{made}").status_code == 404


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (condition("zip", "GT", value="9"), 200),  # by number
        (condition("zip", "LTE", value="9"), 204),
        (condition("city", "STARTS_WITH", value="Bo"), 200),
        (condition("city", "IN", values=["Kiel"]), 204),
        (condition("city", "N_EQ", value="Kiel"), 200),
        (condition("phone", "IS_EMPTY"), 200),
        (condition("phone", "CONTAINS", value="1"), 204),
    ],
)
def test_operators_of_filters(account: Any, one: dict[str, Any], status: int) -> None:
    """Each on the same contact."""
    wanted = subscribe(account, "CREATE")
    body = {"subscriptionId": wanted["id"], "filter": {"conditions": [one]}}
    account.ok("POST", f"{S}/filters", body)
    account.make(email="a@x.com", city="Bonn", zip="10")

    assert account.ask("GET", f"{J}/latest").status_code == status


def test_snapshots_of_records(account: Any) -> None:
    """Written whoever subscribed; a record that is not there fails."""
    contact = int(account.make(email="a@x.com", city="Bonn")["id"])
    rows = [
        {"portalId": PORTAL, "objectTypeId": "0-1", "objectId": number, "properties": ["city"]}
        for number in (contact, 999)
    ]

    asked = account.ok(
        "POST", "/webhooks-journal/snapshots/2026-03/crm", {"snapshotRequests": rows}
    )
    ids = [row["snapshotStatusId"] for row in asked["snapshotResponses"]]
    states = [account.ok("GET", f"{J}/status/{one}")["status"] for one in ids]
    events = file_of(account.ok("GET", f"{J}/latest"))["journalEvents"]

    assert states == ["COMPLETED", "FAILED"]
    assert [(e["action"], e["objectId"], e["properties"]) for e in events] == [
        ("SNAPSHOT", contact, {"city": "Bonn"})
    ]

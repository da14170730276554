"""A sandbox that keeps one live record of each object answers as one that keeps thousands."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.hubspot.sandbox import app as hubspot
from connectors.hubspot.sandbox.config import Config as HubSpotConfig
from connectors.salesforce.sandbox import app as salesforce
from connectors.salesforce.sandbox.config import Config as SalesforceConfig
from connectors.sandbox.server import Running

TOKEN = {"Authorization": "Bearer sandbox-token"}
V = "/services/data/v59.0"
CONTACTS = "/crm/v3/objects/contacts"
NEVER_ALIKE = re.compile(r'"correlationId": ?"[^"]*"|"(startedAt|completedAt)": ?"[^"]*"')


@dataclass(slots=True)
class Sandbox:
    """Raw HTTP; what was answered is remembered. Each request takes a second."""

    http: httpx.Client
    clock: "Clock"
    answers: list[tuple[str, int, str]] = field(default_factory=list)

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        self.clock.now += 1
        answer = self.http.request(method, path, json=body, params=query or None)
        if not path.endswith("/config"):
            text = NEVER_ALIKE.sub("", answer.text)
            self.answers.append((f"{method} {path}", answer.status_code, text))
        return answer.json() if answer.content else None

    def soql(self, text: str) -> Any:
        return self("GET", f"{V}/query", q=text)


@dataclass(slots=True)
class Clock:
    now: float = 1_813_060_800.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def started(vendor: str, live: int, file: Path, clock: Clock) -> Iterator[Sandbox]:
    """A sandbox that keeps so many live records, and its data in a file."""
    keeping: dict[str, Any] = {"live_records": live, "state_file": str(file)}
    app = (
        hubspot.create(HubSpotConfig(**keeping, limits=False), clock=clock)
        if vendor == "hubspot"
        else salesforce.create(SalesforceConfig(**keeping), clock=clock)
    )
    with (
        Running(app) as running,
        httpx.Client(base_url=running.url, headers=TOKEN, timeout=60) as http,
    ):
        yield Sandbox(http, clock)


def person(number: int) -> dict[str, str]:
    return {
        "email": f"p{number}@x.com", "firstname": "P", "lastname": str(number % 5),
        "city": f"C{number % 3}",
    }  # fmt: skip


def hubspot_life(do: Sandbox) -> None:
    """Create, change, merge, archive, restore, forget; history, lists, searches, links."""
    seed = [{"object": "contacts", "properties": person(n)} for n in range(12)]
    ids = do("POST", "/_sandbox/seed", {"records": seed})["ids"]
    made = [{"properties": person(n)} for n in range(12, 20)]
    done = do("POST", f"{CONTACTS}/batch/create", {"inputs": made})
    ids += [one["id"] for one in done["results"]]
    firm = do("POST", "/crm/v3/objects/companies", {"properties": {"name": "F", "domain": "x.com"}})
    for one in ids[:4]:
        do("PUT", f"/crm/v4/objects/contacts/{one}/associations/default/companies/{firm['id']}")
    for number, one in enumerate(ids[::2]):
        do("PATCH", f"{CONTACTS}/{one}", {"properties": {"city": f"D{number % 2}", "lastname": ""}})
    changes = [{"id": one, "properties": {"phone": one}} for one in reversed(ids)]
    do("POST", f"{CONTACTS}/batch/update", {"inputs": changes})
    do("POST", f"{CONTACTS}/merge", {"primaryObjectId": ids[1], "objectIdToMerge": ids[2]})
    do("DELETE", f"{CONTACTS}/{ids[3]}")
    do("DELETE", f"{CONTACTS}/{ids[4]}")
    do("POST", "/_sandbox/edit", {"object": "contacts", "id": ids[4], "restore": True})
    do("POST", f"{CONTACTS}/gdpr-delete", {"objectId": ids[5]})
    do("POST", CONTACTS, {"properties": person(6)})  # taken
    do("POST", CONTACTS, {"properties": person(2)})  # an e-mail of the merged one


def hubspot_look(do: Sandbox) -> None:
    """Everything by every way of reading."""
    page: Any = {"paging": {"next": {"after": "0"}}}
    while "paging" in page:
        after = page["paging"]["next"]["after"]
        page = do("GET", CONTACTS, limit=7, after=after, propertiesWithHistory="city,email")
    do("GET", CONTACTS, archived="true")
    ids = [str(1001 + n) for n in range(22)]
    do("POST", f"{CONTACTS}/batch/read", {
        "inputs": [{"id": one} for one in ids], "properties": ["email", "phone"],
        "propertiesWithHistory": ["city", "lastname"],
    })  # fmt: skip
    for one in ids[:6]:
        do("GET", f"{CONTACTS}/{one}", associations="companies")
    filters = (
        ("city", "EQ", "d1"), ("email", "IN", ["p7@x.com", "p8@x.com"]), ("city", "NEQ", "D0"),
        ("lastmodifieddate", "GTE", "1813060818000"), ("phone", "HAS_PROPERTY", None),
    )  # fmt: skip
    for lag_s in (0, 48):  # the second looks into the middle of the changes
        do("PATCH", "/_sandbox/config", {"search_lag_s": lag_s})
        for name, operator, value in filters:
            wanted: dict[str, Any] = {"propertyName": name, "operator": operator}
            wanted["values" if isinstance(value, list) else "value"] = value
            for order in ("ASCENDING", "DESCENDING"):
                do("POST", f"{CONTACTS}/search", {
                    "filterGroups": [{"filters": [wanted]}], "limit": 4, "after": "1",
                    "sorts": [{"propertyName": "lastmodifieddate", "direction": order}],
                })  # fmt: skip
        do("POST", f"{CONTACTS}/search", {"query": "p1", "limit": 100})
        do("POST", f"{CONTACTS}/search", {"limit": 100, "sorts": ["-city"]})
    do("PATCH", "/_sandbox/config", {"search_lag_s": 0})
    do("GET", "/_sandbox/dump", object="contacts")


def lead(number: int) -> dict[str, Any]:
    return {
        "LastName": f"L{number}", "Company": f"C{number % 3}", "City": f"X{number % 4}",
        "Email": f"p{number}@x.com",
    }  # fmt: skip


def collection(kind: str, rows: list[dict[str, Any]], *, all_or_none: bool) -> dict[str, Any]:
    return {
        "allOrNone": all_or_none,
        "records": [{"attributes": {"type": kind}, **row} for row in rows],
    }


def salesforce_life(do: Sandbox) -> None:
    """Create, change, merge, convert, delete, undelete, roll back; fields that come later."""
    seed = [{"object": "Lead", "fields": lead(n)} for n in range(12)]
    ids = do("POST", "/_sandbox/seed", {"records": seed})["ids"]
    path = f"{V}/composite/sobjects"
    made = do("POST", path, collection("Lead", [lead(n) for n in range(12, 20)], all_or_none=False))
    ids += [one["id"] for one in made]
    own = [{"name": "Own__c", "externalId": True}, {"name": "Flag__c", "type": "boolean"}]
    do("POST", "/_sandbox/fields", {"object": "Lead", "fields": own})
    changes = [{"id": one, "City": f"Y{n % 2}", "Own__c": f"k{n}"} for n, one in enumerate(ids)]
    do("PATCH", path, collection("Lead", changes[::-2], all_or_none=True))
    bad = [{"id": one, "Title": "never"} for one in ids[:4]] + [{"id": ids[5], "LastName": None}]
    do("PATCH", path, collection("Lead", bad, all_or_none=True))
    do("POST", path, collection("Lead", [lead(90), {"Company": "no name"}], all_or_none=True))
    do("POST", "/_sandbox/merge", {"object": "Lead", "master": ids[0], "losers": [ids[1]]})
    do("POST", "/_sandbox/convert", {"lead": ids[2], "opportunity": True})
    do("DELETE", f"{V}/sobjects/Lead/{ids[3]}")
    do("DELETE", f"{V}/sobjects/Lead/{ids[4]}")
    do("POST", "/_sandbox/undelete", {"object": "Lead", "id": ids[4]})
    do("PATCH", f"{V}/sobjects/Lead/Own__c/k7", {"Title": "known"})
    do("PATCH", f"{V}/sobjects/Lead/Own__c/k70", lead(70))
    steps = [
        {"method": "PATCH", "url": f"{V}/sobjects/Lead/{one}", "referenceId": f"r{n}",
         "body": {"City": "Z"} if n else {"Email": "none"}}
        for n, one in enumerate(ids[6:9])
    ]  # fmt: skip
    do("POST", f"{V}/composite", {"allOrNone": True, "compositeRequest": steps})


def salesforce_look(do: Sandbox) -> None:
    """Everything by every way of reading."""
    for text in (
        "SELECT COUNT() FROM Lead",
        "SELECT FIELDS(ALL) FROM Lead LIMIT 200",
        "SELECT Id, Own__c, Flag__c FROM Lead WHERE City LIKE 'Y%' ORDER BY City DESC, Id",
        "SELECT Id FROM Lead WHERE Own__c IN ('k1', 'k3', 'k7') OR Company = 'C2'",
        "SELECT Id FROM Lead WHERE SystemModstamp > 2027-06-15T12:00:03Z ORDER BY SystemModstamp",
        "SELECT City, COUNT(Id) n FROM Lead GROUP BY City ORDER BY City",
        "SELECT Name, (SELECT Name FROM Contacts) FROM Account",
        "SELECT Id, Owner.Name FROM Contact WHERE AccountId IN (SELECT Id FROM Account)",
    ):
        do.soql(text)
    do("GET", f"{V}/queryAll", q="SELECT Id, IsDeleted, MasterRecordId FROM Lead ORDER BY Id")
    do("PATCH", "/_sandbox/config", {"query_page_min": 1, "query_page_size": 6})
    page = do.soql("SELECT Id, LastName FROM Lead")
    while not page["done"]:
        page = do("GET", page["nextRecordsUrl"])
    span = {"start": "2027-06-15T11:00:00Z", "end": "2027-06-15T13:00:00Z"}
    for feed in ("updated", "deleted"):
        do("GET", f"{V}/sobjects/Lead/{feed}", **span)
    do("GET", "/_sandbox/dump", object="Lead")
    do("GET", "/_sandbox/dump", object="Contact")


LIVES: dict[str, tuple[Callable[[Sandbox], None], Callable[[Sandbox], None]]] = {
    "hubspot": (hubspot_life, hubspot_look),
    "salesforce": (salesforce_life, salesforce_look),
}


@pytest.mark.parametrize("vendor", LIVES)
def test_the_same_whatever_is_packed(vendor: str, tmp_path: Path) -> None:
    """The same life, with thousands of live records and with one; then again after a restart."""
    live, look = LIVES[vendor]
    told = []
    for most in (4096, 1):
        clock, file = Clock(), tmp_path / f"{most}.jsonl"
        with started(vendor, most, file, clock) as sandbox:
            live(sandbox)
            look(sandbox)
        with started(vendor, most, file, clock) as again:
            look(again)
        told.append((sandbox.answers, again.answers, file.read_text("utf-8").splitlines()))

    many, one = told
    assert one[:2] == many[:2]
    assert [line for line in one[2] if '"settings"' not in line] == [
        line for line in many[2] if '"settings"' not in line
    ]


def test_a_long_dump_and_its_pages(tmp_path: Path) -> None:
    """Of two thousand records all are in the dump, and the page of the browser finds each."""
    seed = [{"object": "contacts", "properties": person(n)} for n in range(2000)]
    with started("hubspot", 10, tmp_path / "kept", Clock()) as do:
        ids = do("POST", "/_sandbox/seed", {"records": seed})["ids"]
        dumped = do("GET", "/_sandbox/dump", object="contacts")
        found = do.http.get("/_sandbox/ui/records/contacts", params={"q": "p1234@x.com"}).text
        pages = do.http.get("/_sandbox/ui/records/contacts", params={"page": "40"}).text
        one = do.http.get(f"/_sandbox/ui/records/contacts/{ids[7]}").text
        nobody = do.http.get("/_sandbox/ui/records/contacts/1")

    assert [record["id"] for record in dumped] == ids
    assert [record["properties"]["email"] for record in dumped][1234] == "p1234@x.com"
    assert ("contacts (1)" in found, "p1234@x.com" in found) == (True, True)
    assert ("contacts (2000)" in pages, "p0@x.com" in pages) == (True, True)
    assert ("p7@x.com" in one, nobody.status_code) == (True, 404)

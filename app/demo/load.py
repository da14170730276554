"""What the load on a sandbox looks like, by vendor: records like real ones, and calls on them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SALESFORCE = "/services/data/v59.0"
HUBSPOT = "/crm/v3/objects/contacts"
TOKEN = {"Authorization": "Bearer sandbox-token"}
FIRST = ("Anna", "Ben", "Chiyo", "Daigo", "Emi", "Frank", "Goro", "Hana")
LAST = ("Abe", "Baker", "Chiba", "Doi", "Endo", "Fischer", "Goto", "Hayashi")


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    body: Any = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A call on so many records at once; it gets their ids and the number of the call."""

    size: int
    request: Callable[[Sequence[str], int], Request]


@dataclass(frozen=True, slots=True)
class Load:
    """`settings` lift the limits that a real account would meet first."""

    settings: Mapping[str, Any]
    record: Callable[[int], Mapping[str, Any]]
    read: Callable[[str], Request]
    batches: Mapping[str, Batch]


def _person(number: int) -> tuple[str, str, str, str, str]:
    """First name, last name, e-mail, phone, company: no two alike."""
    first, last = FIRST[number % 8], f"{LAST[number // 8 % 8]}{number * 7919 % 10_000}"
    company = f"Company {number * 104_729 % 20_000}"
    email = f"{first}.{last}.{number}@{company.replace(' ', '')}.example".lower()
    return first, last, email, f"+81{number * 15_485_863 % 10**9:09d}", company


def _contact(number: int) -> Mapping[str, Any]:
    first, last, email, phone, company = _person(number)
    properties = {
        "email": email, "firstname": first, "lastname": last, "phone": phone, "company": company,
        "jobtitle": "Manager", "city": "Tokyo", "industry": "Manufacturing",
        "lifecyclestage": "lead",
    }  # fmt: skip
    return {"object": "contacts", "properties": properties}


def _lead(number: int) -> Mapping[str, Any]:
    first, last, email, phone, company = _person(number)
    fields = {
        "Email": email, "FirstName": first, "LastName": last, "Phone": phone, "Company": company,
        "Title": "Manager", "City": "Tokyo", "Industry": "Manufacturing",
        "Status": "Open - Not Contacted",
    }  # fmt: skip
    return {"object": "Lead", "fields": fields}


def _batch_read(ids: Sequence[str], _: int) -> Request:
    wanted = {"properties": ["email", "firstname"], "inputs": [{"id": one} for one in ids]}
    return Request("POST", f"{HUBSPOT}/batch/read", wanted)


def _batch_update(ids: Sequence[str], number: int) -> Request:
    inputs = [{"id": one, "properties": {"city": f"City {number}"}} for one in ids]
    return Request("POST", f"{HUBSPOT}/batch/update", {"inputs": inputs})


def _collection(ids: Sequence[str], number: int) -> Request:
    changed = {"attributes": {"type": "Lead"}, "City": f"City {number}"}
    body = {"allOrNone": True, "records": [{**changed, "id": one} for one in ids]}
    return Request("PATCH", f"{SALESFORCE}/composite/sobjects", body)


def _retrieval(ids: Sequence[str], _: int) -> Request:
    wanted = {"ids": list(ids), "fields": ["Id", "Email", "FirstName"]}
    return Request("POST", f"{SALESFORCE}/composite/sobjects/Lead", wanted)


def _composite(ids: Sequence[str], number: int) -> Request:
    steps = [
        {"method": "PATCH", "url": f"{SALESFORCE}/sobjects/Lead/{one}", "referenceId": f"r{at}",
         "body": {"City": f"City {number}"}}
        for at, one in enumerate(ids)
    ]  # fmt: skip
    return Request("POST", f"{SALESFORCE}/composite", {"compositeRequest": steps})


LOADS: Mapping[str, Load] = {
    "hubspot": Load(
        settings={"limits": False},
        record=_contact,
        read=lambda record_id: Request("GET", f"{HUBSPOT}/{record_id}"),
        batches={"batch read": Batch(100, _batch_read), "batch update": Batch(100, _batch_update)},
    ),
    "salesforce": Load(
        settings={"daily_api_requests": 10**9},
        record=_lead,
        read=lambda record_id: Request("GET", f"{SALESFORCE}/sobjects/Lead/{record_id}"),
        batches={
            "collections read": Batch(200, _retrieval),
            "collections update": Batch(200, _collection),
            "composite": Batch(25, _composite),
        },
    ),
}

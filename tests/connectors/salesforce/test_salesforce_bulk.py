"""Bulk jobs against the sandbox, over HTTP: everything above 2,000 records."""

from collections.abc import Callable, Iterator
from typing import Any

from connectors.base import Cursor, Listed
from connectors.salesforce.adapter import Adapter

OpenAt = Callable[..., Adapter]
FIELDS = [
    "LastName",
    "Company",
    "Email",
    "AnnualRevenue",
    "HasOptedOutOfEmail",
    "NumberOfEmployees",
]


def walk(adapter: Adapter) -> Iterator[Listed]:
    """All pages of all people."""
    cursor: Cursor | None = None
    for _ in range(40):
        page = adapter.listing("person", FIELDS, cursor, None)
        yield page
        cursor = page.cursor
        if not page.more:
            return
    raise AssertionError("the listing has not ended")


def test_many_people_are_listed_by_bulk_queries(crm: Any, open_at: OpenAt) -> None:
    """2,100 leads and a contact: two query jobs, and values as the REST API has them."""
    rows = [
        {"LastName": f"P{n}", "Company": 'A "b", ltd\nKyoto', "NumberOfEmployees": 7}
        for n in range(2100)
    ]
    ids = crm.seed("Lead", *rows)
    contact = crm.seed("Contact", {"LastName": "Ada"})[0]
    adapter = open_at(crm.url)

    pages = list(walk(adapter))
    records = [record for page in pages for record in page.items]
    looked = {r.ref.id: r.fields for r in adapter.read([records[0].ref], FIELDS)}

    assert sorted(r.ref.id for r in records) == sorted([*ids, contact])
    assert pages[0].total == 2101
    assert pages[0].wait_s > 0
    assert max(len(page.items) for page in pages) == 2000
    assert records[0].fields == looked[records[0].ref.id]


def test_a_few_people_are_listed_by_queries(crm: Any, open_at: OpenAt) -> None:
    """Below 2,000 there is no job to wait for."""
    crm.seed("Lead", *({"LastName": f"P{n}", "Company": "X"} for n in range(25)))

    pages = list(walk(open_at(crm.url, page_size=10)))

    assert [len(page.items) for page in pages] == [10, 10, 5, 0]
    assert all(page.wait_s == 0 for page in pages)

"""Search: operators, limits, order, paging, and an index that lags."""

from typing import Any

import pytest

SEARCH = "/crm/v3/objects/contacts/search"


def names(account: Any, *filters: dict[str, Any], **more: Any) -> list[str]:
    body = {"filterGroups": [{"filters": list(filters)}], "properties": ["firstname"], **more}
    found = account.ok("POST", SEARCH, body)
    return [row["properties"]["firstname"] for row in found["results"]]


def one(name: str, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    given = {} if value is None else {"value": value}
    return {"propertyName": name, "operator": operator, **given, **more}


@pytest.fixture
def people(account: Any) -> Any:
    rows = [
        {"firstname": "Ada", "email": "ada@math.org", "hubspotscore": "90", "company": "Acme One"},
        {"firstname": "Bob", "email": "bob@math.org", "hubspotscore": "10"},
        {"firstname": "Cyd", "email": "cyd@chem.org", "lifecyclestage": "customer"},
    ]
    records = [{"object": "contacts", "properties": row} for row in rows]
    account.ok("POST", "/_sandbox/seed", {"records": records})
    return account


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (one("email", "EQ", "ADA@math.org"), ["Ada"]),
        (one("hubspotscore", "EQ", "90.0"), ["Ada"]),
        (one("hubspotscore", "NEQ", "90"), ["Bob"]),
        (one("hubspotscore", "GTE", "10"), ["Ada", "Bob"]),
        (one("hubspotscore", "LT", "90"), ["Bob"]),
        (one("hubspotscore", "BETWEEN", "5", highValue="10"), ["Bob"]),
        (one("email", "IN", values=["bob@math.org", "cyd@chem.org"]), ["Bob", "Cyd"]),
        (one("email", "IN", values=["BOB@math.org"]), []),
        (one("email", "NOT_IN", values=["bob@math.org"]), ["Ada", "Cyd"]),
        (one("lifecyclestage", "EQ", "customer"), ["Cyd"]),
        (one("lifecyclestage", "IN", values=["Customer"]), []),
        (one("company", "HAS_PROPERTY"), ["Ada"]),
        (one("company", "NOT_HAS_PROPERTY"), ["Bob", "Cyd"]),
        (one("email", "CONTAINS_TOKEN", "*@math.org"), ["Ada", "Bob"]),
        (one("company", "CONTAINS_TOKEN", "acme"), ["Ada"]),
        (one("company", "NOT_CONTAINS_TOKEN", "acme"), []),
    ],
)
def test_operators(people: Any, wanted: dict[str, Any], found: list[str]) -> None:
    """Each operator finds exactly these, oldest first; IN wants lower case."""
    assert names(people, wanted) == found


def test_groups_are_or_filters_are_and(people: Any) -> None:
    """A record matches when all filters of any group hold."""
    groups = [
        {"filters": [one("email", "CONTAINS_TOKEN", "*math*"), one("hubspotscore", "GT", "50")]},
        {"filters": [one("lifecyclestage", "EQ", "customer")]},
    ]

    found = people.ok("POST", SEARCH, {"filterGroups": groups})

    assert found["total"] == 2


def test_query_searches_beginnings_of_words(people: Any) -> None:
    """The query text matches words of the default searchable properties."""
    found = people.ok("POST", SEARCH, {"query": "acm", "properties": ["firstname"]})

    assert [row["properties"]["firstname"] for row in found["results"]] == ["Ada"]


def test_sort_and_page(people: Any) -> None:
    """One sort, either direction; records without the value last; `after` pages on."""
    sort = [{"propertyName": "hubspotscore", "direction": "DESCENDING"}]

    assert names(people, sorts=sort) == ["Ada", "Bob", "Cyd"]
    assert names(people, sorts=["hubspotscore"]) == ["Bob", "Ada", "Cyd"]
    first = people.ok("POST", SEARCH, {"limit": 2})
    assert (first["total"], first["paging"]) == (3, {"next": {"after": "2"}})
    assert "paging" not in people.ok("POST", SEARCH, {"limit": 2, "after": "2"})


def test_association_pseudo_property(people: Any) -> None:
    """`associations.company` filters by who is associated."""
    company = people.make("companies", name="Acme")["id"]
    ada = people.ok("POST", SEARCH, {"query": "ada"})["results"][0]["id"]
    path = f"/crm/v4/objects/contacts/{ada}/associations/default/companies/{company}"
    people.ok("PUT", path)

    assert names(people, one("associations.company", "EQ", company)) == ["Ada"]


def test_the_ten_thousandth_result_is_the_last(people: Any) -> None:
    """`after` 9999 works, 10000 does not."""
    fine = people.ask("POST", SEARCH, {"after": "9999"})
    over = people.ask("POST", SEARCH, {"after": "10000"})

    assert (fine.status_code, over.status_code) == (200, 400)
    assert over.json()["message"] == "There was a problem with the request."


@pytest.mark.parametrize(
    "body",
    [
        {"filterGroups": [{"filters": [one("firstname", "EQ", "x")]}] * 6},
        {"filterGroups": [{"filters": [one("firstname", "EQ", "x")] * 7}]},
        {"filterGroups": [{"filters": [one("firstname", "EQ", "x")] * 5}] * 4},
        {"filterGroups": [{"filters": [one("firstname", "LIKE", "x")]}]},
        {"filterGroups": [{"filters": [one("nonsense", "EQ", "x")]}]},
        {"sorts": ["firstname", "lastname"]},
        {"limit": 201},
        {"query": "x" * 3001},
    ],
)
def test_what_search_refuses(people: Any, body: dict[str, Any]) -> None:
    """Too many groups, filters, sorts or results, and what does not exist."""
    assert people.ask("POST", SEARCH, body).status_code == 400


def test_archived_records_are_not_found(people: Any) -> None:
    """Search never returns archived records."""
    bob = people.ok("POST", SEARCH, {"query": "bob"})["results"][0]["id"]
    people.ask("DELETE", f"/crm/v3/objects/contacts/{bob}")

    assert names(people) == ["Ada", "Cyd"]


def test_index_lags_behind(timed: Any) -> None:
    """With a lag, search shows neither a new record nor a new value until it has passed."""
    account, clock = timed.account, timed.clock
    account.configure(search_lag_s=5)
    account.make(firstname="Ada", email="ada@x.com")
    assert names(account) == []
    clock.now += 6
    ada = account.ok("POST", SEARCH, {})["results"][0]["id"]

    account.ok("PATCH", f"/crm/v3/objects/contacts/{ada}", {"properties": {"firstname": "Eve"}})

    assert names(account) == ["Ada"]
    assert names(account, one("firstname", "EQ", "Eve")) == []
    clock.now += 6
    assert names(account, one("firstname", "EQ", "Eve")) == ["Eve"]


def test_recently_modified_in_order(timed: Any) -> None:
    """The polling query: modified since, ascending by modified date."""
    account, clock = timed.account, timed.clock
    ids = []
    for name in ("Ada", "Bob", "Cyd"):
        ids.append(account.make(firstname=name)["id"])
        clock.now += 10
    since = str(int(clock.now * 1000))
    clock.now += 10
    for record_id in (ids[2], ids[0]):
        path = f"/crm/v3/objects/contacts/{record_id}"
        account.ok("PATCH", path, {"properties": {"phone": "1"}})
        clock.now += 1

    found = names(
        account, one("lastmodifieddate", "GTE", since),
        sorts=[{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}],
    )  # fmt: skip

    assert found == ["Cyd", "Ada"]

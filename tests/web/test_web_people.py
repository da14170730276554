"""People over HTTP: found, explained, with all that was decided about them."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from app.domain.presets import preset
from connectors.base import Ref
from tests.support.world import MAPPING, World
from tests.web.conftest import Site

PEOPLE = "/api/v1/people"
NAMED = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "first_name", "ma": "first_name", "sfa": "first_name"},
        {"name": "last_name", "ma": "last_name", "sfa": "last_name"},
        {"name": "company", "ma": "company", "sfa": "company"},
    ],
}


def names(site: Site, query: str = "") -> list[str]:
    """The e-mails found by a search, in its order."""
    answer = site.call("GET", f"{PEOPLE}?{query}", "viewer")
    assert answer.status_code == 200, answer.text
    return [one["email"] for one in answer.json()["items"]]


def walk(site: Site, path: str) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    found: list[dict[str, Any]] = []
    following: str | None = path
    while following is not None:
        page = site.call("GET", following, "viewer").json()
        found += page["items"]
        following = page["next"]
    return found


@pytest.fixture
def world(site: Site) -> World:
    """Three people known at both sides, one of them with an interest in prices."""
    documents = {"scoring": preset("scoring"), "hot_lead": preset("hot_lead")}
    world = World(site.database, mapping=NAMED, documents=documents)
    ada = world.ma.add_person(
        "ada@example.com", "Contact", first_name="Ada", last_name="Lovelace", company="Analytical"
    )
    world.ma.add_person("taro@example.com", "Contact", first_name="太郎", last_name="山田")
    world.ma.add_person("bob_x@example.com", "Contact", job_title="CTO")
    world.sync()
    world.ma.behave(ada, "form_submit", datetime.now(UTC), title="Contact us", form="contact")
    world.sync()
    return world


def ada_of(world: World) -> Ref:
    return next(r.ref for r in world.ma.records("person") if r.fields["email"] == "ada@example.com")


def id_of(site: Site, email: str) -> str:
    answer = site.call("GET", f"{PEOPLE}?email={email}").json()
    found: str = answer["items"][0]["id"]
    return found


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ada@", ["ada@example.com"]),
        ("LOVELACE", ["ada@example.com"]),
        ("Ada Lovelace", ["ada@example.com"]),
        ("lovelace ada", ["ada@example.com"]),
        ("analyt", ["ada@example.com"]),
        ("山田太郎", ["taro@example.com"]),
        ("bob_x", ["bob_x@example.com"]),
        ("bobyx", []),
        ("b_b", []),
        ("%", []),
        ("'; DROP TABLE link; --", []),
    ],
)
def test_people_are_found_by_what_they_are_called(site: Site, q: str, found: list[str]) -> None:
    """Parts of names in either order, companies, e-mails; wildcards are letters."""
    assert names(site, f"q={quote(q)}") == found


def test_people_are_found_by_exact_marks(site: Site, world: World) -> None:
    """By e-mail in any case, or by the id at a vendor."""
    ref = ada_of(world)

    assert names(site, "email=ADA@example.com") == ["ada@example.com"]
    assert names(site, f"external=ma:{ref.id}") == ["ada@example.com"]
    assert names(site, "external=ma:nobody") == []
    assert names(site, f"external=sfa:{ref.id}x") == []


@pytest.mark.usefixtures("world")
def test_filters_narrow_the_list(site: Site) -> None:
    """State of a side, connection, score, stage, heat."""
    assert len(names(site, "state=in_sync&connection=sfa")) == 3
    assert names(site, "state=failed") == []
    assert names(site, "stage=customer") == []
    assert "ada@example.com" in names(site, "min_score=1")
    assert len(names(site, "hot=true")) + len(names(site, "hot=false")) == 3
    assert names(site, "kind=company") == []


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("sort", ["score", "updated"])
def test_pages_show_everybody_once_in_order(site: Site, sort: str) -> None:
    """However small they are."""
    found = walk(site, f"{PEOPLE}?limit=1&sort={sort}")

    assert sorted(one["email"] for one in found) == sorted(names(site))
    assert [one["email"] for one in found] == names(site, f"sort={sort}")
    if sort == "score":
        scores = [one["score"] for one in found]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "sort=name", "min_score=x", "kind=No+such%21", "external=nocolon",
        "hot=perhaps", "q=" + "x" * 201,
    ],
)  # fmt: skip
def test_odd_parameters_are_named(site: Site, query: str) -> None:
    """422 with the parameter's place."""
    answer = site.call("GET", f"{PEOPLE}?{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/query/{query.split('=', maxsplit=1)[0]}"


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "WyJ4IiwgIngiXQ", "é", "A" * 400])
def test_odd_cursors_are_refused(site: Site, cursor: str) -> None:
    """400, never a fault; a cursor of another order neither."""
    assert site.call("GET", f"{PEOPLE}?cursor={quote(cursor)}").status_code == 400


def test_a_nul_character_in_a_query_is_no_fault(site: Site) -> None:
    """PostgreSQL refuses it."""
    assert site.call("GET", f"{PEOPLE}?q=%00").status_code == 400


@pytest.mark.usefixtures("world")
def test_one_person_is_explained(site: Site) -> None:
    """Values, sides, score with its reasons in both languages."""
    person = site.call("GET", f"{PEOPLE}/{id_of(site, 'ada@example.com')}", "viewer").json()

    assert (person["name"], person["company"]) == ("Ada Lovelace", "Analytical")
    assert [(s["connection"], s["state"]) for s in person["sides"]] == [
        ("ma", "in_sync"),
        ("sfa", "in_sync"),
    ]
    assert person["sides"][0]["seen"]["email"] == "ada@example.com"
    assert person["score"] > 0
    assert {"text_en", "text_ja", "points"} <= set(person["reasons"][0])


@pytest.mark.usefixtures("world")
def test_what_was_decided_is_told_in_order(site: Site) -> None:
    """Newest first, with the cause of each line; and page by page."""
    person = id_of(site, "ada@example.com")

    lines = walk(site, f"{PEOPLE}/{person}/journal?limit=2")

    events = [line["event"] for line in lines]
    assert "found" in events
    assert "told" in events
    assert [line["id"] for line in lines] == sorted((line["id"] for line in lines), reverse=True)
    assert all(line["cause_id"] for line in lines)


@pytest.mark.usefixtures("world")
def test_scores_and_activities_have_their_history(site: Site) -> None:
    """What somebody did, where it was logged, and how the score went."""
    person = id_of(site, "ada@example.com")

    scores = walk(site, f"{PEOPLE}/{person}/scores?limit=1")
    [activity] = walk(site, f"{PEOPLE}/{person}/activities")

    assert scores[0]["score"] == site.call("GET", f"{PEOPLE}/{person}").json()["score"]
    assert (activity["type"], activity["title"]) == ("form_submit", "Contact us")
    assert [(d["connection"], d["state"]) for d in activity["deliveries"]] == [("sfa", "sent")]


@pytest.mark.usefixtures("world")
def test_activities_are_filtered(site: Site) -> None:
    """By source, type, delivery and time."""

    def count(query: str) -> int:
        return len(walk(site, f"/api/v1/activities?{query}"))

    assert count("") == 1
    assert count("connection=ma&type=form_submit&delivery=sent") == 1
    assert count("delivery=failed") == 0
    assert count("type=call") == 0
    assert count("since=2020-01-01T00:00:00Z") == 1
    assert count("until=2020-01-01T00:00:00Z") == 0
    assert site.call("GET", "/api/v1/activities?since=2020-01-01").status_code == 422


@pytest.mark.parametrize("path", ["", "/journal", "/scores", "/activities"])
def test_nobody_is_a_404(site: Site, path: str) -> None:
    """And an id that is none a 422."""
    assert site.call("GET", f"{PEOPLE}/{UUID(int=1)}{path}").status_code == 404
    assert site.call("GET", f"{PEOPLE}/x{path}").status_code == 422

"""Stages over HTTP: the funnel, moving people, drafts tried on them, and deviations."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.domain.presets import preset
from app.store import stages
from app.store.stages import Change
from tests.support.world import MAPPING, World
from tests.web.conftest import Site

SCORED = {
    **MAPPING,
    "fields": [
        *MAPPING["fields"],
        {"name": "ma_score", "ma": "score", "type": "number", "direction": "ma_to_sfa"},
        {"name": "last_name", "ma": "last_name", "sfa": "last_name"},
        {"name": "company", "ma": "company", "sfa": "company"},
    ],
}
AT = "/api/v1/stages"


@pytest.fixture
def ids(site: Site) -> dict[str, UUID]:
    """Three people known at both sides by the default lifecycle; Ada is an MQL."""
    documents = {
        "scoring": {"ma_score": {"mode": "replace", "field": "ma_score"}},
        "lifecycle": preset("lifecycle"),
    }
    world = World(site.database, mapping=SCORED, documents=documents)
    made = {
        name: world.ma.add_person(f"{name}@example.com", "Contact", score=score, company="Acme")
        for name, score in (("ada", 90), ("bob", 20), ("cy", 40))
    }
    world.sync()
    world.sync()
    found = {name: world.link_of("ma", ref) for name, ref in made.items()}
    return {name: link.id for name, link in found.items() if link is not None}


def stage(site: Site, name: str) -> dict[str, Any]:
    answer = site.call("GET", AT, "viewer")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = next(one for one in answer.json()["stages"] if one["name"] == name)
    return found


def past(site: Site, link_id: UUID, *moves: tuple[str | None, str, int], score: int = 90) -> None:
    """Moves of somebody, each so many hours ago."""
    now = datetime.now(UTC)
    rows = [
        Change(link_id, now - timedelta(hours=ago), source, target, "rule", "", "Budget", (), 1,
               score, "A", None)
        for source, target, ago in moves
    ]  # fmt: skip
    with site.database.begin() as tx:
        stages.add(tx, rows)


def test_the_funnel_counts_and_measures(site: Site, ids: dict[str, UUID]) -> None:
    """Who is there, who got further, how long they stayed; and the RACI table."""
    past(site, ids["bob"], (None, "lead", 50), ("lead", "mql", 40), ("mql", "sql", 16))

    mql = stage(site, "mql")

    assert (mql["now"], mql["late"], mql["aim_hours"]) == (1, 0, 24.0)
    assert (mql["entered"], mql["moved_on"], mql["conversion"]) == (2, 1, 0.5)
    assert (mql["median_hours"], mql["next"]) == (24.0, {"sql": 1})
    body = site.call("GET", AT, "viewer").json()
    assert body["raci"][1] == {
        "work": {"en": "Verifying leads", "ja": "リード検証"},
        "teams": {"marketing": ["C"], "is": ["R", "A"], "fs": ["I"], "cs": ["I"]},
    }


def test_who_is_in_a_stage_too_long_comes_first(site: Site, ids: dict[str, UUID]) -> None:
    """And alone where only those are asked for."""
    with site.database.begin() as tx:
        late = "UPDATE link SET stage_since = now() - interval '2 days', stage = 'mql'"
        tx.execute(text(f"{late} WHERE id = :id"), {"id": ids["bob"]})

    both = site.call("GET", f"{AT}/mql/people", "viewer").json()["items"]
    late_ones = site.call("GET", f"{AT}/mql/people?late=true", "viewer").json()["items"]

    assert [(one["email"], one["late"]) for one in both] == [
        ("bob@example.com", True),
        ("ada@example.com", False),
    ]
    assert [one["company"] for one in late_ones] == ["Acme"]
    assert stage(site, "mql")["late"] == 1
    assert site.call("GET", f"{AT}/lead/people?late=true", "viewer").status_code == 404


def test_a_person_is_moved_and_the_history_says_by_whom(site: Site, ids: dict[str, UUID]) -> None:
    """With the reason; the lanes that tell both systems are woken."""
    at = f"/api/v1/people/{ids['ada']}"
    body = {"stage": "recycled", "reason": "No budget", "seen": "mql"}
    moved = site.call("POST", f"{at}/stage", "operator", json=body)

    assert moved.status_code == 200, moved.text
    assert (moved.json()["stage"], moved.json()["reason"]) == ("recycled", "No budget")
    [last, *before] = site.call("GET", f"{at}/stages", "viewer").json()["items"]
    assert (last["source"], last["target"], last["moved_by"]) == ("mql", "recycled", "person")
    assert last["who"].startswith("a operator (")
    assert [one["target"] for one in before] == ["mql", "lead"]
    assert before[0]["why"] == [{"what": "total", "found": "90", "at": None, "n": 1}]
    moves = site.call("GET", f"{AT}/moves?target=recycled", "viewer").json()["items"]
    assert [one["email"] for one in moves] == ["ada@example.com"]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"stage": "recycled"}, 409, "a move from mql to recycled needs a reason"),
        ({"stage": "sql", "seen": "lead"}, 409, "the stage is mql by now, not lead"),
        ({"stage": "mql"}, 409, "the stage is mql already"),
        ({"stage": "hot"}, 422, None),
    ],
)
def test_what_can_not_be_done_is_said(
    site: Site, ids: dict[str, UUID], body: dict[str, Any], status: int, told: str | None
) -> None:
    """Nothing is moved."""
    answer = site.call("POST", f"/api/v1/people/{ids['ada']}/stage", "operator", json=body)

    assert (answer.status_code, told in {None, answer.json()["detail"]}) == (status, True)
    assert stage(site, "mql")["now"] == 1


def test_who_stands_where_and_what_may_follow(site: Site, ids: dict[str, UUID]) -> None:
    """A viewer may look and not move; nobody is not found."""
    at = f"/api/v1/people/{ids['ada']}/stage"
    found = site.call("GET", at, "viewer").json()

    assert found["stage"] == "mql"
    assert {one["stage"]: one["needs_reason"] for one in found["follows"]} == {
        "lead": True, "sql": False, "sao": False, "won": True, "lost": True, "customer": False,
        "recycled": True,
    }  # fmt: skip
    assert site.call("POST", at, "viewer", json={"stage": "sql"}).status_code == 403
    nobody = "/api/v1/people/00000000-0000-0000-0000-000000000000/stage"
    assert site.call("POST", nobody, "operator", json={"stage": "sql"}).status_code == 404


@pytest.mark.usefixtures("ids")
def test_a_draft_is_tried_on_people(site: Site) -> None:
    """It says who would move and why, and moves nobody."""
    body = preset("lifecycle")
    body["stages"][1]["when"] = {"score": "total", "op": "gte", "value": 40}

    tried = site.call("POST", f"{AT}/preview", "viewer", json={"body": body})

    assert tried.status_code == 200, tried.text
    found = tried.json()
    assert (found["people"], found["of"]) == (3, 3)
    assert found["moves"] == [{"before": "lead", "after": "mql", "n": 1}]
    assert found["stages"] == {"mql": 2, "lead": 1}
    assert [(one["email"], one["why"][0]["found"]) for one in found["shown"]] == [
        ("cy@example.com", "40")
    ]
    assert stage(site, "mql")["now"] == 1
    wrong = site.call("POST", f"{AT}/preview", "viewer", json={"body": {"stages": []}})
    assert wrong.status_code == 422
    assert site.call("POST", f"{AT}/preview", "viewer", json={"version": 9}).status_code == 404


def test_deviations_name_the_leads_and_a_threshold(site: Site, ids: dict[str, UUID]) -> None:
    """High scores that came to nothing, low ones that did, and winners who never were an MQL."""
    with site.database.begin() as tx:
        tx.execute(text("DELETE FROM stage_change"))
    past(site, ids["ada"], ("lead", "mql", 30), ("mql", "recycled", 20), score=90)
    past(site, ids["bob"], ("lead", "mql", 30), ("mql", "sao", 10), ("sao", "won", 5), score=20)
    past(site, ids["cy"], ("lead", "sao", 9), score=40)

    found = site.call("GET", f"{AT}/deviations", "viewer").json()

    assert (found["threshold"], found["advice"], found["cases"], found["good"]) == (
        80, "too_few", 3, 2
    )  # fmt: skip
    assert found["counts"] == {"low_but_good": 1, "missed": 1, "high_but_bad": 1}
    assert [(one["email"], one["kind"], one["outcome"]) for one in found["items"]] == [
        ("bob@example.com", "low_but_good", "won"),
        ("cy@example.com", "missed", "sao"),
        ("ada@example.com", "high_but_bad", "recycled"),
    ]


def test_without_a_lifecycle_there_are_no_stages(site: Site) -> None:
    """It says so."""
    answer = site.call("GET", AT, "viewer")

    assert (answer.status_code, answer.json()["detail"]) == (404, "no lifecycle is active")

"""Jobs over HTTP: started, watched, paused, resumed, cancelled; and what they found."""

import json
from typing import Any

import pytest

from app.store import work
from tests.support.world import World
from tests.web.conftest import Site

AT = "/api/v1/jobs"


@pytest.fixture
def world(site: Site) -> World:
    """Twelve contacts of marketing, none of whom was looked at."""
    world = World(site.database, feeds="none")
    world.ma.page_size = 5
    for n in range(12):
        world.ma.add_person(f"p{n}@example.com", "Contact")
    return world


def start(site: Site, kind: str, /, **args: Any) -> dict[str, Any]:
    answer = site.call("POST", AT, "operator", json={"kind": kind, "args": args})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{AT}/{found['id']}"
    return found


AHEAD = "2199-01-01T00:00:00Z"


def pointers(answer: Any) -> list[str]:
    return [one["pointer"] for one in answer.json()["errors"]]


def test_a_job_is_started_and_watched(site: Site, world: World) -> None:
    """Queued, with its lane woken; then done, with its counts."""
    made = start(site, "backfill", connection="ma")
    world.settle()
    found = site.call("GET", f"{AT}/{made['id']}", "viewer").json()

    assert (made["state"], made["args"]) == ("queued", {"connection": "ma", "kind": "person"})
    assert f"job:{made['id']}" in site.woken
    assert (found["state"], found["done"], found["counts"]) == ("done", 12, {"new": 12})
    assert found["created_by"].startswith("a operator (")


@pytest.mark.usefixtures("world")
def test_the_same_is_not_done_twice_at_once(site: Site) -> None:
    """The second one is told which job does it."""
    made = start(site, "backfill", connection="ma")

    again = site.call(
        "POST", AT, "operator", json={"kind": "backfill", "args": {"connection": "ma"}}
    )

    assert again.status_code == 409
    assert again.json()["detail"] == f"job {made['id']} does that already; it is queued"


@pytest.mark.usefixtures("world")
def test_pause_resume_cancel(site: Site) -> None:
    """Each from where it is possible; else 409 with the state that it is in."""
    address = f"{AT}/{start(site, 'backfill', connection='ma')['id']}"

    states = [
        site.call("POST", f"{address}/{verb}", "operator").json()["state"]
        for verb in ("pause", "resume", "cancel")
    ]
    late = site.call("POST", f"{address}/resume", "operator")

    assert states == ["paused", "queued", "cancelled"]
    assert late.status_code == 409
    assert "is cancelled" in late.json()["detail"]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"kind": "backfil"}, 404, None),
        ({"kind": "backfill"}, 422, "/args/connection"),
        ({"kind": "backfill", "args": {"connection": "mars"}}, 422, "/args/connection"),
        ({"kind": "backfill", "args": {"connection": "ma", "x": 1}}, 422, "/args/x"),
        ({"kind": "backfill", "args": {"connection": "ma", "kind": "persons"}}, 422, "/args/kind"),
        ({"kind": "reconcile", "args": {"mapping": "none"}}, 422, "/args/mapping"),
        ({"kind": "backfill", "args": {"connection": "ma"}, "share": 0}, 422, "/share"),
        ({"kind": "history", "args": {"connection": "ma", "since": AHEAD}}, 422, "/args/since"),
    ],
)
def test_what_is_wrong_is_said_with_a_pointer(
    site: Site, body: dict[str, Any], status: int, pointer: str | None
) -> None:
    """A kind, an argument, a name that there is not."""
    answer = site.call("POST", AT, "operator", json=body)

    assert answer.status_code == status, answer.text
    assert pointer is None or pointer in pointers(answer)


@pytest.mark.usefixtures("world")
def test_a_viewer_only_looks(site: Site) -> None:
    """Starting and stopping is for operators."""
    made = start(site, "backfill", connection="ma")

    assert site.call("POST", AT, "viewer", json={"kind": "backfill"}).status_code == 403
    assert site.call("POST", f"{AT}/{made['id']}/pause", "viewer").status_code == 403
    assert site.call("GET", AT, "viewer").json()["items"][0]["id"] == made["id"]


def test_findings_are_paged_filtered_and_exported(site: Site, world: World) -> None:
    """Twelve strangers: in pages, by category, and as CSV and NDJSON of one row each."""
    made = start(site, "reconcile", mapping="main")
    world.settle()
    address = f"{AT}/{made['id']}/findings"

    first = site.call("GET", f"{address}?limit=5", "viewer").json()
    second = site.call("GET", first["next"], "viewer").json()
    none = site.call("GET", f"{address}?category=missed", "viewer").json()
    text = site.call("GET", f"{address}/export?format=csv", "viewer").text
    lines = site.call("GET", f"{address}/export?format=ndjson", "viewer").text.splitlines()

    assert first["counts"] == {"missing_here": 12}
    assert [one["category"] for one in first["items"]] == ["missing_here"] * 5
    assert first["items"][0]["fix"]["en"].startswith("The system has a record")
    assert {one["id"] for one in first["items"]}.isdisjoint(one["id"] for one in second["items"])
    assert none["items"] == []
    assert len(text.splitlines()) == 13
    assert [json.loads(line)["code"] for line in lines] == ["never_seen"] * 12


def test_a_cell_is_never_a_formula(site: Site, world: World) -> None:
    """What a vendor calls a record could run in a spreadsheet."""
    made = start(site, "reconcile", mapping="main")
    evil = work.Finding("missing_here", None, "ma", "person", "=HYPERLINK(0)")
    with world.database.begin() as tx:
        work.add_findings(tx, made["id"], [evil])

    text = site.call("GET", f"{AT}/{made['id']}/findings/export", "viewer").text

    assert "'=HYPERLINK(0)" in text


def test_failed_jobs_and_differences_need_attention(site: Site, world: World) -> None:
    """What a comparison found is listed with its fix, and gone after a repair."""
    start(site, "reconcile", mapping="main")
    world.settle()
    found = site.call("GET", "/api/v1/attention?what=job", "viewer").json()["items"]
    start(site, "reconcile", mapping="main", repair=True)
    world.settle()
    with site.database.begin() as tx:
        failed = work.add(tx, "backfill", {"connection": "ma", "kind": "company"}, by="test")
    world.woken.add(work.lane_of(failed))
    world.settle()
    later = site.call("GET", "/api/v1/attention?what=job", "viewer").json()["items"]

    assert [(one["code"], one["reason"]) for one in found] == [
        ("differences", "job 1 (main): 12 missing here")
    ]
    assert [(one["key"], one["code"]) for one in later] == [(f"job:{failed}", "job_failed")]

"""The agreement over HTTP: clocks, pauses, figures, and what would be by another one."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.flows import clocks
from tests.support.agreements import CLOCK, NOW, agree, mql
from tests.web.conftest import Site

AT = "/api/v1/sla"


def person(site: Site, email: str, hours: float | None, ago_h: float = 100) -> UUID:
    return mql(site.database, email, hours, ago_h)


def test_clocks_are_listed_with_filters(site: Site) -> None:
    """Met, late, still waiting: by state, person, and whether they have ended."""
    met = person(site, "ada@example.com", 2)
    person(site, "bob@example.com", 30)
    person(site, "cy@example.com", None)
    agree(site.database)

    def shown(query: str) -> list[str]:
        items = site.call("GET", f"{AT}/clocks?{query}", "viewer").json()["items"]
        return sorted(one["email"].partition("@")[0] for one in items)

    assert shown("") == ["ada", "bob", "cy"]
    assert shown("state=met") == ["ada"]
    assert shown("state=breached") == ["bob", "cy"]
    assert shown("open=true") == ["cy"]
    assert shown("clock=other") == []
    assert shown(f"person={met}") == ["ada"]
    [own] = site.call("GET", f"/api/v1/people/{met}/clocks", "viewer").json()["items"]
    assert (own["state"], own["ended_by"], own["minutes"]) == ("met", "event:alert.accepted", 120)
    assert [one["step"] for one in own["steps"]] == ["met"]
    assert site.call("GET", f"{AT}/clocks/{own['id']}", "viewer").json() == own


def test_clocks_are_paged(site: Site) -> None:
    """Each once."""
    for name in ("ada", "bob", "cy"):
        person(site, f"{name}@example.com", 2)
    agree(site.database)
    seen: list[int] = []
    at: str | None = f"{AT}/clocks?limit=2"
    while at:
        page = site.call("GET", at, "viewer").json()
        seen += [one["id"] for one in page["items"]]
        at = page["next"]

    assert len(seen) == len(set(seen)) == 3


def test_figures_say_how_well_it_is_kept(site: Site) -> None:
    """Two of four in time; the median of those that ended."""
    for name, hours in (("ada", 2), ("bob", 4), ("cy", 30), ("di", None)):
        person(site, f"{name}@example.com", hours)
    agree(site.database)

    [one] = site.call("GET", f"{AT}/figures", "viewer").json()["items"]

    assert (one["met"], one["late"], one["overdue"], one["running"]) == (2, 1, 1, 0)
    assert one["met_rate"] == 0.5
    assert one["median_minutes"] == 240
    assert site.call("GET", f"{AT}/figures?clock=other", "viewer").json()["items"] == []


def test_a_pause_stops_the_clock_until_it_is_resumed(site: Site) -> None:
    """With a reason of the document; by an operator."""
    who = person(site, "ada@example.com", None, ago_h=1)
    agree(site.database)
    [clock] = site.call("GET", f"/api/v1/people/{who}/clocks", "viewer").json()["items"]
    at = f"{AT}/clocks/{clock['id']}"

    assert site.call("POST", f"{at}/pause", "viewer", json={"reason": "away"}).status_code == 403
    wrong = site.call("POST", f"{at}/pause", "operator", json={"reason": "lunch"})
    assert (wrong.status_code, "its reasons: away" in wrong.text) == (409, True)
    paused = site.call("POST", f"{at}/pause", "operator", json={"reason": "away"}).json()
    assert (paused["state"], paused["due_at"]) == ("paused", None)
    assert paused["pauses"][0]["reason"] == "away"
    assert paused["minutes_left"] == pytest.approx(1380, abs=2)
    assert site.call("POST", f"{at}/pause", "operator", json={"reason": "away"}).status_code == 409
    running = site.call("POST", f"{at}/resume", "operator").json()
    assert running["state"] == "running"
    assert running["due_at"] >= clock["due_at"]
    assert site.call("POST", f"{at}/resume", "operator").status_code == 409
    past = {"reason": "away", "until": "2020-01-01T00:00:00Z"}
    assert site.call("POST", f"{at}/pause", "operator", json=past).status_code == 409
    assert site.call("POST", f"{AT}/clocks/999/resume", "operator").status_code == 404


def test_a_pause_with_an_end_and_of_an_ended_clock(site: Site) -> None:
    """It goes on by itself; what has ended is not paused."""
    who = person(site, "ada@example.com", None, ago_h=1)
    done = person(site, "bob@example.com", 1)
    agree(site.database)
    [clock] = site.call("GET", f"/api/v1/people/{who}/clocks", "viewer").json()["items"]
    until = (NOW + timedelta(hours=5)).isoformat()

    body = {"reason": "away", "until": until}
    paused = site.call("POST", f"{AT}/clocks/{clock['id']}/pause", "operator", json=body).json()

    assert paused["state"] == "paused"
    assert datetime.fromisoformat(paused["next_at"]) == datetime.fromisoformat(until)
    assert site.call("POST", f"{AT}/clocks/{clock['id']}/resume", "operator").status_code == 200
    [ended] = site.call("GET", f"/api/v1/people/{done}/clocks", "viewer").json()["items"]
    again = site.call("POST", f"{AT}/clocks/{ended['id']}/pause", "operator", json=body)
    assert again.status_code == 409


def test_what_if_judges_the_same_facts_anew(site: Site) -> None:
    """With 4 h instead of 24 h, two breaches more."""
    for name, hours in (("ada", 2), ("bob", 5), ("cy", 8), ("di", 30)):
        person(site, f"{name}@example.com", hours)
    agree(site.database)
    body = {"clock": "reply", "limit": {"minutes": 240}}

    [one] = site.call("POST", f"{AT}/what-if", "viewer", json=body).json()["items"]

    assert (one["before"]["runs"], one["before"]["breached"]) == (4, 1)
    assert (one["after"]["runs"], one["after"]["breached"]) == (4, 3)
    assert one["difference"] == 2
    assert len(one["worse"]) == 2
    assert one["better"] == []
    assert one["after"]["met_rate"] == 0.25


def test_what_if_works_before_anything_is_published(site: Site) -> None:
    """A draft is previewed on what happened; business hours count, too."""
    person(site, "ada@example.com", 2)
    draft = {"document": {"clocks": [CLOCK]}}

    [one] = site.call("POST", f"{AT}/what-if", "viewer", json=draft).json()["items"]

    assert one["before"] is None
    assert (one["after"]["runs"], one["after"]["met"], one["difference"]) == (1, 1, 0)
    early = {**draft, "until": (NOW - timedelta(days=20)).isoformat()}
    [none] = site.call("POST", f"{AT}/what-if", "viewer", json=early).json()["items"]
    assert none["after"]["runs"] == 0


def test_what_if_says_what_it_needs(site: Site) -> None:
    """One of limit, document and version; a clock that there is."""
    limit = {"limit": {"minutes": 5}}
    assert site.call("POST", f"{AT}/what-if", json={}).status_code == 422
    assert site.call("POST", f"{AT}/what-if", json=limit).status_code == 422
    assert site.call("POST", f"{AT}/what-if", json={**limit, "clock": "x"}).status_code == 409
    assert site.call("POST", f"{AT}/what-if", json={"version": 7}).status_code == 404
    agree(site.database)
    assert site.call("POST", f"{AT}/what-if", json={**limit, "clock": "x"}).status_code == 404
    [same] = site.call("POST", f"{AT}/what-if", json={"version": 1}).json()["items"]
    assert same["difference"] == 0
    bad = {"document": {"clocks": [{**CLOCK, "limit": {}}]}}
    assert site.call("POST", f"{AT}/what-if", json=bad).status_code == 422


def test_an_agreement_goes_through_the_documents(site: Site) -> None:
    """Draft, publish, publish another one, roll back; running clocks keep their version."""
    who = person(site, "ada@example.com", None, ago_h=1)
    at = "/api/v1/documents/sla/main"
    first = {"clocks": [CLOCK]}
    assert site.call("PUT", at, json=first).status_code in {200, 201}
    with site.database.begin() as tx:
        clocks.turn(tx, now=NOW)
    second = {"clocks": [{**CLOCK, "limit": {"minutes": 5}}]}
    assert site.call("PUT", at, json=second).status_code in {200, 201}
    with site.database.begin() as tx:
        clocks.turn(tx, now=NOW)

    [clock] = site.call("GET", f"/api/v1/people/{who}/clocks", "viewer").json()["items"]
    assert (clock["version"], clock["state"]) == (1, "running")
    back = site.call("POST", f"{at}/activate", json={"version": 1})
    assert (back.status_code, back.json()["version"]) == (200, 1)

"""Scoring rules on trial, and scores explained, over the API."""

from typing import Any

from app.jobs import Lanes
from app.store import documents
from tests.support.history import person
from tests.support.world import MAPPING
from tests.web.conftest import Site

AT = "/api/v1/documents/scoring/main"
WORDS = {"en": "Trial", "ja": "トライアル"}
RULES: dict[str, Any] = {
    "mql": 50,
    "grades": {"A": 50, "B": 30, "C": 10},
    "matrix": {"fit_high": 10, "intent_high": 20},
    "categories": {"crm": {"label": {"en": "CRM suite", "ja": "CRM製品"}}},
    "fit": [{"name": "boss", "label": {"en": "Boss", "ja": "役職者"}, "points": 20,
             "when": {"field": "job_title", "op": "equals", "value": "CTO"}}],
    "intent": [{"name": "trial", "label": WORDS, "activity": "trial", "points": 40,
                "half_life_days": 7, "category": "crm"}],
}  # fmt: skip
HALF = {**RULES, "intent": [{**RULES["intent"][0], "points": 5}]}


def work(site: Site) -> None:
    """Let the jobs run to their end."""
    lanes = Lanes(site.database, site.parts.accounts, lambda _: None, sleep=lambda _: None)
    for _ in range(20):
        due = [lane for lane in site.woken if lane.startswith("job:")]
        if not any(lanes.drain(lane) for lane in due):
            return


def map_people(site: Site) -> None:
    """Scores are of people whom a mapping has."""
    fields = [{"name": n, "ma": n, "sfa": n} for n in ("email", "job_title")]
    body = {**MAPPING, "fields": fields, "create": {"ma": False, "sfa": False}}
    with site.database.begin() as tx:
        documents.add(tx, "mapping", "person", 1, body, note="", by="test")
        documents.activate(tx, "mapping", "person", 1)


def publish(site: Site) -> None:
    assert site.call("PUT", AT, json=RULES).status_code == 201


def test_a_draft_is_tried_on_some_people(site: Site) -> None:
    """Before and after, grades that move, the spread, MQLs a day by threshold and capacity."""
    ada = person(site.database, "ada", ("trial", 1), job_title="CTO")
    bob = person(site.database, "bob", ("trial", 90))

    answer = site.call(
        "POST", f"{AT}/preview", "operator",
        json={"body": RULES, "days": 10, "capacity_per_day": 0.05},
    )  # fmt: skip

    shown = answer.json()
    assert answer.status_code == 200
    assert (shown["version"], shown["people"], shown["of"], shown["changed"]) == (0, 2, 2, 2)
    assert shown["grades"] == {"->A": 1, "->D": 1}
    assert shown["after"] == {"0": 1, "55": 1}
    moved = {r["link_id"]: (r["after"], r["grade"], r["priority"]) for r in shown["results"]}
    assert moved == {str(ada): (56, "A", 1), str(bob): (0, "D", 4)}
    per_day = {one["threshold"]: (one["per_day"], one["fits"]) for one in shown["thresholds"]}
    assert (per_day[20], per_day[25], per_day[60], per_day[65]) == (
        (0.0, True), (0.1, False), (0.1, False), (0.0, True),
    )  # fmt: skip
    assert shown["suggested"] == 65
    assert site.woken == set()


def test_a_version_is_tried_on_everybody_as_a_job(site: Site) -> None:
    """The result is where the answer says; findings name who changes; nobody is changed."""
    ada = person(site.database, "ada", ("trial", 0.5), job_title="CTO")
    map_people(site)
    publish(site)
    work(site)

    started = site.call("POST", f"{AT}/preview", json={"body": HALF, "sample": "all"})
    work(site)
    shown = site.call("GET", started.headers["location"], "viewer").json()
    found = site.call("GET", f"/api/v1/jobs/{shown['job']['id']}/findings", "viewer").json()
    known = site.call("GET", f"/api/v1/people/{ada}", "viewer").json()

    assert started.status_code == 202
    assert (shown["version"], shown["people"], shown["grades"]) == (2, 1, {"A>C": 1})
    assert (shown["job"]["state"], shown["job"]["counts"]) == ("done", {"changed": 1})
    assert [one["detail"] for one in found["items"]] == [
        {"before": 58, "after": 25, "grade_before": "A", "grade": "C"}
    ]
    assert (known["score"], known["priority"], known["categories"]) == (58, 1, {"crm": 38})


def test_a_draft_for_a_job_is_stored_by_an_admin_only(site: Site) -> None:
    """An operator may try a stored version; what is no draft at all is a 404."""
    refused = site.call("POST", f"{AT}/preview", "operator", json={"body": RULES, "sample": "all"})
    missing = site.call("POST", f"{AT}/preview", "operator", json={"version": 3})

    assert (refused.status_code, missing.status_code) == (403, 404)


def test_rules_are_tested_against_what_became_of_people(site: Site) -> None:
    """Scores just before the end tell, or do not; surprises are findings."""
    for n in range(12):
        person(site.database, f"won{n}", ("trial", 30 + n), ("won", 28 + n), ("trial", 1))
        person(site.database, f"lost{n}", ("email_open", 30 + n), ("lost", 28 + n), ("trial", 1))
    person(site.database, "odd", ("trial", 30), ("trial", 31), ("lost", 28))
    person(site.database, "open", ("trial", 30))
    publish(site)

    started = site.call("POST", f"{AT}/backtest", "operator", json={"before_hours": 12})
    work(site)
    shown = site.call("GET", started.headers["location"], "viewer").json()

    assert started.status_code == 202
    assert (shown["cases"], shown["converted"], shown["verdict"]) == (25, 12, "discriminates")
    assert shown["suggested"] == 30
    assert [(b["low"], b["cases"], b["converted"]) for b in shown["bands"] if b["cases"]] == [
        (0, 12, 0), (30, 12, 12), (60, 1, 0),
    ]  # fmt: skip
    total = shown["separation"][0]
    assert (total["axis"], total["auc"], total["p"] < 0.001) == ("total", 0.923, True)
    trial = next(one for one in shown["rules"] if one["rule"] == "trial")
    assert (trial["cases"], trial["rate_with"], trial["rate_without"], trial["verdict"]) == (
        13, 0.9231, 0.0, "raises",
    )  # fmt: skip
    assert shown["job"]["counts"] == {"surprise_converted": 12, "surprise_not": 1}


def test_a_score_is_explained_with_what_becomes_of_it(site: Site) -> None:
    """Each line in both languages, products apart, the quadrant, and the version."""
    ada = person(site.database, "ada", ("trial", 0), job_title="CTO")
    publish(site)

    shown = site.call("GET", f"/api/v1/people/{ada}/score", "viewer").json()

    assert (shown["total"], shown["grade"], shown["scoring"]) == (60, "A", "main@1")
    assert shown["matrix"] == {
        "fit_high": 10, "intent_high": 20, "fit": True, "intent": True, "priority": 1,
    }  # fmt: skip
    first, second = shown["lines"]
    assert (first["rule"], first["points"], first["becomes"]) == ("trial", 40, 20)
    assert first["forecast"]["en"].startswith("decays to 20 by 20")
    assert first["forecast"]["ja"].endswith("までに20点へ減衰")
    assert (second["rule"], second["becomes"], second["forecast"]) == ("boss", None, None)
    (crm,) = shown["categories"]
    assert (crm["category"], crm["points"], crm["label"]["ja"]) == ("crm", 40, "CRM製品")


def test_nobody_is_explained_without_rules(site: Site) -> None:
    """404, as for somebody who is not there."""
    ada = person(site.database, "ada")

    assert site.call("GET", f"/api/v1/people/{ada}/score", "viewer").status_code == 404

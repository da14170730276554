"""Drafts of the hand-off document, tried on the hand-offs that are there."""

from typing import Any

from app.domain.presets import preset
from tests.support.handoff_rows import make_handoff, make_person, publish
from tests.web.conftest import Site

AT = "/api/v1/documents/handoff/default/preview"


def stricter() -> dict[str, Any]:
    """Competition is half of the quality; 90 points open the gate."""
    body = preset("handoff")
    flow = body["flows"]["is_fs"]
    points = {"basic": 5, "need": 15, "bant": 20, "competition": 50, "next": 10}
    for part in flow["quality"]:
        part["points"] = points[part["name"]]
    for rule in flow["gate"]:
        if rule["name"] == "quality":
            rule["when"]["value"] = 90
    return body


def test_a_draft_says_which_handoffs_would_pass_no_more(site: Site) -> None:
    """With points, band, gate and what lacks, before and after; nothing is written."""
    whole = make_handoff(site.database, make_person(site.database))
    lacking = make_handoff(
        site.database, make_person(site.database, "bea"), competitors=None, impression=None
    )
    before = site.call("GET", f"/api/v1/handoffs/{lacking}").json()

    tried = site.call("POST", AT, "operator", json={"body": stricter()})

    assert tried.status_code == 200
    shown = tried.json()
    assert (shown["of"], shown["before"]["passing"], shown["after"]["passing"]) == (2, 2, 1)
    assert shown["after"]["bands"] == {"high": 1, "standard": 1}
    assert shown["before"]["quality"] == 92.5
    assert whole not in [one["id"] for one in shown["changed"]]
    [one] = shown["changed"]
    assert (one["id"], one["state"], one["open"]) == (lacking, "draft", True)
    assert (one["before"]["quality"], one["before"]["unmet"]) == (85, [])
    assert (one["after"]["quality"], one["after"]["unmet"]) == (62, ["quality"])
    assert {"en": "impression of us", "ja": "自社への印象"} in one["after"]["missing"]
    assert site.call("GET", f"/api/v1/handoffs/{lacking}").json() == before


def test_a_stored_version_is_tried_too(site: Site) -> None:
    """The one in force changes nothing."""
    make_handoff(site.database, make_person(site.database))

    shown = site.call("POST", AT, "operator", json={"version": 1}).json()

    assert (shown["of"], shown["changed"]) == (1, [])


def test_without_a_document_in_force_nothing_stands_beside(site: Site) -> None:
    """A first draft is tried all the same; one that is not there, or not right, is refused."""
    publish(site.database)

    none = site.call("POST", AT, "operator", json={"body": preset("handoff")}).json()
    assert (none["of"], none["before"]["judged"], none["after"]["quality"]) == (0, 0, None)
    assert site.call("POST", AT, "operator", json={"version": 9}).status_code == 404
    assert site.call("POST", AT, "operator", json={"body": {"flows": {}}}).status_code == 422
    both = {"version": 1, "body": preset("handoff")}
    assert site.call("POST", AT, "operator", json=both).status_code == 422
    assert site.call("POST", AT, "viewer", json={}).status_code == 403

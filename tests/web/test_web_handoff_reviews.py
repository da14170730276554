"""Hand-offs whose quality and end disagree, over HTTP."""

from typing import Any

from tests.support.handoff_rows import make_handoff, make_person
from tests.web.conftest import Site

AT = "/api/v1/handoffs/deviations"


def end(site: Site, name: str, outcome: str, rating: int, **memo: Any) -> int:
    """A hand-off that was taken, met and closed."""
    one = make_handoff(site.database, make_person(site.database, name), **memo)
    for deed, body in (
        ("submit", {"override": "urgent"}), ("approve", {}), ("accept", {}), ("held", {}),
        ("feedback", {"result": "progress", "next_action": "x", "rating": rating,
                      "missing": "the budget"}),
        ("close", {"outcome": outcome, "reason": "timing" if outcome == "lost" else "fit"}),
    ):  # fmt: skip
        answer = site.call("POST", f"/api/v1/handoffs/{one}/{deed}", "admin", json=body)
        assert answer.status_code == 200, answer.text
    return one


def test_handoffs_that_disagree_with_their_end_are_listed(site: Site) -> None:
    """Good and lost, poor and won; what agrees is only counted."""
    lost = end(site, "aya", "lost", 2)
    end(site, "bea", "won", 5)
    poor: dict[str, Any] = {
        "problem": "slow", "background": None, "figure_now": None, "figure_target": None,
        "budget": None, "decision_maker": None, "urgency": None, "competitors": None,
        "impression": None, "worries": None,
    }  # fmt: skip
    won = end(site, "cy", "won", 4, **poor)

    shown = site.call("GET", AT, "viewer").json()

    assert (shown["flow"], shown["threshold"], shown["advice"]) == ("is_fs", 60, "too_few")
    assert (shown["cases"], shown["good"], shown["suggestions"]) == (3, 2, [])
    assert shown["counts"] == {"good_but_failed": 1, "poor_but_won": 1}
    assert [(one["id"], one["kind"]) for one in shown["items"]] == [
        (won, "poor_but_won"),
        (lost, "good_but_failed"),
    ]
    assert shown["items"][0]["overridden"]
    assert (shown["items"][1]["quality"], shown["items"][1]["rating"]) == (100, 2)
    assert (shown["items"][1]["reason"], shown["items"][1]["missing"]) == ("timing", "the budget")
    early = site.call("GET", f"{AT}?until=2026-01-01T00:00:00Z", "viewer").json()
    assert (early["cases"], early["items"]) == (0, [])


def test_without_a_published_document_nothing_is_reviewed(site: Site) -> None:
    """It says what is missing."""
    answer = site.call("GET", AT, "viewer")

    assert answer.status_code == 404
    said = 'no hand-off document with the flow "is_fs" is published'
    assert answer.json()["detail"] == said

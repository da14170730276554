"""Answers to alerts by the API: accept, snooze, reject."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support.panel import person
from tests.web.conftest import Site


@pytest.fixture
def ada(site: Site) -> UUID:
    """Somebody hot."""
    return person(site)


def say(site: Site, deed: str, body: Any = None, role: str = "operator", alert: int = 1) -> Any:
    return site.call("POST", f"/api/v1/alerts/{alert}/{deed}", role, json=body)


@pytest.mark.usefixtures("ada")
def test_an_alert_is_accepted_once(site: Site) -> None:
    """Again is the same; another answer afterwards is refused, and the reason names who decided."""
    first, again = say(site, "accept"), say(site, "accept", role="admin")
    late = say(site, "reject", {"reason": "a competitor"})

    assert (first.json()["standing"], first.json()["reaction"]) == ("accepted", "accepted")
    assert first.json()["reacted_by"].startswith("a operator (")
    assert again.json()["reacted_by"] == first.json()["reacted_by"]
    assert late.status_code == 409
    assert "was accepted by a operator" in late.json()["detail"]


@pytest.mark.usefixtures("ada")
def test_a_snoozed_alert_is_due_again_at_its_time(site: Site) -> None:
    """It may be put off further, and decided meanwhile."""
    until = datetime.now(UTC) + timedelta(hours=1)

    snoozed = say(site, "snooze", {"until": until.isoformat()}).json()
    with site.database.begin() as tx:
        tx.exec_driver_sql("UPDATE alert SET snoozed_until = now() - interval '1 second'")
    due = site.call("GET", "/api/v1/alerts/1").json()
    listed = site.call("GET", "/api/v1/alerts").json()["items"]

    assert snoozed["standing"] == "snoozed"
    assert due["standing"] == "due_again"
    assert [one["standing"] for one in listed] == ["due_again"]
    assert say(site, "accept").json()["standing"] == "accepted"


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("deed", "body", "status"),
    [
        ("snooze", {"until": "2020-01-01T00:00:00Z"}, 409),
        ("snooze", {"until": "2026-11-20T09:00:00"}, 422),
        ("snooze", None, 422),
        ("reject", {"reason": ""}, 422),
        ("reject", {"reason": "   "}, 409),
        ("reject", None, 422),
    ],
)
def test_what_makes_no_sense_is_refused(site: Site, deed: str, body: Any, status: int) -> None:
    """A time that has passed or has no zone; a rejection without a reason."""
    assert say(site, deed, body).status_code == status
    assert site.call("GET", "/api/v1/alerts/1").json()["standing"] == "open"


@pytest.mark.usefixtures("ada")
def test_answers_need_an_operator_and_an_alert(site: Site) -> None:
    """A viewer looks only."""
    assert say(site, "accept", role="viewer").status_code == 403
    assert say(site, "accept", alert=99).status_code == 404


def test_an_answer_is_in_the_persons_journal(site: Site, ada: UUID) -> None:
    """Who said what, and why."""
    say(site, "reject", {"reason": " a   competitor "})

    [line] = site.call("GET", f"/api/v1/people/{ada}/journal").json()["items"]
    assert line["event"] == "alert_rejected"
    assert line["detail"]["reason"] == "a competitor"
    assert line["detail"]["by"].startswith("a operator (")

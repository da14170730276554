"""Alerts by the API: which there are, how fast they were, what is held."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.store import alert_messages, storms
from app.store.alert_messages import NewMessage
from tests.support.panel import person
from tests.web.conftest import Site

NOW = datetime.now(UTC)


@pytest.fixture
def ada(site: Site) -> UUID:
    return person(site)


@pytest.mark.usefixtures("ada")
def test_both_delays_are_told_apart(site: Site) -> None:
    """Ours: from the cause to the task. People's: from the task to the first reaction."""
    with site.database.begin() as tx:
        tx.exec_driver_sql(
            "UPDATE alert SET state = 'sent', task_at = caused_at + interval '2 seconds'"
        )
    before = site.call("GET", "/api/v1/alerts/1").json()
    with site.database.begin() as tx:
        tx.exec_driver_sql("UPDATE alert SET answered_at = task_at + interval '90 seconds'")
    after = site.call("GET", "/api/v1/alerts/1").json()
    figures = site.call("GET", "/api/v1/alert-delays", "viewer").json()

    assert (before["system_delay_s"], before["human_delay_s"]) == (2.0, None)
    assert (after["system_delay_s"], after["human_delay_s"]) == (2.0, 90.0)
    assert (figures["system_s"], figures["human_s"], figures["alerts"]) == (2.0, 90.0, 1)


@pytest.mark.usefixtures("ada")
def test_no_figures_where_nothing_was_measured(site: Site) -> None:
    """Null is not zero."""
    figures = site.call("GET", "/api/v1/alert-delays?connection=other").json()

    assert (figures["alerts"], figures["system_s"], figures["human_p90_s"]) == (0, None, None)


@pytest.mark.usefixtures("ada")
def test_what_was_told_is_shown_with_the_alert(site: Site) -> None:
    """Channel, for whom, how it went."""
    with site.database.begin() as tx:
        alert_messages.add(tx, 1, [NewMessage("slack", "message", "rep@example.com", NOW)])

    [told] = site.call("GET", "/api/v1/alerts/1").json()["messages"]

    assert (told["connection"], told["recipient"], told["why"], told["state"]) == (
        "slack", "rep@example.com", "raised", "pending",
    )  # fmt: skip


@pytest.mark.usefixtures("ada")
def test_alerts_are_found_by_how_they_stand(site: Site) -> None:
    """Open and late, accepted, put off; a snooze that has ended is open."""

    def found(query: str) -> int:
        return len(site.call("GET", f"/api/v1/alerts?{query}").json()["items"])

    assert [found(f"standing={one}") for one in ("open", "late", "accepted")] == [1, 0, 0]
    with site.database.begin() as tx:
        tx.exec_driver_sql("UPDATE alert SET react_by = now() - interval '1 minute'")
    assert found("standing=late") == 1
    with site.database.begin() as tx:
        tx.exec_driver_sql(
            "UPDATE alert SET reaction = 'snoozed', snoozed_until = now() + interval '1 hour'"
        )
    assert [found(f"standing={one}") for one in ("open", "snoozed")] == [0, 1]
    with site.database.begin() as tx:
        tx.exec_driver_sql("UPDATE alert SET snoozed_until = now() - interval '1 hour'")
    assert found("standing=open&rule=hot") == 1
    assert [found("rule=other"), found("owner=nobody@example.com")] == [0, 0]
    assert site.call("GET", "/api/v1/alerts?standing=nonsense").status_code == 422


@pytest.mark.usefixtures("ada")
def test_held_alerts_are_released_or_dropped_by_an_operator(site: Site) -> None:
    """A viewer sees them; a decision is final, and names who made it."""
    with site.database.begin() as tx:
        storm, is_new = storms.hold(tx, "crm", "", 1, now=NOW)
    assert is_new
    [shown] = site.call("GET", "/api/v1/alert-storms", "viewer").json()["items"]
    refused = site.call("POST", f"/api/v1/alert-storms/{storm}/release", "viewer")

    released = site.call("POST", f"/api/v1/alert-storms/{storm}/release", "operator")
    again = site.call("POST", f"/api/v1/alert-storms/{storm}/drop", "operator")
    missing = site.call("POST", "/api/v1/alert-storms/999/drop", "operator")

    assert (shown["alerts"], shown["state"]) == (1, "open")
    assert (refused.status_code, released.status_code) == (403, 200)
    assert released.json()["state"] == "released"
    assert "a operator" in released.json()["decided_by"]
    assert "alert:crm" in site.woken
    assert (again.status_code, missing.status_code) == (409, 404)
    assert site.call("GET", "/api/v1/alerts/1").json()["state"] == "pending"
    assert site.call("GET", "/api/v1/alert-storms").json()["items"] == []


@pytest.mark.usefixtures("ada")
def test_dropped_alerts_tell_nobody(site: Site) -> None:
    """And are no longer open."""
    with site.database.begin() as tx:
        storm, _ = storms.hold(tx, "crm", "", 1, now=NOW - timedelta(minutes=1))

    assert site.call("POST", f"/api/v1/alert-storms/{storm}/drop", "operator").status_code == 200
    assert site.call("GET", "/api/v1/alerts/1").json()["state"] == "dropped"
    assert site.call("GET", "/api/v1/alert-storms?state=all").json()["items"][0]["state"] == (
        "dropped"
    )


@pytest.mark.usefixtures("ada")
def test_hot_lead_rules_are_tried_on_the_last_days(site: Site) -> None:
    """A draft, or what is active; what is wrong with it is said as saving says it."""
    rule = {
        "name": "any",
        "label": {"en": "Any", "ja": "任意"},
        "when": {"score": "total", "op": "gte", "value": 1},
    }
    path = "/api/v1/documents/hot_lead/main/preview"

    tried = site.call("POST", path, "operator", json={"body": {"rules": [rule]}, "days": 3})
    wrong = {"rules": [rule], "messages": ["nowhere"], "reacted_by": {"fields": []}}
    refused = site.call("POST", path, "operator", json={"body": wrong})
    missing = site.call("POST", path, "operator", json={})

    assert tried.status_code == 200
    assert (tried.json()["alerts"], tried.json()["raised"]) == ([], 1)
    assert (tried.json()["now"], tried.json()["scored"]) == ([], False)
    assert refused.status_code == 422
    assert "/messages/0" in refused.text
    assert missing.status_code == 404


def test_a_document_is_checked_against_what_is_configured(site: Site) -> None:
    """A connection that is no channel, recipients that name nobody: nothing is saved."""
    rule = {
        "name": "any",
        "label": {"en": "Any", "ja": "任意"},
        "when": {"score": "total", "op": "gte", "value": 1},
        "messages": ["crm"],
        "recipients": {"owner": False, "territory": False},
    }
    saved = site.call("PUT", "/api/v1/documents/hot_lead/main", json={"rules": [rule]})

    assert saved.status_code == 422
    assert "/rules/0/messages/0" in saved.text
    assert "/rules/0/recipients" in saved.text

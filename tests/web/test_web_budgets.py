"""Budgets over HTTP: what an account allows, what is used, and whether the day will last."""

from datetime import UTC, datetime

from sqlalchemy import text

from app.store import budgets
from connectors.budget import Day, Rate
from tests.web.conftest import Site


def test_a_budget_shows_windows_and_the_day(site: Site) -> None:
    """The vendor told 110 calls in ten seconds, of which one is booked, and 600 of 1,000 a day."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with site.database.begin() as tx:
        budgets.forget(tx, "ma")
        budgets.learn(tx, "ma", "default", rate=Rate(110, 10.0), remaining=None)
        budgets.take(tx, "ma", "default", None, part=1.0, longest_wait_s=2.0)
        budgets.used(tx, "ma", 240, Day(600, 1000))

    body = site.call("GET", "/api/v1/connections/ma/budget", "viewer").json()

    assert body["windows"] == [
        {"limit": "default", "calls": 110, "per_s": 10.0, "heard": True, "booked": 1}
    ]
    assert (body["used"], body["total"], body["ceiling"], body["ours_24h"]) == (
        600,
        1000,
        1000,
        240,
    )
    assert [datetime.fromisoformat(one["hour"]) for one in body["hours"]] == [hour]
    assert body["day_at_pace"] == 5760
    assert body["ceiling_at"] is not None


def test_a_connection_without_calls_has_an_empty_budget(site: Site) -> None:
    """Nothing is made up."""
    with site.database.begin() as tx:
        tx.execute(text("TRUNCATE budget, usage"))

    body = site.call("GET", "/api/v1/connections/ma/budget", "viewer").json()

    assert body == {
        "windows": [],
        "used": None,
        "total": None,
        "ceiling": None,
        "ours_24h": 0,
        "per_hour": 0.0,
        "day_at_pace": 0,
        "ceiling_at": None,
        "hours": [],
    }


def test_only_connections_have_budgets(site: Site) -> None:
    """404, as everywhere."""
    answer = site.call("GET", "/api/v1/connections/nobody/budget")

    assert answer.status_code == 404
    assert "nobody" in answer.json()["detail"]

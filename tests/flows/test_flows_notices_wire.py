"""Hand-offs told by the real connectors of Slack and Teams, over HTTP."""

import json
from typing import Any

from sqlalchemy import text

from app.store import connections
from app.store.db import Database
from tests.connectors.alerts.conftest import SlackRig, TeamsRig, http, slack, teams
from tests.flows.test_flows_handoffs_notices import Office
from tests.support.handing import ADA, BOSS, IS

__all__ = ["http", "slack", "teams"]  # fixtures


def office_with(database: Database, channel: Any) -> Office:
    """Everything is told by this channel."""
    office = Office(database, all={"messages": ["chat"]})
    office.wire(channel)
    return office


def test_slack_tells_the_giver_the_question(database: Database, slack: SlackRig) -> None:
    """In a direct message; others, whom Slack does not know, by the channel."""
    office = office_with(database, slack.bot(post_to="person"))
    office.hand_over()
    office.do("ask", BOSS, note="Who <signs>?")
    office.do("reassign", IS, to="rep@example.com")
    office.tell()

    told = {one["text"]: one["channel"] for one in slack.inbox.messages}
    assert told == {
        f"Hand-off: approve or return {ADA}": "C000",
        f"Hand-off: accept or reject {ADA}": "C000",
        f"Hand-off: question about {ADA}": "C000",
        f"Hand-off: {ADA} is yours now": "U111",
    }
    asked = json.dumps(slack.inbox.messages[2])
    assert "Who &lt;signs&gt;?" in asked
    assert f"https://baton.example/handoffs/{office.id}" in asked


def test_a_workflow_that_is_gone_pauses_teams_and_nothing_else(
    database: Database, teams: TeamsRig
) -> None:
    """The hand-off goes on; its task stands; the message waits for a new address."""
    office = office_with(database, teams.flow(sig="revoked"))
    office.hand_over()
    office.tell()

    assert (office.state, len(teams.inbox.messages)) == ("delivered", 0)
    assert office.tasks == [f"Hand-off: accept or reject {ADA}"]
    with database.begin() as tx:
        states = set(tx.scalars(text("SELECT state FROM alert_message")))
    assert states == {"pending"}

    office.wire(teams.flow())
    with database.begin() as tx:
        connections.set_state(tx, "chat", "active", None)
        tx.execute(text("UPDATE alert_message SET due_at = now()"))
        tx.execute(text("UPDATE lane SET not_before = NULL"))
    office.tell()
    assert len(teams.inbox.messages) == 2

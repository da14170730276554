"""What the SFA shows of a reaction to an alert."""

from datetime import timedelta

import pytest

from app.flows import react
from app.flows.react import NotPossible
from app.store.db import Database
from connectors.messages import TaskState
from tests.flows.test_flows_alerts import become_hot, cool
from tests.support.chat import CHAIN, Place, hot, place


@pytest.fixture
def there(database: Database) -> Place:
    return place(database, {"messages": ["chat"], "escalation": CHAIN})


def test_a_call_that_is_logged_is_a_reaction(there: Place) -> None:
    """By the rep, in the SFA, after the alert; and the human delay is measured."""
    hot(there)
    lead = there.world.sfa.records("person")[0].ref
    there.passed += timedelta(minutes=5)
    there.world.sfa.behave(lead, "call", title="First call")
    there.world.sync()

    found = there.alert()
    assert (found.reaction, found.reacted_by) == ("handled", "sfa: call")
    assert 300 <= (found.answered_at - found.task_at).total_seconds() < 360
    assert there.events() == ["alert.raised", "alert.reacted"]


def test_a_call_before_the_alert_is_none(there: Place) -> None:
    """What was logged before shows nothing."""
    contact = cool(there.world)
    lead = there.world.sfa.records("person")[0].ref
    there.world.sfa.behave(lead, "call", there.now() - timedelta(hours=1), title="Old call")
    become_hot(there.world, contact)
    there.world.sync()

    assert there.alert().reaction is None


def test_a_task_that_was_closed_is_a_reaction(there: Place) -> None:
    """Also one that was moved on; a task that just stands is not."""
    hot(there)
    there.go_on(minutes=2)
    assert there.alert().reaction is None
    [(ref, _)] = there.world.sfa.tasks.values()
    there.world.sfa.states[ref.id] = TaskState(False, "Completed", there.now())

    there.go_on(minutes=2)

    assert (there.alert().reaction, there.alert().reacted_by) == ("handled", "sfa: task: Completed")
    assert there.alert().look_at is None


def test_a_rep_may_say_more_than_the_sfa_shows(there: Place) -> None:
    """Called, and then found to be a competitor; the first reaction counts for the delay."""
    hot(there)
    lead = there.world.sfa.records("person")[0].ref
    there.world.sfa.behave(lead, "call", title="First call")
    there.world.sync()
    first = there.alert().answered_at
    with there.world.database.begin() as tx:
        snooze = react.snooze("rep", there.now() + timedelta(hours=1))
        with pytest.raises(NotPossible, match="seen to it"):
            react.react(tx, there.alert().id, snooze, now=there.now())
        react.react(tx, there.alert().id, react.reject("rep", "a competitor"), now=there.now())

    assert there.alert().reaction == "rejected"
    assert there.alert().answered_at == first


def test_a_status_that_was_changed_in_the_sfa_is_a_reaction(database: Database) -> None:
    """By a person there; not when Baton itself wrote it."""
    there = place(database, {"reacted_by": {"fields": ["title"]}})
    contact = hot(there)
    there.world.ma.edit(contact, job_title="CTO")
    there.world.sync()
    assert there.alert().reaction is None

    lead = there.world.sfa.records("person")[0].ref
    there.world.sfa.edit(lead, job_title="Contacted")
    there.world.sync()

    assert (there.alert().reaction, there.alert().reacted_by) == (
        "handled",
        "sfa: title: Contacted",
    )

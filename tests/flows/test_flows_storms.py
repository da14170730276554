"""Too many alerts in a minute: they are held, told in one, and decided about by a person."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.flows import storms
from app.store import storms as storms_rows
from app.store.db import Database
from connectors.base import Unsure
from tests.flows.test_flows_alerts import become_hot, cool
from tests.support.chat import hot, place


def test_too_many_in_a_minute_are_held_and_told_in_one(database: Database) -> None:
    """Two are told one by one; the others wait for a person, in one message and one task."""
    there = place(database, {"messages": ["chat"], "storm": {"per_recipient": 2}})
    cool(there.world)
    rep = there.world.ma.people[0].id
    for n in range(5):
        there.world.ma.add_person(f"p{n}@example.com", "Contact", score=10, owner_id=rep)
    there.world.sync()
    there.world.sync()
    refs = [one.ref for one in there.world.ma.records("person")][1:]
    for ref in refs:
        there.world.ma.behave(ref, "page_view", url="https://www.example.com/pricing")
        there.world.ma.edit(ref, score=90)
    there.world.hint("ma", refs)
    there.world.settle()
    there.go_on(minutes=2)

    *told, summary = there.world.sfa.alerts()
    assert len(told) == len(there.world.sfa.bells) == 2
    assert (summary.title, summary.owner_id) == ("Hot leads on hold: 3", rep)
    assert summary.url == "https://baton.example/alerts?show=held"
    assert [one.title for one in there.chat.told][2:] == ["ホットリード3件の通知を保留しています"]
    with database.begin() as tx:
        states = list(tx.scalars(text("SELECT state FROM alert ORDER BY id")))
    assert states == ["sent", "sent", "held", "held", "held"]

    with database.begin() as tx:
        [found] = storms_rows.listed(tx)
        wakes = storms.release(tx, found["id"], "ops", now=there.now())
        with pytest.raises(storms.Decided, match="ops"):
            storms.drop(tx, found["id"], "other", now=there.now())
    there.world.settle()
    there.go_on()

    assert wakes == {"alert:sfa", "tell:chat"}
    assert found["alerts"] == 3
    assert len(there.world.sfa.bells) == 5
    assert len(there.world.sfa.alerts()) == len(there.chat.told) == 6


def test_what_the_connections_limit_holds_is_a_task_too(database: Database) -> None:
    """On the first record, for its owner; asked again after a failure, it is one task."""
    there = place(database, {"storm": {"per_connection": 1}})
    hot(there)
    bob = there.world.ma.add_person("bob@example.com", "Contact", score=10)
    become_hot(there.world, bob)
    there.world.sfa.fail_next("raise_alerts", Unsure("no answer"), after=True)
    there.go_on(minutes=2)
    with database.begin() as tx:
        tx.execute(text("UPDATE alert_message SET due_at = now() WHERE state = 'pending'"))
    there.go_on(minutes=1)
    there.go_on(minutes=1)

    _, summary = there.world.sfa.alerts()
    link = there.world.link_of("ma", bob)
    assert link is not None
    assert (summary.title, summary.owner_id) == ("Hot leads on hold: 1", None)
    assert summary.person == there.world.ref_at("sfa", link)


def test_what_is_held_can_be_dropped(database: Database) -> None:
    """Nobody is told; the people stay hot."""
    there = place(database, {"storm": {"per_connection": 1}})
    hot(there)
    bob = there.world.ma.add_person("bob@example.com", "Contact", score=10)
    become_hot(there.world, bob)
    with database.begin() as tx:
        storms.drop(tx, storms_rows.listed(tx)[0]["id"], "ops", now=there.now())
        with pytest.raises(storms.NoSuchStorm):
            storms.release(tx, 99, "ops", now=there.now())
    there.world.settle()

    assert len(there.world.sfa.alerts()) == 1
    assert there.alert().state == "dropped"


def told(database: Database) -> list[tuple[str, str, UUID | None, dict[str, Any]]]:
    """Events of storms, without the moment at which one began."""
    with database.begin() as tx:
        rows = tx.execute(
            text("SELECT * FROM event WHERE type LIKE 'alert.storm%' ORDER BY id")
        ).all()
    hide = {"began_at"}
    return [
        (row.type, row.subject, row.link_id, {k: v for k, v in row.data.items() if k not in hide})
        for row in rows
    ]


def test_others_hear_once_that_a_storm_begins_and_once_that_it_ends(database: Database) -> None:
    """However many are held; those that are let go are told as every alert is."""
    there = place(database, {"storm": {"per_connection": 1}})
    hot(there)
    for name in ("bob", "cat"):
        who = there.world.ma.add_person(f"{name}@example.com", "Contact", score=10)
        become_hot(there.world, who)
    whose = {"storm": 1, "connection": "sfa", "recipient": None}
    began = ("alert.storm_began", "storm:1", None, whose)
    assert told(database) == [began]

    with database.begin() as tx:
        storms.release(tx, 1, "ops", now=there.now())

    end = {**whose, "state": "released", "alerts": 2, "by": "ops"}
    assert told(database) == [began, ("alert.storm_ended", "storm:1", None, end)]
    assert [one for one in there.events() if one == "alert.raised"] == ["alert.raised"] * 3


def test_dropping_ends_a_storm_and_the_next_begins_another(database: Database) -> None:
    """Each has a number of its own, by which its two events belong together."""
    there = place(database, {"storm": {"per_recipient": 1}})
    rep = there.world.ma.people[0].id
    cool(there.world)
    for n in range(4):
        there.world.ma.add_person(f"p{n}@example.com", "Contact", score=10, owner_id=rep)
    there.world.sync()
    there.world.sync()
    people = [one.ref for one in there.world.ma.records("person")][1:]
    become_hot(there.world, people[0])
    become_hot(there.world, people[1])
    with database.begin() as tx:
        storms.drop(tx, 1, "ops", now=there.now())
    become_hot(there.world, people[2])

    assert [(type_, subject) for type_, subject, *_ in told(database)] == [
        ("alert.storm_began", "storm:1"),
        ("alert.storm_ended", "storm:1"),
        ("alert.storm_began", "storm:2"),
    ]
    assert told(database)[1][3] == {
        "storm": 1, "connection": "sfa", "recipient": "rep@example.com", "state": "dropped",
        "alerts": 1, "by": "ops",
    }  # fmt: skip

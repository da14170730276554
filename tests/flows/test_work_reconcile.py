"""Reconcile: every difference between the two systems is explained, once, and mended on request."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from app.schedule import Clock
from app.store import tombstones
from app.store.db import Database
from connectors.base import Ref, Rejected, Unsure
from tests.support.work import Killed, findings, look, run, start
from tests.support.world import MAPPING, World


def quiet(database: Database, **changes: Any) -> World:
    """A world in which nothing is read but by jobs."""
    return World(database, mapping={**MAPPING, **changes}, feeds="none")


def people(world: World, *emails: str) -> list[Ref]:
    """People of marketing who are in sync at both sides, and were looked at there."""
    refs = [world.ma.add_person(email, "Contact", phone="+819012345678") for email in emails]
    run(world, "backfill", connection="ma")
    run(world, "backfill", connection="sfa")
    return refs


def lead_of(world: World, contact: Ref) -> Ref:
    link = world.link_of("ma", contact)
    assert link is not None
    ref = world.ref_at("sfa", link)
    assert ref is not None
    return ref


def test_two_systems_that_agree_have_no_differences(database: Database) -> None:
    """Three people, six places, all in sync."""
    world = quiet(database)
    people(world, "a@example.com", "b@example.com", "c@example.com")

    job = run(world, "reconcile", mapping="main")

    assert (job.state, job.done, job.total) == ("done", 6, 6)
    assert dict(job.counts) == {"in_sync": 6}
    assert findings(world, job.id) == []


def test_what_changed_unseen_is_missed(database: Database) -> None:
    """A missed webhook: the vendor shows another value than we hold."""
    world = quiet(database)
    (contact,) = people(world, "a@example.com")
    world.sfa.edit(lead_of(world, contact), phone="+819000000000")

    job = run(world, "reconcile", mapping="main")

    assert findings(world, job.id) == [("missed", None, "sfa")]
    assert world.values("ma", contact)["phone"] == "+819012345678"


def test_repair_looks_again_at_what_drifted(database: Database) -> None:
    """With repair the missed change arrives, and a second run finds nothing."""
    world = quiet(database)
    (contact,) = people(world, "a@example.com")
    world.sfa.edit(lead_of(world, contact), phone="+819000000000")

    run(world, "reconcile", mapping="main", repair=True)
    again = run(world, "reconcile", mapping="main")

    assert world.values("ma", contact)["phone"] == "+819000000000"
    assert dict(again.counts) == {"in_sync": 2}


def test_a_record_that_nobody_looked_at_is_missing_here(database: Database) -> None:
    """Both systems may have strangers; repair makes them people of both."""
    world = quiet(database)
    people(world, "a@example.com")
    world.ma.add_person("new@example.com", "Contact")
    world.sfa.add_person("other@example.com", "Lead")

    job = run(world, "reconcile", mapping="main", repair=True)
    again = run(world, "reconcile", mapping="main")

    assert findings(world, job.id) == [
        ("missing_here", "never_seen", "ma"),
        ("missing_here", "never_seen", "sfa"),
    ]
    assert dict(again.counts) == {"in_sync": 6}


def test_a_missed_deletion_is_missing_there(database: Database) -> None:
    """The vendor does not list it and we do not know why; after repair we know."""
    world = quiet(database)
    (contact,) = people(world, "a@example.com")
    world.sfa.delete(lead_of(world, contact))

    job = run(world, "reconcile", mapping="main", repair=True)
    again = run(world, "reconcile", mapping="main")

    assert findings(world, job.id) == [("missing_there", "not_listed", "sfa")]
    assert findings(world, again.id) == [("missing_there", "deleted", "sfa")]


def test_a_refusal_is_failed_with_its_code(database: Database) -> None:
    """The code leads to the fix; repair tries again, and it lands once the cause is gone."""
    world = quiet(database)
    world.sfa.reject_when(lambda _: True, Rejected("no", code="REQUIRED_FIELD_MISSING"))
    people(world, "a@example.com")

    job = run(world, "reconcile", mapping="main")
    world.sfa.accept_all()
    run(world, "reconcile", mapping="main", repair=True)
    again = run(world, "reconcile", mapping="main")

    assert findings(world, job.id) == [("failed", "REQUIRED_FIELD_MISSING", "sfa")]
    assert dict(again.counts) == {"in_sync": 2}


def test_a_filter_is_named(database: Database) -> None:
    """Who does not pass is told by which filter."""
    world = quiet(
        database,
        filters={"ma": [{"field": "title", "op": "equals", "value": "CTO"}]},
    )
    people(world, "a@example.com")

    job = run(world, "reconcile", mapping="main")

    assert findings(world, job.id) == [("filtered", "filter", "sfa")]


def test_a_conflict_is_one_at_both_sides(database: Database) -> None:
    """Under `ask` nobody is told anything until a person decides."""
    fields = [{**one, "policy": "ask"} for one in MAPPING["fields"]]
    world = quiet(database, fields=fields)
    (contact,) = people(world, "a@example.com")
    lead = lead_of(world, contact)
    world.ma.edit(contact, phone="+811111111111")
    world.sfa.edit(lead, phone="+812222222222")
    world.hint("ma", [contact])
    world.hint("sfa", [lead])
    world.settle()

    job = run(world, "reconcile", mapping="main")

    assert findings(world, job.id) == [
        ("conflict", "conflict", "ma"),
        ("conflict", "conflict", "sfa"),
    ]


def test_a_write_in_doubt_is_told(database: Database) -> None:
    """The answer was lost, and nobody has looked since."""
    world = quiet(database)
    (contact,) = people(world, "a@example.com")
    world.ma.edit(contact, job_title="CTO")
    world.hint("ma", [contact])
    world.lanes.drain("fetch:ma")
    world.sfa.fail_next("write", Unsure("no answer"), after=True)
    world.lanes.drain("deliver:sfa:person")
    with database.begin() as tx:
        tx.exec_driver_sql("DELETE FROM hint")

    job_id = start(world, "reconcile", mapping="main")
    world.lanes.drain(f"job:{job_id}")

    assert findings(world, job_id) == [("in_doubt", None, "sfa")]


def test_what_is_on_its_way_is_pending(database: Database) -> None:
    """A change that was seen and not yet told is no riddle."""
    world = quiet(database)
    (contact,) = people(world, "a@example.com")
    world.ma.edit(contact, job_title="CTO")
    world.hint("ma", [contact])
    world.lanes.drain("fetch:ma")

    job_id = start(world, "reconcile", mapping="main")
    world.lanes.drain(f"job:{job_id}")

    assert findings(world, job_id) == [("pending", None, "sfa")]


def test_a_change_whose_hint_waits_is_pending(database: Database) -> None:
    """The look is due anyway: that is no missed change."""
    world = quiet(database)
    (contact,) = people(world, "a@example.com")
    world.ma.edit(contact, job_title="CTO")
    world.hint("ma", [contact])

    job_id = start(world, "reconcile", mapping="main")
    world.lanes.drain(f"job:{job_id}")

    assert findings(world, job_id) == [("pending", "look", "ma")]


@pytest.mark.parametrize("seed", range(3))
def test_counts_add_up_to_the_totals(database: Database, seed: int) -> None:
    """In a muddle of everything, each place has one explanation: two a link, one a stranger."""
    world = quiet(database)
    world.ma.page_size = world.sfa.page_size = 7
    refs = people(world, *(f"p{n}@example.com" for n in range(30)))
    leads = [lead_of(world, ref) for ref in refs]
    world.sfa.reject_when(lambda write: "CTO" in write.fields.values(), Rejected("no", code="X"))
    for n, (contact, lead) in enumerate(zip(refs, leads, strict=True)):
        match (n + seed) % 5:
            case 0:
                world.sfa.edit(lead, phone=f"+8190{n:08d}")
            case 1:
                world.ma.edit(contact, job_title="CTO")
                world.hint("ma", [contact])
            case 2:
                world.sfa.delete(lead)
            case 3:
                world.ma.add_person(f"new{n}@example.com", "Contact")
    world.settle()

    job = run(world, "reconcile", mapping="main")

    assert sum(job.counts.values()) == job.done == 2 * 30 + 6
    assert dict(job.counts) == {
        "in_sync": 60 - 18, "missed": 6, "failed": 6, "missing_there": 6, "missing_here": 6,
    }  # fmt: skip
    assert len(findings(world, job.id)) == 24


def test_a_killed_comparison_goes_on(database: Database) -> None:
    """Dying in the second listing changes nothing about what is found."""
    world = quiet(database)
    world.ma.page_size = world.sfa.page_size = 4
    refs = people(world, *(f"p{n}@example.com" for n in range(10)))
    world.sfa.edit(lead_of(world, refs[3]), phone="+819000000000")
    job_id = start(world, "reconcile", mapping="main")
    for _ in range(4):
        assert world.lanes.step(f"job:{job_id}")

    def die() -> None:
        raise Killed

    world.sfa.interleave("changes", die, after=True)
    with pytest.raises(Killed):
        world.lanes.drain(f"job:{job_id}")
    world.restart()
    world.settle()

    assert findings(world, job_id) == [("missed", None, "sfa")]
    assert dict(look(world, job_id).counts) == {"in_sync": 19, "missed": 1}


def test_many_clocks_start_one_comparison_a_night(database: Database) -> None:
    """Before its time nobody starts it, after it the first one, and the others do nothing."""
    quiet(database)
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    early = datetime.combine(tomorrow, time(1, 59), UTC)
    night = datetime.combine(tomorrow, time(2, 1), UTC)

    before = Clock(database, now=lambda: early).compare()
    first = Clock(database, now=lambda: night).compare()
    second = Clock(database, now=lambda: night).compare()

    assert before == []
    assert len(first) == 1
    assert second == []


def test_a_connection_can_do_without_it(database: Database) -> None:
    """`reconcile_at: off` at the SFA side."""
    options = {"poll_s": 3600, "activities_s": 3600, "reconcile_at": "off"}
    World(database, options=options, feeds="none")
    night = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(2, 1), UTC)

    assert Clock(database, now=lambda: night).compare() == []


def test_who_was_erased_is_told_as_such(database: Database) -> None:
    """Somebody typed them in again at one side: nothing is taken in, and repair does not either."""
    world = quiet(database)
    people(world, "a@example.com")
    with database.begin() as tx:
        mark = tombstones.by_email("person", "gone@example.com")
        tombstones.add(tx, "person", [mark], source="api", by="test", sides={})
    world.sfa.add_person("gone@example.com", "Lead")

    job = run(world, "reconcile", mapping="main", repair=True)

    assert findings(world, job.id) == [("erased", "erased", "sfa")]
    assert len(world.ma.records("person")) == 1

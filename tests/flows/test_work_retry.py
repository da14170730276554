"""Retry: all failures of a sort are tried again, each once."""

from app.store.db import Database
from connectors.base import Rejected
from tests.support.work import run
from tests.support.world import World


def refused(database: Database) -> World:
    """Five people whom the SFA refuses for want of a company."""
    world = World(database, feeds="none")
    world.sfa.reject_when(lambda _: True, Rejected("no company", code="required"))
    for n in range(5):
        world.ma.add_person(f"p{n}@example.com", "Contact")
    run(world, "backfill", connection="ma")
    return world


def test_when_the_cause_is_gone_all_land(database: Database) -> None:
    """The admin mends the rule; one job brings all five over."""
    world = refused(database)
    world.sfa.accept_all()

    job = run(world, "retry", code="required")

    assert len(world.sfa.records("person")) == 5
    assert (job.state, job.done, dict(job.counts)) == ("done", 5, {"retried": 5})


def test_what_fails_anew_is_not_tried_for_ever(database: Database) -> None:
    """Nothing was mended: each is tried once more, and the job ends."""
    world = refused(database)
    before = world.sfa.calls["write"]

    job = run(world, "retry", code="required")

    assert (job.state, job.done) == ("done", 5)
    assert world.sfa.calls["write"] == before + 1


def test_another_code_is_left_alone(database: Database) -> None:
    """Only what was asked for."""
    world = refused(database)

    assert run(world, "retry", code="duplicate").done == 0

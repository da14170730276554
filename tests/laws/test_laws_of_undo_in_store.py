"""Undo among everything else that happens, on the real store: any schedule ends right, and silent.

At the end the two systems agree, but for fields that an undo left with their old value on purpose;
those hold exactly that value, and a new edit of them goes everywhere.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.link import Link
from app.flows.work.undo import Arguments
from app.store import links, work
from app.store.db import Database
from tests.conftest import empty
from tests.laws.test_laws_of_sync import (
    FIELDS,
    SIDES,
    Act,
    Schedule,
    acts,
    examples,
    new_schedule,
    person,
    sides,
    value_of,
)
from tests.support.world import World

undos = st.tuples(st.just("undo"), sides, st.sampled_from(sorted(FIELDS)), st.just(0), person)
schedules = st.lists(st.one_of(acts, undos), min_size=10, max_size=70)


@pytest.fixture(scope="module")
def shared(migrated: Database) -> World:
    """One world for all schedules: each has people of its own."""
    empty(migrated)
    return World(migrated, feeds="changes:")


def link_of(world: World, run: Schedule, who: int) -> Link:
    found = world.link_of("ma", run.people[who]["ma"])
    assert found is not None
    return found


def act(world: World, run: Schedule, one: Act) -> None:
    """A step, or an undo of all that was written to a field of one record."""
    what, side, of, _, who = one
    if what != "undo":
        run.act(one)
        return
    link_id = link_of(world, run, who).id
    arguments = Arguments(connection=side, link=link_id, fields=(of,))
    with world.database.begin() as tx:
        args = arguments.model_dump(mode="json", exclude_none=True)
        job = work.add(tx, "undo", args, by="test")
    world.lanes.drain(work.lane_of(job))


def on_purpose(world: World, run: Schedule) -> list[dict[str, dict[str, Any]]]:
    """Per person, the values that an undo left at a side: {side: {field: value}}."""
    with world.database.begin() as tx:
        ids = [link_of(world, run, who).id for who in range(len(run.people))]
        found = links.read(tx, ids)
    return [
        {
            name: {n: one["shown"] for n, one in side.aside.items() if "agreed" in one}
            for name, side in found[link_id].sides.items()
        }
        for link_id in ids
    ]


@pytest.mark.timeout(3600)  # `make faults` runs thirty times as many schedules
@examples
@given(schedule=schedules)
def test_whatever_is_undone_it_ends_right_and_silent(shared: World, schedule: list[Act]) -> None:
    """Fields agree, or hold what an undo put back; looking again causes no write."""
    run = new_schedule(shared)
    for one in schedule:
        act(shared, run, one)
    run.finish()
    left = on_purpose(shared, run)
    ma, sfa = (run.stored(side) for side in SIDES)
    for who, kept in enumerate(left):
        for name in FIELDS:
            differ = [side for side in SIDES if name in kept[side]]
            for side in differ:
                assert run.stored(side)[who][name] == kept[side][name]
            assert differ or ma[who][name] == sfa[who][name]
    before = run.writes()

    for side in SIDES:
        shared.hint(side, [refs[side] for refs in run.people])
    shared.sync()

    assert run.writes() == before


@pytest.mark.timeout(3600)  # `make faults` runs thirty times as many schedules
@examples
@given(
    schedule=schedules,
    writers=st.fixed_dictionaries(dict.fromkeys(FIELDS, sides)),
)
def test_an_edit_after_undos_goes_everywhere(
    shared: World, schedule: list[Act], writers: dict[str, str]
) -> None:
    """Values that were put back are no edits, so they never win over one."""
    run = new_schedule(shared)
    for one in schedule:
        act(shared, run, one)
    run.finish()
    last = {name: value_of(name, 9) for name in FIELDS}
    for refs in run.people:
        for name, side in writers.items():
            vendor = shared.connector(side).vendor
            vendor.edit(refs[side], **{FIELDS[name]: last[name]})
    shared.sync()

    assert run.stored("ma") == run.stored("sfa") == [last] * len(run.people)

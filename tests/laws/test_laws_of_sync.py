"""The three laws of sync, on the real store: whatever the schedule, nothing is lost or repeated.

A schedule is a list of small steps: a person edits, a hint arrives (or doesn't, or twice), a lane
plans, calls, settles, or dies in between, requests and answers get lost. After each schedule both
systems are looked through once more and must agree, and then be silent.
"""

import os
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.flows.step import Step
from app.store.db import Database
from connectors.base import Ref, Unsure
from tests.conftest import empty
from tests.support.world import World

SIDES = ("ma", "sfa")
FIELDS = {"phone": "phone", "title": "job_title"}
PEOPLE = 3  # in one schedule; they share the lanes
LANES = {"fetch": "", "deliver": ":person", "read": ":changes:person"}
Act = tuple[str, str, str, int, int]

sides = st.sampled_from(SIDES)
person = st.integers(0, PEOPLE - 1)
none = st.just("")
zero = st.just(0)
acts = st.one_of(
    st.tuples(st.just("edit"), sides, st.sampled_from(sorted(FIELDS)), st.integers(0, 3), person),
    st.tuples(st.just("hint"), sides, none, st.integers(1, 2), person),
    st.tuples(st.just("poll"), sides, none, zero, zero),
    st.tuples(
        st.sampled_from(["go", "go", "go", "go", "go", "die"]),
        sides,
        st.sampled_from(sorted(LANES)),
        zero,
        zero,
    ),
    st.tuples(st.sampled_from(["lose_request", "lose_answer"]), sides, none, zero, zero),
)
schedules = st.lists(acts, min_size=10, max_size=90)


@dataclass(slots=True)
class Flight:
    """A step of a lane under way: planned, then called."""

    step: Step
    ask: Any
    answer: Any = None
    called: bool = False
    failed: Unsure | None = None


@dataclass(slots=True, repr=False)
class Schedule:
    """Runs acts on some people of a world. Each lane has at most one step under way."""

    world: World
    people: list[dict[str, Ref]]
    flights: dict[str, Flight] = field(default_factory=dict)

    def act(self, act: Act) -> None:
        what, side, of, number, person_ = act
        vendor = self.world.connector(side).vendor
        match what:
            case "edit":
                vendor.edit(self.people[person_][side], **{FIELDS[of]: value_of(of, number)})
            case "hint":
                self.world.hint(side, [self.people[person_][side]] * number)
            case "poll":
                self.world.poll()
            case "go":
                self.world.hurry()
                self.go(f"{of}:{side}{LANES[of]}")
            case "die":
                self.flights.pop(f"{of}:{side}{LANES[of]}", None)
            case _:
                vendor.fail_next("write", Unsure("lost"), after=what == "lose_answer")

    def go(self, lane: str) -> None:
        """Move the lane's step on by one: plan, then call, then settle."""
        flight = self.flights.get(lane)
        if flight is None:
            verb, _, rest = lane.partition(":")
            step = self.world.lanes.step_of(verb, rest)
            with self.world.database.begin() as tx:
                ask = step.plan(tx)
            if ask is not None:
                self.flights[lane] = Flight(step, ask)
        elif not flight.called:
            flight.called = True
            try:
                connector = self.world.connector(flight.step.connection or "")
                flight.answer = flight.step.call(connector, flight.ask)
            except Unsure as error:
                flight.failed = error
        else:
            del self.flights[lane]
            self.settle(flight)

    def settle(self, flight: Flight) -> None:
        with self.world.database.begin() as tx:
            if flight.failed is None:
                flight.step.settle(tx, flight.ask, flight.answer)
            elif flight.step.give_up is not None:
                flight.step.give_up(tx, flight.ask, flight.failed)

    def finish(self) -> None:
        """Whatever is under way ends or dies; then both systems are looked through once."""
        self.flights.clear()
        for side in SIDES:
            self.world.connector(side).vendor.plan.calls.clear()
        self.world.sync()

    def stored(self, side: str) -> list[dict[str, Any]]:
        """What a system has of each person."""
        found = [self.world.values(side, refs[side]) for refs in self.people]
        return [{n: values[vendor_name] for n, vendor_name in FIELDS.items()} for values in found]

    def writes(self) -> int:
        return sum(
            1
            for side in SIDES
            for change in self.world.connector(side).vendor.log
            if change.by == "connector"
        )


def value_of(name: str, number: int) -> str:
    return f"+8190000000{number}0" if name == "phone" else f"title {number}"


@pytest.fixture(scope="module")
def shared(migrated: Database) -> World:
    """One world for all schedules: each has people of its own."""
    empty(migrated)
    return World(migrated, feeds="changes:")


def new_schedule(world: World) -> Schedule:
    """People that both systems know and agree on."""
    first = len(world.ma.records("person"))
    contacts = [
        world.ma.add_person(
            f"p{number}@example.com", "Contact", phone=value_of("phone", 0), job_title="title 0"
        )
        for number in range(first, first + PEOPLE)
    ]
    world.hint("ma", contacts)
    world.settle()
    people = []
    for contact in contacts:
        link = world.link_of("ma", contact)
        lead = None if link is None else world.ref_at("sfa", link)
        assert lead is not None
        people.append({"ma": contact, "sfa": lead})
    world.hint("sfa", [refs["sfa"] for refs in people])
    world.settle()
    return Schedule(world, people)


SCHEDULES = int(os.environ.get("BATON_LAW_SCHEDULES", "50"))  # the model has thousands
examples = settings(
    max_examples=SCHEDULES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.timeout(3600)  # `make faults` runs thirty times as many schedules
@examples
@given(schedule=schedules)
def test_every_schedule_converges_and_is_silent_at_rest(shared: World, schedule: list[Act]) -> None:
    """Both systems end with equal values, and looking again causes no write."""
    run = new_schedule(shared)
    for act in schedule:
        run.act(act)
    run.finish()
    assert run.stored("ma") == run.stored("sfa")
    before = run.writes()

    for side in SIDES:
        shared.hint(side, [refs[side] for refs in run.people])
    shared.sync()

    assert run.writes() == before


@pytest.mark.timeout(3600)  # `make faults` runs thirty times as many schedules
@examples
@given(
    schedule=schedules,
    owners=st.lists(
        st.fixed_dictionaries(dict.fromkeys(FIELDS, sides)), min_size=PEOPLE, max_size=PEOPLE
    ),
)
def test_no_edit_of_a_single_writer_is_lost(
    shared: World, schedule: list[Act], owners: list[dict[str, str]]
) -> None:
    """Where only one side edits a field, its last edit stands at both, whatever the policy."""
    run = new_schedule(shared)
    last = [{name: value_of(name, 0) for name in FIELDS} for _ in owners]
    for what, side, of, number, who in schedule:
        if what == "edit":
            last[who][of] = value_of(of, number)
            run.act((what, owners[who][of], of, number, who))
        else:
            run.act((what, side, of, number, who))
    run.finish()

    assert run.stored("ma") == last
    assert run.stored("sfa") == last

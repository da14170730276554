"""Clocks: start, end and pause the clocks of the SLA from facts, and do what they call for.

Events of a link are read in their order from `unclocked`; a clock whose time has come is looked at
in the same way, so that a fact that nobody announced is found before anything is fired.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain import sla
from app.domain.activity import Fact
from app.domain.conditions import Subject, holds
from app.domain.link import Link
from app.domain.sla import Spell, Timekeeper
from app.domain.sla_document import ClockRule
from app.domain.sla_facts import (
    Happened,
    Pause,
    Stop,
    activity_globs,
    begins,
    ending,
    has_ended,
    moment_of,
    pauses,
)
from app.flows import clock_events, clock_steps, sla_rules
from app.flows.clock_told import Taken
from app.flows.sla_rules import Agreement
from app.flows.stages import Figures
from app.flows.step import Step
from app.store import activities, events, links, sla_facts, unclocked
from app.store import sla as rows
from app.store.db import Tx
from app.store.events import Happening
from app.store.sla import Clock

BATCH = 100  # links in one transaction


@dataclass(frozen=True, slots=True)
class Turned:
    """How many links were looked at, and lanes to wake."""

    count: int
    wakes: set[str]


@dataclass(frozen=True, slots=True)
class Ask:
    """There is something to look at."""

    connection: None = None


@dataclass(slots=True)
class Desk:
    """One link's clocks and all that is known for them."""

    link: Link
    clocks: list[Clock]
    known: Sequence[Happened]
    fired: Mapping[int, set[str]]
    agreements: dict[tuple[str, int], Agreement]
    now: datetime
    steps: list[Taken] = field(default_factory=list)
    news: list[Happening] = field(default_factory=list)


def turn(tx: Tx, *, now: datetime) -> Turned:
    """Look at the clocks of the next links that have news or whose time has come."""
    moved = clock_steps.reassign(tx, now=now)
    told = unclocked.take(tx, BATCH)
    ids = [*told, *(one for one in rows.due_links(tx, now, BATCH) if one not in told)][:BATCH]
    wakes = _follow(tx, _desks(tx, ids, told, now), now)
    return Turned(len(ids) + moved.count, moved.wakes | wakes)


def step(clock: Callable[[], datetime]) -> Step:
    """The lane `clocks`, at which nobody is called."""

    def plan(tx: Tx) -> Ask | None:
        return Ask() if rows.any_due(tx, clock()) else None

    def settle(tx: Tx, _: Ask, __: None) -> set[str]:
        return turn(tx, now=clock()).wakes

    return Step(None, plan, lambda _, __: None, settle)


def look(tx: Tx, link_id: UUID, *, now: datetime) -> set[str]:
    """Bring one link's clocks up to date; lanes to wake."""
    return _follow(tx, _desks(tx, [link_id], {}, now), now)


def _follow(tx: Tx, desks: Sequence[Desk], now: datetime) -> set[str]:
    """Tell what moved, then do what it calls for."""
    events.tell(tx, [one for desk in desks for one in desk.news])
    return clock_steps.follow(tx, [one for desk in desks for one in desk.steps], now=now)


def _desks(
    tx: Tx, ids: Sequence[UUID], told: Mapping[UUID, list[int]], now: datetime
) -> list[Desk]:
    """Each link with what is known of it, its clocks settled and new ones started."""
    agreement = sla_rules.active(tx)
    running = rows.of_links(tx, ids, now)
    asked = {one for one in ids if running[one] or (agreement and told.get(one))}
    own = {number for one in asked for number in told.get(one, ())}
    agreements = _agreements(tx, running)
    rules_of = [*agreements.values(), *([agreement] if agreement else [])]
    globs = activity_globs([rule for one in rules_of for rule in one.document.clocks])
    known = sla_facts.known(tx, _since(tx, asked, running, own), globs, own)
    fired = rows.fired(tx, [one.id for those in running.values() for one in those])
    done: list[Desk] = []
    for link in links.read(tx, asked).values():
        desk = Desk(link, running[link.id], known.get(link.id, []), fired, agreements, now)
        for clock in desk.clocks:
            settle(tx, desk, clock)
        if agreement is not None:
            _start_all(tx, desk, agreement, own)
        done.append(desk)
    return done


def _agreements(
    tx: Tx, running: Mapping[UUID, Sequence[Clock]]
) -> dict[tuple[str, int], Agreement]:
    """The versions that these clocks go by."""
    keys = {(one.document, one.version) for those in running.values() for one in those}
    found = {key: sla_rules.of(tx, *key) for key in sorted(keys)}
    return {key: one for key, one in found.items() if one is not None}


def _since(
    tx: Tx, asked: Collection[UUID], running: Mapping[UUID, list[Clock]], own: Collection[int]
) -> dict[UUID, datetime]:
    """From when on each link's facts matter: a day before its first clock or event."""
    began = sla_facts.oldest(tx, own)
    first = {one: [clock.began_at for clock in running[one]] for one in asked}
    for link_id, at in began.items():
        first[link_id].append(at)
    return {link_id: min(times) - timedelta(days=1) for link_id, times in first.items() if times}


def _start_all(tx: Tx, desk: Desk, agreement: Agreement, told: set[int]) -> None:
    """Start the clocks that new events start. One that runs is not started again."""
    new = [one for one in desk.known if one.source == "event" and one.seq in told]
    for event in sorted(new, key=lambda one: one.seq):
        for rule in agreement.document.clocks:
            if (
                begins(rule, event)
                and _is_free(desk, rule, event)
                and in_scope(tx, desk.link, rule, desk.now)
            ):
                _start(tx, desk, agreement, rule, event)


def _is_free(desk: Desk, rule: ClockRule, event: Happened) -> bool:
    own = [one for one in desk.clocks if one.name == rule.name and one.subject == event.subject]
    return all(has_ended(_stop_of(one), event) for one in own)


def _stop_of(clock: Clock) -> Stop | None:
    if clock.ended_at is None:
        return None
    return Stop(clock.ended_at, clock.heard_at or clock.ended_at, clock.ended_by or "")


def in_scope(tx: Tx, link: Link, rule: ClockRule, now: datetime) -> bool:
    """Whether a clock is for somebody."""
    if rule.when is None:
        return True
    done = activities.facts(tx, [link.id])[link.id]
    facts = [Fact(one["type"], one["at"], one["title"], one["detail"]) for one in done]
    figures = None
    if link.score is not None and link.grade is not None:
        grade: Any = link.grade
        figures = Figures(link.score, link.fit or 0, link.intent or 0, link.timing or 0, grade)
    return holds(rule.when, Subject(link.agreed, facts, figures), now)


def _start(tx: Tx, desk: Desk, agreement: Agreement, rule: ClockRule, event: Happened) -> None:
    owner = desk.link.agreed.get("owner")
    named = owner if isinstance(owner, str) else None
    clock = Clock(
        link_id=desk.link.id,
        name=rule.name,
        subject=event.subject,
        start_event=event.seq,
        document=agreement.name,
        version=agreement.version,
        calendar=sla.calendar_of(agreement.document, rule, named),
        owner=named,
        began_at=event.at,
        known_at=event.heard_at,
        cause_id=event.cause_id,
    )
    desk.agreements[agreement.name, agreement.version] = agreement
    if rows.add(tx, clock):
        desk.clocks.append(clock)
        started = len(desk.news)
        settle(tx, desk, clock)
        desk.news.insert(started, clock_events.about("sla.started", clock))


def settle(tx: Tx, desk: Desk, clock: Clock) -> None:
    """Bring a clock up to what is known, and take the steps whose time has come."""
    agreement = desk.agreements.get((clock.document, clock.version))
    rule = None if agreement is None else agreement.document.clock(clock.name)
    if agreement is None or rule is None:
        return
    fired = desk.fired.get(clock.id, set())
    start = Happened(
        "event", "", clock.began_at, clock.known_at, clock.subject, seq=clock.start_event
    )
    stop = ending(rule, start, desk.known) or _stop_of(clock)
    stood = [*paused(clock.pauses), *pauses(rule, start, desk.known)]
    keeper = sla.keeper(agreement.document, rule.limit, clock.calendar)
    before = clock.state
    stands = sla.stand(rule, keeper, Spell(clock.began_at, stop, stood, fired), now=desk.now)
    clock.state, clock.next_at = stands.state, stands.next_at
    clock.due_at, clock.warn_at = stands.due_at, stands.warn_at
    clock.minutes_left = sla.deadlines(rule, keeper, clock.began_at, stood).left
    if stop is not None:
        _end(tx, clock, stop, keeper, stood)
    rows.save(tx, clock)
    reasons = [one.reason for one in stood if one.until is None or one.until > desk.now]
    desk.news += clock_events.moved(clock, before, next(iter(reasons), None))
    desk.steps += [Taken(clock, rule, step, desk.link) for step in stands.steps]


def paused(stored: Sequence[Mapping[str, Any]]) -> list[Pause]:
    """The pauses that people made, as they are kept."""
    found = [(moment_of(one["since"]), moment_of(one["until"]), one["reason"]) for one in stored]
    return [Pause(since, until, reason) for since, until, reason in found if since is not None]


def _end(tx: Tx, clock: Clock, stop: Stop, keeper: Timekeeper, stood: Sequence[Pause]) -> None:
    """What took how long: ours (hearing of it, telling it, hearing of its end), and people's."""
    clock.ended_at, clock.heard_at, clock.ended_by = stop.at, stop.heard_at, stop.by
    shown = rows.shown_at(tx, clock)
    clock.shown_at = None if shown is None or shown > stop.at else shown
    visible = max(clock.shown_at or clock.known_at, clock.known_at)
    ours = (visible - clock.began_at, stop.heard_at - stop.at)
    clock.system_s = sum(max(0.0, one.total_seconds()) for one in ours)
    clock.minutes = sla.spent(keeper, clock.began_at, stop.at, stood)
    clock.human_minutes = sla.spent(keeper, visible, max(visible, stop.at), stood)

"""Laws of stages: nothing forbidden, the same for the same, and nothing more the second time."""

from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from app.domain.activity import Fact
from app.domain.lifecycle import NotAllowed, Person, Standing, advance, apply, ask
from app.domain.lifecycle_document import LifecycleDocument, StageName
from app.domain.mirroring import meant, shown
from app.domain.presets import preset

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
DOCUMENT = LifecycleDocument.model_validate(preset("lifecycle"))
NAMES: tuple[StageName, ...] = get_args(StageName)
stages = st.sampled_from(NAMES)
moments = st.integers(-5_000, 10).map(lambda minutes: NOW + timedelta(minutes=minutes))
types = st.sampled_from(["page_view", "stage_change", "won", "lost", "call", "form_submit"])
reasons = st.sampled_from([{}, {"reason": "Budget"}])
facts = st.lists(st.builds(Fact, types, moments, st.just(""), reasons), max_size=8)
people = st.builds(Person, st.just({}), facts, st.none(), st.booleans())
standings = st.builds(
    Standing, stages, moments, st.none() | moments, st.none() | st.just("No budget")
)
values = st.none() | st.sampled_from([*DOCUMENT.mirror("ma").order, "4711"])


@given(standings, people)
def test_rules_make_no_forbidden_move(standing: Standing, person: Person) -> None:
    """Each follows from the one before, as the document says."""
    here = standing.stage
    for move in advance(DOCUMENT, standing, person, NOW).moves:
        rule = DOCUMENT.rule(here)
        assert rule is not None
        assert (move.source, move.target in rule.to) == (here, True)
        here = move.target


@given(standings, people)
def test_deciding_again_changes_nothing(standing: Standing, person: Person) -> None:
    """At the same time, about the same; and twice the same comes out."""
    once = advance(DOCUMENT, standing, person, NOW)

    assert advance(DOCUMENT, once.standing, person, NOW).moves == ()
    assert advance(DOCUMENT, standing, person, NOW) == once


@given(standings, people)
def test_the_order_of_activities_does_not_matter(standing: Standing, person: Person) -> None:
    """They come from two systems."""
    turned = Person(person.fields, [*reversed(person.facts)], person.score, hot=person.hot)

    once, twice = (advance(DOCUMENT, standing, one, NOW) for one in (person, turned))

    assert [one.target for one in once.moves] == [one.target for one in twice.moves]


@given(standings, stages)
def test_a_person_s_move_is_stated_or_explained(standing: Standing, target: StageName) -> None:
    """One that the document does not state goes back, with a reason."""
    rule = DOCUMENT.rule(standing.stage)
    assert rule is not None
    try:
        move = ask(DOCUMENT, standing, target, by="person", role="operator", reason="x")
    except NotAllowed:
        return

    assert target in rule.to or move.back
    assert apply(DOCUMENT, standing, move, NOW).stage == target


@given(stages, values)
def test_what_a_side_is_told_is_the_last_word(stage: StageName, seen: str | None) -> None:
    """Once written nothing more is to be told, and what fits the stage moves nobody."""
    mirror = DOCUMENT.mirror("ma")
    told = shown(mirror, stage, seen)

    assert shown(mirror, stage, told) == told
    if told != seen:
        assert meant(DOCUMENT, mirror, told, stage) is None

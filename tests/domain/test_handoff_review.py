"""Which hand-offs disagree with how they ended, and what the ends suggest to change."""

from datetime import UTC, datetime

import pytest

from app.domain.backtest import RuleResult
from app.domain.handoff_document import Flow, HandoffDocument
from app.domain.handoff_quality import Case, judge
from app.domain.handoff_review import Ended, met_by, review, rules_of, threshold_of
from app.domain.presets import preset
from tests.support.handoff_rows import MEMO

AT = datetime(2026, 4, 1, tzinfo=UTC)
DEFAULT = HandoffDocument.model_validate(preset("handoff")).flows["is_fs"]


def changed(**parts: object) -> Flow:
    """The preset's flow with other parts."""
    body = preset("handoff")["flows"]["is_fs"]
    return Flow.model_validate({**body, **parts})


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (Ended(85, good=True), None),
        (Ended(60, good=False), "good_but_failed"),
        (Ended(59, good=True), "poor_but_won"),
        (Ended(59, good=False), None),
        (Ended(85, good=True, rating=2), "rated_lower"),
        (Ended(79, good=True, rating=2), None),
        (Ended(85, good=True, rating=3), None),
        (Ended(40, good=False, rating=4), "rated_higher"),
        (Ended(40, good=False, rating=3), None),
        (Ended(85, good=False, rating=1), "good_but_failed"),
    ],
)
def test_each_handoff_that_disagrees_is_named(one: Ended, kind: str | None) -> None:
    """By its end first, then by the receiver's rating."""
    assert review(DEFAULT, [one], least=20).kinds == (kind,)


def test_the_threshold_is_what_the_gate_asks_for() -> None:
    """Else where the second lowest band begins; a date, or less than, is no threshold."""
    label = {"en": "x", "ja": "x"}
    other = [
        {"name": "a", "label": label, "when": {"field": "handoff.quality", "op": "lt", "value": 9}},
        {"name": "b", "label": label, "when": {"not": {"field": "memo.notes", "op": "exists"}}},
    ]
    any_ = {"any": [{"field": "handoff.quality", "op": "gte", "value": 70},
                    {"field": "handoff.quality", "op": "gt", "value": 50}]}  # fmt: skip

    assert threshold_of(DEFAULT) == 60
    assert threshold_of(changed(gate=other)) == 60
    assert threshold_of(changed(gate=[{"name": "c", "label": label, "when": any_}])) == 50
    one_band = [{"name": "all", "at_least": 0, "label": label}]
    assert threshold_of(changed(gate=[], bands=one_band)) == 0


def test_only_rules_whose_answer_lasts_are_judged() -> None:
    """Scores, activities and what was told are those of today; a tick has no condition."""
    names = set(rules_of(DEFAULT))

    assert {"gate.bant", "gate.quality", "criterion.champion", "part.competition"} <= names
    assert {"checklist.numbers", "checklist.basic"} <= names
    assert not {"gate.score", "checklist.recorded", "checklist.notified"} & names


def test_a_handoff_meets_what_its_memo_says() -> None:
    """A part of the quality is met by half of its points."""
    met = met_by(judge(DEFAULT, Case({**MEMO, "impression": None, "worries": None}), AT))

    assert {"gate.bant", "criterion.budget", "checklist.competition", "part.competition"} <= met
    assert "criterion.champion" not in met


def ended(quality: int, *, good: bool, champion: bool, bant: bool = True) -> Ended:
    met = {"gate.bant"} if bant else set()
    return Ended(
        quality, good, met=frozenset({*met, *({"criterion.champion"} if champion else ())})
    )


def test_changes_are_suggested_by_what_came_of_handoffs() -> None:
    """The champion tells who is won, three of BANT don't; 80 points do, 60 don't."""
    those = [ended(85, good=True, champion=True, bant=n % 2 == 0) for n in range(20)]
    those += [ended(65, good=False, champion=False, bant=n % 2 == 0) for n in range(20)]

    found = review(DEFAULT, those, least=20)

    assert (found.threshold, found.advice, found.test.suggested) == (60, "raise", 85)
    said = {(one.what, one.rule, one.value) for one in found.suggestions}
    assert {
        ("raise", None, 85), ("require", "criterion.champion", None), ("drop", "gate.bant", None)
    } == said  # fmt: skip
    result = next(one.result for one in found.suggestions if one.what == "require")
    assert isinstance(result, RuleResult)
    assert (result.rate_with, result.rate_without) == (1.0, 0.0)


def test_a_lower_threshold_is_suggested_where_poor_ones_do_as_well() -> None:
    """Then the gate keeps good ones back."""
    those = [ended(40, good=True, champion=False) for _ in range(20)]
    those += [ended(20, good=False, champion=False) for _ in range(20)]

    found = review(DEFAULT, those, least=20)

    assert [(one.what, one.value) for one in found.suggestions] == [("lower", 40)]


def test_nothing_is_suggested_from_too_few() -> None:
    """However clear they are."""
    those = [ended(85, good=True, champion=True) for _ in range(10)]
    those += [ended(40, good=False, champion=False) for _ in range(10)]

    assert review(DEFAULT, those, least=21).suggestions == ()
    assert review(DEFAULT, those, least=21).advice == "too_few"


def test_a_threshold_that_tells_them_apart_is_kept() -> None:
    """Nothing is suggested where nothing else differs."""
    those = [ended(60, good=True, champion=False) for _ in range(20)]
    those += [ended(30, good=False, champion=False) for _ in range(20)]

    found = review(DEFAULT, those, least=20)

    assert (found.advice, found.test.suggested, found.suggestions) == ("keep", 60, ())

"""The scoring document: what is refused, and what its defaults are."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.domain.hot_lead_document import HotLeadDocument
from app.domain.presets import preset, presets
from app.domain.scoring_document import ScoringDocument

LABEL = {"en": "Rule", "ja": "規則"}
KNOWN = {"field": "x", "op": "exists"}
RULE = {"name": "a", "label": LABEL, "points": 1, "when": KNOWN}
INTENT = {"name": "b", "label": LABEL, "points": 1, "activity": "call"}
ON_SCORE = {"score": "total", "op": "gt", "value": 1}


def test_an_empty_document_has_the_agreed_thresholds() -> None:
    """MQL from 80; A from 80, B from 60, C from 40; each axis weighs the same."""
    empty = ScoringDocument()

    assert (empty.mql, empty.grades.a, empty.grades.b, empty.grades.c) == (80, 80, 60, 40)
    assert (empty.axes.fit.weight, empty.axes.intent.weight, empty.ma_score) == (1, 1, None)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"surprise": 1}, "Extra inputs"),
        ({"mql": 101}, "less than or equal to 100"),
        ({"mql": "80"}, "valid integer"),
        ({"grades": {"A": 60, "B": 60}}, "A 60 > B 60 > C 40"),
        ({"axes": {"fit": {"cap": 101}}}, "less than or equal to 100"),
        ({"axes": {"fit": {"floor": 1}}}, "less than or equal to 0"),
        ({"axes": {"fit": {"weight": float("nan")}}}, "finite number"),
        ({"fit": [{**RULE, "points": 101}]}, "less than or equal to 100"),
        ({"fit": [{**RULE, "name": "Not a name"}]}, "match pattern"),
        ({"fit": [RULE, RULE]}, "used twice: a"),
        ({"fit": [RULE], "timing": [RULE]}, "used twice: a"),
        ({"intent": [{**INTENT, "half_life_days": 0}]}, "greater than or equal to 0.04"),
        ({"intent": [{**INTENT, "group": "web"}]}, 'no group "web"; groups: none'),
        ({"fit": [{**RULE, "when": ON_SCORE}]}, "cannot depend on the score"),
        ({"timing": [{**RULE, "when": {"not": {"any": [ON_SCORE]}}}]}, "cannot depend"),
        ({"fit": [{**RULE, "when": {"all": [KNOWN, ON_SCORE]}}]}, "cannot depend"),
        ({"ma_score": {"full_marks": 0}}, "greater than 0"),
    ],
)
def test_what_a_scoring_document_refuses(body: dict[str, Any], message: str) -> None:
    """An error says what is wrong, and names the rule."""
    with pytest.raises(ValidationError, match=message):
        ScoringDocument.model_validate(body)


def test_a_scoring_document_survives_being_stored(scoring: ScoringDocument) -> None:
    """What is dumped as JSON reads as the same document."""
    stored = scoring.model_dump(mode="json")

    assert ScoringDocument.model_validate(stored) == scoring
    assert stored["grades"] == {"A": 80, "B": 60, "C": 40}


def test_there_is_a_preset_of_each_kind() -> None:
    """The presets are valid documents, and one that is missing is named."""
    assert {"scoring", "hot_lead"} <= set(presets())
    assert HotLeadDocument.model_validate(preset("hot_lead")).cool_down_hours == 24
    for missing in ("horoscope", "../x"):
        with pytest.raises(LookupError, match=r"presets: .*scoring"):
            preset(missing)

"""What becomes of points by time alone, and what they say of a product category."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.activity import Fact
from app.domain.outlook import outlook
from app.domain.scoring import figures, score
from app.domain.scoring_document import ScoringDocument
from tests.domain.conftest import MakeFact
from tests.domain.test_scoring_laws import NOW, documents, histories, people

WORDS = {"en": "Price page", "ja": "料金ページ"}


def document(**more: Any) -> ScoringDocument:
    rule = {"name": "price", "label": WORDS, "activity": "page_view", "points": 15}
    return ScoringDocument.model_validate({"intent": [{**rule, **more}]})


def said(rules: ScoringDocument, facts: list[Fact], now: datetime) -> list[tuple[str, str]]:
    found = outlook(rules, {}, facts, now)
    return [(line.said("en"), line.said("ja")) for line in found.lines]


def test_a_line_says_to_what_it_decays_and_when(now: datetime, fact: MakeFact) -> None:
    """A half-life from now half is left."""
    assert said(document(half_life_days=7), [fact("page_view")], now) == [
        ("+15 Price page, just now; decays to 7.5 by 2026-04-08",
         "+15 料金ページ(たった今)。2026-04-08までに7.5点へ減衰")
    ]  # fmt: skip


def test_what_is_forgotten_first_is_said_first(now: datetime, fact: MakeFact) -> None:
    """Points that end at once say the day; those that never end say nothing."""
    facts = [fact("page_view", 2), fact("page_view", 4)]

    assert said(document(half_life_days=30, forget_after_days=10), facts, now)[0][0] == (
        "+28 Price page (2 times), 2 days ago; ends on 2026-04-09"
    )
    assert said(document(), facts, now)[0][0] == "+30 Price page (2 times), 2 days ago"


def test_a_cap_still_holds_in_the_forecast(now: datetime, fact: MakeFact) -> None:
    """Four views of 15 are capped at 20 now, and still are a half-life later."""
    facts = [fact("page_view") for _ in range(2)] + [fact("page_view", n / 10) for n in (1, 2)]
    (line,) = outlook(document(cap=20, half_life_days=7), {}, facts, now).lines

    assert line.forecast is not None
    assert (line.reason.points, line.forecast.points) == (20, 20)


def test_a_rule_that_holds_for_a_time_says_until_when(now: datetime) -> None:
    """A trial that ends in ten days counts until then."""
    rules = ScoringDocument.model_validate({"timing": [{
        "name": "trial", "label": {"en": "Trial ends", "ja": "トライアル終了"}, "points": 10,
        "when": {"field": "ends", "op": "in_next_days", "value": 14},
    }]})  # fmt: skip

    (line,) = outlook(rules, {"ends": "2026-04-10"}, [], now).lines

    assert line.said("en") == "+10 Trial ends: 2026-04-10; ends on 2026-04-11"
    assert line.said("ja") == "+10 トライアル終了: 2026-04-10。2026-04-11に消滅"


CATEGORIES: dict[str, Any] = {
    "categories": {"crm": {"label": {"en": "CRM", "ja": "CRM"}}, "erp": {"label": WORDS}},
    "groups": {"web": {"label": WORDS, "cap": 20, "category": "crm"}},
    "intent": [
        {"name": "crm-page", "label": WORDS, "activity": "page_view", "match": ["*crm*"],
         "points": 15, "group": "web"},
        {"name": "erp-page", "label": WORDS, "activity": "page_view", "match": ["*erp*"],
         "points": 6, "category": "erp"},
    ],
    "fit": [{"name": "uses-erp", "label": WORDS, "points": 5, "category": "erp",
             "when": {"field": "erp", "op": "exists"}}],
}  # fmt: skip


def test_points_are_kept_apart_by_product(now: datetime, fact: MakeFact) -> None:
    """By a rule's category or its group's, with the group's limit; the total has them all."""
    rules = ScoringDocument.model_validate(CATEGORIES)
    facts = [fact("page_view", n / 10, url="/crm") for n in (1, 2)] + [
        fact("page_view", url="/erp")
    ]

    result = score(rules, {"erp": "X"}, facts, now)

    assert result.total == 31
    assert result.categories == {"crm": 20, "erp": 11}
    assert [(one.rule, one.category) for one in result.reasons] == [
        ("crm-page", "crm"), ("erp-page", "erp"), ("uses-erp", "erp"), ("limit", "crm"),
    ]  # fmt: skip


@pytest.mark.parametrize("part", ["intent", "groups"])
def test_a_category_must_exist(part: str) -> None:
    """A rule or group that names another one is refused, with those that there are."""
    body = {**CATEGORIES, "categories": {"sfa": {"label": WORDS}}}
    other = {"groups": {"web": {"label": WORDS, "cap": 20}}} if part == "intent" else {}

    with pytest.raises(ValueError, match=r'there is no category "(erp|crm)"; categories: sfa'):
        ScoringDocument.model_validate({**body, **other})


@settings(max_examples=60, deadline=None)
@given(documents(), histories(), people())
def test_figures_are_the_scores_own(
    rules: ScoringDocument, facts: list[Fact], fields: dict[str, Any]
) -> None:
    """Without reasons and forecast total, axes, grade and priority are the same."""
    short, whole = figures(rules, fields, facts, NOW), score(rules, fields, facts, NOW)

    assert (short.total, short.fit, short.intent, short.timing, short.grade, short.priority) == (
        whole.total, whole.fit, whole.intent, whole.timing, whole.grade, whole.priority,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(documents(negative=False, moving=False), histories(future=False), st.integers(1, 90))
def test_forecasts_come_true(rules: ScoringDocument, facts: list[Fact], days: int) -> None:
    """What a line is said to decay to is what it has then; before that it is never less."""
    for line in outlook(rules, {}, facts, NOW).lines:
        if line.forecast is None:
            continue
        then = {one.rule: one.points for one in score(rules, {}, facts, line.forecast.at).reasons}
        assert abs(then.get(line.reason.rule, 0) - line.forecast.points) < 0.11
        soon = min(NOW + timedelta(days=days), line.forecast.at)
        points = {one.rule: one.points for one in score(rules, {}, facts, soon).reasons}
        assert points.get(line.reason.rule, 0) >= line.forecast.points - 0.11


def test_what_holds_for_ever_has_no_end(now: datetime) -> None:
    """An industry is no date, and what does not hold has no line."""
    fit = [
        {"name": "it", "label": WORDS, "points": 10,
         "when": {"field": "industry", "op": "equals", "value": "IT"}},
        {"name": "big", "label": WORDS, "points": 5,
         "when": {"field": "employees", "op": "gte", "value": 50}},
    ]  # fmt: skip
    rules = ScoringDocument.model_validate({"fit": fit, "intent": []})

    found = outlook(rules, {"industry": "IT"}, [], now)

    assert [(line.reason.rule, line.forecast) for line in found.lines] == [("it", None)]

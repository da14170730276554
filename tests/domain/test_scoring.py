"""The score: what counts, how much, and how it is explained."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.activity import Fact
from app.domain.scoring import Score, score
from app.domain.scoring_document import ScoringDocument

MakeFact = Callable[..., Fact]
LABEL = {"en": "Rule", "ja": "規則"}
WIDE = {"cap": 100, "floor": -100}


def document(**parts: Any) -> ScoringDocument:
    return ScoringDocument.model_validate(
        {"axes": {"fit": WIDE, "intent": WIDE, "timing": WIDE}, **parts}
    )


def intent(name: str, **parts: Any) -> dict[str, Any]:
    return {"name": name, "label": LABEL, "activity": "page_view", "points": 10, **parts}


def fit(name: str, points: float, **when: Any) -> dict[str, Any]:
    return {"name": name, "label": LABEL, "points": points, "when": when}


def figures(result: Score) -> tuple[int, int, int, int, str]:
    return result.total, result.fit, result.intent, result.timing, result.grade


def test_the_preset_scores_an_interested_manager(
    scoring: ScoringDocument, fact: MakeFact, now: datetime
) -> None:
    """A fitting person who looked at prices and asks for a demo is an A lead of priority 1."""
    person = {
        "job_title": "営業部長",
        "industry": "製造業",
        "employees": "120",
        "email": "a@x.example",
    }
    facts = [
        fact("page_view", 14, "Pricing", url="https://x.example/pricing"),
        fact("form_submit", 0, "デモのお申し込み"),
    ]

    result = score(scoring, person, facts, now)

    assert figures(result) == (83, 35, 38, 10, "A")  # 35 + (15 / 2 + 30) + 10 = 82.5
    assert (result.priority, result.ma_score) == (1, None)
    assert [reason.text_en for reason in result.reasons] == [
        "+30 Enquiry or demo requested, just now",
        "+15 Decision maker: 営業部長",
        "+10 Company of 50 employees or more: 120",
        "+10 Target industry: 製造業",
        "+10 Active in the last 7 days, just now",
        "+7.5 Price page viewed, 14 days ago",
    ]
    assert result.reasons[-1].text_ja == "+7.5 料金ページ閲覧(14日前)"
    assert result.reasons[1].text_ja == "+15 決裁者・役職者: 営業部長"


def test_several_activities_make_one_line(fact: MakeFact, now: datetime) -> None:
    """A line says how often, and when last."""
    result = score(
        document(intent=[intent("page", cap=25)]),
        {},
        [fact("page_view", days) for days in (1, 2, 3)],
        now,
    )

    assert result.reasons[0].text_en == "+25 Rule (3 times), 1 day ago"
    assert result.reasons[0].text_ja == "+25 規則 3回(最終1日前)"
    assert result.reasons[0].at == now - timedelta(days=1)


def test_in_a_group_an_activity_counts_once(fact: MakeFact, now: datetime) -> None:
    """The first rule of a group takes an activity; a rule without a group counts it besides."""
    rules = [
        intent("price", match="*price*", points=20, group="web"),
        intent("any", points=3, group="web"),
        intent("besides", points=5),
    ]
    group = {"web": {"label": LABEL, "cap": 100}}

    result = score(
        document(intent=rules, groups=group),
        {},
        [fact("page_view", 1, "price"), fact("page_view", 1, "home")],
        now,
    )

    assert result.intent == 20 + 3 + 5 + 5


def test_limits_of_groups_axes_and_total_are_lines_of_their_own(
    fact: MakeFact, now: datetime
) -> None:
    """What a cap takes away is told, so that the lines add up."""
    rules = document(
        fit=[fit("big", 70, field="size", op="gt", value=1)],
        intent=[intent("page", points=50, group="web"), intent("more", points=45, group="web")],
        groups={"web": {"label": {"en": "Web limit", "ja": "ウェブ上限"}, "cap": 40}},
        axes={"fit": {"cap": 65}, "intent": {"cap": 60, "weight": 2}, "timing": {}},
    )

    result = score(rules, {"size": 2}, [fact("page_view", 1)], now)

    lines = [(line.axis, line.rule, line.points) for line in result.reasons]
    assert figures(result) == (100, 65, 40, 0, "A")
    assert lines == [
        ("intent", "page", 100.0),
        ("fit", "big", 70.0),
        ("fit", "limit", -5.0),
        ("intent", "limit", -20.0),
        ("total", "limit", -45.0),
    ]


def test_a_bad_fit_outweighs_interest(
    scoring: ScoringDocument, fact: MakeFact, now: datetime
) -> None:
    """A competitor who reads everything scores nothing."""
    facts = [fact("form_submit", 0, f"contact {number}") for number in range(9)]

    result = score(scoring, {"email": "spy@competitor.example"}, facts, now)

    assert (result.total, result.fit, result.grade) == (0, -100, "D")


def test_an_activity_is_forgotten(fact: MakeFact, now: datetime) -> None:
    """At its end an activity counts no more, and that moment is announced."""
    rules = document(intent=[intent("page", forget_after_days=5)])
    seen = fact("page_view", 2)
    end = seen.at + timedelta(days=5)

    result = score(rules, {}, [seen], now)

    assert (result.total, result.next_change_at) == (10, end)
    assert score(rules, {}, [seen], end - timedelta(microseconds=1)).total == 10
    assert score(rules, {}, [seen], end) == Score(0, 0, 0, 0, "D", 4)


def test_an_activity_of_the_future_sets_in_later(fact: MakeFact, now: datetime) -> None:
    """A planned seminar scores when it takes place, and that moment is announced."""
    rules = document(intent=[intent("seminar", activity="seminar", half_life_days=7)])
    planned = fact("seminar", -3)

    result = score(rules, {}, [planned], now)

    assert (result.total, result.next_change_at) == (0, planned.counts_from)
    assert score(rules, {}, [planned], planned.counts_from).total == 10


@pytest.mark.parametrize(
    ("mode", "given", "expected"),
    [
        ("add", 50, (35, "D", 50)),  # 25 + 0.2 x 50
        ("add", "500", (45, "C", 100)),
        ("add", None, (25, "D", None)),
        ("replace", 82.4, (82, "A", 82)),
        ("replace", None, (0, "D", None)),
    ],
)
def test_the_ma_systems_score(
    now: datetime, mode: str, given: float | str | None, expected: tuple[int, str, int | None]
) -> None:
    """The MA score is a part of the total by weight, or is the total."""
    rules = document(
        fit=[fit("known", 25, field="a", op="exists")], ma_score={"mode": mode, "weight": 0.2}
    )

    result = score(rules, {"a": "b", "ma_score": given}, [], now)

    assert (result.total, result.grade, result.ma_score) == expected
    assert result.fit == 25
    texts = [line.text_en for line in result.reasons if line.axis == "ma_score"]
    assert bool(texts) is (given is not None)


def test_full_marks_scale_the_ma_score(now: datetime) -> None:
    """An MA score out of 250 counts in hundredths."""
    rules = document(ma_score={"field": "hs", "mode": "replace", "full_marks": 250.0})

    result = score(rules, {"hs": "200"}, [], now)

    assert [line.text_ja for line in result.reasons] == ["+80 MAスコア: 80"]
    assert result.total == 80


@pytest.mark.parametrize(
    ("points", "expected"),
    [(80, ("A", 3)), (79, ("B", 3)), (60, ("B", 3)), (40, ("C", 3)), (39, ("D", 4))],
)
def test_grades_and_priorities(now: datetime, points: int, expected: tuple[str, int]) -> None:
    """Each threshold belongs to its grade; fit alone is priority 3 from 40 on in this matrix."""
    rules = document(
        fit=[fit("x", points, field="x", op="exists")], matrix={"fit_high": 40, "intent_high": 90}
    )

    result = score(rules, {"x": 1}, [], now)

    assert (result.grade, result.priority) == expected


def test_intent_without_fit_is_priority_two(fact: MakeFact, now: datetime) -> None:
    """Much interest of somebody unknown is worth a look before a good fit without interest."""
    assert (
        score(document(intent=[intent("p", points=40)]), {}, [fact("page_view")], now).priority == 2
    )


def test_timing_ends_by_the_clock(scoring: ScoringDocument, fact: MakeFact, now: datetime) -> None:
    """The boost for recent activity ends seven days after the latest activity."""
    seen = fact("page_view", 6.5)

    before = score(scoring, {}, [seen], now)

    assert before.timing == 10
    assert score(scoring, {}, [seen], seen.at + timedelta(days=7)).timing == 0
    assert before.next_change_at is not None
    assert before.next_change_at <= seen.at + timedelta(days=7)


def test_points_that_do_not_decay_stay_for_ever(fact: MakeFact, now: datetime) -> None:
    """Without half-life and end nothing is left for the clock to change."""
    result = score(document(intent=[intent("page")]), {}, [fact("page_view", 3)], now)

    assert (result.total, result.next_change_at) == (10, None)

"""The memo, its quality with what is missing, the gate and the checklist."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from app.domain import handoff_earlier
from app.domain.activity import Fact
from app.domain.handoff import Handoff
from app.domain.handoff_document import HandoffDocument
from app.domain.handoff_earlier import Earlier
from app.domain.handoff_memo import Background, changed, moment_of, prefilled, read_by_rules
from app.domain.handoff_quality import Case, judge
from app.domain.presets import preset
from app.domain.touch import NONE, Touch
from connectors.base import Value

NOW = datetime(2026, 4, 1, 1, tzinfo=UTC)
FLOW = HandoffDocument.model_validate(preset("handoff")).flows["is_fs"]
WHOLE: dict[str, Any] = {
    "company_name": "Yamada KK", "person_name": "Yamada Aya", "job_title": "CIO",
    "phone": "+81312345678", "email": "aya@example.jp",
    "problem": "見積もり作成に月40時間かかっている", "background": "人員が2名減ったため",
    "wish": "作成時間を半減したい", "figure_now": "40h", "figure_target": "20h",
    "budget": "secured", "budget_amount": "5M", "decision_maker": "CFO",
    "decision_maker_attends": "attends", "urgency": "high", "introduce_by": "2026Q3",
    "competitors": "A社", "impression": "好印象", "worries": "移行の手間",
    "meeting_at": "2026-04-07T10:00:00+09:00", "purpose": "demo",
    "next_action": "デモを実施する", "customer_agreed": True, "interest": "Pricing",
    "past_communication": "called",
}  # fmt: skip


@dataclass(frozen=True)
class Figures:
    total: int = 85
    fit: float = 20
    intent: float = 50
    timing: float = 15
    ma_score: int | None = None
    grade: Any = "A"


def case(*without: str, **more: Any) -> Case:
    wanted = {name: value for name, value in WHOLE.items() if name not in without}
    return Case(changed(FLOW, {}, wanted).memo, score=Figures(), **more)


def test_a_whole_memo_has_all_points_and_opens_the_gate() -> None:
    """And only what a person must tick, or Baton do, is open on the list."""
    said = judge(FLOW, case(), NOW)

    assert (said.quality.total, said.quality.band.name, said.quality.missing) == (100, "high", ())
    assert said.open
    assert [line.name for line in said.checklist if not line.done] == ["behaviour", "notified"]
    assert [line.auto for line in said.checklist].count(False) == 1
    assert said.quality.confirmed == ("budget", "authority", "need", "timeline")


def test_each_part_says_what_is_missing() -> None:
    """In both languages, with the points that are left."""
    lacks = ("figure_now", "figure_target", "worries", "introduce_by", "phone")
    shown = {part.name: part for part in judge(FLOW, case(*lacks), NOW).quality.parts}

    assert {name: (part.points, part.of) for name, part in shown.items()} == {
        "basic": (9, 10), "need": (25, 25), "bant": (22, 30), "competition": (15, 20),
        "next": (15, 15),
    }  # fmt: skip
    assert [one.en for one in shown["basic"].missing] == ["Phone: required fields are empty"]
    assert [one.ja for one in shown["bant"].missing] == ["時期: 未確認"]
    assert [one.en for one in shown["competition"].missing] == ["worries"]


def test_a_problem_without_numbers_is_not_concrete() -> None:
    """Numbers count in the problem itself or in the fields for them."""
    memo = {
        **case("figure_now", "figure_target").memo,
        "problem": "見積もり作成が大変である、とても",
    }

    [need] = [p for p in judge(FLOW, Case(memo), NOW).quality.parts if p.name == "need"]

    assert need.points == 17
    assert [one.ja for one in need.missing] == ["課題を数値で(現状・目標・ギャップ)"]


def test_an_empty_memo_closes_the_gate() -> None:
    """Every rule is named."""
    said = judge(FLOW, Case({}), NOW)

    assert (said.quality.total, said.quality.band.name) == (0, "low")
    assert [line.name for line in said.unmet] == ["bant", "need", "meeting", "quality", "score"]
    assert not said.open


def test_hot_people_meet_the_score_rule() -> None:
    """Whatever their total is now."""
    cold = replace(case(), score=Figures(total=10))
    assert [line.name for line in judge(FLOW, cold, NOW).unmet] == ["score"]
    assert judge(FLOW, replace(cold, figures={"hot": "2026-04-01"}), NOW).open


def test_ticks_and_notices_complete_the_list() -> None:
    """Fifteen items."""
    done = replace(case(), ticks={"behaviour": "aya"}, figures={"notified": True})
    lines = judge(FLOW, done, NOW).checklist

    assert (len(lines), all(line.done for line in lines)) == (15, True)
    assert [line.by for line in lines if not line.auto] == ["aya"]


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("notes", "  two\n lines ", "two\nlines"),
        ("notes", 12, "12"),
        ("touches", "3", 3),
        ("touches", 2.5, 2.5),
        ("customer_agreed", False, False),
        ("budget", "none", "none"),
        ("meeting_at", "2026-04-07T10:00:00+09:00", "2026-04-07T01:00:00Z"),
        ("email", "a@example.jp", "a@example.jp"),
    ],
)
def test_values_are_kept_in_their_form(name: str, given: Any, kept: Value) -> None:
    """Times in UTC, numbers as numbers."""
    assert changed(FLOW, {}, {name: given}).memo == {name: kept}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("nothing", "x"),
        ("touches", "many"),
        ("touches", True),
        ("touches", float("nan")),
        ("customer_agreed", "yes"),
        ("budget", "lots"),
        ("meeting_at", "tomorrow"),
        ("meeting_at", "2026-04-07T10:00:00"),
        ("email", "nobody"),
        ("phone", "0" * 501),
    ],
)
def test_wrong_values_are_named_and_change_nothing(name: str, given: Any) -> None:
    """The whole change is refused, by field."""
    said = changed(FLOW, {"notes": "old"}, {"notes": "new", name: given})

    assert (set(said.problems), said.memo) == ({name}, {"notes": "old"})


def test_dates_are_dates() -> None:
    """As a contract begins."""
    flow = HandoffDocument.model_validate(preset("handoff")).flows["fs_cs"]
    assert changed(flow, {}, {"starts_on": "2026-04-01"}).memo == {"starts_on": "2026-04-01"}
    assert set(changed(flow, {}, {"starts_on": "April"}).problems) == {"starts_on"}


def test_blanks_empty_a_field() -> None:
    """Blank text and null alike."""
    assert changed(FLOW, {"notes": "x", "phone": "1"}, {"notes": " ", "phone": None}).memo == {}


def test_rules_read_lengths_and_numbers() -> None:
    """Also figures of full width; spaces do not count."""
    found = read_by_rules({"problem": "月 \uff14\uff10 時間 と 3 人", "customer_agreed": True})

    assert (found["memo.problem.length"], found["memo.problem.numbers"]) == (8, 2)
    assert (found["memo.customer_agreed"], found["memo.customer_agreed.length"]) == (True, 0)


def test_the_memo_begins_with_what_is_known() -> None:
    """Fields of the record, the first touch, a summary, talks, and what was looked at."""
    facts = [
        Fact("page_view", datetime(2026, 3, 1, tzinfo=UTC), "Pricing"),
        Fact("page_view", datetime(2026, 3, 2, tzinfo=UTC), "Pricing"),
        Fact("page_view", datetime(2026, 3, 2, tzinfo=UTC)),
        Fact("call", datetime(2026, 3, 3, tzinfo=UTC), "Intro"),
    ]
    touch = Touch(count=4, first_at=facts[0].at, first_channel="web", campaign="spring")
    known = Background({"company": "Yamada KK", "email": "aya@example.jp"}, facts, touch, "Aya")

    memo = prefilled(FLOW, known, "en")

    assert memo == {
        "company_name": "Yamada KK", "person_name": "Aya", "email": "aya@example.jp",
        "first_touch": "2026-03-01 Web", "touches": 4, "interest": "Pricing (2)",
        "past_communication": "2026-03-03 Call: Intro",
        "history_summary": (
            "Page view 3, Call 1\nCampaign: spring\n2026-03-03 Call: Intro\n"
            "2026-03-02 Page view: Pricing\n2026-03-02 Page view\n2026-03-01 Page view: Pricing"
        ),
    }  # fmt: skip
    assert prefilled(FLOW, Background({}, [], NONE), "ja") == {}
    assert prefilled(FLOW, Background({}, facts[:1], NONE), "ja") == {
        "interest": "Pricing (1)",
        "history_summary": "ページ閲覧 1\n2026-03-01 ページ閲覧: Pricing",
    }


def test_the_meeting_is_read_from_the_memo() -> None:
    """None where there is none."""
    assert moment_of({"meeting_at": "2026-04-07T01:00:00Z"}) == datetime(2026, 4, 7, 1, tzinfo=UTC)
    assert moment_of({}) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"quality": [{"name": "a", "points": 50, "label": {"en": "a", "ja": "a"},
                       "checks": [{"required": True, "label": {"en": "a", "ja": "a"}}]}]},
         "100 points together, not 50"),
        ({"bands": [{"name": "a", "at_least": 5, "label": {"en": "a", "ja": "a"}}]},
         "one begins at 0"),
        ({"gate": [{"name": "a", "label": {"en": "a", "ja": "a"},
                    "when": {"field": "memo.nothing", "op": "exists"}}]},
         'asks for "memo.nothing"'),
        ({"gate": [{"name": "a", "label": {"en": "a", "ja": "a"},
                    "when": {"not": {"field": "memo.problem.size", "op": "gte", "value": 1}}}]},
         'asks for "memo.problem.size"'),
        ({"gate": [{"name": "a", "label": {"en": "a", "ja": "a"},
                    "when": {"field": "handoff.luck", "op": "exists"}}]},
         'no figure "handoff.luck"'),
        ({"criteria": []}, "no criteria of bant"),
        ({"checklist": [{"name": "a", "label": {"en": "a", "ja": "a"}}] * 2}, "stands twice: a"),
        ({"sections": [{"name": "a", "label": {"en": "a", "ja": "a"}, "fields": [
            {"name": "a", "type": "choice", "label": {"en": "a", "ja": "a"}}]}]}, "has choices"),
        ({"sections": [{"name": "a", "label": {"en": "a", "ja": "a"}, "fields": [
            {"name": "a", "prefill": ["history.x"], "label": {"en": "a", "ja": "a"}}]}]},
         "there is no history.x"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_work_says_why(change: dict[str, Any], said: str) -> None:
    """Before it is published."""
    body = preset("handoff")
    body["flows"]["is_fs"] |= change

    with pytest.raises(ValidationError, match=said):
        HandoffDocument.model_validate(body)


def test_a_check_looks_at_one_thing() -> None:
    """Not at two, not at none."""
    body = preset("handoff")
    body["flows"]["is_fs"]["quality"][0]["checks"] = [{"label": {"en": "a", "ja": "a"}}]

    with pytest.raises(ValidationError, match="exactly one of"):
        HandoffDocument.model_validate(body)


def test_a_flow_without_required_fields_is_complete() -> None:
    """The share of nothing is all of it."""
    body = preset("handoff")
    for section in body["flows"]["is_fs"]["sections"]:
        for field in section["fields"]:
            field.pop("required", None)
    flow = HandoffDocument.model_validate(body).flows["is_fs"]

    assert judge(flow, Case({}), NOW).quality.parts[0].points == 10


def test_a_memo_begins_with_what_was_said_in_the_one_before() -> None:
    """What became of it, in words; fields of its memo, where they still fit."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    feedback = {"missing": "the budget", "rating": 2}
    lost = Handoff(state="lost", reason="timing", note="again in autumn", feedback=feedback)
    other = Handoff(state="rejected", reason="gone")
    told = handoff_earlier.told(
        [Earlier(at, lost, FLOW), Earlier(at, other, None), Earlier(at, Handoff("recycled"), FLOW)],
        "en",
    )
    assert told == (
        "2026-03-01 Lost: Timing, again in autumn (missing: the budget)\n"
        "2026-03-01 Rejected: gone\n2026-03-01 Recycled"
    )
    assert handoff_earlier.told([Earlier(at, lost, FLOW)], "ja") == (
        "2026-03-01 失注: 時期, again in autumn(不足: the budget)"
    )
    assert handoff_earlier.told([], "ja") is None

    last = {"competitors": "A", "decision_process": "CFO", "notes": "x"}
    memo = prefilled(FLOW, Background({}, [], NONE, earlier=told, last=last), "en")

    assert memo == {"earlier": told, "competitors": "A", "decision_process": "CFO"}

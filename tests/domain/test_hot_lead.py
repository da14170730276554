"""Hot leads: when somebody is told, when not and why, and in which words."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from app.domain.activity import Fact
from app.domain.alert_text import content
from app.domain.hot_lead import AlertPlan, HotState, Judgement, judge
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.presets import preset
from app.domain.scoring import Reason, Score

MakeFact = Callable[..., Fact]
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def scored(total: int, *reasons: Reason) -> Score:
    return Score(total, 35, 50, 10, "A", 1, reasons)


def reason(rule: str, points: float = 15, at: datetime | None = None) -> Reason:
    return Reason("intent", rule, rule, points, at, f"{points:+g} {rule}", f"{points:+g} 規則")


class Lead:
    """A lead whose state is kept from one judgement to the next."""

    def __init__(self, document: HotLeadDocument, state: HotState | None = None) -> None:
        self.document = document
        self.state = state or HotState()

    def judged(self, total: int, *facts: Fact, at: datetime, **more: Any) -> Judgement:
        score = scored(total, *(reason(fact.title, at=fact.at) for fact in facts))
        caused_at = more.get("caused_at", at)
        result = judge(self.document, self.state, score, {}, facts, at, caused_at=caused_at)
        self.state = result.state
        return result


def test_a_fresh_crossing_raises_an_alert(
    hot: HotLeadDocument, fact: MakeFact, now: datetime
) -> None:
    """80 points and a price page make an alert with the top three reasons and a deadline."""
    page = fact("page_view", 0, "Pricing", url="https://x.example/pricing")
    reasons = [
        reason("price-page", 15, now),
        reason("limit", 12),
        reason("form", 10),
        reason("call", 8),
        reason("any-page", 1),
    ]

    result = judge(hot, HotState(), scored(80, *reasons), {}, [page], now, caused_at=now)

    assert (result.hot, result.hot_since, result.crossing, result.why) == (True, now, 1, "crossed")
    assert result.alert is not None
    assert result.alert.rule == "ready-and-active"
    assert [line.rule for line in result.alert.reasons] == ["price-page", "form", "call"]
    assert result.alert.due_at == now + 30 * MINUTE
    assert result.alert.step.en == "Call about the budget and offer a quote."
    assert result.alert.recent == (page,)
    assert result.last_alert_at == now


def test_how_much_an_alert_names_is_a_setting(
    hot: HotLeadDocument, fact: MakeFact, now: datetime
) -> None:
    """Two reasons and one activity, for whoever wants less to read."""
    pages = [fact("page_view", n, "Pricing", url="https://x.example/pricing") for n in range(3)]
    less = hot.model_copy(update={"reasons": 2, "activities": 1})
    reasons = [reason("price-page", 15, now), reason("form", 10), reason("call", 8)]

    result = judge(less, HotState(), scored(80, *reasons), {}, pages, now, caused_at=now)

    assert result.alert is not None
    assert [line.rule for line in result.alert.reasons] == ["price-page", "form"]
    assert result.alert.recent == (pages[0],)


def test_a_lead_that_meets_no_rule_is_not_hot(
    hot: HotLeadDocument, fact: MakeFact, now: datetime
) -> None:
    """79 points are not 80, and 99 points without recent activity are not hot either."""
    click = fact("email_click", 0)

    assert Lead(hot).judged(79, click, at=now).why == "not hot"
    assert Lead(hot).judged(99, fact("email_click", 8), at=now).why == "not hot"
    planned = Lead(hot).judged(99, fact("form_submit", -1), at=now)
    assert planned.next_change_at == now + 24 * HOUR - 5 * MINUTE


def test_a_lead_stays_hot_until_it_cools_off(
    hot: HotLeadDocument, fact: MakeFact, now: datetime
) -> None:
    """Between 60 and 80 a hot lead stays hot and nobody is told again; below 60 it ends."""
    lead = Lead(hot)
    click = fact("email_click", 0)
    lead.judged(80, click, at=now)

    wavering = lead.judged(60, click, at=now + HOUR)
    again = lead.judged(90, click, at=now + 30 * HOUR)
    cold = lead.judged(59, click, at=now + 31 * HOUR)

    assert (wavering.why, wavering.hot_since, wavering.next_change_at) == ("already hot", now, None)
    assert (again.why, again.crossing, again.alert) == ("already hot", 1, None)
    assert (cold.hot, cold.hot_since, cold.crossing, cold.why) == (False, None, 1, "cooled off")


def test_a_second_crossing_merges_inside_the_cool_down(
    hot: HotLeadDocument, fact: MakeFact, now: datetime
) -> None:
    """Hot again after ten hours raises nothing; hot again after the cool-down rings again."""
    lead = Lead(hot)
    click = fact("email_click", 0)
    lead.judged(80, click, at=now)
    lead.judged(10, click, at=now + 9 * HOUR)

    merged = lead.judged(85, click, at=now + 10 * HOUR)
    lead.judged(10, click, at=now + 11 * HOUR)
    rung = lead.judged(85, click, at=now + 24 * HOUR)

    assert (merged.hot, merged.alert, merged.why) == (True, None, "cool-down")
    assert rung.alert is not None
    assert (rung.why, rung.alert.crossing, rung.last_alert_at) == ("crossed", 3, now + 24 * HOUR)


def test_history_pages_nobody(hot: HotLeadDocument, fact: MakeFact, now: datetime) -> None:
    """An imported activity makes a lead hot in silence; what the lead does next rings."""
    lead = Lead(hot)
    old = fact("form_submit", 2, "form")

    imported = lead.judged(85, old, at=now, caused_at=old.at)
    edited = lead.judged(86, old, at=now + MINUTE)
    late = lead.judged(
        86, old, fact("page_view", 0, "news"), at=now + MINUTE, caused_at=now - 61 * MINUTE
    )
    active = lead.judged(88, old, fact("page_view", 0, "price"), at=now + 5 * MINUTE)

    assert (imported.hot, imported.alert, imported.why) == (True, None, "history")
    assert (edited.alert, edited.why) == (None, "already hot")
    assert (late.alert, late.why) == (None, "already hot")
    assert active.alert is not None
    assert (active.why, active.crossing, active.hot_since) == ("crossed", 1, now)


def test_a_clock_set_back_does_not_ring_twice(
    hot: HotLeadDocument, fact: MakeFact, now: datetime
) -> None:
    """An alert that seems to be older than its own crossing still counts as told."""
    lead = Lead(hot.model_copy(update={"cool_down_hours": 0.0}))
    click = fact("email_click", 1 / 24)
    lead.judged(80, click, at=now, caused_at=now - 61 * MINUTE)

    first = lead.judged(80, click, at=now - 30 * MINUTE)
    second = lead.judged(80, click, at=now - 30 * MINUTE)

    assert (first.why, second.why) == ("crossed", "already hot")


def test_the_border_of_freshness(hot: HotLeadDocument, fact: MakeFact, now: datetime) -> None:
    """Sixty minutes old is fresh, a second more is history."""
    click = fact("email_click", 0)
    border = now - 60 * MINUTE

    assert Lead(hot).judged(80, click, at=now, caused_at=border).why == "crossed"
    older = border - timedelta(seconds=1)
    assert Lead(hot).judged(80, click, at=now, caused_at=older).why == "history"


def test_a_rule_without_score_keeps_a_lead_hot(fact: MakeFact, now: datetime) -> None:
    """A demo request is hot at any score for as long as the rule says."""
    when = {"activity": "form_submit", "within_days": 1}
    rule = {"name": "demo", "label": {"en": "Demo", "ja": "デモ"}, "when": when}
    lead = Lead(HotLeadDocument.model_validate({"rules": [rule]}))
    form = fact("form_submit", 0, "demo")

    first = lead.judged(10, form, at=now)
    later = lead.judged(10, form, at=now + 23 * HOUR)
    over = lead.judged(10, form, at=now + 24 * HOUR)

    assert (first.why, first.next_change_at) == ("crossed", now + 24 * HOUR)
    assert later.why == "already hot"
    assert over.why == "cooled off"
    assert first.alert is not None
    assert first.alert.step.en == "Call now and ask what prompted the visit."


@pytest.fixture
def plan(hot: HotLeadDocument, fact: MakeFact, now: datetime) -> AlertPlan:
    facts = [
        fact("page_view", 1, "Pricing\nfor all"),
        fact("form_submit", 0.5, ""),
    ]
    score = scored(86, reason("case-study", 8), reason("form", 20))
    plan = judge(hot, HotState(), score, {}, facts, now, caused_at=now).alert
    assert plan is not None
    return plan


def test_an_alert_in_english(plan: AlertPlan) -> None:
    """Who, why, what they did, what to do, by when."""
    ada = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "company": "Engines",
        "phone": "+81312345678",
        "email": None,
    }

    said = content(plan, ada, scored(86), "en")
    title, body = said.title, said.body

    assert plan.step.en.startswith("Call with a reference from the same industry")
    assert title == "Hot lead: Ada Lovelace, Engines (86 points, A)"
    assert body.splitlines() == [
        "Ada Lovelace, Engines (+81312345678)",
        "High score and active in the last 7 days. Score 86 (A): fit 35, intent 50, timing 10",
        "Why:",
        "- +8 case-study",
        "- +20 form",
        "What they did:",
        "- 2026-03-31 21:00 UTC Form submitted",
        "- 2026-03-31 09:00 UTC Page view: Pricing for all",
        f"Next step: {plan.step.en}",
        "React by: 2026-04-01 09:30 UTC",
    ]


def test_an_alert_in_japanese(plan: AlertPlan) -> None:
    """The same in Japanese, in the zone of the reader."""
    person = {"first_name": "太郎", "last_name": "山田", "company": "サンプル社"}

    said = content(plan, person, scored(86), "ja", zone=ZoneInfo("Asia/Tokyo"))
    title, body = said.title, said.body

    assert title == "ホットリード: サンプル社 山田 太郎 様 (86点・A)"
    assert body.splitlines()[0] == "サンプル社 山田 太郎 様"
    assert "- +8 規則" in body
    assert body.splitlines()[-1] == "対応期限: 2026-04-01 18:30 JST"


@pytest.mark.parametrize(
    ("person", "language", "who"),
    [
        ({"name": "Ada"}, "en", "Ada"),
        ({"email": "ada@x.example"}, "en", "ada@x.example"),
        ({}, "en", "unknown"),
        ({"company": "Engines"}, "ja", "Engines"),
        ({}, "ja", "不明"),
    ],
)
def test_whoever_is_known_is_named(
    plan: AlertPlan, person: dict[str, str], language: Any, who: str
) -> None:
    """An alert names the person as well as it can."""
    assert content(plan, person, scored(86), language).body.splitlines()[0].startswith(who)


def test_a_title_is_short_and_one_line(plan: AlertPlan) -> None:
    """A long name is cut, the score is not; a line break in a name does not break the title."""
    person = {"name": "A\r\nB" + "x" * 200}

    title = content(plan, person, scored(86), "en").title

    assert len(title) == 80
    assert title.startswith("Hot lead: A Bxx")
    assert title.endswith("x… (86 points, A)")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rules": []}, "at least 1 item"),
        ({"rules": preset("hot_lead")["rules"] * 2}, "used twice: ready-and-active"),
        ({"channels": ["task", "task"]}, "named twice"),
        ({"channels": ["fax"]}, "task"),
        ({"cool_down_hours": -1}, "greater than or equal to 0"),
        ({"recipients": {"fallback_email": "nobody"}}, "match pattern"),
    ],
)
def test_what_a_hot_lead_document_refuses(change: dict[str, Any], message: str) -> None:
    """An error says what is wrong."""
    with pytest.raises(ValidationError, match=message):
        HotLeadDocument.model_validate({**preset("hot_lead"), **change})

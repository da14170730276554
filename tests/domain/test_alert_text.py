"""The words of an alert, as they stay true."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.domain.activity import Label
from app.domain.alert_text import content
from app.domain.hot_lead import AlertPlan
from app.domain.scoring import Reason, Score


def test_a_reason_says_when_it_was_and_not_how_long_ago() -> None:
    """A task is read the next morning, and an escalation repeats it: "just now" would be wrong."""
    at = datetime(2026, 3, 31, 20, 5, tzinfo=UTC)
    told = Reason("intent", "price", "Price", 30, at, "+30 Price (2 times), just now",
                  "+30 料金 2回(最終たった今)")  # fmt: skip
    once = Reason("intent", "form", "Form", 9, at, "+9 Form, 3 days ago", "+9 フォーム(3日前)")
    words = Label(en="Call", ja="電話")
    plan = AlertPlan("hot", 1, (told, once), at, words, words)
    score = Score(86, 35, 50, 10, "A", 1, (told, once))

    english = content(plan, {}, score, "en").pieces[1].lines
    japanese = content(plan, {}, score, "ja", zone=ZoneInfo("Asia/Tokyo")).pieces[1].lines

    assert english == (
        "+30 Price (2 times), 2026-03-31 20:05 UTC",
        "+9 Form, 2026-03-31 20:05 UTC",
    )
    assert japanese == (
        "+30 料金 2回(最終2026-04-01 05:05 JST)",
        "+9 フォーム(2026-04-01 05:05 JST)",
    )

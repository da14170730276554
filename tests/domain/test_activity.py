"""Activities in words."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.activity import TYPES, Fact, Language, ago, entry_text, type_label
from connectors.base import Value

AT = datetime(2026, 4, 1, tzinfo=UTC)


def test_an_entry_in_both_languages() -> None:
    """A page view is logged with its title, its address first, and its details."""
    view = Fact("page_view", AT, "Pricing", {"campaign": "Spring", "url": "https://x.example/p"})

    assert entry_text(view, "en") == (
        "Page view: Pricing",
        "URL: https://x.example/p\nCampaign: Spring",
    )
    assert entry_text(view, "ja") == (
        "ページ閲覧: Pricing",
        "URL: https://x.example/p\nキャンペーン: Spring",
    )


@pytest.mark.parametrize(
    ("key", "value", "en", "ja"),
    [
        ("duration_s", 184, "Duration: 3 min 4 s", "所要時間: 3分4秒"),
        ("duration_s", 2_700, "Duration: 45 min", "所要時間: 45分"),
        ("duration_s", 3_605.4, "Duration: 1 h 5 s", "所要時間: 1時間5秒"),
        ("duration_s", 0, "Duration: 0 s", "所要時間: 0秒"),
        ("duration_s", -5, "Duration: -5", "所要時間: -5"),
        ("duration_s", "3分", "Duration: 3分", "所要時間: 3分"),
        ("answered_live", True, "Answered live: yes", "Answered live: はい"),
        ("answered_live", False, "Answered live: no", "Answered live: いいえ"),
        ("amount", 1200.5, "Amount: 1,200.5", "金額: 1,200.5"),
        ("amount", 1000000.0, "Amount: 1,000,000", "金額: 1,000,000"),
        ("outcome", "No answer", "Outcome: no answer", "結果: 応答なし"),
        ("outcome", "Responded", "Outcome: Responded", "結果: Responded"),
        ("direction", "Outbound", "Direction: outbound", "方向: 発信"),
        ("owner_id", "005Ox00000a0002IAA", "", ""),
        ("reason", "too\nlate", "Reason: too late", "理由: too late"),
        ("reason", None, "", ""),
        ("reason", " ", "", ""),
    ],
)
def test_a_detail_is_a_line(key: str, value: Value, en: str, ja: str) -> None:
    """Each detail is one line in words; what is blank is none."""
    call = Fact("call", AT, "", {key: value})

    assert entry_text(call, "en") == ("Call", en)
    assert entry_text(call, "ja") == ("通話", ja)


def test_what_somebody_wrote_keeps_its_lines() -> None:
    """A rep's note of a meeting is read as it was written, behind the facts."""
    note = "予算は300万円\r\n\r\n\r\n\r\n次回: 見積\u202e\n 決裁者に会う "
    meeting = Fact("meeting", AT, "", {"body": note, "location": "東京", "url": "https://x.jp"})

    assert entry_text(meeting, "ja")[1] == (
        "URL: https://x.jp\n場所: 東京\n本文:\n予算は300万円\n\n次回: 見積\n決裁者に会う"
    )
    assert entry_text(Fact("note", AT, "", {"body": "short"}), "en")[1] == "Text: short"


def test_a_title_that_says_the_type_is_not_said_twice() -> None:
    """As tools name what they send."""
    assert entry_text(Fact("lost", AT, "失注"), "ja")[0] == "失注"


def test_an_id_is_not_read_where_there_is_a_name() -> None:
    """The campaign by its name only; without a name the id is better than nothing."""
    named = Fact("campaign", AT, "", {"campaign": "701Ox", "campaign_name": "展示会"})
    bare = Fact("campaign", AT, "", {"campaign": "701Ox"})

    assert entry_text(named, "ja") == ("キャンペーン", "キャンペーン: 展示会")
    assert entry_text(bare, "en") == ("Campaign", "Campaign: 701Ox")


def test_a_title_is_one_short_line() -> None:
    """Control characters go, also those that hide or turn text; what is too long is cut."""
    title, _ = entry_text(Fact("note", AT, "a\x00b\r\nc\u202ed" + "x" * 300), "en")

    assert title.startswith("Note: a b c dxx")
    assert len(title) == 255
    assert title.endswith("x…")


def test_an_unknown_type_is_said_in_its_own_words() -> None:
    """A type of another connector needs no entry in our table."""
    assert type_label("webinar_question", "ja") == "Webinar question"
    assert {"page_view", "email_click", "form_submit", "call", "other"} <= set(TYPES)


@pytest.mark.parametrize(
    ("seconds", "language", "expected"),
    [
        (-60, "en", "just now"),
        (59, "ja", "たった今"),
        (60, "en", "1 minute ago"),
        (3_599, "en", "59 minutes ago"),
        (7_200, "ja", "2時間前"),
        (86_400, "en", "1 day ago"),
        (172_800, "ja", "2日前"),
    ],
)
def test_how_long_ago(seconds: int, language: Language, expected: str) -> None:
    """The largest unit that fits is named."""
    assert ago(AT, AT + timedelta(seconds=seconds), language) == expected


def test_the_edges_of_the_calendar_are_no_error() -> None:
    """A broken time of a sender stops nothing."""
    first = datetime(1, 1, 1, tzinfo=UTC)

    assert Fact("call", first).counts_from == first

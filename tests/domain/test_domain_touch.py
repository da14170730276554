"""Touches: first and last contact, how often, the last page and campaign, in any order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.activity import Fact
from app.domain.touch import NONE, Touch, channel_label, channel_of, touched, without

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
FACTS = [
    Fact("page_view", NOON, "Prices", {"url": "https://example.com/pricing"}),
    Fact("email_click", NOON - timedelta(days=2), "News", {"campaign_name": "Autumn"}),
    Fact("call", NOON + timedelta(hours=3), "First call", {"duration_s": 90}),
    Fact("email_sent", NOON + timedelta(days=1), "Newsletter"),
    Fact("page_view", NOON - timedelta(days=1), "Blog", {"url": "https://example.com/blog"}),
]


def test_a_summary_names_first_and_last_touch() -> None:
    """A mailing is no touch; a click and a call are."""
    assert touched(FACTS) == Touch(
        count=4,
        first_at=NOON - timedelta(days=2),
        first_channel="email",
        last_at=NOON + timedelta(hours=3),
        last_channel="phone",
        page="https://example.com/pricing",
        page_at=NOON,
        campaign="Autumn",
        campaign_at=NOON - timedelta(days=2),
    )


@given(st.permutations(FACTS), st.integers(0, 5))
def test_order_and_portions_do_not_matter(facts: list[Fact], cut: int) -> None:
    """Late and out-of-order activities end right."""
    assert touched(facts[cut:], touched(facts[:cut])) == touched(FACTS)


def test_what_lies_ahead_is_no_touch_yet() -> None:
    """Page and campaign too are those of what has come about; without any there is no summary."""
    ahead = [
        Fact("meeting", NOON + timedelta(days=9)),
        Fact(
            "page_view", NOON + timedelta(days=8), "", {"url": "https://x.jp", "campaign": "Next"}
        ),
    ]

    assert without(touched([*FACTS, *ahead]), ahead, FACTS) == touched(FACTS)
    assert without(touched([*FACTS, *ahead]), ahead, FACTS[:3]) == touched(FACTS)
    assert without(touched(ahead), ahead, []) == NONE


def test_nobody_was_touched_by_nothing() -> None:
    """No activity, or none that is a touch: no summary, no days."""
    assert touched([]) == NONE
    assert touched([Fact("email_sent", NOON)]) == NONE
    assert NONE.days_since(NOON) is None


def test_what_did_not_come_about_is_no_touch() -> None:
    """A no-show and a call that nobody answered; who registers or cancels was in touch."""
    said = ("no_show", "no answer", "Busy", "registered", "cancelled", "attended", "connected")

    counts = [touched([Fact("seminar", NOON, "", {"outcome": one})]).count for one in said]

    assert counts == [0, 0, 0, 1, 1, 1, 1]


def test_a_campaign_is_known_by_a_name() -> None:
    """The number of a mailing is none; a name besides it, or of an earlier touch, is."""
    named = Fact("email_click", NOON, "", {"campaign": "4711", "utm_campaign": "spring"})
    numbered = Fact("email_open", NOON + timedelta(days=1), "", {"campaign": "4711"})

    assert touched([named, numbered]).campaign == "spring"
    assert touched([numbered]).campaign is None


def test_days_are_whole_and_never_negative() -> None:
    """A meeting of next week was not minus seven days ago."""
    touch = Touch(count=1, last_at=NOON)

    assert touch.days_since(NOON + timedelta(days=2, hours=23)) == 2
    assert touch.days_since(NOON - timedelta(days=7)) == 0


def test_a_source_may_name_its_channel() -> None:
    """What it says goes before what the type means; known ones are shown in words."""
    assert channel_of(Fact("note", NOON, "", {"channel": "LinkedIn"})) == "LinkedIn"
    assert channel_of(Fact("seminar", NOON)) == "event"
    assert channel_of(Fact("quiz", NOON)) == "other"
    assert [channel_label(one, "ja") for one in ("phone", "LinkedIn", None)] == [
        "電話", "LinkedIn", None,
    ]  # fmt: skip

"""Who is told of a hot lead, when, and who is next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.domain.alert_message import about_alert, about_storm, read_content, titled
from app.domain.alert_text import Content, Piece
from app.domain.alerting import (
    calendar_of,
    held,
    later,
    next_escalation,
    next_look,
    reachable_at,
    recipient,
    rule_of,
    seconds,
    terms,
)
from app.domain.hot_lead_document import HotLeadDocument, Recipients
from app.domain.reaction import Reacted, Reaction, is_same, objection, standing

FRIDAY = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)  # 13:00 in New York, Saturday in Tokyo
RULE = {
    "name": "hot",
    "label": {"en": "Hot", "ja": "ホット"},
    "when": {"score": "total", "op": "gte", "value": 80},
}
OFFICES = [
    {"people": ["*@us.example"], "calendar": {"time_zone": "America/New_York", "holidays": []}},
    {"people": ["*@jp.example"], "calendar": {"time_zone": "Asia/Tokyo", "holidays": ["JP"]}},
]
CHAIN = [{"after_minutes": 30, "messages": ["slack"]}, {"after_minutes": 60, "channels": ["task"]}]


def document(**changes: Any) -> HotLeadDocument:
    return HotLeadDocument.model_validate({"rules": [RULE], **changes})


def test_a_document_of_an_older_release_means_what_it_meant() -> None:
    """Owner, else fall-back; task and bell; always; no chain."""
    old = document()
    mine = terms(old, rule_of(old, "hot"))

    assert (mine.channels, mine.messages, mine.escalation) == (("task", "notification"), (), ())
    assert calendar_of(old, "anybody@x.example") is None
    assert reachable_at(None, FRIDAY) == FRIDAY


def test_a_rule_has_terms_of_its_own() -> None:
    """What it leaves out is as the document says; one that is gone leaves all to the document."""
    own = {
        **RULE,
        "messages": [],
        "cool_down_hours": 1.0,
        "reaction_minutes": 5.0,
        "escalation": [],
    }
    two = document(rules=[own], messages=["slack"], escalation=CHAIN)

    mine, gone = terms(two, rule_of(two, "hot")), terms(two, rule_of(two, "other"))

    assert (mine.messages, mine.escalation, mine.reaction_minutes) == ((), (), 5.0)
    assert mine.cool_down == timedelta(hours=1)
    assert (gone.messages, len(gone.escalation), gone.reaction_minutes) == (("slack",), 2, 30.0)


@pytest.mark.parametrize(
    ("known", "wanted", "who"),
    [
        ({"o", "t", "q", "f"}, {}, "o"),
        ({"t", "q", "f"}, {}, "t"),
        ({"q", "f"}, {}, "q"),
        ({"f"}, {}, "f"),
        (set(), {}, "o"),
        ({"o", "t", "f"}, {"owner": False}, "t"),
        ({"o", "t", "f"}, {"owner": False, "territory": False, "queue": None}, "f"),
        ({"o"}, {"owner": False, "territory": False, "queue": None, "fallback_email": None}, None),
    ],
)
def test_whoever_is_there_first_is_told(
    known: set[str], wanted: dict[str, Any], who: str | None
) -> None:
    """Owner, territory, queue, fall-back; somebody who left is passed over."""
    said = Recipients.model_construct(
        **{"owner": True, "territory": True, "queue": "q", "fallback_email": "f", **wanted}
    )

    assert recipient(said, "o", "t", known.__contains__) == who


def test_each_is_rung_in_the_hours_of_their_own_zone() -> None:
    """Friday 18:00 UTC is office time in New York, and the weekend in Tokyo."""
    both = document(hours=OFFICES)
    there, here = calendar_of(both, "a@US.example"), calendar_of(both, "b@jp.example")

    assert reachable_at(there, FRIDAY) == FRIDAY
    assert reachable_at(here, FRIDAY) == datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
    assert later(there, FRIDAY, 30) == FRIDAY + timedelta(minutes=30)
    assert later(here, FRIDAY, 30) == datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
    assert calendar_of(both, None) is None


def test_a_chain_goes_step_by_step_and_ends() -> None:
    """Each counts from the one before, in working minutes."""
    chain = document(escalation=CHAIN).escalation

    assert next_escalation(chain, 0, None, FRIDAY) == FRIDAY + timedelta(minutes=30)
    assert next_escalation(chain, 1, None, FRIDAY) == FRIDAY + timedelta(minutes=60)
    assert next_escalation(chain, 2, None, FRIDAY) is None


@given(st.integers(0, 20_000))
def test_a_task_is_looked_at_less_and_less(age: int) -> None:
    """Never at once, at most hourly, and after a week no more."""
    now = FRIDAY + timedelta(minutes=age)
    at = next_look(FRIDAY, now)

    if age >= 7 * 24 * 60:
        assert at is None
    else:
        assert at is not None
        assert timedelta(minutes=1) <= at - now <= timedelta(hours=1)


@given(st.integers(0, 100), st.integers(0, 100))
def test_more_alerts_are_never_less_of_a_storm(mine: int, all_: int) -> None:
    """What is held at some count is held at a larger one."""
    few = document(storm={"per_recipient": 10, "per_connection": 50})
    now, then = held((mine, all_), few), held((mine + 1, all_ + 1), few)

    assert now == (mine >= 10, all_ >= 50)
    assert all(b >= a for a, b in zip(now, then, strict=True))


def test_a_delay_needs_both_ends() -> None:
    """And is never below zero, whatever clocks say."""
    assert seconds(None, FRIDAY) is None
    assert seconds(FRIDAY, None) is None
    assert seconds(FRIDAY, FRIDAY - timedelta(seconds=3)) == 0.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"escalation": [{"after_minutes": 5}]}, "tells somebody"),
        ({"escalation": [{"after_minutes": 0, "messages": ["x"]}]}, "greater than 0"),
        ({"escalation": CHAIN * 6}, "at most 10"),
        ({"messages": ["Not A Name"]}, "pattern"),
        ({"storm": {"per_recipient": 0}}, "greater than or equal to 1"),
        ({"rules": [{**RULE, "channels": ["task", "task"]}]}, "named twice"),
        ({"hours": [{"calendar": {"time_zone": "Mars/Base"}}]}, "zone"),
    ],
)
def test_what_is_refused(change: dict[str, Any], message: str) -> None:
    """An error says what is wrong."""
    with pytest.raises(ValidationError, match=message):
        document(**change)


SAID = Content("Hot lead: Ada", (Piece("", ("Ada",)), Piece("Why:", ("a", "b"), listed=True)))


def test_words_survive_their_row() -> None:
    """As they are kept, so they are read; a language that is not there is None."""
    row = {"en": SAID.as_row()}

    assert read_content(row, "en") == SAID
    assert read_content(row, "ja") is None
    assert read_content(None, "en") is None
    assert SAID.body == "Ada\nWhy:\n- a\n- b"


def test_a_message_offers_its_answers() -> None:
    """Three and the page; without a link that answers, the page alone."""
    with_link = about_alert(
        "k", "a@b.example", SAID, "raised", "en", "https://x/a/t", "https://x/p"
    )
    without = about_alert("k", None, SAID, "escalated", "ja", None, "https://x/p")

    assert [one.url for one in with_link.buttons] == [
        "https://x/a/t?do=accept", "https://x/a/t?do=snooze", "https://x/a/t?do=reject",
        "https://x/p",
    ]  # fmt: skip
    assert [one.label for one in without.buttons] == ["Batonで開く"]
    assert without.title == "未対応: Hot lead: Ada"
    assert len(titled("x" * 200, "escalated", "en")) == 80
    assert about_storm("k", None, 7, "en", "https://x/alerts").title == "Hot leads on hold: 7"


@given(st.sampled_from([None, "accepted", "rejected", "handled"]))
def test_what_was_decided_is_final_and_what_is_seen_is_not(deed: str | None) -> None:
    """A rep can say more than the SFA shows, and nothing against what was decided."""
    said = Reacted(deed, "somebody", FRIDAY)
    final = deed in {"accepted", "rejected"}

    assert (objection(said, Reaction("accepted", "me"), now=FRIDAY) is not None) == final
    assert is_same(said, Reaction("handled", "sfa")) == (deed == "handled")
    assert standing(deed, None, FRIDAY) == (deed or "open")

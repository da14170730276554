"""The days that a memo tells of are those of the team's calendar."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.domain import handoff_earlier
from app.domain.activity import LAST, Fact
from app.domain.handoff import Handoff
from app.domain.handoff_document import HandoffDocument
from app.domain.handoff_earlier import Earlier
from app.domain.handoff_memo import Background, prefilled
from app.domain.presets import preset
from app.domain.touch import Touch

FLOW = HandoffDocument.model_validate(preset("handoff")).flows["is_fs"]
TOKYO = ZoneInfo("Asia/Tokyo")


def test_days_of_the_history_are_those_where_people_work() -> None:
    """What was at eight in the morning in Tokyo was on that day, and not on the one before."""
    at = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    facts = [Fact("call", at, "Intro"), Fact("call", LAST, "Far off")]
    touch = Touch(count=1, first_at=at, first_channel="web")

    memo = prefilled(FLOW, Background({}, facts, touch, zone=TOKYO), "en")

    assert memo["first_touch"] == "2026-03-02 Web"
    assert memo["past_communication"] == "9999-12-31 Call: Far off\n2026-03-02 Call: Intro"


def test_earlier_hand_offs_ended_on_days_of_the_zone() -> None:
    """As the rest of the memo."""
    ended = [Earlier(datetime(2026, 3, 1, 23, 0, tzinfo=UTC), Handoff(state="lost"), FLOW)]

    told = handoff_earlier.told(ended, "en", TOKYO)

    assert (told or "").startswith("2026-03-02 ")

"""In which words a clock tells somebody in the SFA."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.domain.activity import Label
from app.domain.sla_words import clock_texts

LABEL = Label(en="MQL to first contact", ja="MQLから初回接触まで")
DUE = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
FIELDS = {"first_name": "Aya", "last_name": "Yamada", "company": "Yamada KK", "owner": "rep@x.jp"}


def test_a_warning_says_who_which_time_and_until_when() -> None:
    """In the zone of the calendar; the name in the order of the language."""
    title, body = clock_texts(LABEL, FIELDS, DUE, "en", is_warning=True, zone=TOKYO)

    assert title == "Due soon: MQL to first contact - Yamada KK Aya Yamada"
    assert body.splitlines() == [
        "Yamada KK Aya Yamada", "Agreed time: MQL to first contact", "Due: 2026-04-01 12:00 JST",
        "Owner: rep@x.jp",
        "Take care of it, or record what was done: the clock stops by itself.",
    ]  # fmt: skip
    late, _ = clock_texts(LABEL, FIELDS, DUE, "ja", is_warning=False, zone=TOKYO)
    assert late == "期限超過: MQLから初回接触まで - Yamada KK Yamada Aya"


def test_what_is_not_known_is_left_out() -> None:
    """The address stands for a name; a clock that stands still has no deadline."""
    title, body = clock_texts(
        LABEL, {"email": "aya@x.jp", "company": None}, None, "en", is_warning=False, zone=UTC
    )
    nobody, _ = clock_texts(LABEL, {}, DUE, "en", is_warning=False, zone=UTC)

    assert title == "Overdue: MQL to first contact - aya@x.jp"
    assert body.splitlines()[2:4] == ["Due: -", "Owner: -"]
    assert nobody == "Overdue: MQL to first contact"

"""What opportunities say of a hand-off: which of them ends it, and why."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.handoff_deals import deciding, fitting
from app.domain.handoff_document import HandoffDocument
from app.domain.notice_document import Opportunities
from app.domain.presets import preset

HANDED = datetime(2026, 4, 1, tzinfo=UTC)
FLOW = HandoffDocument.model_validate(preset("handoff")).flows["is_fs"]


@dataclass(frozen=True)
class Deal:
    """`days`: after it was handed over; None: a record that is open."""

    key: str
    outcome: str | None
    days: int | None
    reason: str | None = None

    @property
    def at(self) -> datetime | None:
        return None if self.days is None else HANDED + timedelta(days=self.days)


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ([], None),
        ([Deal("a", None, None)], None),
        ([Deal("a", "won", 3)], "a"),
        ([Deal("a", "won", -3)], None),
        ([Deal("a", "lost", 3), Deal("b", None, None)], None),
        ([Deal("a", "lost", 3), Deal("b", None, 1)], None),
        ([Deal("a", "lost", 3), Deal("b", "lost", -9)], "a"),
        ([Deal("a", "lost", 3), Deal("b", "lost", 5)], "b"),
        ([Deal("a", "won", 3), Deal("b", "lost", 5), Deal("c", None, None)], "a"),
        ([Deal("a", None, 1), Deal("a", "won", 3)], "a"),
        ([Deal("a", None, 9), Deal("a", "lost", 3)], None),
    ],
)
def test_which_opportunity_ends_it(told: list[Deal], ends: str | None) -> None:
    """The last that was won; else the last lost, where none is open; the newest word counts."""
    found = deciding(told, HANDED)

    assert (None if found is None else found.key) == ends


@pytest.mark.parametrize(
    ("outcome", "said", "kept"),
    [
        ("lost", "Price", ("price", None)),
        ("lost", "競合負け", ("competitor", None)),
        ("lost", " no_budget ", ("no_budget", None)),
        ("lost", "bankrupt", ("other", "bankrupt")),
        ("won", "価格", ("price", None)),
        ("won", None, (None, None)),
    ],
)
def test_a_reason_becomes_one_of_the_list(
    outcome: str, said: str | None, kept: tuple[str | None, str | None]
) -> None:
    """By its name, or its words in either language; other words are a note of `other`."""
    assert fitting(FLOW, "won" if outcome == "won" else "lost", said) == kept


def test_words_are_the_reason_where_the_list_has_no_other() -> None:
    """Nothing that an opportunity says is lost."""
    bare = FLOW.model_copy(update={"lost_reasons": ()})

    assert fitting(bare, "lost", "bankrupt") == ("bankrupt", None)


def test_stages_are_read_in_any_case() -> None:
    """Those of both systems by default; what is none of them is open."""
    terms = Opportunities()

    stages = ("Closed Won", "closedlost", "受注", "qualified", None)
    assert [terms.outcome(one) for one in stages] == ["won", "lost", "won", None, None]

"""To which campaign an opportunity is credited."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.domain.campaign_credit import Candidate, Chosen, Touched, choose

OURS, ADA, BOB = UUID(int=1), UUID(int=2), UUID(int=3)
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def touched(person: UUID, campaign: str, first: int, last: int) -> Touched:
    return Touched(person, campaign, MAY + timedelta(days=first), MAY + timedelta(days=last))


def test_the_first_or_the_last_touch_counts() -> None:
    """Of all campaigns that touched the person."""
    touches = [touched(ADA, "webinar", 0, 1), touched(ADA, "fair", 2, 3)]
    people = [Candidate(OURS, ADA, direct=True)]

    assert choose(people, touches, "first_touch") == [Chosen(OURS, "webinar", ADA)]
    assert choose(people, touches, "last_touch") == [Chosen(OURS, "fair", ADA)]


def test_whom_the_opportunity_names_counts_before_others_of_the_company() -> None:
    """However early those were touched."""
    touches = [touched(ADA, "fair", 5, 5), touched(BOB, "webinar", 0, 9)]
    people = [Candidate(OURS, ADA, direct=True), Candidate(OURS, BOB, direct=False)]

    assert choose(people, touches, "first_touch") == [Chosen(OURS, "fair", ADA)]
    assert choose(people[1:], touches, "first_touch") == [Chosen(OURS, "webinar", BOB)]


def test_who_was_not_touched_is_no_reason() -> None:
    """An opportunity of such people is credited to nothing; of equals the name decides."""
    people = [Candidate(OURS, ADA, direct=True)]
    equal = [touched(ADA, "webinar", 0, 0), touched(ADA, "fair", 0, 0)]

    assert choose(people, [touched(BOB, "fair", 0, 0)], "first_touch") == []
    for mode in ("first_touch", "last_touch"):
        assert choose(people, equal, mode) == [Chosen(OURS, "fair", ADA)]

"""Memberships: which status both sides agree on, and what each must be told."""

from typing import Any
from uuid import UUID

import pytest

from app.domain.campaign import Membership, Place, begin, land, mark, observe, settle, to_tell
from app.domain.campaign_document import CampaignDocument
from app.domain.campaign_terms import Terms

EVENT = {"marketing_event": {"id": "1"}}
LIST = {"list": {"id": "17"}}
BOTH = {"ma": True, "sfa": True}


class Pairing:
    """One person in one campaign; both sides exist unless `here` says otherwise."""

    def __init__(self, source: Any = EVENT, **said: Any) -> None:
        body = {"ma": "m", "sfa": "s", "source": source, "target": {"create": True}, **said}
        self.terms = Terms.of("webinar", 1, CampaignDocument.model_validate(body))
        self.one = Membership("webinar", UUID(int=1))
        self.here: dict[Any, bool] = dict(BOTH)
        self.clock = 0

    def shows(self, name: str, word: str | None) -> None:
        """A reading shows this word at a side."""
        self.clock += 1
        place = self.one.places.setdefault(name, Place(name))
        assert observe(place, word, self.one, started=self.clock, round_=self.clock)
        self.decide()

    def decide(self) -> None:
        settle(self.one, self.terms, self.here)
        mark(self.one, self.terms, self.here)

    def tell(self) -> dict[str, str | None]:
        """Tell what is due, all of which lands; answer what was told."""
        told: dict[str, str | None] = {}
        for name, place in list(self.one.places.items()):
            if place.state != "pending" or place.code is not None:
                continue
            word = to_tell(self.one, self.terms, self.terms.role(name), place)
            assert word is not None
            begin(place, word[0], self.one.agreed, UUID(int=2))
            self.clock += 1
            land(self.one, place, "id", at=self.clock)
            told[name] = word[0]
        self.decide()
        return told

    @property
    def words(self) -> dict[str, str | None]:
        return {name: place.seen for name, place in self.one.places.items()}


def test_a_status_goes_over_and_comes_back() -> None:
    """Each side hears of the other's change in its own word, once."""
    pairing = Pairing()
    pairing.shows("m", "registered")
    assert pairing.tell() == {"s": "Registered"}
    assert pairing.tell() == {}

    pairing.shows("s", "Attended")

    assert pairing.tell() == {"m": "attended"}
    pairing.shows("m", "attended")
    pairing.shows("s", "Attended")
    assert pairing.tell() == {}


@pytest.mark.parametrize(("policy", "kept"), [("prefer_ma", "attended"), ("prefer_sfa", "no_show")])
def test_where_both_changed_the_policy_decides(policy: str, kept: str) -> None:
    """And only there."""
    pairing = Pairing(policy=policy)
    pairing.shows("m", "registered")
    pairing.tell()

    pairing.one.places["m"].seen = "attended"
    pairing.shows("s", "No Show")

    assert pairing.one.agreed == kept


def test_a_list_says_only_who_is_on_it() -> None:
    """A status that sales sets is no reason to tell the list anything, nor to set it back."""
    pairing = Pairing(LIST)
    pairing.shows("m", "member")
    assert pairing.tell() == {"s": "Sent"}

    pairing.shows("s", "Attended")
    pairing.shows("m", "member")

    assert pairing.tell() == {}
    assert pairing.one.agreed == "attended"


def test_who_is_taken_out_here_is_taken_out_there() -> None:
    """Also the other way round; and who comes back, comes back on both."""
    pairing = Pairing(LIST)
    pairing.shows("m", "member")
    pairing.tell()

    pairing.shows("m", None)
    assert pairing.tell() == {"s": None}
    pairing.shows("s", "Sent")
    assert pairing.tell() == {"m": "member"}
    pairing.shows("s", None)
    assert pairing.tell() == {"m": None}


def test_removal_keep_leaves_both_as_they_are() -> None:
    """Who was taken out is not put back, and stays where nobody took them out."""
    pairing = Pairing(LIST, removal="keep")
    pairing.shows("m", "member")
    pairing.tell()

    pairing.shows("s", None)

    assert pairing.tell() == {}
    assert pairing.words == {"m": "member", "s": None}


def test_removal_may_be_a_status() -> None:
    """Taken out of the list is “Cancelled” in the campaign."""
    pairing = Pairing(LIST, removal={"status": "cancelled"})
    pairing.shows("m", "member")
    pairing.tell()

    pairing.shows("m", None)

    assert pairing.tell() == {"s": "Cancelled"}
    assert pairing.tell() == {}


def test_nobody_is_taken_out_of_an_event() -> None:
    """Who is deleted from the campaign cancels."""
    pairing = Pairing()
    pairing.shows("m", "registered")
    pairing.tell()

    pairing.shows("s", None)

    assert pairing.tell() == {"m": "cancelled"}
    pairing.shows("m", "cancelled")
    assert pairing.tell() == {}


def test_a_person_who_is_not_there_yet_is_waited_for() -> None:
    """Whatever the status is by then is told."""
    pairing = Pairing()
    pairing.here = {"ma": True, "sfa": False}
    pairing.shows("m", "registered")
    waiting = pairing.one.places["s"].code
    pairing.shows("m", "attended")

    pairing.here = dict(BOTH)
    pairing.decide()

    assert waiting == "awaits_person"
    assert pairing.tell() == {"s": "Attended"}


def test_a_word_of_somebody_elses_stays_until_something_changes() -> None:
    """Sales may have statuses of their own."""
    pairing = Pairing()
    pairing.shows("s", "Call back")
    pairing.shows("m", "registered")
    assert pairing.tell() == {}

    pairing.shows("m", "attended")

    assert pairing.tell() == {"s": "Attended"}


def test_one_way_only() -> None:
    """What the receiving side says is set right again."""
    pairing = Pairing(direction="ma_to_sfa")
    pairing.shows("m", "registered")
    pairing.tell()

    pairing.shows("s", "Attended")

    assert pairing.tell() == {"s": "Registered"}


def test_what_a_side_has_no_word_for_is_shown_as_a_failure() -> None:
    """HubSpot finds out about no-shows by itself."""
    pairing = Pairing()
    pairing.shows("m", "registered")
    pairing.tell()

    pairing.shows("s", "No Show")

    assert pairing.one.places["m"].state == "failed"
    assert pairing.one.places["m"].code == "no_such_status"

"""Memberships under random schedules: both sides end alike and silent, and no edit is lost.

The vendors are imitated: a list says only who is on it, an event keeps who attended, a campaign
has any label. Answers get lost, with and without their change; looks come in between.
"""

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.domain.campaign import (
    Membership,
    Place,
    begin,
    doubt,
    land,
    mark,
    observe,
    settle,
    to_tell,
)
from app.domain.campaign_document import CampaignDocument
from app.domain.campaign_terms import Terms
from app.domain.merge import Role

HERE: dict[Role, bool] = {"ma": True, "sfa": True}
LABELS = ["Sent", "Registered", "Attended", "Cancelled", "Call back", None]
SOURCES: dict[str, Any] = {"list": {"list": {"id": "1"}}, "event": {"marketing_event": {"id": "1"}}}
WORDS: dict[str, list[str | None]] = {
    "list": ["member", None],
    "event": ["registered", "attended", "cancelled"],
}
ROUNDS = 8


class Two:
    """Two vendors with one person, and what Baton knows of them."""

    def __init__(self, kind: str, **said: Any) -> None:
        body = {"ma": "m", "sfa": "s", "source": SOURCES[kind], "target": {"create": True}, **said}
        self.kind = kind
        self.terms = Terms.of("c", 1, CampaignDocument.model_validate(body))
        self.one = Membership("c", UUID(int=1))
        self.words: dict[str, str | None] = {"m": None, "s": None}
        self.clock = 0
        self.told = 0

    def edit(self, name: str, word: str | None) -> None:
        """A person, or Baton, changes a vendor."""
        sticks = self.kind == "event" and name == "m" and self.words[name] == "attended"
        self.words[name] = "attended" if sticks else word

    def look(self, name: str) -> None:
        """A whole reading of a side."""
        self.clock += 1
        place = self.one.places.setdefault(name, Place(name))
        word = self.words[name]
        sure = place.write_state != "unknown" or place.seen is not None
        if word is None and self.kind == "event" and name == "m" and sure:
            return
        observe(place, word, self.one, started=self.clock, round_=self.clock)
        self.decide()

    def decide(self) -> None:
        settle(self.one, self.terms, HERE)
        mark(self.one, self.terms, HERE)

    def tell(self, name: str, answer: str = "landed") -> None:
        """Tell a side what it must be told; its answer may get lost."""
        place = self.one.places.get(name)
        if place is None or place.state != "pending" or place.write_state != "idle":
            return
        word = to_tell(self.one, self.terms, self.terms.role(name), place)
        if word is None:
            return
        self.told += 1
        begin(place, word[0], self.one.agreed, UUID(int=2))
        if answer != "not made":
            self.edit(name, word[0])
        self.clock += 1
        if answer == "landed":
            land(self.one, place, "id", at=self.clock)
        else:
            doubt(place, at=self.clock)
        self.decide()

    def come_to_rest(self) -> int:
        """Read and tell until nothing is left; answer how much was told in the last round."""
        before = self.told
        for _ in range(ROUNDS):
            before = self.told
            for name in ("m", "s"):
                self.look(name)
            for name in ("m", "s"):
                self.tell(name)
        return self.told - before

    def means(self, name: str) -> str | None:
        """What a vendor's word means to Baton; None for no member."""
        word = self.words[name]
        return None if word is None else self.terms.tongues[self.terms.role(name)].status(word)


def steps(kind: str) -> Any:
    """Schedules of edits, looks and writes."""
    return st.lists(
        st.one_of(
            st.tuples(st.just("edit m"), st.sampled_from(WORDS[kind])),
            st.tuples(st.just("edit s"), st.sampled_from(LABELS)),
            st.tuples(st.just("look"), st.sampled_from(["m", "s"])),
            st.tuples(st.just("tell m"), st.sampled_from(["landed", "lost", "not made"])),
            st.tuples(st.just("tell s"), st.sampled_from(["landed", "lost", "not made"])),
        ),
        max_size=25,
    )


def run(two: Two, schedule: list[tuple[str, Any]]) -> None:
    for verb, what in schedule:
        match verb.split():
            case ["edit", name]:
                two.edit(name, what)
            case ["tell", name]:
                two.tell(name, what)
            case _:
                two.look(what)


@given(steps("list"), st.sampled_from(["prefer_ma", "prefer_sfa"]))
def test_a_list_and_a_campaign_end_alike_and_silent(schedule: Any, policy: str) -> None:
    """Who is on the one is in the other, whatever happened on the way."""
    two = Two("list", policy=policy)
    run(two, schedule)

    assert two.come_to_rest() == 0
    assert (two.words["m"] is None) == (two.words["s"] is None)


@given(steps("event"), st.sampled_from(["prefer_ma", "prefer_sfa"]))
def test_an_event_and_a_campaign_end_alike_and_silent(schedule: Any, policy: str) -> None:
    """In one status, or, where nobody is in the campaign, cancelled (or never there)."""
    two = Two("event", policy=policy)
    run(two, schedule)

    assert two.come_to_rest() == 0
    if two.words["s"] == "Call back":  # a word of the rep's own stays
        return
    if two.words["s"] is None:
        assert two.words["m"] in {None, "cancelled"}
    elif two.means("s") == "member":
        assert two.means("m") in {"registered", "attended"}
    else:
        assert two.means("m") == two.means("s")


@given(st.lists(st.sampled_from(WORDS["list"]), min_size=1, max_size=6))
def test_what_one_side_says_alone_holds(words: list[str | None]) -> None:
    """Each change of the list is followed by the campaign, and never turned round."""
    two = Two("list")
    for word in words:
        two.edit("m", word)
        assert two.come_to_rest() == 0
        assert two.words["m"] == word
        assert two.words["s"] == (None if word is None else "Sent")


@given(steps("list"), st.sampled_from(["keep", {"status": "cancelled"}]))
def test_without_removal_nobody_is_taken_out_and_nobody_put_back(
    schedule: Any, removal: Any
) -> None:
    """Whatever is told then is a status."""
    two = Two("list", removal=removal)
    run(two, schedule)
    two.come_to_rest()
    there = dict(two.words)

    for name in ("m", "s"):
        if there[name] is not None:
            two.edit(name, None)
            assert two.come_to_rest() == 0
            assert two.words[name] is None
            break

"""Laws of hand-offs: whatever people do, in whatever order, the machine stays sound."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.domain.activity import Label
from app.domain.handoff import Act, Handoff, NotYours, Unfit, act
from app.domain.handoff_document import HandoffDocument
from app.domain.handoff_memo import changed
from app.domain.handoff_moves import DEEDS, ENDED, MOVES, STATES, TAKEN, Illegal, possible
from app.domain.handoff_quality import Case, Line, judge
from app.domain.presets import preset

BEGIN = datetime(2026, 4, 1, 1, tzinfo=UTC)
DOCUMENT = HandoffDocument.model_validate(preset("handoff"))
FLOW = DOCUMENT.flows["is_fs"]
BY_FIELD = {"accept", "ask", "reject"}  # what a rep may do in the SFA
CLOSED = (Line("quality", Label(en="Quality", ja="品質"), done=False),)
texts = st.none() | st.sampled_from(["", "why not", "other", "price"])


class Machine(RuleBasedStateMachine):
    """One hand-off, to which anybody does anything."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.now, self.past = Handoff(), BEGIN, set[str]()

    @rule(
        deed=st.sampled_from(DEEDS),
        role=st.sampled_from(["rep", "viewer", "operator", "admin"]),
        reason=texts, note=texts, override=texts, to=texts,
        outcome=st.sampled_from(["won", "lost", "done"]),
        rating=st.integers(0, 6), open_=st.booleans(), hours=st.integers(0, 100),
    )  # fmt: skip
    def somebody_acts(self, deed: Any, role: Any, **given: Any) -> None:
        self.now += timedelta(hours=given["hours"])
        more = {
            "outcome": given["outcome"], "result": "progress", "rating": given["rating"],
            "next_action": given["note"],
        }  # fmt: skip
        new = Act(
            deed, "x", role, given["reason"], given["note"], self.now, given["to"],
            given["override"], more,
        )  # fmt: skip
        before, unmet = self.one, () if given["open_"] else CLOSED
        try:
            self.one = act(FLOW, before, new, now=self.now, unmet=unmet)
        except Illegal:
            assert deed not in possible(before.state)
            return
        except (NotYours, Unfit):
            assert deed in possible(before.state)
            return
        self.past.add(self.one.state)
        assert role in {"operator", "admin"} or (role == "rep" and deed in BY_FIELD)

    @invariant()
    def nothing_passes_the_manager(self) -> None:
        """What was delivered was submitted, what was taken was delivered."""
        assert self.one.state not in {"delivered", *TAKEN} or "submitted" in self.past
        assert self.one.state not in TAKEN or "accepted" in self.past

    @invariant()
    def ends_have_their_reasons(self) -> None:
        """Won, lost and rejected say why; what is recycled was one of these."""
        assert self.one.state not in {"won", "lost", "rejected", "recycled"} or self.one.reason
        assert self.one.state != "recycled" or self.past & {"lost", "rejected"}

    @invariant()
    def questions_are_counted(self) -> None:
        assert self.one.questions_open >= 0
        assert (self.one.state != "questioned") or self.one.questions_open > 0
        assert (self.one.state != "answered") or self.one.questions_open == 0

    @invariant()
    def what_ended_waits_for_nobody(self) -> None:
        assert self.one.state not in ENDED or self.one.due_at is None


TestMachine = Machine.TestCase


def test_every_state_can_be_reached_and_left_or_is_an_end() -> None:
    """No state is a trap, none is a dead letter."""
    reached, todo = {"draft"}, ["draft"]
    while todo:
        here: Any = todo.pop()
        ends = {"won", "lost", "done"} if "close" in possible(here) else set[str]()
        ways = {MOVES[deed][here] for deed in possible(here) if deed != "close"} | ends
        todo += ways - reached
        reached |= ways

    assert reached == set(STATES)
    assert {one for one in STATES if not possible(one)} == {"won", "done", "recycled", "withdrawn"}


FIELDS = [one.name for one in FLOW.fields.values() if one.type in {"text", "long_text"}]


@given(
    st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=40)),
    st.sampled_from(FIELDS),
)
def test_to_write_more_never_lowers_the_quality(memo: dict[str, str], name: str) -> None:
    """A field that was empty and is filled adds points or none; points add up to the total."""
    base = {k: v for k, v in changed(FLOW, {}, memo).memo.items() if k != name}
    more = changed(FLOW, base, {name: "現状40時間を20時間に減らしたいので支援が必要"}).memo
    less, after = (judge(FLOW, Case(one), BEGIN).quality for one in (base, more))

    assert 0 <= less.total <= after.total <= 100
    assert after.total == sum(part.points for part in after.parts)
    assert all(bool(part.missing) == (part.points < part.of) for part in after.parts)

"""Hand-offs: which deed is possible when, by whom, and what it needs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.activity import Label
from app.domain.handoff import (
    Act,
    GateClosed,
    Handoff,
    NotYours,
    Unfit,
    act,
    held_at,
    reminder_at,
)
from app.domain.handoff_document import Flow, HandoffDocument
from app.domain.handoff_moves import DEEDS, MOVES, STATES, Illegal, possible
from app.domain.handoff_quality import Line
from app.domain.presets import preset

NOW = datetime(2026, 4, 1, 1, tzinfo=UTC)  # a Wednesday, 10:00 in Tokyo
DOCUMENT = HandoffDocument.model_validate(preset("handoff"))
FLOW = DOCUMENT.flows["is_fs"]
TO_CS = DOCUMENT.flows["fs_cs"]
UNMET = (Line("quality", Label(en="Quality at least 60", ja="品質60点以上"), done=False),)
REPORT = {"result": "progress", "next_action": "quote by Friday", "rating": 4}


def do(one: Handoff, deed: Any, flow: Flow = FLOW, **more: Any) -> Handoff:
    unmet = more.pop("unmet", ())
    role = more.pop("role", "admin")
    return act(flow, one, Act(deed, "aya", role, **more), now=NOW, unmet=unmet)


def at(state: Any, **more: Any) -> Handoff:
    return Handoff(state=state, **more)


def test_a_handoff_goes_from_draft_to_won() -> None:
    """Submitted, approved, accepted, met, reported, won with its reason."""
    one = do(Handoff(), "submit")
    assert one.state == "submitted"
    one = do(one, "approve")
    assert (one.state, one.due_at) == ("delivered", datetime(2026, 4, 2, 1, tzinfo=UTC))
    one = do(one, "accept")
    one = do(one, "meet", at=datetime(2026, 4, 7, 1, tzinfo=UTC))
    one = do(one, "hold")
    assert (one.state, one.due_at) == ("feedback_due", datetime(2026, 4, 2, 1, tzinfo=UTC))
    one = do(one, "feedback", more=REPORT)
    one = do(one, "close", reason="speed", more={"outcome": "won"})

    assert (one.state, one.reason, one.due_at) == ("won", "speed", None)
    assert one.feedback == REPORT


def test_an_illegal_move_says_what_is_possible() -> None:
    """So that nobody has to guess."""
    with pytest.raises(Illegal) as refused:
        do(at("accepted"), "approve")

    assert refused.value.possible == (
        "edit", "tick", "ask", "answer", "reject", "meet", "close", "reassign",
    )  # fmt: skip
    assert str(refused.value) == (
        'a hand-off that is "accepted" can\'t take "approve"; possible: edit, tick, ask, answer, '
        "reject, meet, close, reassign"
    )
    with pytest.raises(Illegal, match="nothing any more"):
        do(at("won"), "edit")


@pytest.mark.parametrize("state", STATES)
def test_what_is_possible_is_what_is_done(state: Any) -> None:
    """For every state: the deeds listed are possible, no other one is."""
    more: Mapping[str, Any] = {**REPORT, "outcome": "lost"}
    for deed in DEEDS:
        new = Act(deed, "aya", "admin", note="x", at=NOW, to="bob@example.com", more=more)
        if deed == "reject":
            new = replace(new, reason="other")
        if deed == "close":
            new = replace(new, reason="price")
        if deed in possible(state):
            assert act(FLOW, at(state), new, now=NOW).state in {*MOVES[deed].values(), "lost"}
        else:
            with pytest.raises(Illegal):
                act(FLOW, at(state), new, now=NOW)


def test_without_a_manager_it_is_delivered_at_once() -> None:
    """From field sales to customer success nobody approves."""
    one = do(Handoff(), "submit", TO_CS, role="operator")

    assert (one.state, one.due_at) == ("delivered", datetime(2026, 4, 2, 1, tzinfo=UTC))
    assert do(do(one, "accept", TO_CS), "close", TO_CS, more={"outcome": "done"}).state == "done"


def test_the_gate_is_closed_without_a_reason() -> None:
    """The answer names what is not met, and who may override it."""
    with pytest.raises(GateClosed) as closed:
        do(Handoff(), "submit", unmet=UNMET)

    assert closed.value.unmet == UNMET
    assert str(closed.value) == (
        "the gate is closed: Quality at least 60. The role admin may override it with a reason"
    )


def test_the_gate_is_overridden_by_the_role_with_a_reason() -> None:
    """What was not met is kept with it; a later clean submission forgets it."""
    with pytest.raises(NotYours, match="to override the gate needs the role admin"):
        do(Handoff(), "submit", unmet=UNMET, role="operator", override="urgent")

    one = do(Handoff(), "submit", unmet=UNMET, override=" urgent ")
    assert one.override == {
        "by": "aya", "role": "admin", "reason": "urgent", "unmet": ["quality"],
    }  # fmt: skip
    assert do(do(one, "return", note="add figures"), "submit").override is None


def test_a_manager_approves_or_returns_with_a_note() -> None:
    """An operator is no manager."""
    with pytest.raises(NotYours, match='"approve" needs the role admin; yours is operator'):
        do(at("submitted"), "approve", role="operator")
    with pytest.raises(Unfit, match="note is needed"):
        do(at("submitted"), "return")

    assert do(at("submitted"), "return", note="add figures").note == "add figures"


def test_viewers_do_nothing_and_reps_answer_by_a_field() -> None:
    """A rep in the SFA accepts or rejects, and no more."""
    assert do(at("delivered"), "accept", role="rep").state == "accepted"
    assert do(at("delivered"), "reject", role="rep", reason="No need").reason == "no_need"
    with pytest.raises(NotYours):
        do(at("accepted"), "meet", role="rep", at=NOW)
    with pytest.raises(NotYours):
        do(at("delivered"), "accept", role="viewer")


def test_a_rejection_names_a_reason_of_the_list() -> None:
    """By its name, or its words in either language."""
    with pytest.raises(Unfit) as refused:
        do(at("delivered"), "reject", reason="because")
    assert refused.value.places["reason"].startswith("give one of no_need, no_budget")
    with pytest.raises(Unfit):
        do(at("delivered"), "reject")

    assert do(at("questioned"), "reject", reason="予算がない", note="FY27").reason == "no_budget"
    free = FLOW.model_copy(update={"reject_reasons": ()})
    assert do(at("answered"), "reject", free, reason="too far").reason == "too far"


def test_questions_wait_until_all_are_answered() -> None:
    """Two questions need two answers; after the acceptance the state stays."""
    one = do(do(at("delivered"), "ask", note="who signs?"), "ask", note="budget?")
    assert (one.state, one.questions_open) == ("questioned", 2)
    one = do(one, "answer", note="the CFO")
    assert (one.state, one.questions_open) == ("questioned", 1)
    one = do(one, "answer", note="5M")
    assert (one.state, one.questions_open) == ("answered", 0)

    later = do(do(one, "accept"), "ask", note="parking?")
    assert (later.state, later.questions_open) == ("accepted", 1)
    assert do(later, "answer", note="yes").questions_open == 0
    with pytest.raises(Unfit):
        do(one, "ask", note="  ")


def test_a_meeting_needs_a_time_and_may_move() -> None:
    """A moved one is reminded of again."""
    with pytest.raises(Unfit):
        do(at("accepted"), "meet")
    first, second = (datetime(2026, 4, day, 1, tzinfo=UTC) for day in (7, 9))
    one = replace(do(at("accepted"), "meet", at=first), reminded_for=first)

    assert reminder_at(FLOW, one) is None
    moved = do(one, "meet", at=second)
    assert reminder_at(FLOW, moved) == datetime(2026, 4, 8, 1, tzinfo=UTC)
    assert held_at(FLOW, moved) == datetime(2026, 4, 9, 2, tzinfo=UTC)
    assert (reminder_at(FLOW, at("accepted")), held_at(FLOW, at("accepted"))) == (None, None)


def test_feedback_says_result_next_step_and_rating() -> None:
    """Each that is missing is named."""
    with pytest.raises(Unfit) as refused:
        do(at("feedback_due"), "feedback", more={"rating": True})
    assert set(refused.value.places) == {"result", "next_action", "rating"}

    given = {"result": "stalled", "stall_reason": "no budget", "rating": 2, "useful": " memo "}
    assert do(at("meeting_set"), "feedback", more=given).feedback == {**given, "useful": "memo"}


def test_an_end_is_one_of_the_flow_with_its_reason() -> None:
    """Won and lost need a reason; what was lost can be recycled."""
    with pytest.raises(Unfit) as refused:
        do(at("reported"), "close", more={"outcome": "done"})
    assert refused.value.places == {"outcome": "give one of won, lost"}
    with pytest.raises(Unfit):
        do(at("reported"), "close", more={"outcome": "won"})

    lost = do(at("reported"), "close", reason="price", more={"outcome": "lost"})
    assert do(lost, "recycle", note="again in autumn").note == "again in autumn"
    with pytest.raises(Illegal):
        do(at("won"), "recycle")


def test_another_receiver_is_named() -> None:
    """Nobody is no receiver."""
    assert do(at("delivered"), "reassign", to="bob@example.com").receiver == "bob@example.com"
    with pytest.raises(Unfit):
        do(at("delivered"), "reassign")


def test_what_was_not_accepted_can_be_withdrawn() -> None:
    """Also with a note."""
    assert do(at("draft"), "withdraw", note="a double").state == "withdrawn"
    assert do(at("draft"), "edit") == do(at("draft"), "tick") == at("draft")

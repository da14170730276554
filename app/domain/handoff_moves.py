"""The states of a hand-off, and which deed leads from which to which.

    draft -> submitted -> delivered -> accepted -> meeting_set -> feedback_due -> reported -> won
               | ^            | ^                                                             lost
            returned     questioned, answered                                                 done
                              rejected -> recycled (as is what was lost)

Where no manager approves, what is submitted is delivered at once. A question may also be asked,
and answered, after it was accepted: then the state stays.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

State: TypeAlias = Literal[
    "draft", "submitted", "returned", "delivered", "questioned", "answered", "accepted",
    "meeting_set", "feedback_due", "reported", "won", "lost", "done", "rejected", "recycled",
    "withdrawn",
]  # fmt: skip
Deed: TypeAlias = Literal[
    "edit", "tick", "submit", "approve", "return", "withdraw", "accept", "ask", "answer", "reject",
    "meet", "hold", "feedback", "close", "recycle", "reassign",
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
DEEDS: tuple[Deed, ...] = get_args(Deed)
ENDED: frozenset[State] = frozenset({"won", "lost", "done", "rejected", "recycled", "withdrawn"})
BEFORE: tuple[State, ...] = ("draft", "returned", "submitted")
WAITING: tuple[State, ...] = ("delivered", "questioned", "answered")  # for the receiver's word
TAKEN: tuple[State, ...] = ("accepted", "meeting_set", "feedback_due", "reported")
ALIVE = (*BEFORE, *WAITING, *TAKEN)
Ways: TypeAlias = Mapping[State, State]


def _all(froms: Iterable[State], to: State) -> dict[State, State]:
    return dict.fromkeys(froms, to)


def _stay(those: Iterable[State]) -> dict[State, State]:
    return {one: one for one in those}


MOVES: Mapping[Deed, Ways] = MappingProxyType({
    "edit": _stay(ALIVE),
    "tick": _stay(ALIVE),
    "submit": _all(("draft", "returned"), "submitted"),
    "approve": _all(("submitted",), "delivered"),
    "return": _all(("submitted",), "returned"),
    "withdraw": _all((*BEFORE, *WAITING), "withdrawn"),
    "accept": _all(WAITING, "accepted"),
    "ask": _all(WAITING, "questioned") | _stay(TAKEN),
    "answer": _all(("questioned",), "answered") | _stay(TAKEN),
    "reject": _all((*WAITING, "accepted"), "rejected"),
    "meet": _all(("accepted", "meeting_set"), "meeting_set"),
    "hold": _all(("meeting_set",), "feedback_due"),
    "feedback": _all(("meeting_set", "feedback_due", "reported"), "reported"),
    "close": _all(TAKEN, "done"),  # or won, lost: whatever it says
    "recycle": _all(("rejected", "lost"), "recycled"),
    "reassign": _stay(ALIVE),
})  # fmt: skip


def possible(state: str) -> tuple[Deed, ...]:
    """What may be done in a state."""
    return tuple(deed for deed in DEEDS if state in MOVES[deed])


def way(state: State, deed: Deed) -> State:
    """The state that a deed leads to. Raises: Illegal."""
    there = MOVES[deed].get(state)
    if there is None:
        raise Illegal(deed, state)
    return there


class Illegal(Exception):
    """That can't be done in this state; says what can."""

    def __init__(self, deed: str, state: str) -> None:
        self.deed, self.state, self.possible = deed, state, possible(state)
        can = ", ".join(self.possible) or "nothing any more"
        super().__init__(f'a hand-off that is "{state}" can\'t take "{deed}"; possible: {can}')

"""A hand-off from one team to the next: what somebody does to it, and what it needs for that. Pure.

The states and ways between them are in `app/domain/handoff_moves.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from app.domain import calendar
from app.domain.calendar import BusinessCalendar
from app.domain.handoff_document import Flow, KeyRole, Reason
from app.domain.handoff_moves import Deed, State, way
from app.domain.handoff_quality import Line

Role: TypeAlias = Literal["rep", "viewer", "operator", "admin", "clock"]
LONGEST = 2_000
RANKS: Mapping[Role, int] = MappingProxyType(
    {"viewer": 1, "rep": 1, "clock": 3, "operator": 2, "admin": 3}
)
BY_FIELD: frozenset[Deed] = frozenset({"accept", "ask", "reject"})  # what a rep may do in the SFA
BEST_RATING = 5


class Unfit(Exception):
    """Something that it needs is not given, or not allowed; `places` by key of the act."""

    def __init__(self, text: str, **places: str) -> None:
        super().__init__(text)
        self.places = places


class GateClosed(Unfit):
    """Conditions of the gate are not met."""

    def __init__(self, unmet: Sequence[Line], role: KeyRole) -> None:
        self.unmet = tuple(unmet)
        names = "; ".join(line.label.en for line in unmet)
        super().__init__(
            f"the gate is closed: {names}. The role {role} may override it with a reason"
        )


class NotYours(Exception):
    """The one who asks may not do that."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """Where a hand-off stands. Times are aware; `due_at` is when somebody must have reacted."""

    state: State = "draft"
    receiver: str | None = None
    reason: str | None = None
    note: str | None = None
    override: Mapping[str, Any] | None = None
    meeting_at: datetime | None = None
    reminded_for: datetime | None = None
    due_at: datetime | None = None
    feedback: Mapping[str, Any] | None = None
    questions_open: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does. `reason` is a name of the document's list, or free where there is none;
    `more` are the answers of a feedback, and the outcome of a close.
    """

    deed: Deed
    by: str
    role: Role = "operator"
    reason: str | None = None
    note: str | None = None
    at: datetime | None = None
    to: str | None = None
    override: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """One act on its way: what it is done to (`after` has its new state), by which rules."""

    flow: Flow
    before: Handoff
    after: Handoff
    new: Act
    now: datetime
    unmet: Sequence[Line]
    business: BusinessCalendar

    def within(self, minutes: int) -> datetime:
        """A deadline, in business minutes from now."""
        return calendar.plus(self.business, self.now, minutes)


def act(
    flow: Flow,
    one: Handoff,
    new: Act,
    *,
    now: datetime,
    unmet: Sequence[Line] = (),
    business: BusinessCalendar | None = None,
) -> Handoff:
    """The hand-off after an act. `unmet`: the gate's rules that are not met.

    Raises: Illegal, NotYours, Unfit, GateClosed.
    """
    after = replace(one, state=way(one.state, new.deed))
    _allowed(flow, new)
    return DOING[new.deed](Turn(flow, one, after, new, now, unmet, business or BusinessCalendar()))


def _unchanged(turn: Turn) -> Handoff:
    return turn.after


def _noted(turn: Turn) -> Handoff:
    return replace(turn.after, due_at=None, note=_free(turn.new.note) or turn.before.note)


def _approved(turn: Turn) -> Handoff:
    return replace(turn.after, due_at=turn.within(turn.flow.react_minutes))


def _returned(turn: Turn) -> Handoff:
    return replace(turn.after, reason=None, note=_said(turn.new.note, "note"))


def _asked(turn: Turn) -> Handoff:
    _said(turn.new.note, "note")
    return replace(turn.after, questions_open=turn.before.questions_open + 1)


def _answered(turn: Turn) -> Handoff:
    """With a question open, it goes on waiting for an answer."""
    _said(turn.new.note, "note")
    left = max(0, turn.before.questions_open - 1)
    return replace(turn.before if left else turn.after, questions_open=left)


def _rejected(turn: Turn) -> Handoff:
    reason = _listed(turn.flow.reject_reasons, turn.new.reason)
    return replace(turn.after, reason=reason, note=_free(turn.new.note), due_at=None)


def _met(turn: Turn) -> Handoff:
    """Raises: Unfit."""
    if turn.new.at is None:
        raise Unfit("say when the meeting is", at="this is required")
    return replace(turn.after, meeting_at=turn.new.at, reminded_for=None, due_at=None)


def _held(turn: Turn) -> Handoff:
    return replace(turn.after, due_at=turn.within(turn.flow.feedback_minutes))


def _reported(turn: Turn) -> Handoff:
    return replace(turn.after, feedback=_feedback(turn.new.more), due_at=None)


def _reassigned(turn: Turn) -> Handoff:
    return replace(turn.after, receiver=_said(turn.new.to, "to"))


def _allowed(flow: Flow, new: Act) -> None:
    """Raises: NotYours."""
    if new.role == "rep" and new.deed in BY_FIELD:
        return
    needed: KeyRole = "operator"
    if new.deed in {"approve", "return"}:
        needed = flow.roles.approve
    elif new.deed == "reassign":
        needed = flow.roles.reassign
    if RANKS[new.role] < RANKS[needed]:
        raise NotYours(f'"{new.deed}" needs the role {needed}; yours is {new.role}')


def _submitted(turn: Turn) -> Handoff:
    """Through the gate, or over it with a reason. Raises: GateClosed, NotYours."""
    override = _override(turn) if turn.unmet else None
    after = replace(turn.after, override=override, note=None)
    if turn.flow.manager_approval:
        return after
    return replace(after, state="delivered", due_at=turn.within(turn.flow.react_minutes))


def _override(turn: Turn) -> Mapping[str, Any]:
    new, needed = turn.new, turn.flow.roles.override
    reason = _free(new.override)
    if reason is None:
        raise GateClosed(turn.unmet, needed)
    if RANKS[new.role] < RANKS[needed]:
        raise NotYours(f"to override the gate needs the role {needed}; yours is {new.role}")
    unmet = [line.name for line in turn.unmet]
    return {"by": new.by, "role": new.role, "reason": reason, "unmet": unmet}


def _closed(turn: Turn) -> Handoff:
    """Raises: Unfit."""
    flow, new = turn.flow, turn.new
    outcome = new.more.get("outcome")
    if outcome not in flow.outcomes:
        raise Unfit("say how it ended", outcome=f"give one of {', '.join(flow.outcomes)}")
    reasons = {"won": flow.won_reasons, "lost": flow.lost_reasons}.get(outcome, ())
    is_asked = reasons and new.role != "clock"  # an opportunity says what it says
    reason = _listed(reasons, new.reason) if is_asked else _free(new.reason)
    return replace(turn.after, state=outcome, reason=reason, note=_free(new.note), due_at=None)


RESULTS = ("progress", "stalled", "no_show", "ended")


def _feedback(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Result, next action or stall reason, what was useful, what was missing, a rating of 1 to 5.

    Raises: Unfit.
    """
    texts = ("next_action", "stall_reason", "useful", "missing")
    kept = {name: text for name in texts if (text := _free(given.get(name)))}
    problems: dict[str, str] = {}
    if given.get("result") not in RESULTS:
        problems["result"] = f"give one of {', '.join(RESULTS)}"
    if "next_action" not in kept and "stall_reason" not in kept:
        problems["next_action"] = "give the next action, or a stall_reason"
    rating = given.get("rating")
    if rating not in range(1, BEST_RATING + 1) or isinstance(rating, bool):
        problems["rating"] = f"rate the hand-off from 1 to {BEST_RATING}"
    if problems:
        raise Unfit("the feedback is not complete", **problems)
    return {"result": given["result"], "rating": rating, **kept}


def _listed(reasons: Sequence[Reason], given: str | None) -> str:
    """A reason of the list; free text where there is no list. Raises: Unfit."""
    if not reasons:
        return _said(given, "reason")
    known = [one.name for one in reasons]
    if given in known:
        return str(given)
    by_word = {
        word.casefold(): one.name for one in reasons for word in (one.label.en, one.label.ja)
    }
    found = by_word.get((given or "").strip().casefold())
    if found is None:
        raise Unfit("a reason is needed", reason=f"give one of {', '.join(known)}")
    return found


def _said(text: str | None, place: str) -> str:
    """Raises: Unfit."""
    kept = _free(text)
    if kept is None:
        raise Unfit(f"{place} is needed", **{place: "this is required"})
    return kept


def _free(text: object) -> str | None:
    kept = str(text or "").strip()
    return kept[:LONGEST] or None


DOING: Mapping[Deed, Callable[[Turn], Handoff]] = MappingProxyType({
    "edit": _unchanged,
    "tick": _unchanged,
    "submit": _submitted,
    "approve": _approved,
    "return": _returned,
    "withdraw": _noted,
    "accept": _noted,
    "ask": _asked,
    "answer": _answered,
    "reject": _rejected,
    "meet": _met,
    "hold": _held,
    "feedback": _reported,
    "close": _closed,
    "recycle": _noted,
    "reassign": _reassigned,
})  # fmt: skip


def reminder_at(flow: Flow, one: Handoff) -> datetime | None:
    """When the giver is to be reminded of what is missing; None where that is done or not due."""
    if one.state != "meeting_set" or one.meeting_at is None or one.reminded_for == one.meeting_at:
        return None
    return one.meeting_at - timedelta(hours=flow.remind_hours_before)


def held_at(flow: Flow, one: Handoff) -> datetime | None:
    """When the meeting is over, and feedback due."""
    if one.state != "meeting_set" or one.meeting_at is None:
        return None
    return one.meeting_at + timedelta(minutes=flow.meeting_minutes)

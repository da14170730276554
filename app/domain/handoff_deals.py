"""What the opportunities of a person say of their hand-off: that it is won, or lost. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from app.domain.handoff_document import Flow
from app.domain.notice_document import Ended

OTHER = "other"


class Standing(Protocol):
    """How an opportunity stands, as one source tells it. `at`: since when; None for one that a
    record shows to be open.
    """

    @property
    def key(self) -> str | None: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def at(self) -> datetime | None: ...
    @property
    def reason(self) -> str | None: ...


S = TypeVar("S", bound=Standing)


def deciding(told: Iterable[S], since: datetime) -> S | None:
    """The opportunity that ends a hand-off of `since`: the latest that was won; else the latest
    that was lost, where none is open. What ended before is another story.
    """
    newest: dict[str, S] = {}
    for one in told:
        before = newest.get(one.key or "")
        if before is None or _time(one, since) > _time(before, since):
            newest[one.key or ""] = one
    late = sorted((one for one in newest.values() if _time(one, since) >= since), key=_order)
    won = [one for one in late if one.outcome == "won"]
    if won:
        return won[-1]
    is_open = any(one.outcome is None for one in newest.values())
    lost = [] if is_open else [one for one in late if one.outcome == "lost"]
    return lost[-1] if lost else None


def _time(one: Standing, since: datetime) -> datetime:
    return since if one.at is None else one.at


def _order(one: Standing) -> float:
    return 0.0 if one.at is None else one.at.timestamp()


def reason_of(told: Iterable[Standing], key: str | None) -> str | None:
    """Why an opportunity ended, whoever says so."""
    return next((one.reason for one in told if one.key == key and one.reason), None)


def fitting(flow: Flow, outcome: Ended, said: str | None) -> tuple[str | None, str | None]:
    """A reason in an opportunity's words as one of the list, and as a note where it is none: then
    it is the list's `other`, or the words themselves.
    """
    listed = flow.won_reasons if outcome == "won" else flow.lost_reasons
    words = (said or "").strip()
    if not words:
        return None, None
    for one in listed:
        if words.casefold() in {one.name, one.label.en.casefold(), one.label.ja.casefold()}:
            return one.name, None
    has_other = any(one.name == OTHER for one in listed)
    return (OTHER, words) if has_other else (words, None)

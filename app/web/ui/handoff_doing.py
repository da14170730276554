"""What can be done to a hand-off, on its page: a button, or a small form where more is needed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeAlias

from nicegui import ui

from app.domain.handoff import BEST_RATING, LONGEST, RANKS, RESULTS, GateClosed, NotYours, Unfit
from app.domain.handoff_moves import Deed, Illegal, possible
from app.flows.handoffs_acts import NoSuchHandoff, OpenAlready, Stale
from app.flows.handoffs_known import NoDocument, Seen
from app.store.faults import DOWN
from app.web.ui import handoff_actions
from app.web.ui.desk import NotAllowed, Visit
from app.web.ui.pieces import tag
from app.web.ui.words import Words

Kind: TypeAlias = Literal["text", "line", "time", "choice"]
Options: TypeAlias = Sequence[tuple[str, str]]
VALUE = "(event) => emit(event.target.value)"
MAIN = ("submit", "approve", "accept", "feedback")
HIDDEN = ("edit", "tick")  # these have their own places on the page
ORDER: tuple[Deed, ...] = (
    "approve", "return", "accept", "ask", "answer", "reject", "submit", "meet", "hold", "feedback",
    "close", "recycle", "reassign", "withdraw",
)  # fmt: skip

SIMPLE: Mapping[type[Exception], str] = {
    NotAllowed: "app.forbidden",
    NotYours: "app.forbidden",
    NoSuchHandoff: "app.not_found",
    Stale: "handoffs.stale",
    Illegal: "handoffs.illegal",
    OpenAlready: "handoffs.open_already",
    NoDocument: "handoffs.no_document",
}
IN_THE_WAY: tuple[type[Exception], ...] = (*SIMPLE, GateClosed, Unfit, *DOWN)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a form to be filled."""

    name: str
    kind: Kind = "text"
    options: Options = ()


def doing(
    visit: Visit, deed: Callable[[], None], then: Callable[[], None]
) -> Callable[[], Awaitable[None]]:
    """A click handler: do it outside of the event loop, say what is in the way, `then` go on."""

    async def clicked() -> None:
        try:
            await asyncio.to_thread(deed)
        except IN_THE_WAY as error:
            ui.notify(_why(visit.words, error), type="negative")
            if isinstance(error, Stale):
                then()
        else:
            then()

    return clicked


def _why(words: Words, error: Exception) -> str:
    """What is in the way."""
    if isinstance(error, GateClosed):
        what = ", ".join(line.label.text(words.language) for line in error.unmet)
        return words("handoffs.closed", what=what)
    if isinstance(error, Unfit):
        names = ", ".join(words.known("handoff_place", name) for name in error.places)
        return words("handoffs.incomplete", what=names)
    return words(SIMPLE.get(type(error), "app.down"))


def buttons(visit: Visit, seen: Seen, then: Callable[[], None]) -> None:
    """All that the viewer may do in this state."""
    can = set(possible(seen.kept.standing.state)) - set(HIDDEN)
    with tag("div", classes="answers"):
        for deed in ORDER:
            if deed in can and _may(visit, seen, deed):
                _button(visit, seen, deed, then)


def _may(visit: Visit, seen: Seen, deed: Deed) -> bool:
    roles = seen.flow.roles
    needed = {"approve": roles.approve, "return": roles.approve, "reassign": roles.reassign}
    return RANKS[visit.key.role] >= RANKS[needed.get(deed, "operator")]


def _button(visit: Visit, seen: Seen, deed: Deed, then: Callable[[], None]) -> None:
    text, places = visit.words(f"deed.{deed}"), _places(visit, seen, deed)
    look = "button main" if deed in MAIN else "button"
    given: dict[str, Any] = {}
    done = doing(visit, partial(handoff_actions.act, visit, seen, deed, given), then)
    if not places:
        tag("button", text, look, type="button").on("click", done)
        return
    with tag("details", name="deed"):
        tag("summary", text, look)
        with tag("div", classes="choices"):
            for place in places:
                _place(visit, place, given)
            tag("button", text, "button main", type="button").on("click", done)


def _places(visit: Visit, seen: Seen, deed: Deed) -> Sequence[Place]:
    """What a deed asks for."""
    words, flow = visit.words, seen.flow
    language = words.language

    def reasons(*lists: Sequence[Any]) -> Options:
        return [(one.name, one.label.text(language)) for those in lists for one in those]

    def choices(values: Sequence[str]) -> Options:
        return [(one, words(f"handoff_choice.{one}")) for one in values]

    ratings = [(str(n), str(n)) for n in range(1, BEST_RATING + 1)]
    asked: Mapping[Deed, Sequence[Place]] = {
        "submit": () if seen.judged.open else (Place("override"),),
        "return": (Place("note"),),
        "ask": (Place("note"),),
        "answer": (Place("note"),),
        "reject": (Place("reason", "choice", reasons(flow.reject_reasons)), Place("note")),
        "meet": (Place("at", "time"),),
        "feedback": (
            Place("result", "choice", choices(RESULTS)), Place("rating", "choice", ratings),
            Place("next_action"), Place("stall_reason"), Place("useful"), Place("missing"),
        ),
        "close": (
            Place("outcome", "choice", choices(flow.outcomes)),
            Place("reason", "choice", _once(reasons(flow.won_reasons, flow.lost_reasons))),
            Place("note"),
        ),
        "recycle": (Place("note"),),
        "reassign": (Place("to", "line"),),
        "withdraw": (Place("note"),),
    }  # fmt: skip
    return asked.get(deed, ())


def _once(options: Options) -> Options:
    """Reasons of a win and of a loss may have the same name."""
    return list(dict(options).items())


def _place(visit: Visit, place: Place, given: dict[str, Any]) -> None:
    label = visit.words(f"handoff_place.{place.name}")
    with tag("label", label, "grow"):
        match place.kind:
            case "choice":
                with tag("select") as made:
                    for value, text in [("", visit.words("handoffs.choose")), *place.options]:
                        tag("option", text, value=value)
            case "text":
                made = tag("textarea", rows="2", maxlength=str(LONGEST))
            case _:
                kind = "datetime-local" if place.kind == "time" else "text"
                made = tag("input", type=kind, autocomplete="off")

    def typed(event: Any) -> None:
        given[place.name] = _meant(visit, place, event.args)

    made.on("input", typed, js_handler=VALUE)


def _meant(visit: Visit, place: Place, text: Any) -> Any:
    """What was typed, as it is kept: a time in the viewer's zone, a rating as a number."""
    if place.kind == "time":
        return datetime.fromisoformat(str(text)).replace(tzinfo=visit.days) if text else None
    return int(text) if place.name == "rating" and text else str(text or "")

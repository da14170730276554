"""An alert's answer on the pages: who takes care of it, until when it waits, why it is none."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from nicegui import ui

from app.domain.reaction import LONGEST_REASON, Reaction, Standing, standing
from app.flows import react as reacting
from app.store.board import LeadAlert
from app.web import moments
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.frame import act
from app.web.ui.pieces import Moment, Tone, badge, tag

TONES: dict[Standing, Tone] = {
    "open": "warn", "due_again": "warn", "accepted": "good", "snoozed": "calm", "rejected": "calm",
    "handled": "good",
}  # fmt: skip
OPEN = {"open", "due_again", "snoozed"}


@dataclass(frozen=True, slots=True)
class Answerable:
    """An alert, how it stands, and what was said to it last."""

    id: int
    stands: Standing
    by: str | None
    reason: str | None
    until: datetime | None


def of_row(row: Mapping[str, Any]) -> Answerable:
    """From a row of the table."""
    stands = standing(row["reaction"], row["snoozed_until"], datetime.now(UTC))
    said = (row["reacted_by"], row["reaction_reason"], row["snoozed_until"])
    return Answerable(row["id"], stands, *said)


def of_lead(alert: LeadAlert) -> Answerable:
    """From the live board."""
    said = (alert.answered_by, alert.answer_reason, alert.snoozed_until)
    return Answerable(alert.id, alert.stands, *said)


def state(visit: Visit, one: Answerable) -> None:
    """How the alert stands."""
    badge(visit.words(f"alert.{one.stands}"), TONES[one.stands])
    if one.stands == "snoozed" and one.until is not None:
        Moment(one.until, visit, "full").classes("muted")
    if one.by is not None:
        said = one.by if one.reason is None else f"{one.by}: {one.reason}"
        tag("span", said, "muted")


def buttons(visit: Visit, one: Answerable, then: Callable[[], None]) -> None:
    """What can be said to it; nothing where that was decided, or the viewer may not."""
    if one.stands not in OPEN or not visit.may_operate:
        return
    words = visit.words

    def says(say: Callable[[str], Reaction]) -> Callable[[], Awaitable[None]]:
        return act(visit, partial(actions.react, visit, one.id, say), then)

    with tag("div", classes="answers"):
        accept = tag("button", words("react.accept"), "button main", type="button")
        accept.on("click", says(reacting.accept))
        with tag("details", name=f"answer-{one.id}"):
            tag("summary", words("react.snooze"), "button")
            with tag("div", classes="choices"):
                for name in ("hour", "hours", "morning"):
                    button = tag("button", words(f"react.{name}"), "button", type="button")
                    button.on("click", says(partial(_snoozed, visit, name)))
        with tag("details", name=f"answer-{one.id}"):
            tag("summary", words("react.reject"), "button")
            _why(visit, says)


def _why(
    visit: Visit, says: Callable[[Callable[[str], Reaction]], Callable[[], Awaitable[None]]]
) -> None:
    """A reason has to be given."""
    words, given = visit.words, {"reason": ""}
    with tag("div", classes="choices"):
        with tag("label", words("react.reason"), "grow"):
            field = tag("input", type="search", maxlength=str(LONGEST_REASON), autocomplete="off")
        send = tag("button", words("react.send"), "button", type="button")
    field.on(
        "input",
        lambda event: given.update(reason=str(event.args)),
        js_handler="(event) => emit(event.target.value)",
    )

    async def sent() -> None:
        reason = given["reason"].strip()
        if not reason:
            ui.notify(words("react.reason"), type="negative")
            return
        await says(lambda by: reacting.reject(by, reason))()

    send.on("click", sent)


def _snoozed(visit: Visit, name: str, by: str) -> Reaction:
    now = datetime.now(UTC).replace(microsecond=0)
    if name == "morning":
        return reacting.snooze(by, moments.tomorrow_morning(now, visit.days))
    return reacting.snooze(by, now + timedelta(hours=1 if name == "hour" else 4))

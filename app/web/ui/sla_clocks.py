"""A clock of the agreement on the pages: how it stands, what happened, pause and resume."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

from nicegui import ui

from app.domain.activity import Label
from app.domain.sla_document import ClockRule
from app.flows import sla_rules
from app.store import sla_listing
from app.store.db import Tx
from app.store.sla_listing import Wanted
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.frame import act
from app.web.ui.pieces import Moment, Tone, badge, link, name_of, tag

TONES: Mapping[str, Tone] = {
    "running": "calm", "paused": "warn", "met": "good", "breached": "bad", "cancelled": "calm",
}  # fmt: skip
SHOWN = 10
HOUR = 60.0
DAY = 24 * HOUR


class Names:
    """What clocks and their reasons to pause are called, by the versions that they go by."""

    def __init__(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
        keys = {(row["document"], row["version"]) for row in rows}
        self._found = {key: sla_rules.of(tx, *key) for key in keys}

    def clock(self, visit: Visit, row: Mapping[str, Any]) -> str:
        """The name of a clock."""
        rule = self._rule(row)
        return str(row["name"]) if rule is None else rule.label.text(visit.words.language)

    def reasons(self, row: Mapping[str, Any]) -> list[tuple[str, Label]]:
        """Why it may stand still."""
        rule = self._rule(row)
        return [] if rule is None else [(one.name, one.label) for one in rule.pauses]

    def _rule(self, row: Mapping[str, Any]) -> ClockRule | None:
        agreement = self._found.get((row["document"], row["version"]))
        return None if agreement is None else agreement.document.clock(row["name"])


def span(visit: Visit, minutes: float | None) -> str:
    """A time that something took, in the largest unit that says enough."""
    words = visit.words
    if minutes is None:
        return "-"
    if minutes >= 2 * DAY:
        return words("sla.days", n=_short(minutes / DAY))
    if minutes >= 2 * HOUR:
        return words("sla.hours", n=_short(minutes / HOUR))
    return words("sla.minutes", n=f"{minutes:.0f}")


def _short(value: float) -> str:
    """With one decimal where there is one."""
    return f"{round(value, 1):g}"


Found: TypeAlias = tuple[list[dict[str, Any]], Names]


def read(tx: Tx, link_id: UUID) -> Found:
    """One person's clocks, the latest first."""
    rows = sla_listing.listed(tx, Wanted(link_id=link_id), None, SHOWN)
    return rows, Names(tx, rows)


def show(visit: Visit, found: Found) -> None:
    """The part of a person's page."""
    rows, names = found
    with tag("ul", classes="plain-list"):
        for row in rows:
            with tag("li", classes="side"):
                clock(visit, row, names)


def row_of(visit: Visit, row: Mapping[str, Any], names: Names) -> None:
    """A row of the list: the person, and the clock."""
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            name = name_of(row["agreed"], visit.words.language, row["email"] or "?")
            link(name, f"/people/{row['link_id']}", "strong")
            if row["owner"]:
                tag("p", row["owner"], "muted")
        with tag("div", classes="grow clock"):
            clock(visit, row, names)


def clock(visit: Visit, row: Mapping[str, Any], names: Names) -> None:
    """How one clock stands, and what can be done with it."""
    words = visit.words
    with tag("div", classes="chips"):
        tag("span", names.clock(visit, row))
        badge(words(f"sla_state.{_state(row)}"), TONES[row["state"]])
        _time(visit, row)
    if row["ended_at"] is not None and row["state"] != "cancelled":
        _took(visit, row)
    if row["ended_at"] is None and visit.may_operate:
        _buttons(visit, row, names)


def _state(row: Mapping[str, Any]) -> str:
    """What ended late reads otherwise than what is overdue."""
    late = row["state"] == "breached" and row["ended_at"] is not None
    return "late" if late else row["state"]


def _time(visit: Visit, row: Mapping[str, Any]) -> None:
    words = visit.words
    if row["ended_at"] is not None:
        Moment(row["ended_at"], visit).classes("muted")
    elif row["due_at"] is not None:
        tag("span", words("sla.due"), "muted")
        Moment(row["due_at"], visit, "until", words("sla.overdue"))
    else:
        tag("span", words("sla.left", time=span(visit, row["minutes_left"])), "muted")


def _took(visit: Visit, row: Mapping[str, Any]) -> None:
    """People's time and ours, apart."""
    words = visit.words
    ours = span(visit, None if row["system_s"] is None else row["system_s"] / 60)
    people = span(visit, row["human_minutes"])
    tag("p", words("sla.took", all=span(visit, row["minutes"]), people=people, ours=ours), "muted")


def _buttons(visit: Visit, row: Mapping[str, Any], names: Names) -> None:
    words = visit.words
    if row["state"] == "paused":
        deed = partial(actions.resume_clock, visit, row["id"])
        button = tag("button", words("sla.resume"), "button", type="button")
        button.on("click", act(visit, deed, ui.navigate.reload))
    elif row["state"] == "running" and (reasons := names.reasons(row)):
        with tag("div", classes="answers"), tag("details", name=f"pause-{row['id']}"):
            tag("summary", words("sla.pause"), "button")
            with tag("div", classes="choices"):
                for name, label in reasons:
                    deed = partial(actions.pause_clock, visit, row["id"], name)
                    text = label.text(words.language)
                    button = tag("button", text, "button", type="button")
                    button.on("click", act(visit, deed, ui.navigate.reload))

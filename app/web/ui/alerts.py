"""The list of alerts: who was told, how fast, what came of it; and those that are held."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, get_args
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.domain.alerting import seconds
from app.flows import storms as deciding
from app.store import alert_figures, alert_messages, happenings, people, storms
from app.store.alert_figures import Delays
from app.store.happenings import Asked, Wanted
from app.web.deps import transacted
from app.web.ui import answering
from app.web.ui.actions import check_operator
from app.web.ui.desk import Visit
from app.web.ui.frame import act, asking, frame, visit_of, watch
from app.web.ui.pieces import (
    Moment,
    Tone,
    badge,
    company_of,
    empty,
    fact,
    link,
    name_of,
    tag,
)
from app.web.ui.sla_clocks import span

MOST = 100
DAYS = 30
SHORT_S, TEN = 120, 10  # below, seconds are told; below ten of them, their tenths
CHOICES: tuple[Asked, ...] = get_args(Asked)
TONES: Mapping[str, Tone] = {"sent": "good", "failed": "bad", "in_doubt": "warn", "held": "warn"}


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page shows."""

    rows: Sequence[Mapping[str, Any]]
    agreed: Mapping[UUID, Mapping[str, Any]]
    told: Mapping[int, Sequence[Mapping[str, Any]]]
    storms: Sequence[Mapping[str, Any]]
    delays: Delays


async def page(request: Request) -> None:
    """The page `/alerts`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    asked = _asked(request)
    found = await asyncio.to_thread(_read, visit, asked)
    with frame(request, "alerts", sight) as main:
        tag("h1", visit.words("alerts.title"))
        tag("p", visit.words("alerts.intro"), "muted")
        for storm in found.storms:
            _storm(visit, storm)
        _figures(visit, found.delays)
        _filter(visit, asked)
        _rows(visit, found)
    watch(visit, main)


def _asked(request: Request) -> Asked | None:
    """What is none of the choices counts as not said."""
    given = request.query_params.get("show", "")
    return next((one for one in CHOICES if one == given), None)


def _read(visit: Visit, asked: Asked | None) -> Shown:
    since = datetime.now(UTC) - timedelta(days=DAYS)
    with visit.desk.parts.database.begin() as tx:
        rows = happenings.alerts(tx, Wanted(standing=asked), None, MOST)
        told = alert_messages.of_alerts(tx, [row["id"] for row in rows])
        about = people.agreed(tx, {row["link_id"] for row in rows})
        return Shown(rows, about, told, storms.listed(tx), alert_figures.delays(tx, since))


def _figures(visit: Visit, found: Delays) -> None:
    if not found.alerts:
        return
    said = [visit.words("alerts.figures", n=f"{found.alerts:,}", days=DAYS)]
    for key, half, most in (
        ("alerts.figures_system", found.system_s, found.system_p90_s),
        ("alerts.figures_human", found.human_s, found.human_p90_s),
    ):
        if half is not None:
            times = {"half": _span(visit, half), "most": _span(visit, most)}
            said.append(visit.words(key, **times))
    tag("p", " ".join(said))


def _span(visit: Visit, value: float | None) -> str:
    """Seconds in the largest unit that says enough."""
    if value is not None and value < SHORT_S:
        return visit.words("alerts.seconds", n=f"{value:.0f}" if value >= TEN else f"{value:.1f}")
    return "-" if value is None else span(visit, value / 60)


def _filter(visit: Visit, asked: Asked | None) -> None:
    words = visit.words
    with tag("nav", classes="chips", aria_label=words("alerts.filter")):
        for name in (None, *CHOICES):
            address = "/alerts" if name is None else f"/alerts?show={name}"
            current = {"aria_current": "page"} if name == asked else {}
            text = words("alerts.all") if name is None else _choice(visit, name)
            link(text, address, "button", **current)


def _choice(visit: Visit, name: Asked) -> str:
    key = {"late": "alert.late", "held": "alert.state.held"}.get(name, f"alert.{name}")
    return visit.words(key)


def _rows(visit: Visit, found: Shown) -> None:
    words = visit.words
    if not found.rows:
        with tag("div", classes="card"):
            empty(words("alerts.none"), words("alerts.none_hint"))
        return
    with tag("ul", classes="plain-list rows card"):
        for row in found.rows:
            _row(visit, row, found)


def _row(visit: Visit, row: Mapping[str, Any], found: Shown) -> None:
    words = visit.words
    known = found.agreed.get(row["link_id"], {})
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            with tag("p", classes="chips"):
                name = name_of(known, words.language, row["title"])
                link(name, f"/people/{row['link_id']}", "strong")
                badge(f"{words('panel.score')} {row['score']}")
            with tag("p", classes="muted"):
                Moment(row["created_at"], visit)
                for part in (company_of(known), row["owner"]):
                    tag("span", f" · {part}" if part else "")
        with tag("div", classes="chips"):
            badge(words.known("alert.state", row["state"]), TONES.get(row["state"], "calm"))
            answering.state(visit, answering.of_row(row))
            if row["step"]:
                badge(words("alerts.step", n=row["step"]), "warn")
            if row["repeats"]:
                badge(words("alerts.repeats", n=row["repeats"]))
        with tag("dl", classes="facts"):
            _delay(visit, "alerts.system_delay", seconds(row["caused_at"], row["task_at"]))
            _delay(visit, "alerts.human_delay", seconds(row["task_at"], row["answered_at"]))
            _told(visit, found.told.get(row["id"], ()))
        if row["state"] not in {"held", "dropped"}:
            answering.buttons(visit, answering.of_row(row), ui.navigate.reload)


def _delay(visit: Visit, label: str, value: float | None) -> None:
    with fact(visit.words(label)):
        tag("span", _span(visit, value))


def _told(visit: Visit, told: Sequence[Mapping[str, Any]]) -> None:
    if not told:
        return
    words = visit.words
    with fact(words("alerts.told")):
        for one in told:
            channel = words.known("channel", one["channel"])
            to = f" → {one['recipient']}" if one["recipient"] else ""
            state = words.known("alert.state", one["state"])
            text = f"{one['connection']} ({channel}){to}: {state}"
            badge(text, TONES.get(one["state"], "calm"))


def _storm(visit: Visit, storm: Mapping[str, Any]) -> None:
    words, n = visit.words, storm["alerts"]
    where = {"name": storm["recipient"], "connection": storm["connection"]}
    with tag("div", classes="notice warn", role="status"):
        tag("p", words("alerts.held", n=n), "strong")
        tag("p", words("alerts.held_for" if storm["recipient"] else "alerts.held_all", **where))
        tag("p", words("alerts.held_why"))
        if not visit.may_operate:
            return
        with tag("div", classes="chips"):
            for name, do in (("release", _release), ("drop", _drop)):
                look = "button bad" if name == "drop" else "button"
                button = tag("button", words(f"alerts.{name}"), look, type="button")
                question = words(f"alerts.ask_{name}", n=n)
                deed = act(visit, partial(do, visit, storm["id"]), ui.navigate.reload)
                button.on("click", deed, js_handler=asking(question))


def _release(visit: Visit, storm_id: int) -> None:
    """Raises: NotAllowed."""
    check_operator(visit)
    parts, now = visit.desk.parts, datetime.now(UTC)
    by = visit.who
    parts.wake(transacted(parts, lambda tx: deciding.release(tx, storm_id, by, now=now)))


def _drop(visit: Visit, storm_id: int) -> None:
    """Raises: NotAllowed."""
    check_operator(visit)
    parts, now = visit.desk.parts, datetime.now(UTC)
    transacted(parts, lambda tx: deciding.drop(tx, storm_id, visit.who, now=now))

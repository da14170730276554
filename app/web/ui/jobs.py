"""The page of jobs: each with its progress, to be paused, resumed and cancelled."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from app.configuring.work import cancel_job, pause_job, resume_job
from app.flows import rules as rules_
from app.store import work
from app.store.faults import DOWN
from app.store.work import Job
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.frame import EVERY_S, act, asking, frame, visit_of, watch
from app.web.ui.pieces import Moment, Tone, badge, empty, link, tag

T = TypeVar("T")
SHOWN = 30
MINUTE_S = 60
COMMANDS = ("baton backfill hubspot person", "baton reconcile")
TONES: Mapping[str, Tone] = {
    "queued": "calm",
    "running": "calm",
    "paused": "warn",
    "done": "good",
    "cancelled": "warn",
    "failed": "bad",
}


async def page(request: Request) -> None:
    """The page `/jobs`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    mappings = await asyncio.to_thread(_mappings, visit)
    with frame(request, "jobs", sight) as main:
        tag("h1", visit.words("jobs.title"))
        tag("p", visit.words("jobs.intro"), "muted")
        if visit.may_operate:
            _starters(visit, mappings)
        place = tag("ul", classes="plain-list")
    await follow(place, partial(_latest, visit), partial(_cards, visit))
    watch(visit, main)


async def follow(place: Element, read: Callable[[], T], render: Callable[[T], None]) -> None:
    """Show what is read in a place, anew when and only when it has changed."""
    shown: list[T] = []

    async def show() -> None:
        try:
            now = await asyncio.to_thread(read)
        except DOWN:
            return
        if shown == [now]:
            return
        shown[:] = [now]
        place.clear()
        with place:
            render(now)

    await show()
    ui.timer(EVERY_S, show, immediate=False)


def _mappings(visit: Visit) -> list[str]:
    with visit.desk.parts.database.begin() as tx:
        return [plan.name for plan in rules_.load(tx).plans]


def _latest(visit: Visit) -> list[Job]:
    with visit.desk.parts.database.begin() as tx:
        return work.listed(tx, limit=SHOWN)


def _starters(visit: Visit, mappings: Sequence[str]) -> None:
    with tag("p", classes="chips"):
        for name in mappings:
            for label, repair in (("jobs.compare", False), ("jobs.repair", True)):
                args: dict[str, Any] = {"mapping": name, "repair": repair}
                button = tag("button", visit.words(label, mapping=name), "button", type="button")
                button.on("click", act(visit, partial(actions.start_job, visit, "reconcile", args)))


def _cards(visit: Visit, jobs: Sequence[Job]) -> None:
    if not jobs:
        with tag("li", classes="card"):
            empty(visit.words("jobs.none"), visit.words("jobs.none_hint"), COMMANDS)
    for job in jobs:
        with tag("li", classes="card"):
            card(visit, job)


def card(visit: Visit, job: Job, *, results: bool = True) -> None:
    """One job: what, how far, to which end, and what can be done with it."""
    words = visit.words
    with tag("div", classes="card-head"):
        tag("h2", title(visit, job))
        badge(words.known("job_state", job.state), TONES[job.state])
    _progress(visit, job)
    if job.reason:
        tag("p", job.reason, "muted")
    with tag("div", classes="chips"):
        for name, n in sorted(job.counts.items()):
            badge(f"{end(visit, job, name)}: {n:,}")
    with tag("div", classes="card-foot"):
        Moment(job.created_at, visit, "full").classes("muted")
        tag("span", words("jobs.by", name=job.created_by), "muted")
        if results:
            link(words("jobs.results"), f"/jobs/{job.id}", "button")
        if visit.may_operate:
            _buttons(visit, job)


def title(visit: Visit, job: Job) -> str:
    """Number, kind, and what it is about."""
    about = [value for value in job.args.values() if isinstance(value, str)]
    return " · ".join([str(job.id), visit.words.known("job", job.kind), *about])


def end(visit: Visit, job: Job, name: str) -> str:
    """What became of a record in words: an undo's "created" is not a rehearsal's."""
    return visit.words.known("undone" if job.kind == "undo" else "found", name)


def _progress(visit: Visit, job: Job) -> None:
    words = visit.words
    said = words("jobs.done", done=f"{job.done:,}")
    if job.total:
        most = max(job.total, job.done)  # there may be more by now than there were at its start
        said = words("jobs.progress", done=f"{job.done:,}", total=f"{most:,}")
        tag("progress", classes="bar", value=str(job.done), max=str(most), aria_label=said)
    if job.eta_s is not None:
        said += " · " + words("jobs.left", minutes=max(1, round(job.eta_s / MINUTE_S)))
    tag("p", said)


def _buttons(visit: Visit, job: Job) -> None:
    running = job.state in {"queued", "running"}
    verbs = (
        ("jobs.pause", pause_job, running),
        ("jobs.resume", resume_job, job.state in {"paused", "failed"}),
        ("jobs.cancel", cancel_job, running or job.state in {"paused", "failed"}),
    )
    for label, verb, possible in verbs:
        if possible:
            button = tag("button", visit.words(label), "button", type="button")
            done = act(visit, partial(actions.change_job, visit, verb, job.id))
            if verb is cancel_job:
                question = visit.words("jobs.ask_cancel", id=job.id)
                button.on("click", done, js_handler=asking(question))
            else:
                button.on("click", done)

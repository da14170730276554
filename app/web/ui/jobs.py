"""The page of jobs: each with its progress, to be paused, resumed and cancelled."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from fastapi import Request
from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from app.configuring.work import cancel_job, pause_job, resume_job
from app.flows import rules as rules_
from app.flows.rules import Plan
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
SHARES = (75, 50, 25, 10)  # percent of the vendors' allowance
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
    plans = await asyncio.to_thread(_plans, visit)
    with frame(request, "jobs", sight) as main:
        tag("h1", visit.words("jobs.title"))
        tag("p", visit.words("jobs.intro"), "muted")
        if visit.may_operate:
            _starters(visit, plans)
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


def _plans(visit: Visit) -> list[Plan]:
    with visit.desk.parts.database.begin() as tx:
        return list(rules_.load(tx).plans)


def _latest(visit: Visit) -> list[Job]:
    with visit.desk.parts.database.begin() as tx:
        return work.listed(tx, limit=SHOWN)


@dataclass(slots=True)
class Chosen:
    """The part of the vendors' allowance that the next job may use."""

    share: float | None = None


def _starters(visit: Visit, plans: Sequence[Plan]) -> None:
    """Comparisons and backfills to start, with their part of the calls; and taking writes back."""
    words = visit.words
    chosen = Chosen()
    with tag("section", classes="card filters"):
        if plans:
            _share(visit, chosen)
        for plan in plans:
            for label, repair in (("jobs.compare", False), ("jobs.repair", True)):
                args = {"mapping": plan.name, "repair": repair}
                _starter(visit, words(label, mapping=plan.name), "reconcile", args, chosen)
            for name in plan.connections:
                said = words("jobs.backfill", mapping=plan.name, connection=name)
                _starter(visit, said, "backfill", {"connection": name, "kind": plan.kind}, chosen)
        link(words("undo.link"), "/undo", "button")


def _starter(visit: Visit, text: str, kind: str, args: Mapping[str, Any], chosen: Chosen) -> None:
    """A button that starts a job; what writes is asked about, for records that it creates stay."""

    def start() -> None:
        actions.start_job(visit, kind, args, chosen.share)

    button = tag("button", text, "button", type="button")
    if kind == "backfill" or args.get("repair"):
        question = visit.words("jobs.ask_start", what=text)
        button.on("click", act(visit, start), js_handler=asking(question))
    else:
        button.on("click", act(visit, start))


def _share(visit: Visit, chosen: Chosen) -> None:
    words = visit.words

    def choose(event: GenericEventArguments) -> None:
        picked = next((one for one in SHARES if str(one) == event.args), None)
        chosen.share = None if picked is None else picked / 100

    with tag("div", classes="field"):
        tag("label", words("jobs.share"), for_="share")
        with tag("select", id="share") as select:
            tag("option", words("jobs.whole"), value="")
            for percent in SHARES:
                tag("option", words("jobs.percent", percent=percent), value=str(percent))
        select.on("change", choose, js_handler="(event) => emit(event.target.value)")


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
        tag("p", words.known("job_reason", job.reason), "muted")
    with tag("div", classes="chips"):
        for name, n in sorted(job.counts.items()):
            badge(f"{end(visit, job, name)}: {n:,}")
    with tag("div", classes="card-foot"):
        Moment(job.created_at, visit, "full").classes("muted")
        tag("span", words("jobs.by", name=words.known("job_by", job.created_by)), "muted")
        if job.share is not None:
            tag("span", words("jobs.uses", percent=f"{job.share * 100:g}"), "muted")
        if results:
            link(words("jobs.results"), f"/jobs/{job.id}", "button")
        if visit.may_operate:
            _buttons(visit, job)


def title(visit: Visit, job: Job) -> str:
    """Number, kind, and what it is about."""
    about = [_about(visit, value) for value in job.args.values() if isinstance(value, str)]
    return " · ".join([str(job.id), visit.words.known("job", job.kind), *about])


def _about(visit: Visit, value: str) -> str:
    """A kind of records, a version of a document, or something that has its own name."""
    match value.replace("@", "/").split("/"):
        case [kind, name, version] if visit.words.has("document", kind):
            said = visit.words.known("document", kind)
            return visit.words("jobs.document", kind=said, name=name, version=version)
        case _:
            return visit.words.known("kind", value)


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
            look = "button bad" if verb is cancel_job else "button"
            button = tag("button", visit.words(label), look, type="button")
            done = act(visit, partial(actions.change_job, visit, verb, job.id))
            if verb is cancel_job:
                question = visit.words("jobs.ask_cancel", id=job.id)
                button.on("click", done, js_handler=asking(question))
            else:
                button.on("click", done)

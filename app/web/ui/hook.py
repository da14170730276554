"""One outgoing webhook: how it stands, what became of each event, and what can be done."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from app.domain import events as catalogue
from app.store import hook_deliveries, hooks
from app.store.hooks import Hook
from app.web.paging import decode, encode
from app.web.problems import Problem
from app.web.ui import hook_actions
from app.web.ui.desk import Visit
from app.web.ui.frame import act, asking, frame, visit_of, watch
from app.web.ui.hooks import TONES, address, reload, told_secret
from app.web.ui.pieces import Moment, Tone, badge, empty, fact, link, tag

PAGE = 50
STATES = ("delivered", "waiting", "failed")
STATE_TONES: Mapping[str, Tone] = {"delivered": "good", "waiting": "warn", "failed": "bad"}


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows; `rows` is one more than a page where there is more."""

    hook: Hook
    backlog: int
    rows: Sequence[Mapping[str, Any]]


async def page(request: Request, name: str) -> None:
    """The page `/hooks/{name}`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    state = request.query_params.get("state")
    chosen = state if state in STATES else None
    found = await asyncio.to_thread(_read, visit, name, chosen, _after(request))
    with frame(request, "hooks", sight) as main:
        if found is None:
            empty(visit.words("app.not_found"), visit.words("hooks.none_hint"))
        else:
            _head(visit, found)
            _deliveries(request, visit, found, chosen)
    watch(visit, main)


def _read(visit: Visit, name: str, state: str | None, after: int | None) -> Found | None:
    with visit.desk.parts.database.begin() as tx:
        one = hooks.get(tx, name)
        if one is None:
            return None
        backlog = hooks.backlog(tx, name, catalogue.matching(one.events))
        return Found(one, backlog, hook_deliveries.listed(tx, name, state, after, PAGE + 1))


def _after(request: Request) -> int | None:
    try:
        found = decode(request.query_params.get("after"), int)
    except Problem:
        return None
    return None if found is None else int(found[0])


def _head(visit: Visit, found: Found) -> None:
    words, one = visit.words, found.hook
    tag("h1", one.name)
    with tag("section", classes="card"):
        with tag("div", classes="chips"):
            badge(words(f"hook_state.{one.state}"), TONES[one.state])
            for glob in one.events:
                badge(glob)
        if one.description:
            tag("p", one.description)
        if one.reason:
            tag("p", words.known("hook_code", one.code), "strong")
            tag("p", one.reason, "muted")
        with tag("dl", classes="facts"):
            _fact(words("hooks.url"), address(visit, one))
            _fact(words("hooks.backlog"), f"{found.backlog:,}")
            if one.attempts and one.due_at is not None:
                with fact(words("hooks.next_try")):
                    Moment(one.due_at, visit, "until")
            if one.failing_since is not None:
                with fact(words("hooks.failing_since")):
                    Moment(one.failing_since, visit, "full")
        if visit.may_operate:
            _buttons(visit, found)


def _fact(label: str, text: str) -> None:
    with fact(label):
        tag("span", text)


def _buttons(visit: Visit, found: Found) -> None:
    words, name = visit.words, found.hook.name
    shown: list[str] = []
    with tag("div", classes="card-foot"):
        test = tag("button", words("hooks.test"), "button", type="button")
        _button(visit, "hooks.resume", partial(hook_actions.resume, visit, name, skip=False))
        if found.backlog:
            skip = partial(hook_actions.resume, visit, name, skip=True)
            _button(visit, "hooks.skip", skip, words("hooks.ask_skip", n=found.backlog))
        again = partial(hook_actions.redeliver, visit, name, None)
        _button(visit, "hooks.redeliver_failed", again)
        if visit.may_configure:
            rotate = tag("button", words("hooks.rotate"), "button", type="button")
    place = tag("div")

    async def tested() -> None:
        result = await asyncio.to_thread(hook_actions.test, visit, name)
        said = words("hooks.tested", status=result.status, ms=round(result.took_s * 1000))
        ui.notify(said if result.taken else result.reason or said,
                  type="positive" if result.taken else "negative")  # fmt: skip

    test.on("click", tested)
    if visit.may_configure:

        def turn() -> None:
            shown[:] = [hook_actions.rotate(visit, name)]

        def show() -> None:
            place.clear()
            with place:
                told_secret(visit, shown[0])

        question = words("hooks.ask_rotate")
        rotate.on("click", act(visit, turn, show), js_handler=asking(question))


def _button(visit: Visit, label: str, deed: Callable[[], None], question: str = "") -> None:
    look = "button bad" if question else "button"
    button = tag("button", visit.words(label), look, type="button")
    if question:
        button.on("click", act(visit, deed, reload), js_handler=asking(question))
    else:
        button.on("click", act(visit, deed, reload))


def _deliveries(request: Request, visit: Visit, found: Found, chosen: str | None) -> None:
    words = visit.words
    with tag("section", classes="card"):
        tag("h2", words("hooks.deliveries"))
        with tag("p", classes="chips"):
            link(words("people.any"), request.url.path, "button")
            for state in STATES:
                link(words(f"hook_delivery.{state}"), f"?state={state}", "button")
        if not found.rows:
            empty(words("hooks.no_deliveries"), words("hooks.no_deliveries_hint"))
        with tag("ul", classes="plain-list rows"):
            for row in found.rows[:PAGE]:
                _delivery(visit, found.hook.name, row)
        if len(found.rows) > PAGE:
            asked = {"after": encode([found.rows[PAGE - 1]["event_id"]])}
            more = asked if chosen is None else {**asked, "state": chosen}
            link(words("people.more"), f"?{urlencode(more)}")


def _delivery(visit: Visit, name: str, row: Mapping[str, Any]) -> None:
    words, event_id = visit.words, row["event_id"]
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            tag("span", row["type"], "strong")
            tag("span", catalogue.public_id(event_id), "muted")
            if row["link_id"] is not None:
                link(words("hooks.person"), f"/people/{row['link_id']}")
            if row["reason"]:
                tag("p", row["reason"], "muted")
        with tag("div", classes="chips"):
            badge(words(f"hook_delivery.{row['state']}"), STATE_TONES[row["state"]])
            badge(words("hooks.attempts", n=row["attempts"]))
            if row["again_at"] is not None:
                badge(words("hooks.again"), "warn")
        Moment(row["at"], visit).classes("muted when")
        if visit.may_operate and row["state"] != "waiting":
            _button(
                visit, "hooks.redeliver", partial(hook_actions.redeliver, visit, name, event_id)
            )

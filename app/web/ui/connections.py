"""The connections: how each is, and for operators to pause and resume it."""

import asyncio
from functools import partial

from fastapi import Request

from app.store.board import Health
from app.web.ui import actions
from app.web.ui.drift_list import drift_list
from app.web.ui.drift_list import read as drifted
from app.web.ui.feed_list import feed_list
from app.web.ui.frame import act, frame, visit_of, watch
from app.web.ui.health_card import health_cards
from app.web.ui.live import Sight
from app.web.ui.pieces import tag
from app.web.ui.section import Section


async def page(request: Request) -> None:
    """The page `/connections`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    changed = await asyncio.to_thread(drifted, visit)

    def buttons(one: Health) -> None:
        if one.name in changed:
            drift_list(visit, changed[one.name])
        if not visit.may_operate:
            return
        is_active = one.state == "active"
        verb = "pause" if is_active else "resume"
        deed = partial(actions.pause if is_active else actions.resume, visit, one.name)
        label = words(f"connection.{verb}")
        button = tag("button", label, "button", type="button", aria_label=f"{label}: {one.name}")
        button.on("click", act(visit, deed))

    with frame(request, "connections", sight) as main:
        tag("h1", words("health.title"))
        place = tag("div", classes="cards")
        feeds = tag("section", aria_label=visit.words("feeds.title"))
    sections = (
        Section(
            place, lambda s: s.board.health, lambda s: health_cards(visit, s.board.health, buttons)
        ),
        Section(feeds, lambda s: s.board.feeds, lambda s: feed_list(visit, s.board.feeds)),
    )

    def show(now: Sight) -> None:
        for one in sections:
            one.show(now)

    show(sight)
    watch(visit, main, show)

"""What needs attention: each item with its reason, what to do, and another try."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui.element import Element

from app.store import attention, people
from app.store.attention import RETRIED, Item, Wanted
from app.web.fixes import fix
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.frame import act, frame, visit_of, watch
from app.web.ui.pieces import Moment, badge, empty, fact, link, name_of, tag

LIMIT = 200


async def page(request: Request) -> None:
    """The page `/attention`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    items, fields = await asyncio.to_thread(_read, visit)
    with frame(request, "attention", sight) as main:
        tag("h1", words("attention.title"))
        if not items:
            with tag("div", classes="card"):
                empty(words("attention.none"), words("attention.none_hint"))
        with tag("ul", classes="plain-list"):
            for item in items:
                _item(visit, item, fields)
        if len(items) == LIMIT:
            tag("p", words("attention.limit", shown=LIMIT), "muted")
    watch(visit, main)


def _read(visit: Visit) -> tuple[list[Item], dict[UUID, dict[str, Any]]]:
    with visit.desk.parts.database.begin() as tx:
        items = attention.items(tx, Wanted(), None, LIMIT, urgent_first=True)
        return items, people.agreed(tx, {one.link_id for one in items if one.link_id})


def _item(visit: Visit, item: Item, fields: Mapping[UUID, Mapping[str, Any]]) -> None:
    words = visit.words
    with tag("li", classes="card trouble") as card:
        with tag("div", classes="card-head"):
            with tag("h2"):
                tag("span", words(f"trouble.{item.what}"))
            if item.connection:
                badge(item.connection)
        if item.link_id is not None:
            known = fields.get(item.link_id, {})
            name = name_of(known, words.language, words("person.unknown"))
            link(name, f"/people/{item.link_id}")
        elif item.subject != item.connection:
            tag("p", item.subject, "muted")
        with tag("dl", classes="facts wide"):
            with fact(words("attention.why")):
                tag("span", item.reason or item.code)
            with fact(words("attention.fix")):
                tag("span", fix(item.what, item.code).text(words.language))
        with tag("div", classes="card-foot"):
            Moment(item.since, visit).classes("muted")
            if visit.may_operate:
                _button(visit, item, card)


def _button(visit: Visit, item: Item, card: Element) -> None:
    """Another try, where that is of any use; a connection is resumed."""
    if item.what not in RETRIED | {"connection"}:
        return
    label = "connection.resume" if item.what == "connection" else "attention.retry"
    button = tag("button", visit.words(label), "button", type="button")
    button.on("click", act(visit, partial(actions.retry, visit, item), card.delete))

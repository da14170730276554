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
    items, classes, fields = await asyncio.to_thread(_read, visit)
    with frame(request, "attention", sight) as main:
        tag("h1", words("attention.title"))
        if not items:
            with tag("div", classes="card"):
                empty(words("attention.none"), words("attention.none_hint"))
        _classes(visit, classes)
        with tag("ul", classes="plain-list"):
            for item in items:
                _item(visit, item, fields)
        if len(items) == LIMIT:
            tag("p", words("attention.limit", shown=LIMIT), "muted")
    watch(visit, main)


def _read(
    visit: Visit,
) -> tuple[list[Item], list[dict[str, Any]], dict[UUID, dict[str, Any]]]:
    """What needs a person, how many there are by cause, and the values of those it is about."""
    with visit.desk.parts.database.begin() as tx:
        items = attention.items(tx, Wanted(), None, LIMIT, urgent_first=True)
        fields = people.agreed(tx, {one.link_id for one in items if one.link_id})
        return items, attention.counts(tx), fields


def _classes(visit: Visit, classes: list[dict[str, Any]]) -> None:
    """What failed in one way, more than once: its fix, and another try of all of it."""
    words = visit.words
    many = [one for one in classes if one["n"] > 1 and one["what"] in RETRIED]
    if not many:
        return
    with tag("section", classes="card"):
        tag("h2", words("attention.classes"))
        for one in many:
            with tag("div", classes="row"):
                with tag("div", classes="grow"):
                    said = words(f"trouble.{one['what']}")
                    where = " · ".join(part for part in (one["connection"], one["code"]) if part)
                    tag("p", f"{said} · {where}", "strong")
                    tag("p", fix(one["what"], one["code"]).text(words.language), "muted")
                if visit.may_operate:
                    text = words("attention.all", n=one["n"])
                    button = tag("button", text, "button", type="button")
                    wanted = Wanted(one["what"], one["code"], one["connection"])
                    deed = partial(actions.retry_class, visit, wanted)
                    button.on("click", act(visit, deed, button.delete))


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
            if item.what == "conflict":
                link(words("conflicts.title"), f"/conflicts?link={item.link_id}")
            elif item.link_id is not None:
                link(words("nav.why"), f"/why?q={item.link_id}")
            if visit.may_operate:
                _button(visit, item, card)


def _button(visit: Visit, item: Item, card: Element) -> None:
    """Another try, where that is of any use; a connection is resumed."""
    if item.what not in RETRIED | {"connection"}:
        return
    label = "connection.resume" if item.what == "connection" else "attention.retry"
    button = tag("button", visit.words(label), "button", type="button")
    button.on("click", act(visit, partial(actions.retry, visit, item), card.delete))

"""Conflicts to decide: both values side by side, and a click that says which one counts."""

import asyncio
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from nicegui.element import Element

from app.flows import rules as rules_
from app.flows.refer import Named, Shown, named_by
from app.flows.resolve import Choice, Take
from app.store import conflicts
from app.store.conflicts import Wanted
from app.web.api.conflicts import views
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.downloads import files
from app.web.ui.field_past import field_past
from app.web.ui.frame import act, asking, frame, visit_of, watch
from app.web.ui.pieces import (
    Moment,
    badge,
    empty,
    fact,
    field_name,
    link,
    name_of,
    named_value,
    tag,
)

LIMIT = 100


async def page(request: Request) -> None:
    """The page `/conflicts`; `?field=` and `?link=` choose."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    wanted = _wanted(request)
    found, n, named = await asyncio.to_thread(_read, visit, wanted)
    with frame(request, "conflicts", sight) as main:
        tag("h1", words("conflicts.title"))
        if not found:
            with tag("div", classes="card"):
                empty(words("conflicts.none"), words("conflicts.none_hint"))
        else:
            files(visit, "/conflicts")
        with tag("div") as place:
            if found and wanted.link is None:
                _choices(visit, found, wanted, place)
            with tag("ul", classes="plain-list"):
                for one in found:
                    _conflict(visit, one, named)
        if n > len(found):
            tag("p", words("leads.more", shown=len(found), all=n), "muted")
    watch(visit, main)


def _wanted(request: Request) -> Wanted:
    asked = request.query_params
    try:
        link_id = UUID(asked["link"]) if "link" in asked else None
    except ValueError:
        link_id = None
    field = asked.get("field", "").replace("\x00", "")[:200] or None
    return Wanted(field=field, link=link_id)


def _read(visit: Visit, wanted: Wanted) -> tuple[list[dict[str, Any]], int, Named]:
    with visit.desk.parts.database.begin() as tx:
        rows = views(tx, conflicts.listed(tx, wanted, None, LIMIT))
        named = named_by(tx, rules_.load(tx), map(_shown, rows))
        return rows, conflicts.count(tx, wanted), named


def _shown(row: dict[str, Any]) -> Shown:
    """The values of a conflict: what was agreed, what the sides say, what Baton wrote there."""
    said = [side["value"] for side in row["sides"]]
    wrote = [side["last_write"]["value"] for side in row["sides"] if side["last_write"]]
    past = [
        one["facts"].get(name) for one in row["history"] for name in ("before", "after", "kept")
    ]
    values = [(row["field"], value) for value in (row["base"], *said, *wrote, *past)]
    names = [side["connection"] for side in row["sides"] if side["connection"]]
    return Shown(row["kind"], names, values)


def _choices(visit: Visit, found: list[dict[str, Any]], wanted: Wanted, place: Element) -> None:
    """The fields that are in conflict; with one chosen, all of it is decided at once."""
    words = visit.words
    with tag("nav", classes="chips", aria_label=words("detail.fields")):
        current = {} if wanted.field else {"aria_current": "page"}
        link(words("conflicts.every"), "/conflicts", "button", **current)
        for name in sorted({one["field"] for one in found}):
            current = {"aria_current": "page"} if name == wanted.field else {}
            link(
                field_name(visit, name),
                f"/conflicts?{urlencode({'field': name})}",
                "button",
                **current,
            )
    with tag("div", classes="chips"):
        if wanted.field is not None and visit.may_operate:
            choices: tuple[Choice, ...] = ("ma", "sfa", "newest")
            for choice in choices:
                text = words("conflicts.take_all", side=words(f"conflicts.{choice}"))
                button = tag("button", text, "button", type="button")
                deed = partial(actions.resolve_all, visit, wanted, choice)
                question = words("conflicts.ask_all", field=field_name(visit, wanted.field))
                done = act(visit, deed, partial(_decided, visit, place))
                button.on("click", done, js_handler=asking(question))


def _decided(visit: Visit, place: Element) -> None:
    """All that was shown is decided; the way to the others."""
    place.clear()
    with place:
        link(visit.words("conflicts.every"), "/conflicts", "button")


def _conflict(visit: Visit, one: dict[str, Any], named: Named) -> None:
    words = visit.words
    with tag("li", classes="card trouble") as card:
        with tag("div", classes="card-head"):
            tag("h2", field_name(visit, one["field"]))
            if one["version"]:
                badge(one["version"])
        name = name_of(one["agreed"], words.language, words("person.unknown"))
        link(name, f"/people/{one['link_id']}")
        with tag("dl", classes="facts wide stacked"):
            with fact(words("conflicts.base")):
                _value(visit, (one["field"], one["base"]), named)
            for side in one["sides"]:
                with fact(side["connection"] or side["role"]):
                    with tag("p", classes="strong"):
                        _value(visit, (one["field"], side["value"]), named)
                    _side(visit, one, side, (card, named))
        field_past(visit, one["field"], one["history"], named)
        with tag("div", classes="card-foot"):
            Moment(one["since"], visit).classes("muted")


def _side(
    visit: Visit, one: dict[str, Any], side: dict[str, Any], about: tuple[Element, Named]
) -> None:
    """What is known of a side's value, and the button that makes it count."""
    words = visit.words
    card, named = about
    with tag("p", classes="muted"):
        if side["modified_at"] is not None:
            tag("span", f"{words('conflicts.modified')} ")
            Moment(side["modified_at"], visit)
        last = side["last_write"]
        if last is not None:
            key = "conflicts.written_stands" if last["stands"] else "conflicts.written"
            value = _called(visit, (one["field"], last["value"]), named)
            tag("span", f" · {words(key, value=value)} ")
            Moment(last["at"], visit)
    if visit.may_operate:
        button = tag("button", words("conflicts.take"), "button", type="button")
        where = (one["link_id"], one["field"])
        deed = partial(actions.resolve, visit, where, Take(side["role"]))
        button.on("click", act(visit, deed, card.delete))


def _value(visit: Visit, place: tuple[str, Any], named: Named) -> None:
    if (place[0], str(place[1])) in named:
        named_value(visit, place, named)
    else:
        tag("span", _said(visit, place[1]))


def _called(visit: Visit, place: tuple[str, Any], named: Named) -> str:
    fields = named.get((place[0], str(place[1])))
    text = _said(visit, place[1])
    return text if fields is None else name_of(fields, visit.words.language, text)


def _said(visit: Visit, value: object) -> str:
    return visit.words("conflicts.blank") if value in (None, "") else str(value)

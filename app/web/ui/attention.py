"""What needs attention: each item with its reason, what to do, and another try."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import Request
from nicegui.element import Element

from app.store import attention, people, work
from app.store.attention import AMISS, RETRIED, Item, Wanted
from app.store.work import Job
from app.web.fixes import fix
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.downloads import files
from app.web.ui.feed_list import feed_name
from app.web.ui.frame import act, asking, frame, visit_of, watch
from app.web.ui.jobs import end, title
from app.web.ui.pieces import Moment, badge, empty, fact, link, name_of, tag

LIMIT = 200


async def page(request: Request) -> None:
    """The page `/attention`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    found = await asyncio.to_thread(_read, visit)
    items = found.items
    with frame(request, "attention", sight) as main:
        tag("h1", words("attention.title"))
        if not items:
            with tag("div", classes="card"):
                empty(words("attention.none"), words("attention.none_hint"))
        else:
            files(visit, "/attention")
        _classes(visit, found.classes)
        with tag("ul", classes="plain-list"):
            for item in items:
                _item(visit, item, found)
        if len(items) == LIMIT:
            tag("p", words("attention.limit", shown=LIMIT), "muted")
    watch(visit, main)


@dataclass(frozen=True, slots=True)
class Found:
    """What needs a person, how many there are by cause, and the values and jobs it is about."""

    items: Sequence[Item]
    classes: Sequence[Mapping[str, Any]]
    fields: Mapping[UUID, Mapping[str, Any]]
    jobs: Mapping[str, Job]


def _read(visit: Visit) -> Found:
    with visit.desk.parts.database.begin() as tx:
        items = attention.items(tx, Wanted(), None, LIMIT, urgent_first=True)
        fields = people.agreed(tx, {one.link_id for one in items if one.link_id})
        jobs = [work.get(tx, int(one.subject)) for one in items if one.what == "job"]
        known = {str(job.id): job for job in jobs if job is not None}
        return Found(items, attention.counts(tx), fields, known)


def _classes(visit: Visit, classes: Sequence[Mapping[str, Any]]) -> None:
    """What is amiss in one way, more than once: its fix; where that helps, another try of all."""
    words = visit.words
    many = [one for one in classes if one["n"] > 1]
    if not many:
        return
    with tag("section", classes="card"):
        tag("h2", words("attention.classes"))
        for one in many:
            with tag("div", classes="row"):
                with tag("div", classes="grow"):
                    said = words(f"trouble.{one['what']}")
                    cause = (one["connection"], words.known("code", one["code"]))
                    where = " · ".join(part for part in cause if part)
                    tag("p", f"{said} · {where}", "strong")
                    tag("p", fix(one["what"], one["code"]).text(words.language), "muted")
                if not _may_retry(one["what"], one["code"]):
                    tag("span", str(one["n"]), "count")
                elif visit.may_operate:
                    text = words("attention.all", n=one["n"])
                    button = tag("button", text, "button", type="button")
                    wanted = Wanted(one["what"], one["code"], one["connection"])
                    deed = partial(actions.retry_class, visit, wanted)
                    button.on("click", act(visit, deed, button.delete))


def _may_retry(what: str, code: str) -> bool:
    """Whether another try is of any use; what was held would be deleted by it, so it is asked."""
    return what in RETRIED and code not in {"held", "members_held", "differences"}


def _item(visit: Visit, item: Item, found: Found) -> None:
    words = visit.words
    with tag("li", classes="card trouble") as card:
        with tag("div", classes="card-head"):
            with tag("h2"):
                tag("span", words(f"trouble.{item.what}"))
            if item.connection:
                badge(item.connection)
        if item.link_id is not None:
            known = found.fields.get(item.link_id, {})
            name = name_of(known, words.language, words("person.unknown"))
            link(name, f"/people/{item.link_id}")
        elif item.subject in found.jobs:
            link(title(visit, found.jobs[item.subject]), f"/jobs/{item.subject}")
        elif item.code != "held" and item.subject != item.connection:
            is_feed = item.what == "feed"
            tag("p", feed_name(visit, item.subject) if is_feed else item.subject, "muted")
        with tag("dl", classes="facts wide"):
            with fact(words("attention.why")):
                _reason(visit, item, found)
            with fact(words("attention.fix")):
                held = item.code == "held"  # the buttons below say what each does
                said = fix(item.what, item.code).text(words.language)
                tag("span", words("attention.held_fix") if held else said)
        with tag("div", classes="card-foot"):
            Moment(item.since, visit).classes("muted")
            if item.what == "conflict":
                link(words("conflicts.title"), f"/conflicts?link={item.link_id}")
            elif item.link_id is not None:
                link(words("nav.why"), f"/why?q={item.link_id}")
            if visit.may_operate:
                _buttons(visit, item, card)


def _reason(visit: Visit, item: Item, found: Found) -> None:
    """Why it is here: a vendor's words as they are, Baton's own in the viewer's language."""
    words = visit.words
    if item.code == "held":
        tag("span", words("attention.held", n=(item.reason or "").partition(" ")[0]))
    elif item.code in {"behind", "unread"}:
        tag("span", words(f"attention.{item.code}"))
        Moment(item.since, visit, "full")
    elif item.code == "differences" and item.subject in found.jobs:
        job = found.jobs[item.subject]
        for name in AMISS:
            if name in job.counts:
                badge(f"{end(visit, job, name)}: {job.counts[name]:,}")
    else:
        tag("span", item.reason or item.code)


def _buttons(visit: Visit, item: Item, card: Element) -> None:
    """Another try, where that is of any use; a connection is resumed, a deletion allowed or not."""
    words = visit.words
    label = "connection.resume" if item.what == "connection" else "attention.retry"
    retry = partial(actions.retry, visit, item)
    if item.code == "held" and item.connection:
        keep = partial(actions.keep_held, visit, item.connection)
        button = tag("button", words("attention.keep"), "button", type="button")
        button.on("click", act(visit, keep, card.delete))
        question = words("attention.ask_delete", connection=item.connection)
        button = tag("button", words("attention.delete"), "button bad", type="button")
        button.on("click", act(visit, retry, card.delete), js_handler=asking(question))
    elif item.what == "connection" or _may_retry(item.what, item.code):
        button = tag("button", words(label), "button", type="button")
        button.on("click", act(visit, retry, card.delete))

"""Erasing somebody: what would go, the button that does it, and the receipt. For admins."""

import asyncio
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.flows import erase
from app.flows.erase import Would
from app.store import people, tombstones
from app.web.api.erasures import ErasureView, view
from app.web.ui import actions
from app.web.ui.desk import Visit
from app.web.ui.frame import act, asking, frame, visit_of, watch
from app.web.ui.jobs import follow
from app.web.ui.people import Person
from app.web.ui.pieces import Moment, Tone, badge, empty, fact, link, name_of, tag

TONES: dict[str, Tone] = {
    "pending": "calm", "erased": "good", "failed": "bad", "by_hand": "warn",
}  # fmt: skip


async def page(request: Request, link_id: str) -> None:
    """The page `/people/{id}/erase`: what would go, and the button."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    found = await asyncio.to_thread(_read, visit, link_id) if visit.may_configure else None
    with frame(request, "people", sight) as main:
        tag("h1", visit.words("erase.title"))
        if found is not None:
            _ask(visit, *found)
        else:
            _nothing(visit, None if visit.may_configure else visit.words("erase.forbidden"))
    watch(visit, main)


async def receipt(request: Request, erasure_id: str) -> None:
    """The page `/erasures/{id}`: how an erasure stands in each system."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    read = partial(_receipt, visit, erasure_id)
    known = await asyncio.to_thread(read) if visit.may_operate else []
    with frame(request, "erasures", sight) as main:
        tag("h1", visit.words("erase.receipt"))
        with tag("p"):
            link(visit.words("erasures.every"), "/erasures")
        if known:
            await follow(tag("div", classes="card"), read, partial(_show, visit))
        else:
            _nothing(visit, None if visit.may_operate else visit.words("app.forbidden"))
    watch(visit, main)


def _nothing(visit: Visit, forbidden: str | None) -> None:
    if forbidden is not None:
        tag("p", forbidden, "notice warn")
        return
    ui.context.client.status_code = 404
    empty(visit.words("app.not_found"), "")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _read(visit: Visit, link_id: str) -> tuple[Person, Would] | None:
    wanted = _id(link_id)
    with visit.desk.parts.database.begin() as tx:
        person = None if wanted is None else people.one(tx, wanted)
        return None if person is None else (person, erase.would(tx, [person["id"]]))


def _receipt(visit: Visit, erasure_id: str) -> list[ErasureView]:
    wanted = _id(erasure_id)
    with visit.desk.parts.database.begin() as tx:
        found = None if wanted is None else tombstones.get(tx, wanted)
    return [] if found is None else [view(found)]


def _ask(visit: Visit, person: Person, would: Would) -> None:
    words = visit.words
    name = name_of(person["agreed"], words.language, words("person.unknown"))
    with tag("section", classes="card"):
        with tag("h2"):
            link(name, f"/people/{person['id']}")
        tag("p", words("erase.what"))
        with tag("dl", classes="facts wide stacked"):
            with fact(words("erase.systems")):
                for record in would.records:
                    tag("p", record)
                if not would.records:
                    tag("p", words("erase.nowhere"), "muted")
            with fact(words("erase.rows")):
                for what, n in would.rows.items():
                    tag("p", f"{words(f'erased.{what}')}: {n:,}")
            if would.same_email:
                with fact(words("erase.same_email")):
                    for one in would.same_email:
                        link(str(one), f"/people/{one}")
        tag("p", words("erase.for_good"), "notice warn")
        button = tag("button", words("erase.do"), "button bad", type="button")
        made: list[UUID] = []
        done = act(visit, lambda: made.append(actions.erase_person(visit, person["id"])),
                   lambda: ui.navigate.to(f"/erasures/{made[-1]}"))  # fmt: skip
        button.on("click", done, js_handler=asking(words("erase.ask", name=name)))


def _show(visit: Visit, receipts: Sequence[ErasureView]) -> None:
    words = visit.words
    for one in receipts:
        state = "open" if one.completed_at is None else "complete"
        tag("p", words(f"erase.{state}"), "strong")
        with tag("dl", classes="facts wide stacked"):
            with fact(words("erase.id")):
                tag("span", str(one.id))
            with fact(words("erase.at")):
                Moment(one.at, visit, "full")
                tag("span", f" · {one.by}")
            if one.completed_at is not None:
                with fact(words("erase.completed")):
                    Moment(one.completed_at, visit, "full")
            for system in one.systems:
                with fact(system.connection):
                    badge(words(f"erasure.{system.state}"), TONES[system.state])
                    if system.reason:
                        tag("p", system.reason, "muted")
        with tag("dl", classes="facts"), fact(words("erasures.digests")):
            for digest in one.digests:
                tag("code", digest, "long")
            if not one.digests:
                tag("span", words("erase.nowhere"), "muted")
        tag("p", words("erase.stays"), "muted")

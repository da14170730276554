"""Who is in a stage, those first who have been longest."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from nicegui import ui

from app.flows import stage_shown as showing
from app.store import stage_figures
from app.web.paging import decode, encode
from app.web.problems import Problem
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import Moment, badge, company_of, empty, link, name_of, score_pill, tag
from app.web.ui.words import STAGES

PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a stage, only who is late, and behind whom."""

    stage: str
    late: bool
    after: tuple[datetime, UUID] | None


@dataclass(frozen=True, slots=True)
class Inside:
    """Who is there, and since before when somebody is late; one more than a page if there are."""

    people: Sequence[Mapping[str, Any]]
    late_before: datetime | None


async def page(request: Request, name: str) -> None:
    """The page `/stages/{name}`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    asked = Asked(name, request.query_params.get("late") == "1", _after(request))
    found = await asyncio.to_thread(_read, visit, asked) if name in STAGES else None
    with frame(request, "stages", sight) as main:
        if found is None:
            ui.context.client.status_code = 404
            empty(words("app.not_found"), "")
        else:
            tag("h1", words("stages.inside", stage=words(f"stage.{name}")))
            with tag("p", classes="chips"):
                link(words("stages.back"), "/stages")
                if found.late_before is not None:
                    other = "stages.all" if asked.late else "stages.only_late"
                    link(words(other), f"/stages/{name}{'' if asked.late else '?late=1'}")
            _list(visit, asked, found)
    watch(visit, main)


def _after(request: Request) -> tuple[datetime, UUID] | None:
    """Where to go on; an address that was tampered with leads to the first page."""
    try:
        found = decode(request.query_params.get("after"), datetime, UUID)
    except Problem:
        return None
    return None if found is None else (found[0], found[1])


def _read(visit: Visit, asked: Asked) -> Inside:
    with visit.desk.parts.database.begin() as tx:
        lifecycle = showing.in_force(tx)
        limit_at = None
        if lifecycle is not None:
            limit_at = showing.late_before(lifecycle[0], asked.stage, datetime.now(UTC))
        before = limit_at if asked.late else None
        people = stage_figures.inside(
            tx, asked.stage, before=before, after=asked.after, limit=PAGE + 1
        )
        return Inside(people, limit_at)


def _list(visit: Visit, asked: Asked, found: Inside) -> None:
    words, shown = visit.words, found.people[:PAGE]
    if not shown:
        with tag("div", classes="card"):
            empty(words("stages.nobody"), "")
        return
    with tag("ul", classes="plain-list rows card"):
        for person in shown:
            _row(visit, person, found.late_before)
    if len(found.people) > PAGE:
        last = shown[-1]
        kept = {"late": "1"} if asked.late else {}
        at = encode((last["stage_since"], last["id"]))
        with tag("p", classes="pages"):
            link(words("people.more"), f"/stages/{asked.stage}?{urlencode({**kept, 'after': at})}")


def _row(visit: Visit, person: Mapping[str, Any], late_before: datetime | None) -> None:
    words, fields = visit.words, person["agreed"]
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            name = name_of(fields, words.language, words("person.unknown"))
            link(name, f"/people/{person['id']}", "strong")
            tag("p", company_of(fields), "muted")
        with tag("div", classes="chips"):
            if late_before is not None and person["stage_since"] < late_before:
                badge(words("stages.too_long"), "bad")
            tag("span", words("stages.since"), "muted")
            Moment(person["stage_since"], visit)
        score_pill(person["score"], person["grade"], visit)

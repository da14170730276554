"""The list of people, with filters in the address."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request

from app.domain.link import SideState
from app.flows.refer import Shown
from app.store import people
from app.store.people import Place, Wanted
from app.web.paging import decode, encode
from app.web.problems import Problem
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import (
    Moment,
    Tone,
    badge,
    company_of,
    empty,
    given,
    link,
    name_of,
    score_pill,
    tag,
)
from app.web.ui.words import STAGES

Person: TypeAlias = Mapping[str, Any]
PAGE = 50
GRADES = ("A", "B", "C", "D")
SIDE_TONES: dict[str, Tone] = {
    "in_sync": "good",
    "pending": "calm",
    "failed": "bad",
    "paused": "warn",
    "gone": "warn",
}


def shown_of(person: Person) -> Shown:
    """Values of somebody of which some may name others: what is agreed, and what is in conflict."""
    open_ = [(name, v) for name, of in person["conflicts"].items() for v in of.values()]
    names = [side["connection"] for side in person["sides"]]
    return Shown(person["kind"], names, [*person["agreed"].items(), *open_])


async def page(request: Request) -> None:
    """The page `/people`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    wanted, after = _wanted(request), _place(request)
    found = await asyncio.to_thread(_read, visit, wanted, after)
    shown = found[:PAGE]
    with frame(request, "people", sight) as main:
        tag("h1", visit.words("people.title"))
        _filters(visit, wanted)
        if shown:
            _table(visit, shown)
        else:
            with tag("div", classes="card"):
                empty(visit.words("people.none"), visit.words("people.none_hint"))
        _pages(request, visit, after, shown[-1] if len(found) > PAGE else None)
    watch(visit, main)


def _read(visit: Visit, wanted: Wanted, after: Place | None) -> list[dict[str, Any]]:
    """A page, and one more where there is more."""
    with visit.desk.parts.database.begin() as tx:
        return people.search(tx, wanted, sort="score", after=after, limit=PAGE + 1)


def _wanted(request: Request) -> Wanted:
    asked = request.query_params
    return Wanted(
        q=asked.get("q", "").replace("\x00", "")[:200],
        stage=_one_of(asked.get("stage"), STAGES),
        grade=_one_of(asked.get("grade"), GRADES),
        state=_one_of(asked.get("state"), [one.value for one in SideState]),
        hot=True if asked.get("hot") == "1" else None,
    )


def _one_of(value: str | None, known: Sequence[str]) -> str | None:
    return value if value in known else None


def _place(request: Request) -> Place | None:
    """Where to go on; an address that was tampered with leads to the first page."""
    try:
        after = decode(request.query_params.get("after"), int, UUID)
    except Problem:
        return None
    if after is None or abs(after[0]) >= 2**31:
        return None
    return after[0], after[1]


def _filters(visit: Visit, wanted: Wanted) -> None:
    words = visit.words
    with tag("form", classes="filters card", method="get", action="/people", role="search"):
        with tag("div", classes="field grow"):
            tag("label", words("people.search"), for_="q")
            given(tag("input", id="q", name="q", type="search", maxlength="200"), wanted.q or "")
        stages = [(stage, words(f"stage.{stage}")) for stage in STAGES]
        _select(visit, "stage", words("person.stage"), stages, wanted.stage)
        _select(visit, "grade", words("person.grade"), [(g, g) for g in GRADES], wanted.grade)
        states = [(one.value, words(f"side.{one.value}")) for one in SideState]
        _select(visit, "state", words("people.state"), states, wanted.state)
        with tag("label", classes="check"):
            box = tag("input", type="checkbox", name="hot", value="1")
            if wanted.hot:
                box.props["checked"] = True
            tag("span", words("people.hot_only"))
        tag("button", words("people.find"), "button main", type="submit")


def _select(
    visit: Visit, name: str, label: str, options: list[tuple[str, str]], chosen: str | None
) -> None:
    with tag("div", classes="field"):
        tag("label", label, for_=name)
        with tag("select", id=name, name=name):
            for value, text in [("", visit.words("people.any")), *options]:
                option = tag("option", text, value=value)
                if value == (chosen or ""):
                    option.props["selected"] = True


def _table(visit: Visit, found: Sequence[Person]) -> None:
    with tag("ul", classes="plain-list rows card"):
        for person in found:
            _row(visit, person)


def _row(visit: Visit, person: Person) -> None:
    words = visit.words
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            name = name_of(person["agreed"], words.language, words("person.unknown"))
            link(name, f"/people/{person['id']}", "strong")
            tag("p", company_of(person["agreed"]), "muted")
        with tag("div", classes="chips"):
            if person["hot_since"] is not None:
                badge(words("leads.hot"), "warn")
            badge(words.known("stage", person["stage"]))
            for side in person["sides"]:
                text = f"{side['connection']}: {words.known('side', side['state'])}"
                badge(text, SIDE_TONES.get(side["state"], "calm"))
        Moment(person["updated_at"], visit).classes("muted when")
        score_pill(person["score"], person["grade"], visit)


def _pages(request: Request, visit: Visit, after: Place | None, last: Person | None) -> None:
    kept = {k: v for k, v in request.query_params.items() if k not in {"after", "lang"}}
    with tag("p", classes="pages"):
        if after is not None:
            link(visit.words("people.first"), f"/people?{urlencode(kept)}")
        if last is not None:
            ask = urlencode({**kept, "after": encode(people.place(last, "score"))})
            link(visit.words("people.more"), f"/people?{ask}", rel="next")

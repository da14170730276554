"""Pairs that may be one: both side by side, and a click that says whether they are."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import Request

from app.store import candidates
from app.store.candidates import Candidate, CandidateState
from app.store.people import of_ids
from app.web.ui import actions
from app.web.ui.actions import Verdict
from app.web.ui.desk import Visit
from app.web.ui.frame import act, frame, visit_of, watch
from app.web.ui.people import Person
from app.web.ui.pieces import Moment, badge, empty, link, name_of, tag, value_of

LIMIT = 50
STATES = {"open": "/candidates", "rejected": "/candidates?state=rejected"}


async def page(request: Request) -> None:
    """The page `/candidates`; `?state=rejected` shows what was rejected."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    state: CandidateState = (
        "rejected" if request.query_params.get("state") == "rejected" else "open"
    )
    found, people, n = await asyncio.to_thread(_read, visit, state)
    with frame(request, "candidates", sight) as main:
        tag("h1", words("candidates.title"))
        with tag("nav", classes="chips", aria_label=words("candidates.title")):
            for name, address in STATES.items():
                current = {"aria_current": "page"} if name == state else {}
                link(words(f"candidates.{name}"), address, "button", **current)
        if not found:
            with tag("div", classes="card"):
                empty(words("candidates.none"), words("candidates.none_hint"))
        with tag("ul", classes="plain-list"):
            for one in found:
                _pair(visit, one, people[one.one_id], people[one.two_id])
        if state == "open" and n > len(found):
            tag("p", words("leads.more", shown=len(found), all=n), "muted")
    watch(visit, main)


def _read(
    visit: Visit, state: CandidateState
) -> tuple[Sequence[Candidate], Mapping[Any, Person], int]:
    with visit.desk.parts.database.begin() as tx:
        found = candidates.listed(tx, None, state, None, LIMIT)
        people = of_ids(tx, {i for one in found for i in (one.one_id, one.two_id)})
        known = [one for one in found if one.one_id in people and one.two_id in people]
        return known, people, candidates.waiting(tx)


def _pair(visit: Visit, one: Candidate, first: Person, second: Person) -> None:
    words = visit.words
    with tag("li", classes="card trouble") as card:
        with tag("div", classes="card-head"):
            tag("h2", words("candidates.likeness", percent=round(one.likeness * 100)))
            for reason in one.reasons:
                badge(words.known("alike", reason))
        _compared(visit, first, second)
        with tag("div", classes="card-foot"):
            Moment(one.created_at, visit).classes("muted")
            if one.decided_by:
                tag("span", words("candidates.decided", by=one.decided_by), "muted")
            if visit.may_operate:
                deeds: tuple[Verdict, ...] = ("confirm", "reject")
                if one.state == "rejected":
                    deeds = ("reopen",)
                for deed in deeds:
                    button = tag("button", words(f"candidates.{deed}"), "button", type="button")
                    done = partial(actions.decide_pair, visit, one, deed)
                    button.on("click", act(visit, done, card.delete))


def _compared(visit: Visit, first: Person, second: Person) -> None:
    """A line for each field that either has; what differs is marked."""
    words = visit.words
    both = (first, second)
    with tag("table", classes="compared"):
        with tag("tr"):
            tag("th", words("candidates.field"), scope="col")
            for person in both:
                with tag("th", scope="col"):
                    name = name_of(person["agreed"], words.language, words("person.unknown"))
                    link(name, f"/people/{person['id']}")
        with tag("tr"):
            tag("th", words("person.sides"), scope="row")
            for person in both:
                tag("td", ", ".join(_record(side) for side in person["sides"] if _there(side)))
        for field in sorted({*first["agreed"], *second["agreed"]}):
            values = [person["agreed"].get(field) for person in both]
            if all(value is None for value in values):
                continue
            with tag("tr"):
                tag("th", field, scope="row")
                for value in values:
                    with tag("td", classes="" if values[0] == values[1] else "strong"):
                        value_of(visit, value)


def _there(side: Mapping[str, Any]) -> bool:
    return side["external_id"] is not None


def _record(side: Mapping[str, Any]) -> str:
    return " ".join(part for part in (side["connection"], side["object"]) if part)

"""Who may be the same: likely pairs with a click that says whether they are one, and several of
one system that share an address or another key.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from fastapi import Request

from app.flows import rules as rules_
from app.flows.refer import Named, named_by
from app.store import candidates
from app.store.candidates import Candidate, CandidateState
from app.store.people import of_ids
from app.web.ui import actions
from app.web.ui.actions import Verdict
from app.web.ui.compared import compared
from app.web.ui.desk import Visit
from app.web.ui.duplicates import Listed, duplicates, read_duplicates
from app.web.ui.frame import act, frame, visit_of, watch
from app.web.ui.people import Person, shown_of
from app.web.ui.pieces import Moment, badge, empty, link, tag

LIMIT = 50
Found: TypeAlias = tuple[Sequence[Candidate], Mapping[Any, Person], Named, int]
TABS = {
    "open": "/candidates",
    "rejected": "/candidates?state=rejected",
    "duplicates": "/candidates?state=duplicates",
}


async def page(request: Request) -> None:
    """The page `/candidates`; `?state=rejected` shows what was rejected, `?state=duplicates`
    several with one value of a `key`, behind `after`.
    """
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    asked = request.query_params
    tab = asked.get("state", "open") if asked.get("state") in TABS else "open"
    show: Callable[[], None]
    if tab == "duplicates":
        listed: Listed = await asyncio.to_thread(read_duplicates, visit, asked)
        show = partial(duplicates, visit, listed)
    else:
        state: CandidateState = "rejected" if tab == "rejected" else "open"
        show = partial(_pairs, visit, state, await asyncio.to_thread(_read, visit, state))
    with frame(request, "candidates", sight) as main:
        tag("h1", visit.words("candidates.title"))
        _tabs(visit, tab)
        show()
    watch(visit, main)


def _tabs(visit: Visit, chosen: str) -> None:
    with tag("nav", classes="chips", aria_label=visit.words("candidates.title")):
        for name, address in TABS.items():
            current = {"aria_current": "page"} if name == chosen else {}
            link(visit.words(f"candidates.{name}"), address, "button", **current)


def _pairs(visit: Visit, state: CandidateState, read: Found) -> None:
    words = visit.words
    found, people, named, n = read
    if not found:
        with tag("div", classes="card"):
            empty(words("candidates.none"), words("candidates.none_hint"))
    with tag("ul", classes="plain-list"):
        for one in found:
            _pair(visit, one, (people[one.one_id], people[one.two_id]), named)
    if state == "open" and n > len(found):
        tag("p", words("leads.more", shown=len(found), all=n), "muted")


def _read(visit: Visit, state: CandidateState) -> Found:
    with visit.desk.parts.database.begin() as tx:
        found = candidates.listed(tx, None, state, None, LIMIT)
        people = of_ids(tx, {i for one in found for i in (one.one_id, one.two_id)})
        known = [one for one in found if one.one_id in people and one.two_id in people]
        named = named_by(tx, rules_.load(tx), map(shown_of, people.values()))
        return known, people, named, candidates.waiting(tx)


def _pair(visit: Visit, one: Candidate, both: Sequence[Person], named: Named) -> None:
    words = visit.words
    with tag("li", classes="card trouble") as card:
        with tag("div", classes="card-head"):
            tag("h2", words("candidates.likeness", percent=round(one.likeness * 100)))
            for reason in one.reasons:
                badge(words.known("alike", reason))
        compared(visit, both, named)
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

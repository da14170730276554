"""The list of hand-offs: where each stands, how good it is, and how long it has waited."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args
from urllib.parse import urlencode

from fastapi import Request

from app.domain.handoff_document import FlowName
from app.domain.handoff_moves import ENDED, STATES
from app.store import handoffs_listing
from app.store.handoffs_listing import Wanted
from app.web.paging import decode, encode
from app.web.problems import Problem
from app.web.ui.desk import Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import Moment, Tone, badge, company_of, empty, link, name_of, tag

PAGE = 50
WHICH = ("open", "ended", "any")
STATE_TONES: Mapping[str, Tone] = {
    "delivered": "warn", "questioned": "warn", "answered": "warn", "submitted": "warn",
    "returned": "warn", "feedback_due": "warn", "accepted": "good", "meeting_set": "good",
    "reported": "good", "won": "good", "done": "good", "rejected": "bad", "lost": "bad",
}  # fmt: skip
BAND_TONES: Mapping[str, Tone] = {"high": "good", "standard": "warn", "low": "bad"}


async def page(request: Request) -> None:
    """The page `/handoffs`."""
    visit = visit_of(request)
    sight = await visit.desk.live.look()
    wanted, which = _wanted(request)
    rows = await asyncio.to_thread(_read, visit, wanted, _after(request))
    with frame(request, "handoffs", sight) as main:
        tag("h1", visit.words("handoffs.title"))
        _filters(request, visit, wanted, which)
        if rows:
            with tag("ul", classes="plain-list rows card"):
                for row in rows[:PAGE]:
                    _row(visit, row)
            _older(request, visit, rows)
        else:
            with tag("div", classes="card"):
                empty(visit.words("handoffs.none"), visit.words("handoffs.none_hint"))
    watch(visit, main)


def _wanted(request: Request) -> tuple[Wanted, str]:
    given = request.query_params
    state, flow, which = given.get("state"), given.get("flow"), given.get("which", "open")
    state = state if state in STATES else None
    ended = {"open": True, "ended": False}.get(which)
    if state is not None:
        ended, which = None, "ended" if state in ENDED else "open"
    return Wanted(state, flow if flow in get_args(FlowName) else None, open_=ended), which


def _after(request: Request) -> tuple[datetime, int] | None:
    """Where to go on; an address that was tampered with leads to the first page."""
    try:
        found = decode(request.query_params.get("after"), datetime, int)
    except Problem:
        return None
    return None if found is None or found[0].tzinfo is None else (found[0], found[1])


def _read(visit: Visit, wanted: Wanted, after: tuple[datetime, int] | None) -> list[dict[str, Any]]:
    with visit.desk.parts.database.begin() as tx:
        return handoffs_listing.listed(tx, wanted, after, PAGE + 1)


def _filters(request: Request, visit: Visit, wanted: Wanted, which: str) -> None:
    words = visit.words
    choices: Mapping[str, tuple[str, Sequence[tuple[str, str]], str | None]] = {
        "which": (
            words("handoffs.which"), [(one, words(f"handoffs.{one}")) for one in WHICH], which,
        ),
        "state": (
            words("handoffs.state"),
            [("", words("handoffs.any")), *((s, words(f"handoff_state.{s}")) for s in STATES)],
            wanted.state,
        ),
        "flow": (
            words("handoffs.flow"),
            [("", words("handoffs.any")),
             *((f, words(f"handoffs.{f}")) for f in get_args(FlowName))],
            wanted.flow,
        ),
    }  # fmt: skip
    with tag("form", classes="filters card", method="get", action=request.url.path, role="search"):
        for name, (label, options, chosen) in choices.items():
            with tag("div", classes="field"):
                tag("label", label, for_=name)
                with tag("select", id=name, name=name):
                    for value, text in options:
                        option = tag("option", text, value=value)
                        if value == (chosen or ""):
                            option.props["selected"] = True
        tag("button", words("people.find"), "button main", type="submit")


def _row(visit: Visit, row: Mapping[str, Any]) -> None:
    words, now = visit.words, datetime.now(UTC)
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            name = name_of(row["agreed"], words.language, row["email"] or words("person.unknown"))
            link(name, f"/handoffs/{row['id']}", "strong")
            about = [company_of(row["agreed"]), words(f"handoffs.{row['flow']}")]
            tag("p", " · ".join(part for part in about if part), "muted")
        with tag("div", classes="chips"):
            badge(words(f"handoff_state.{row['state']}"), STATE_TONES.get(row["state"], "calm"))
            quality = f"{words('handoffs.quality')} {row['quality']}"
            badge(quality, BAND_TONES.get(row["band"], "calm"))
            if row["due_at"] is not None and row["due_at"] < now:
                badge(words("handoffs.late"), "bad")
        with tag("div", classes="chips muted"):
            tag("span", words("handoffs.age", n=max(0, (now - row["state_at"]).days)))
            if row["receiver"]:
                tag("span", f"→ {row['receiver']}")
        Moment(row["changed_at"], visit).classes("muted when")


def _older(request: Request, visit: Visit, rows: Sequence[Mapping[str, Any]]) -> None:
    if len(rows) > PAGE:
        last = rows[PAGE - 1]
        after = encode((last["changed_at"], last["id"]))
        query = urlencode({**request.query_params, "after": after})
        with tag("div", classes="pages"):
            link(visit.words("handoffs.older"), f"?{query}")

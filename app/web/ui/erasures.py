"""Who was erased: when, by whom, how it stands in each system. It names nobody."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request

from app.store import tombstones
from app.web.api.erasures import ErasureView, view
from app.web.paging import decode, encode
from app.web.problems import Problem
from app.web.ui.desk import Visit
from app.web.ui.erasing import TONES
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import Moment, badge, empty, link, tag

PAGE = 50
SHORT = 12  # characters of a digest that tell it from others; the receipt has all
COMMANDS = ("baton erase ada@example.com --dry-run", "baton erasures")
Place: TypeAlias = tuple[datetime, UUID]


async def page(request: Request) -> None:
    """The page `/erasures`, newest first, behind `after`."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    after = _place(request)
    found = await asyncio.to_thread(_read, visit, after) if visit.may_operate else []
    with frame(request, "erasures", sight) as main:
        tag("h1", words("erasures.title"))
        tag("p", words("erasures.intro"), "muted")
        if visit.may_operate:
            _list(visit, found[:PAGE])
            _pages(visit, after, found[PAGE - 1] if len(found) > PAGE else None)
        else:
            tag("p", words("app.forbidden"), "notice warn")
    watch(visit, main)


def _place(request: Request) -> Place | None:
    """Where to go on; an address that was tampered with leads to the first page."""
    try:
        after = decode(request.query_params.get("after"), datetime, UUID)
    except Problem:
        return None
    if after is None or after[0].tzinfo is None:
        return None
    return after[0], after[1]


def _read(visit: Visit, after: Place | None) -> list[ErasureView]:
    """A page, and one more where there is more."""
    with visit.desk.parts.database.begin() as tx:
        return [view(one) for one in tombstones.listed(tx, after, PAGE + 1)]


def _list(visit: Visit, found: Sequence[ErasureView]) -> None:
    words = visit.words
    if not found:
        with tag("div", classes="card"):
            empty(words("erasures.none"), words("erasures.none_hint"), COMMANDS)
        return
    with tag("ul", classes="plain-list rows card"):
        for one in found:
            _row(visit, one)


def _row(visit: Visit, one: ErasureView) -> None:
    words = visit.words
    with tag("li", classes="row"):
        with tag("div", classes="grow"):
            with link("", f"/erasures/{one.id}", "strong"):
                Moment(one.at, visit, "full")
            kind, by = (
                words.known("kind", one.kind),
                words(f"erasures.{one.source}", by=one.by),
            )
            tag("p", f"{kind} · {by}", "muted")
            _digests(visit, one.digests)
        with tag("div", classes="chips"):
            done = "open" if one.completed_at is None else "complete"
            badge(words(f"erasures.{done}"), "calm" if done == "open" else "good")
            for system in one.systems:
                text = f"{system.connection}: {words(f'erasure.{system.state}')}"
                badge(text, TONES[system.state])


def _digests(visit: Visit, digests: Sequence[str]) -> None:
    with tag("p", classes="muted"):
        tag("span", f"{visit.words('erasures.digests')}: ")
        for digest in digests:
            tag("code", f"{digest[:SHORT]}… ")


def _pages(visit: Visit, after: Place | None, last: ErasureView | None) -> None:
    with tag("p", classes="pages"):
        if after is not None:
            link(visit.words("people.first"), "/erasures")
        if last is not None:
            ask = urlencode({"after": encode((last.at, last.id))})
            link(visit.words("people.more"), f"/erasures?{ask}", rel="next")

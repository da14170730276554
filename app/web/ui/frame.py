"""What every page has: the way to the others, its main part, and the watch over the session."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import structlog
from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from app.configuring import InUse, Invalid, Missing
from app.flows import clock_pauses
from app.flows.react import NoSuchAlert, NotPossible
from app.flows.regroup import Unfit, Unknown
from app.flows.resolve import NotResolved
from app.store.faults import DOWN
from app.web.ui.desk import NotAllowed, Visit
from app.web.ui.live import Sight
from app.web.ui.navigation import navigation
from app.web.ui.pieces import link, tag
from app.web.ui.plain import address_of
from app.web.ui.words import Words

log = structlog.get_logger(__name__)
EVERY_S = 1.0


def visit_of(request: Request) -> Visit:
    """Who looks, as the gate found out."""
    visit: Visit = request.state.visit
    return visit


@contextmanager
def frame(
    request: Request, active: str, sight: Sight, *, by_days: bool = False
) -> Iterator[Element]:
    """Side bar and main part of a page; answers the main part.

    `by_days`: the server says times of day on it. It learns the zone from the first page that is
    shown, so where that is this page, the browser loads it once more.
    """
    visit = visit_of(request)
    words = visit.words
    title = words(f"nav.{active}")
    ui.page_title(f"{title} · Baton")
    if by_days and not (visit.zone or visit.here):
        ui.add_head_html('<meta name="baton-zone" content="unknown">')
    for sheet in ("palette.css", "style.css", "icons.css"):
        ui.add_head_html(f'<link rel="stylesheet" href="{address_of(sheet)}">')
    ui.add_head_html(f"<script>{_beginning(words)}</script>")
    ui.add_head_html(f'<script src="{address_of("zone.js")}"></script>')
    ui.add_head_html(f'<script src="{address_of("session.js")}" defer></script>')
    link(words("app.skip"), "#main", "skip")
    navigation(request, visit, active, sight)
    with tag("div", id="main", tabindex="-1") as main:  # it stands in NiceGUI's own <main>
        yield main


def _beginning(words: Words) -> str:
    """What is done before anything is shown; session.js takes the rest from there."""
    lost = [words("app.lost"), words("app.again_soon")]
    return (
        f"document.documentElement.lang = {json.dumps(words.language)};"
        f"window.batonLost = {json.dumps(lost)};"
        "document.documentElement.classList.add('connecting')"
    )


def watch(visit: Visit, main: Element, show: Callable[[Sight], None] | None = None) -> None:
    """Look at the board every second: end the page with its session, else show what changed."""

    async def look() -> None:
        try:
            sight = await visit.desk.live.look()
        except DOWN:
            return
        if sight.current and not visit.still_allowed(sight.board):
            main.clear()
            ui.navigate.to("/signin")
        elif show is not None:
            show(sight)

    ui.timer(EVERY_S, look, immediate=False)


def asking(question: str) -> str:
    """The browser's side of a click that counts only after a yes to a question."""
    return f"(...args) => {{ if (window.confirm({json.dumps(question)})) emit(...args) }}"


def asking_why(question: str) -> str:
    """The same, where the reason is asked for, too: it is what the click says."""
    return (
        f"() => {{ const why = window.prompt({json.dumps(question)}); "
        "if (why !== null) emit(why) }"
    )


def act(
    visit: Visit, deed: Callable[[], None], then: Callable[[], None] | None = None
) -> Callable[[], Awaitable[None]]:
    """A click handler: do it outside of the event loop, say how it went, `then` go on."""

    async def clicked() -> None:
        words = visit.words
        try:
            await asyncio.to_thread(deed)
        except NotAllowed:
            ui.notify(words("app.forbidden"), type="negative")
        except (Missing, Unknown, NoSuchAlert):
            ui.notify(words("app.not_found"), type="negative")
        except (InUse, Invalid, Unfit) as error:
            ui.notify(words("jobs.in_the_way", reason=str(error)), type="negative")
        except (NotPossible, clock_pauses.NotPossible, clock_pauses.NoSuchClock):
            ui.notify(words("react.too_late"), type="negative")
        except NotResolved:
            ui.notify(words("conflicts.not_resolved"), type="negative")
        except DOWN:
            ui.notify(words("app.down"), type="negative")
        else:
            ui.notify(words("app.done"), type="positive")
            if then is not None:
                then()

    return clicked

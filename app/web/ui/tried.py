"""Trying something on a page: it takes a moment, and then shows what came of it or why not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

from fastapi import Request
from nicegui.element import Element

from app.accounts import NoSuchConnection
from app.configuring import InUse, Invalid, Missing
from app.store.faults import DOWN
from app.web.ui import actions
from app.web.ui.desk import NotAllowed, Visit
from app.web.ui.frame import frame, visit_of, watch
from app.web.ui.pieces import link, tag
from connectors.base import ConnectorError

T = TypeVar("T")
Read: TypeAlias = Callable[[Visit], T]
Show: TypeAlias = Callable[[Visit, T], None]
REFUSED = (Invalid, Missing, InUse, NoSuchConnection, ConnectorError)


def trying(
    visit: Visit,
    place: Element,
    read: Callable[[], T],
    show: Callable[[T], None],
    *,
    waiting: str = "trial.waiting",
) -> Callable[[], Awaitable[None]]:
    """What a button does for an operator: `read` in a thread, for it may ask the database and
    vendors; `show` what it answers in `place`, or why there is nothing.
    """
    words = visit.words

    def asked() -> tuple[T, None] | tuple[None, str]:
        try:
            actions.check_operator(visit)
            return read(), None
        except NotAllowed:
            return None, words("app.forbidden")
        except DOWN:
            return None, words("app.down")
        except REFUSED as error:
            return None, words("trial.failed", reason=str(error))

    async def act() -> None:
        place.clear()
        with place:
            tag("p", words(waiting), "muted")
        found, why_not = await asyncio.to_thread(asked)
        place.clear()
        with place:
            if why_not is not None:
                tag("p", why_not, "notice bad", role="alert")
            elif found is not None:
                show(found)

    return act


def head(
    visit: Visit,
    said: tuple[str, str],
    buttons: Callable[[Element], None] | None = None,
) -> None:
    """The head of a page on which a version of a document is tried: title and what is done, the
    way back, and for operators a row of `buttons`, each of which shows in a place below what came
    of it.
    """
    title, intro = said
    words = visit.words
    tag("h1", title)
    tag("p", intro, "muted")
    with tag("p"):
        link(words("documents.every"), "/documents")
    if buttons is None:
        return
    if not visit.may_operate:
        tag("p", words("app.forbidden"), "notice warn")
        return
    row = tag("div", classes="chips")
    place = tag("div", aria_live="polite")
    with row:
        buttons(place)


async def at_once(
    request: Request, words_of: str, name: str, version: int, *, read: Read[T], show: Show[T]
) -> None:
    """A page that shows what a version of a document would do, or why that can't be said."""
    visit = visit_of(request)
    words = visit.words
    sight = await visit.desk.live.look()
    found, why_not = await asyncio.to_thread(_read, visit, read)
    with frame(request, "documents", sight) as main:
        title = words(f"{words_of}.try_title", name=name, version=version)
        head(visit, (title, words(f"{words_of}.try_intro")))
        if why_not is not None:
            tag("p", why_not, "notice bad", role="alert")
        elif found is not None:
            show(visit, found)
    watch(visit, main)


def _read(visit: Visit, read: Read[T]) -> tuple[T, None] | tuple[None, str]:
    try:
        return read(visit), None
    except Missing:
        return None, visit.words("app.not_found")
    except Invalid as error:
        return None, visit.words("trial.failed", reason=str(error))

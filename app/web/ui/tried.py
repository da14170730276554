"""Trying something on a page: it takes a moment, and then shows what came of it or why not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from nicegui.element import Element

from app.accounts import NoSuchConnection
from app.configuring import InUse, Invalid, Missing
from app.store.faults import DOWN
from app.web.ui import actions
from app.web.ui.desk import NotAllowed, Visit
from app.web.ui.pieces import tag
from connectors.base import ConnectorError

T = TypeVar("T")
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

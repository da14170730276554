"""What operators do from the pages. Each asks anew whether the viewer may; each is journalled."""

from typing import Any
from uuid import uuid4

from app import configuring
from app.store import attention, board, journal, lanes
from app.store.attention import Item, Wanted
from app.store.db import Tx
from app.store.journal import Line
from app.web.deps import RANKS, transacted
from app.web.ui.desk import NotAllowed, Visit


def pause(visit: Visit, name: str) -> None:
    """Stop all traffic of a connection; what comes up meanwhile waits. Raises: NotAllowed."""
    with visit.desk.parts.database.begin() as tx:
        _operator(tx, visit)
        configuring.pause(tx, name)
        _note(tx, visit, "paused", name)


def resume(visit: Visit, name: str) -> None:
    """Let a connection work again, from where it stopped. Raises: NotAllowed."""
    with visit.desk.parts.database.begin() as tx:
        _operator(tx, visit)
        wakes = configuring.resume(tx, name)
        _note(tx, visit, "resumed", name)
    visit.desk.parts.wake(wakes)


def retry(visit: Visit, item: Item) -> None:
    """Try again what failed; resume a connection that stands. Raises: NotAllowed."""
    if item.what == "connection":
        resume(visit, item.subject)
        return

    def again(tx: Tx) -> set[str]:
        _operator(tx, visit)
        attention.retry(tx, Wanted(key=item.key), _by(visit))
        return set(lanes.due(tx))

    visit.desk.parts.wake(transacted(visit.desk.parts, again))


def _operator(tx: Tx, visit: Visit) -> None:
    key = board.live_key(tx, visit.key.id)
    if key is None or RANKS[key.role] < RANKS["operator"]:
        raise NotAllowed(visit.key.id)


def _note(tx: Tx, visit: Visit, event: str, connection: str) -> None:
    journal.write(tx, [Line(event, None, connection, uuid4(), dict[str, Any](_by(visit)))])


def _by(visit: Visit) -> dict[str, str]:
    return {"by": visit.key.name, "key": visit.key.id}

"""Replay: an activity goes where the rules of now send it, once more.

At a vendor it keeps its key, so that what was logged there is found again and not doubled. An entry
that the rules of now leave out stays where it is.
"""

from datetime import datetime
from uuid import uuid4

from app.flows import routing
from app.flows.rules import Rules
from app.store import journal, replays
from app.store.db import Tx
from app.store.journal import Line


class NoSuchActivity(LookupError):
    """There is no activity of that number."""


class NobodyKnown(Exception):
    """Its person is not known yet; it is routed as soon as there is one."""


def replay(tx: Tx, rules: Rules, activity_id: int, by: str, *, now: datetime) -> set[str]:
    """Route an activity anew; lanes to wake. Raises: NoSuchActivity, NobodyKnown."""
    found = replays.lock(tx, activity_id)
    if found is None:
        raise NoSuchActivity(f"there is no activity {activity_id}")
    if found.link_id is None:
        raise NobodyKnown("nobody knows yet whose activity that is; it is delivered when they do")
    replays.withdraw(tx, found)
    wakes = routing.route(tx, rules, [found], now=now)
    detail = {"activity": activity_id, "by": by}
    journal.write(tx, [Line("activity_replayed", found.link_id, found.connection, uuid4(), detail)])
    return wakes

"""The lanes of campaigns: `read:{connection}:members:{campaign}` and `members:{connection}`."""

from collections.abc import Callable
from datetime import datetime

from app.flows import campaigns_read, campaigns_write
from app.flows.step import Step
from app.store.campaigns import FEED
from connectors.campaigns import KeepsMembers

Clock = Callable[[], datetime]


def reading(connection: str, feed: str) -> Step | None:
    """The step of a feed of members; None where the feed is another one."""
    what, _, campaign = feed.partition(":")
    if what != FEED:
        return None
    return Step(
        connection,
        lambda tx: campaigns_read.plan(tx, connection, campaign),
        campaigns_read.call,
        campaigns_read.settle,
        campaigns_read.give_up,
    )


def writing(connection: str, connector: object, now: Clock) -> Step:
    """The step that makes campaigns and tells a connection their members."""
    limit = connector.members_at_once() if isinstance(connector, KeepsMembers) else 1
    return Step(
        connection,
        lambda tx: campaigns_write.plan(tx, connection, limit, now=now()),
        campaigns_write.call,
        lambda tx, ask, answer: campaigns_write.settle(tx, ask, answer, now=now()),
        lambda tx, ask, error: campaigns_write.give_up(tx, ask, error, now=now()),
    )

"""The lanes of campaigns: `read:{connection}:members:{campaign}` and its `figures:`, and
`members:{connection}`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.flows import (
    campaigns_credit,
    campaigns_figures,
    campaigns_read,
    campaigns_write,
    nurture,
)
from app.flows.step import Step
from app.store.campaigns import FEED, FIGURES
from app.store.db import Tx
from connectors.base import ConnectorError
from connectors.campaigns import KeepsMembers

Clock = Callable[[], datetime]


def reading(connection: str, feed: str) -> Step | None:
    """The step of a feed of campaigns; None where the feed is another one."""
    what, _, campaign = feed.partition(":")
    verbs = {FEED: campaigns_read, FIGURES: campaigns_figures}
    verb = verbs.get(what)
    if verb is None:
        return None
    return Step(
        connection,
        lambda tx: verb.plan(tx, connection, campaign),
        verb.call,
        verb.settle,
        verb.give_up,
    )


def writing(connection: str, connector: object, now: Clock) -> Step:
    """The step that makes campaigns, tells a connection their members, what came of them, and who
    is on the list of those to be won again.
    """
    limit = connector.members_at_once() if isinstance(connector, KeepsMembers) else 1

    def plan(tx: Tx) -> object:
        return (
            campaigns_write.plan(tx, connection, limit, now=now())
            or campaigns_credit.plan(tx, connection, limit)
            or nurture.plan(tx, connection, limit, now=now())
        )

    def call(speaks: object, ask: Any) -> Mapping[str, Any]:
        if isinstance(ask, campaigns_write.Ask):
            return campaigns_write.call(speaks, ask)
        answered: Mapping[str, Any] = _verb(ask).call(speaks, ask)
        return answered

    def settle(tx: Tx, ask: Any, answer: Any) -> set[str]:
        if isinstance(ask, campaigns_write.Ask):
            return campaigns_write.settle(tx, ask, answer, now=now())
        wakes: set[str] = _verb(ask).settle(tx, ask, answer)
        return wakes

    def give_up(tx: Tx, ask: Any, error: ConnectorError) -> set[str]:
        if isinstance(ask, campaigns_write.Ask):
            return campaigns_write.give_up(tx, ask, error, now=now())
        wakes: set[str] = _verb(ask).give_up(tx, ask, error)
        return wakes

    return Step(connection, plan, call, settle, give_up)


def _verb(ask: object) -> Any:
    return nurture if isinstance(ask, nurture.Ask) else campaigns_credit

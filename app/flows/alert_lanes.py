"""The lanes of alerts: `alert:{connection}` (task and bell), `tell:{connection}` (messages),
`look:{connection}` (how tasks stand), `escalate`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from app.flows import alert, escalate, looking, telling
from app.flows.alert_links import Links
from app.flows.step import Step

Clock = Callable[[], datetime]


def builders(
    links: Links, now: Clock, batch: Callable[[str], int]
) -> Mapping[str, Callable[[str, str], Step]]:
    """What makes the steps, by verb. `batch`: how many alerts a connection takes at once."""
    return {
        "alert": lambda name, _: alerting(name, batch(name), links, now),
        "tell": lambda name, _: tell(name, links, now),
        "look": lambda name, _: looking.step(name, batch(name), now),
        "escalate": lambda *_: escalate.step(now),
    }


def alerting(name: str, limit: int, links: Links, now: Clock) -> Step:
    """Raise tasks, ring bells."""
    return Step(
        name,
        lambda tx: alert.plan(tx, name, limit, links, now=now()),
        alert.call,
        lambda tx, ask, answer: alert.settle(tx, ask, answer, now=now()),
        lambda tx, ask, error: alert.give_up(tx, ask, error, now=now()),
    )


def tell(name: str, links: Links, now: Clock) -> Step:
    """Send messages."""
    return Step(
        name,
        lambda tx: telling.plan(tx, name, links, now=now()),
        telling.call,
        lambda tx, ask, answer: telling.settle(tx, ask, answer, now=now()),
        lambda tx, ask, error: telling.give_up(tx, ask, error, now=now()),
    )

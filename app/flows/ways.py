"""Ways to tell somebody: which of a document's channels can be used, and what is told by them.

Alerts, hand-offs and clocks all tell by these; the lane `tell:{connection}` sends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from app.domain.hot_lead_document import Channel
from app.flows.rules import Rules
from app.store import alert_messages
from app.store.alert_messages import NewMessage, Told, Topic
from app.store.db import Tx

NEEDS: Mapping[Channel, str] = MappingProxyType(
    {"task": "RaisesAlerts", "notification": "Notifies", "mention": "Mentions"}
)


def can_send(rules: Rules, name: str) -> bool:
    """Whether a connection is a channel."""
    one = rules.connections.get(name)
    return one is not None and "SendsMessages" in one.capabilities


def ways(
    rules: Rules, sfa: str | None, channels: Iterable[Channel], messages: Iterable[str]
) -> list[tuple[str, Told]]:
    """Connection and channel of each way that there is: those of the SFA, then messages."""
    target = None if sfa is None else rules.connections.get(sfa)
    found: list[tuple[str, Told]] = []
    if target is not None:
        able = target.capabilities
        found += [(target.name, one) for one in channels if NEEDS[one] in able]
    return found + [(name, "message") for name in messages if can_send(rules, name)]


@dataclass(frozen=True, slots=True)
class Whom:
    """Who is told at once, at which SFA (None: there is none), besides by channels."""

    sfa: str | None
    recipient: str | None


def tell(
    tx: Tx,
    rules: Rules,
    topic: Topic,
    whom: Whom,
    *,
    channels: Iterable[Channel],
    messages: Iterable[str],
    due_at: datetime,
) -> set[str]:
    """Have somebody told of something that is no alert, from `due_at` on; lanes to wake. Its task,
    if it has one, is the caller's, who makes it once by a key of its own.
    """
    rest = [one for one in channels if one != "task"]
    made = [
        NewMessage(name, how, whom.recipient or "", due_at, "notice")
        for name, how in ways(rules, whom.sfa, rest, messages)
    ]
    alert_messages.add_topic(tx, topic, made)
    return {f"tell:{one.connection}" for one in made}

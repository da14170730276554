"""One verb on one lane: what a drain does again and again until nothing is due."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.store.db import Tx
from connectors.base import ConnectorError

# The part of a vendor's allowance that a lane may use: alerts never wait for the rest, long work
# yields first.
PART_OF = {
    "alert": 1.0, "tell": 1.0, "remind": 0.98, "handoff": 0.98, "fetch": 0.98, "deliver": 0.98,
    "read": 0.96, "log": 0.96, "members": 0.96, "job": 0.95,
}  # fmt: skip
LOOK_PACE_S = 0.15  # HubSpot allows 19 calls/s; looks take at most half of them, in a burst


def pace_s(lane: str) -> float:
    """Seconds between two steps of a lane. Writes and alerts never wait."""
    if lane.startswith("fetch:"):
        return LOOK_PACE_S
    return LOOK_PACE_S * 2 if lane.startswith("read:") and ":activities:" in lane else 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """The three parts of a verb, bound to the lane's connection.

    `plan` answers None when nothing is due; `give_up` settles a call that failed as a whole.
    Without a `connection` each ask names its own, or None where nobody is called.
    """

    connection: str | None
    plan: Callable[[Tx], Any]
    call: Callable[[Any, Any], Any]
    settle: Callable[[Tx, Any, Any], set[str]]
    give_up: Callable[[Tx, Any, ConnectorError], set[str]] | None = None

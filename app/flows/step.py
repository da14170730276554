"""One verb on one lane: what a drain does again and again until nothing is due."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.store.db import Tx
from connectors.base import ConnectorError


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

"""Beside records: messages to people in chat and e-mail, mentions, and how tasks stand.

A channel is a connection of the role `out`: it is told things and holds no records.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from connectors.base import Alert, AuthLost, Busy, ConnectorError

Sent: TypeAlias = Mapping[str, ConnectorError | None]


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; "" where they need none."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """A link to press."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody is told. `key` (at most 60 characters) names it. `to` is the e-mail address of
    whom it is for; None for whoever reads the channel. Texts are plain: no markup means anything.
    """

    key: str
    to: str | None
    title: str
    sections: tuple[Section, ...] = ()
    buttons: tuple[Button, ...] = ()
    language: Literal["en", "ja"] = "en"


@runtime_checkable
class SendsMessages(Protocol):
    def send(self, messages: Sequence[Message]) -> Sent:
        """Tell people; None for each that was taken. NOT idempotent: one whose outcome is in doubt
        is not repeated. Raises only when none was tried: Busy, AuthLost, Unsure.
        """
        ...


def one_by_one(
    messages: Sequence[Message], send: Callable[[Message], ConnectorError | None]
) -> dict[str, ConnectorError | None]:
    """Send each by itself. After a channel said that it is busy or that we may not, the rest is
    not tried; what was sent before keeps its outcome. `send` answers or raises the five.
    """
    outcomes: dict[str, ConnectorError | None] = {}
    for message in messages:
        try:
            outcomes[message.key] = send(message)
        except (Busy, AuthLost) as error:
            if not outcomes:
                raise
            rest = (one.key for one in messages if one.key not in outcomes)
            return outcomes | dict.fromkeys(rest, error)
        except ConnectorError as error:
            outcomes[message.key] = error
    return outcomes


@dataclass(frozen=True, slots=True)
class TaskState:
    """How a rep's task stands: `status` in the vendor's words, `changed_at` by its clock."""

    is_open: bool
    status: str
    changed_at: datetime | None = None


@runtime_checkable
class ReadsTasks(Protocol):
    def tasks(self, ids: Sequence[str]) -> Mapping[str, TaskState]:
        """How tasks stand that `raise_alerts` made, at most `read_batch` at once, by id; what is
        not there any more is left out. Raises: Busy, AuthLost.
        """
        ...


@runtime_checkable
class Mentions(Protocol):
    def mention(self, alerts: Sequence[Alert]) -> Sent:
        """Post on the person's record, naming the rep. NOT idempotent, as `Notifies.notify`."""
        ...

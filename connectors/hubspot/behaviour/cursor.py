"""How a feed of activities is read on: a position, and what one step came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.base import Activity, Cursor, Page, Rejected
from connectors.hubspot.settling import settled
from connectors.hubspot.values import from_ms, to_ms


class Position(BaseModel):
    """Where a feed stands. Times are HubSpot's, in epoch milliseconds.

    A run reads from `base` on: what was before it has been shown. `since` is what is asked for
    now, `newest` what was seen, `started` when the run began. `place` is where in the run it is (a
    form, an event, a record), `after` HubSpot's own cursor of the next page there. `seen` is what
    is remembered from run to run.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    v: Literal[1]
    feed: str
    base: int | None = Field(default=None, ge=0)
    since: int | None = Field(default=None, ge=0)
    started: int | None = Field(default=None, ge=0)
    newest: int | None = Field(default=None, ge=0)
    after: str | None = None
    place: str | None = None
    seen: Mapping[str, str] = Field(default_factory=dict)

    def moved(self, **changes: Any) -> "Position":
        return self.model_copy(update=changes)

    def saw(self, found: Sequence[Activity]) -> "Position":
        """With the newest of these."""
        newest = max((to_ms(one.at) for one in found), default=self.newest)
        return self.moved(newest=newest if self.newest is None else max(newest or 0, self.newest))

    def begun(self, now: datetime | None) -> "Position":
        """With when the run began: what comes later may be missed by it."""
        if now is None or self.started is not None:
            return self
        return self.moved(started=to_ms(now))

    def rested(self, now: datetime | None, lag_s: float) -> "Position":
        """At the beginning of the next run: behind what can still change."""
        began = now if self.started is None else from_ms(self.started)
        since = settled(self.since, self.newest, began, lag_s)
        return Position(v=1, feed=self.feed, base=since, since=since, seen=self.seen)


@dataclass(frozen=True, slots=True)
class Step:
    """What one call found, and where to read on; `more` until the run is at its end."""

    at: Position
    more: bool
    found: Sequence[Activity] = field(default=())

    def page(self) -> Page[Activity]:
        found = sorted(self.found, key=lambda one: one.at)
        return Page(tuple(found), Cursor(self.at.model_dump_json(exclude_defaults=True)), self.more)


def position(feed: str, cursor: Cursor | None) -> Position:
    """Read a cursor. Raises: Rejected where this feed did not give it."""
    if cursor is None:
        return Position(v=1, feed=feed)
    try:
        found = Position.model_validate_json(cursor)
    except ValidationError as error:
        raise Rejected("not a cursor of this connector", code="bad_cursor") from error
    if found.feed != feed:
        raise Rejected(f"not a cursor of {feed!r}", code="bad_cursor")
    return found

"""What was deleted, by getDeleted: also what the recycle bin does not hold (any more).

A sweep by `queryAll` sees deleted records while they are in the recycle bin. What was hard-deleted
is only in the delete log, which is kept for 15 days. The log covers all until `latestDateCovered`,
which may stay hours behind while long transactions run.
Source: REST API Developer Guide, "Get Deleted"; Salesforce Help 000199029.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.base import Busy, Cursor, Hint, News, Rejected
from connectors.salesforce.ids import ref_in
from connectors.salesforce.session import Api, Row
from connectors.salesforce.settings import Settings
from connectors.salesforce.soql import moment, parse_moment

FEED: Final = "deleted"
KEPT_S = 15 * 86_400.0
BEGIN = timedelta(minutes=10)  # a feed that begins looks back so far
SHORTEST = timedelta(minutes=3)  # more than one, and both ends are cut to whole minutes
LONGEST = timedelta(days=14)


class Position(BaseModel):
    """Until when the log of each object is read."""

    model_config = ConfigDict(extra="forbid", strict=True)

    v: Literal[1] = 1
    feed: Literal["deleted"]
    until: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deleted:
    """The delete logs of all synced objects of one org."""

    api: Api
    every_s: float
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def hints(self, cursor: Cursor | None, wait_s: float) -> News:  # noqa: ARG002  nothing to wait for
        """Hints at all that was deleted since. Raises: Busy, AuthLost, Rejected (bad cursor)."""
        position = _position(cursor)
        now = self.now()
        hints: list[Hint] = []
        gap = cursor is None
        until: dict[str, str] = {}
        settings = self.api.settings
        for name in (one for kind in settings.kinds for one in settings.objects(kind)):
            since = parse_moment(position.until[name]) if name in position.until else now - BEGIN
            answer, lost = self._log(name, since, now)
            gap |= lost
            until[name] = moment(parse_moment(str(answer.get("latestDateCovered"))))
            rows = answer.get("deletedRecords") or ()
            hints += [hint for row in rows for hint in _hint(name, row, settings)]
        after = Cursor(Position(feed=FEED, until=until).model_dump_json())
        stands_at = min(parse_moment(one) for one in until.values())
        return News(tuple(hints), after, False, stands_at, KEPT_S, gap, self.every_s)

    def _log(self, name: str, since: datetime, now: datetime) -> tuple[dict[str, Any], bool]:
        """The log of an object, and whether what is older is gone from it."""
        try:
            return self._ask(name, min(since, now - SHORTEST), now), False
        except Rejected as error:
            if error.code != "INVALID_REPLICATION_DATE":
                raise
        return self._ask(name, now - LONGEST, now), True

    def _ask(self, name: str, start: datetime, end: datetime) -> dict[str, Any]:
        window = {"start": moment(start), "end": moment(end)}
        answer = self.api.call("GET", f"sobjects/{name}/deleted/", params=window)
        if not isinstance(answer, dict) or not answer.get("latestDateCovered"):
            raise Busy(f"deleted {name}: an answer without latestDateCovered")
        return answer


def _position(cursor: Cursor | None) -> Position:
    if cursor is None:
        return Position(feed=FEED)
    try:
        position = Position.model_validate_json(cursor)
        for stamp in position.until.values():
            datetime.fromisoformat(stamp)
    except (ValidationError, ValueError) as error:
        raise Rejected("the cursor cannot be read", code="BAD_CURSOR") from error
    return position


def _hint(name: str, row: Row, settings: Settings) -> Iterator[Hint]:
    ref = ref_in(name, str(row.get("id")), settings.custom_objects)
    if ref is not None:
        when = str(row.get("deletedDate"))
        yield Hint(f"deleted:{ref.id}:{when}", ref, parse_moment(when), feeds=())

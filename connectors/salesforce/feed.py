"""Reading a feed from a cursor: by SystemModstamp and Id, looking back a little each time.

A page is the next records in the order (SystemModstamp, Id), so any number of records with one
stamp is read through. A transaction that commits late leaves records with stamps before
the cursor; therefore each sweep begins `overlap_s` before the vendor's time at which the sweep
before it began. What was shown then exactly as it is now is known by a fingerprint in
the cursor and left out. (By the stamp alone it could not be told: stamps are whole seconds.)
A sweep of several pages is followed by a look back at once, for what changed meanwhile.
Source: Salesforce Help 000199029 (late commits); README.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from json import dumps
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.base import Cursor, Rejected
from connectors.salesforce.session import Api, Row
from connectors.salesforce.soql import moment, parse_moment, select

STAMP = "SystemModstamp"
REMEMBERED = 500  # fingerprints a stream keeps; beyond, a record may be shown again
_Stamp = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
_Id = Annotated[str, Field(pattern=r"^([A-Za-z0-9]{15}([A-Za-z0-9]{3})?)?$")]


@dataclass(frozen=True, slots=True)
class Stream:
    """One object of a feed. `fields` holds Id and `by`, the time by which it is read.

    `until`: only records whose time has come by then; `from_now`: and, as the feed begins, none
    from before.
    """

    name: str
    fields: Sequence[str]
    where: tuple[str, ...] = ()
    deleted_too: bool = False
    by: str = STAMP
    until: datetime | None = None
    from_now: bool = False

    @property
    def key(self) -> str:
        """Its name in the cursor."""
        return self.name if self.by == STAMP else f"{self.name} by {self.by}"

    def stamp(self, row: Row) -> str:
        return moment(parse_moment(str(row[self.by])))


class Position(BaseModel):
    """How far one stream is read: after record `id` of `stamp`, or from `stamp` on. `began` is
    when the sweep under way did; `looks_back` marks a sweep that follows another at once; `shown`
    is stamp and fingerprint of what lately came out.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    stamp: _Stamp | None = None
    id: _Id = ""
    began: _Stamp | None = None
    looks_back: bool = False
    shown: dict[str, tuple[_Stamp, str]] = Field(default_factory=dict)


class State(BaseModel):
    """A cursor. `turn` is the stream that a sweep of several pages is in; `since` is where streams
    begin that have no position yet.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    v: Annotated[int, Field(ge=1, le=1)] = 1
    feed: str
    since: _Stamp | None = None
    turn: int = Field(0, ge=0)
    at: dict[str, Position] = Field(default_factory=dict)


def load(feed: str, cursor: Cursor | None, streams: Sequence[Stream]) -> State:
    """Raises Rejected for a cursor that is damaged or of another feed; it never starts anew."""
    state = _read(feed, cursor)
    known = {stream.key for stream in streams}
    if state.turn >= len(streams) or not set(state.at) <= known:
        raise Rejected(f"the cursor is not one of {feed!r}", code="BAD_CURSOR")
    return state


def idle(feed: str, cursor: Cursor | None) -> Cursor:
    """The cursor as it was, of a feed whose object the org does not have. Raises: Rejected."""
    return Cursor(_read(feed, cursor).model_dump_json())


def _read(feed: str, cursor: Cursor | None) -> State:
    if cursor is None:
        return State(feed=feed)
    try:
        state = State.model_validate_json(cursor)
        for position in state.at.values():
            if position.stamp is not None:
                datetime.fromisoformat(position.stamp)
    except (ValidationError, ValueError) as error:
        raise Rejected("the cursor cannot be read", code="BAD_CURSOR") from error
    if state.feed != feed:
        raise Rejected(f"the cursor is not one of {feed!r}", code="BAD_CURSOR")
    return state


def page(
    api: Api, feed: str, streams: Sequence[Stream], cursor: Cursor | None
) -> tuple[list[tuple[Stream, Row]], Cursor, bool]:
    """The next rows, oldest change first; the cursor after them; whether to read on now."""
    state = load(feed, cursor, streams)
    found: list[tuple[Stream, Row]] = []
    more = False
    for turn in range(state.turn, len(streams)):
        stream = streams[turn]
        before = state.at.get(stream.key) or _beginning(stream, state.since)
        rows, is_full = _next_rows(api, stream, before)
        found += [(stream, row) for row in rows if not _was_shown(stream, before, row)]
        after = _after(api, stream, before, rows, is_full=is_full)
        state.at[stream.key] = after
        more = bool(after.id) or after.looks_back
        state.turn = turn if more else 0
        if more:
            break
    found.sort(key=lambda pair: (pair[0].stamp(pair[1]), str(pair[1]["Id"])))
    return found, Cursor(state.model_dump_json()), more


def beginning(feed: str, since: datetime) -> Cursor:
    """A cursor from which a feed shows what was changed since a time."""
    return Cursor(State(feed=feed, since=moment(since)).model_dump_json())


def _beginning(stream: Stream, since: str | None) -> Position:
    if since is None and stream.from_now and stream.until:
        return Position(stamp=moment(stream.until))
    return Position(stamp=since)


def _next_rows(api: Api, stream: Stream, position: Position) -> tuple[list[Row], bool]:
    where = list(stream.where)
    if position.stamp is not None:
        stamp, last = position.stamp, position.id
        where.append(f"{stream.by} >= {stamp}")
        if last:
            where.append(f"({stream.by} > {stamp} OR Id > '{last}')")
    if stream.until is not None and stream.by != STAMP:
        where.append(f"{stream.by} <= {moment(stream.until)}")
    size = api.settings.page_size
    order = f"{stream.by} ASC, Id ASC"
    soql = select(stream.fields, stream.name, *where, order=order, limit=size)
    answer = api.query(soql, deleted_too=stream.deleted_too)
    rows = list(answer["records"])
    return rows, bool(rows) and (len(rows) >= size or not answer.get("done", True))


def _after(
    api: Api, stream: Stream, before: Position, rows: Sequence[Row], *, is_full: bool
) -> Position:
    """Where to go on: after the last row, or at the end of a sweep some way back."""
    overlap = timedelta(seconds=api.settings.overlap_s)
    asked_at = stream.until or api.session.asked_at
    began = before.began or (None if asked_at is None else moment(asked_at))
    newest = stream.stamp(rows[-1]) if rows else before.stamp
    end = began or newest
    if end is None:
        return before
    since = moment(parse_moment(end) - overlap)
    if not before.id and before.stamp is not None:
        since = max(since, before.stamp)  # a sweep's start never moves back
    shown = _shown(stream, before, rows, since)
    if is_full:
        last = str(rows[-1]["Id"])
        looks_back = before.looks_back
        return Position(stamp=newest, id=last, began=began, looks_back=looks_back, shown=shown)
    had_pages = bool(before.id) and not before.looks_back
    return Position(stamp=since, looks_back=had_pages, shown=shown)


def _shown(
    stream: Stream, before: Position, rows: Sequence[Row], since: str
) -> dict[str, tuple[str, str]]:
    new = {str(row["Id"]): (stream.stamp(row), _fingerprint(row)) for row in rows}
    seen = before.shown | new
    recent = sorted((print_, name) for name, print_ in seen.items() if print_[0] >= since)
    return {name: print_ for print_, name in recent[-REMEMBERED:]}


def _was_shown(stream: Stream, before: Position, row: Row) -> bool:
    known = before.shown.get(str(row["Id"]))
    return known is not None and known == (stream.stamp(row), _fingerprint(row))


def _fingerprint(row: Mapping[str, object]) -> str:
    values = {name: value for name, value in row.items() if name != "attributes"}
    return blake2b(dumps(values, sort_keys=True).encode(), digest_size=6).hexdigest()

"""Change Data Capture as a feed of hints: which records changed, read on from a replay id.

An event says only where to look. What the vendor could not put into events (a gap event that names
no record, an event that can't be read, a replay id that is too old) is told as a gap, upon which
records are looked through for changes.

A feed that begins, or begins anew, has no replay id until the first response comes, at the latest
after 270 seconds. What happened before that response is a gap too, told when it came.
Source: Change Data Capture Developer Guide ("ChangeEventHeader Fields", "Gap Events", "Overflow
Events"); Pub/Sub API docs ("Event Message Durability": 72 hours).
"""

import base64
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from uuid import uuid4

import fastavro
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.base import AuthLost, ConnectorError, Cursor, Hint, Kind, News, Rejected
from connectors.salesforce.ids import canonical, ref_in
from connectors.salesforce.owners import probe
from connectors.salesforce.pubsub import Client, Metadata, ReplayLost, Stream
from connectors.salesforce.session import Api, OrgTokens
from connectors.salesforce.settings import VENDOR_HOSTS
from connectors.wire import is_near

FEED: Final = "events"
KEPT_S = 72 * 3600.0
HEADER = "ChangeEventHeader"
# What fastavro raises on bytes that are not of the schema.
NOT_AVRO = (ValueError, IndexError, EOFError, KeyError, TypeError, OverflowError)
_Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{1,400}={0,2}$")]


class Position(BaseModel):
    """After which event of a channel to read on. Without one: at the latest, in `stream`."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    v: Literal[1] = 1
    feed: Literal["events"]
    channel: str
    replay_id: _Base64 | None = None
    stream: str | None = None

    @property
    def text(self) -> Cursor:
        return Cursor(self.model_dump_json(exclude_none=True))


@dataclass(slots=True)
class Found:
    """What a few responses brought."""

    hints: list[Hint] = field(default_factory=list)
    gap: bool = False
    last_at: datetime | None = None


@dataclass(slots=True)
class Feed:
    """The channel of one org. It keeps a stream open from one reading to the next."""

    client: Client
    channel: str
    renew: Callable[[], None]
    custom: Mapping[Kind, str] = field(default_factory=dict)
    _stream: Stream | None = None
    _at: Position | None = None
    _renewed: bool = False
    _schemas: dict[str, Any] = field(default_factory=dict)

    def hints(self, cursor: Cursor | None, wait_s: float) -> News:
        """The next hints; none where nothing happened for `wait_s`. Raises: Busy, AuthLost,
        Rejected (bad cursor, no such channel).
        """
        stream, position, is_new = self._open(cursor)
        try:
            responses = stream.take(wait_s)
            found = self._found(responses)
        except ReplayLost:
            self._leave()
            return self._news(self._begun(), gap=True, more=True)
        except ConnectorError as error:
            self._leave()  # what was taken must come again
            self._renew_for(error)
            return self._news(position, gap=False, more=True)
        self._renewed = self._renewed and not responses
        after = self._at = self._after(position, responses)
        gap = found.gap or is_new or (position.replay_id is None and after.replay_id is not None)
        return self._news(after, found, gap=gap, more=bool(found.hints))

    def _open(self, cursor: Cursor | None) -> tuple[Stream, Position, bool]:
        """The stream that goes on from a cursor, and whether it leaves out what was before."""
        position = self._begun() if cursor is None else self._position(cursor)
        if self._stream is not None and self._stream.is_open and position == self._at:
            return self._stream, position, False
        self._leave()
        known = position.replay_id
        replay_id = None if known is None else base64.b64decode(known)
        if replay_id is None:
            position = self._begun()
        self._stream = self.client.subscribe(self.channel, replay_id)
        self._at = position
        return self._stream, position, replay_id is None

    def _leave(self) -> None:
        if self._stream is not None:
            self._stream.close()
        self._stream = self._at = None

    def _renew_for(self, error: ConnectorError) -> None:
        """Sign in again, once till the vendor has answered. Raises: the error, if it is another."""
        if self._renewed or not isinstance(error, AuthLost):
            raise error
        self.renew()
        self._renewed = True

    def _begun(self) -> Position:
        return Position(feed=FEED, channel=self.channel, stream=uuid4().hex)

    def _position(self, cursor: Cursor) -> Position:
        try:
            position = Position.model_validate_json(cursor)
            base64.b64decode(position.replay_id or "")
        except (ValidationError, ValueError) as error:
            raise Rejected("the cursor cannot be read", code="BAD_CURSOR") from error
        # A replay id of another channel says nothing about this one: begin at its latest.
        return position if position.channel == self.channel else self._begun()

    def _after(self, position: Position, responses: Sequence[Any]) -> Position:
        ids = [r.events[-1].replay_id if r.events else r.latest_replay_id for r in responses]
        known = [one for one in ids if one]
        if not known:
            return position
        text = base64.b64encode(known[-1]).decode()
        return Position(feed=FEED, channel=self.channel, replay_id=text)

    def _found(self, responses: Sequence[Any]) -> Found:
        found = Found()
        for consumed in (event for response in responses for event in response.events):
            header = self._header(consumed.event)
            if header is None:
                found.gap = True
                continue
            hints = list(_hints(consumed.event.id, header, self.custom))
            named = header.get("recordIds") or ()
            found.hints += hints
            is_gap = str(header.get("changeType", "")).startswith("GAP_")
            found.gap |= is_gap and not 0 < len(named) == len(hints)
            found.last_at = _at(header) or found.last_at
        return found

    def _header(self, event: Any) -> Mapping[str, Any] | None:
        """What an event says about itself; None where it can't be read."""
        try:
            schema = self._schema(event.schema_id)
            record = fastavro.schemaless_reader(io.BytesIO(event.payload), schema, None)
        except (Rejected, *NOT_AVRO):
            return None
        header = record.get(HEADER) if isinstance(record, dict) else None
        return header if isinstance(header, dict) else None

    def _schema(self, schema_id: str) -> Any:
        if schema_id not in self._schemas:
            described = json.loads(self.client.schema(schema_id))
            self._schemas[schema_id] = fastavro.parse_schema(described)
        return self._schemas[schema_id]

    def _news(
        self, position: Position, found: Found | None = None, *, gap: bool, more: bool
    ) -> News:
        found = found or Found()
        hints, stands_at = tuple(found.hints), found.last_at if more else None
        return News(hints, position.text, more, stands_at, KEPT_S, gap)


def _hints(event_id: str, header: Mapping[str, Any], custom: Mapping[Kind, str]) -> Iterator[Hint]:
    """One for each record of an event; events about several records are usual."""
    for record_id in header.get("recordIds") or ():
        ref = ref_in(str(header.get("entityName")), str(record_id), custom)
        if ref is not None:
            yield Hint(f"{event_id}:{ref.id}", ref, _at(header), feeds=())


def _at(header: Mapping[str, Any]) -> datetime | None:
    """When the transaction was committed (epoch milliseconds)."""
    stamp = header.get("commitTimestamp")
    try:
        return datetime.fromtimestamp(stamp / 1000, UTC) if isinstance(stamp, int) else None
    except (OverflowError, ValueError, OSError):
        return None


def open_feed(api: Api, tokens: OrgTokens, trusted: frozenset[str]) -> Feed:
    """The feed of an org's change events. Makes no request. Raises: Rejected.

    Tokens travel in clear to a local sandbox only.
    """
    host = api.settings.pubsub_endpoint.rpartition(":")[0]
    is_local = host in trusted and is_near(host)
    if not is_local and not any(host.endswith(vendor) for vendor in VENDOR_HOSTS):
        reason = f"pubsub_endpoint: {host!r} is no Salesforce host"
        raise Rejected(reason, code="SETTINGS", fields=("pubsub_endpoint",))
    shown: list[str] = []

    def sign() -> Metadata:
        """Source: Pub/Sub API docs, "Supported Authentication"."""
        shown[:] = [tokens.current()]
        tenant = api.settings.org_id or probe(api).id
        return (
            ("accesstoken", shown[0]),
            ("instanceurl", tokens.origin),
            ("tenantid", canonical(tenant)),
        )

    def renew() -> None:
        tokens.renew(shown[0] if shown else "")

    client = Client(api.settings.pubsub_endpoint, sign, insecure=is_local)
    return Feed(client, api.settings.change_channel, renew, api.settings.custom_objects)

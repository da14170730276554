"""The Webhooks Journal: what an app's subscriptions wrote down, read on from a stored offset.

Entries are kept for three days, each a file behind a signed address. Like a webhook an entry says
only where to look. Where the offset is too old, reading goes on from the earliest entry, and what
lies between is told as a gap.
Source: HubSpot developer docs, "Webhooks journal and management APIs (2026-03)"; names in an entry
as an open client of HubSpot's reads them (README.md).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal
from urllib.parse import quote

import httpx
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from connectors.base import Busy, ConnectorError, Cursor, Gone, Hint, News, Ref, Rejected
from connectors.hubspot.answers import Answer, List
from connectors.hubspot.installing.todo import Todo, carried_out
from connectors.hubspot.objects import KIND_OF_TYPE_ID
from connectors.hubspot.rest import Api
from connectors.hubspot.settings import Settings
from connectors.hubspot.values import moment
from connectors.hubspot.webhooks import record_id
from connectors.wire import Wire, classify_status

FEED = "journal"
KEPT_S = 3 * 86_400.0
ENTRIES = 20  # a page; HubSpot gives up to 100, and each is a file to be fetched
PATH = "/webhooks-journal/journal-local/2026-03"
SUBSCRIPTIONS = "/webhooks-journal/subscriptions/2026-03"
CHANGES = ("CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE")
ERASED = "GDPR_DELETE"
TYPE_ID = re.compile(r"\d+-\d+")  # an object set by its name is not told from others here


class Position(BaseModel):
    """After which entry to read on; without one, from the earliest."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    v: Literal[1] = 1
    feed: Literal["journal"]
    offset: str | None = Field(default=None, min_length=1, max_length=100)


class Place(Answer):
    """Where the file of an entry is for a while."""

    url: str
    offset: str = Field(alias="currentOffset")


class Places(Answer):
    results: List[Place] = Field(default_factory=list)


class Entry(Answer):
    """One file. Events stay as they are: HubSpot adds kinds of them."""

    events: List[dict[str, Any]] = Field(default_factory=list, alias="journalEvents")
    published_at: AwareDatetime | None = Field(default=None, alias="publishedAt")


class Subscription(Answer):
    """What is written in the journal."""

    id: str = ""
    kind: str = Field(default="", alias="subscriptionType")
    object_type: str = Field(default="", alias="objectTypeId")
    portal: str = Field(default="", alias="portalId")
    actions: List[str] = Field(default_factory=list)


class Subscriptions(Answer):
    results: List[Subscription] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Journal:
    """The app's journal of one account: `api` signs in as the app, `files` not at all."""

    api: Api
    files: Wire

    def hints(self, cursor: Cursor | None) -> News:
        """The hints of the next entries. Raises: Busy, AuthLost, Rejected (bad cursor)."""
        if cursor is None:
            return self._begin()
        position = _position(cursor)
        if position.offset is None:
            places = self._places("/batch/earliest")
        else:
            try:
                places = self._places(f"/batch/{quote(position.offset, safe='')}/next")
            except Gone:  # unknown or too old
                return _news((), None, self.api.settings, gap=True, more=True)
        entries = [(place.offset, self._entry(place)) for place in places]
        settings = self.api.settings
        hints = [h for offset, entry in entries for h in _hints(offset, entry, settings)]
        after = places[-1].offset if places else position.offset
        stands_at = entries[-1][1].published_at if len(entries) == ENTRIES else None
        news = _news(hints, after, settings, more=len(entries) == ENTRIES)
        return news if stands_at is None else _standing(news, stands_at)

    def missing(self) -> list[dict[str, Any]]:
        """The subscriptions that are not there yet, as they are to be created."""
        found = self.api.get(Subscriptions, SUBSCRIPTIONS).results
        portal = self.api.settings.portal_id
        there = {
            (one.kind, one.object_type, action)
            for one in found
            if one.portal == str(portal)
            for action in one.actions
        }
        return [
            {
                "subscriptionType": kind,
                "portalId": portal,
                "actions": list(actions),
                "properties": [],
                "objectIds": [],
                **({"objectTypeId": type_id} if type_id else {}),
            }
            for kind, type_id, actions in _wanted(self.api.settings)
            if not {(kind, type_id, action) for action in actions} <= there
        ]

    def to_create(self) -> Iterator[Todo]:
        """The subscriptions that are missing."""
        for one in self.missing():
            about = one.get("objectTypeId") or one["subscriptionType"]
            make = partial(self.api.post, SUBSCRIPTIONS, one)
            yield Todo(f"create journal subscription {about}", make)

    def to_remove(self) -> Iterator[Todo]:
        """Those of this account that we made."""
        ours = {(kind, type_id) for kind, type_id, _ in _wanted(self.api.settings)}
        portal = str(self.api.settings.portal_id)
        for one in self.api.get(Subscriptions, SUBSCRIPTIONS).results:
            if one.portal == portal and (one.kind, one.object_type) in ours:
                drop = partial(self.api.delete, f"{SUBSCRIPTIONS}/{one.id}")
                yield Todo(f"remove journal subscription {one.object_type or one.kind}", drop)

    def subscribe(self) -> None:
        """Create what is missing. May be repeated."""
        carried_out(self.to_create(), dry_run=False)

    def _begin(self) -> News:
        """From the latest entry on; what was before is for a look through all records."""
        self.subscribe()
        response = self.api.fetch(f"{PATH}/latest", self._whose)
        none_yet = response.status_code == httpx.codes.NO_CONTENT
        offset = None if none_yet else self.api.read(Place, response).offset
        return _news((), offset, self.api.settings, gap=True, more=True)

    def _places(self, path: str) -> Sequence[Place]:
        response = self.api.fetch(f"{PATH}{path}/{ENTRIES}", self._whose)
        if response.status_code == httpx.codes.NO_CONTENT:
            return ()
        return self.api.read(Places, response).results

    @property
    def _whose(self) -> Mapping[str, Any]:
        return {"installPortalId": self.api.settings.portal_id}

    def _entry(self, place: Place) -> Entry:
        response = self.files.send("GET", place.url, limit="exempt")
        try:
            return Entry.model_validate_json(response.content)
        except ValidationError as error:
            raise Busy("a file of the journal cannot be read") from error


def classify_file(response: httpx.Response, reads: bool) -> ConnectorError | None:  # noqa: FBT001  the interface of the wire
    """A file's address is good for a while only: with a fresh one it may be there again."""
    if response.is_success:
        return None
    found = classify_status(response, reads=reads)
    return found or Busy(f"a file of the journal: HTTP {response.status_code}")


def _wanted(settings: Settings) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    own = filter(TYPE_ID.fullmatch, settings.custom_objects.values())
    for type_id in (*KIND_OF_TYPE_ID, *own):
        yield "OBJECT", type_id, CHANGES
    yield "GDPR_PRIVACY_DELETION", "", (ERASED,)


def _position(cursor: Cursor) -> Position:
    try:
        return Position.model_validate_json(cursor)
    except ValidationError as error:
        raise Rejected("not a cursor of the webhooks journal", code="bad_cursor") from error


def _news(
    hints: Sequence[Hint],
    offset: str | None,
    settings: Settings,
    *,
    more: bool,
    gap: bool = False,
) -> News:
    cursor = Cursor(Position(feed="journal", offset=offset).model_dump_json())
    return News(
        tuple(hints), cursor, more, kept_s=KEPT_S, gap=gap, again_in_s=settings.journal_every_s
    )


def _standing(news: News, at: AwareDatetime) -> News:
    return News(news.items, news.cursor, news.more, at, news.kept_s, news.gap, news.again_in_s)


def _hints(offset: str, entry: Entry, settings: Settings) -> Iterator[Hint]:
    """One for each record that an event is about."""
    for number, event in enumerate(entry.events):
        if str(event.get("portalId")) != str(settings.portal_id):
            continue
        at = moment(str(event.get("occurredAt") or "")) or entry.published_at
        for ref in dict.fromkeys(_refs(event, settings)):
            identity = f"journal:{offset}:{number}:{ref.id}"
            erased = event.get("action") == ERASED
            yield Hint(identity, ref, at, _feeds(event, ref, settings), erased=erased)


def _refs(event: Mapping[str, Any], settings: Settings) -> Iterator[Ref]:
    """A privacy deletion may not name the type: only contacts can be erased."""
    erased = event.get("action") == ERASED
    kind = settings.kind_of_type(str(event.get("objectTypeId") or ("0-1" if erased else "")))
    if kind is None:
        return
    merged = event.get("mergedObjectIds")
    ids = [event.get("objectId"), event.get("primaryObjectId")]
    for value in (*ids, *(merged if isinstance(merged, list) else ())):
        if (one := record_id(value)) is not None:
            yield Ref(kind, one)


def _feeds(event: Mapping[str, Any], ref: Ref, settings: Settings) -> tuple[str, ...]:
    """The activity feeds that an event is news of, by the properties that changed."""
    changed = event.get("propertyChanges")
    names = [str(name) for name in changed] if isinstance(changed, Mapping) else [None]
    found = (feed for name in names for feed in settings.feeds_about(ref.kind, name))
    return tuple(dict.fromkeys(found))

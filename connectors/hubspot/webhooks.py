"""HubSpot's webhooks: what they say is only where to look.

Two shapes: an array of events (subscriptions), and one whole record (a workflow's "Send a
webhook"). Source: HubSpot developer docs, "Webhooks", and recorded payloads, which differ from
the docs in that the type is in `subscriptionType`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors import strict_json
from connectors.base import Activity, Hint, Inbound, Kind, Ref, Refused
from connectors.hubspot import reported
from connectors.hubspot.objects import KIND_OF_TYPE_ID
from connectors.hubspot.own_writes import OwnWrites
from connectors.hubspot.settings import Settings
from connectors.hubspot.signatures import verify
from connectors.hubspot.values import from_ms

MOST_EVENTS = 1000  # HubSpot's docs say "up to 100"; the rest is room
LONGEST_ID = 32
KIND_OF_SUBSCRIPTION: Mapping[str, Kind] = {
    "contact": "person",
    "company": "company",
    "deal": "opportunity",
}
ACTIONS = {
    "creation", "deletion", "merge", "restore", "propertyChange", "associationChange",
    "privacyDeletion",
}  # fmt: skip
# HubSpot: eventId is not unique, and attemptNumber changes with each delivery.
IDENTITY = ("portalId", "subscriptionType", "objectId", "eventId", "occurredAt", "propertyName")
# Where a workflow's payload has the record's id, and of which kind it then is.
WORKFLOW_ID: Mapping[str, Kind] = {
    "vid": "person",
    "canonical-vid": "person",
    "contactId": "person",
    "companyId": "company",
    "dealId": "opportunity",
}


def parse(
    inbound: Inbound, now: datetime, settings: Settings, secrets: Sequence[str], own: OwnWrites
) -> list[Hint | Activity]:
    """Verify and read one request; events of other accounts and kinds are left out, and those that
    only tell of our own writes. What an event or a workflow reports comes beside its hint.

    Raises: Refused (401 not signed by HubSpot, 400 unreadable, 413 too many events).
    """
    verify(inbound, secrets, settings.signatures, now)
    match _json(inbound.body):
        case list() as events:
            return _of_events(events, settings, own)
        case dict() as record:
            return _of_workflow(record, inbound, now, settings)
        case _:
            raise Refused("expected a JSON array of events, or one record", 400)


def _json(body: bytes) -> Any:
    try:
        return strict_json.read(body)
    except ValueError as error:
        raise Refused(str(error), 400) from error


def _of_events(events: Sequence[Any], settings: Settings, own: OwnWrites) -> list[Hint | Activity]:
    if len(events) > MOST_EVENTS:
        raise Refused(f"{len(events)} events in one request; the most is {MOST_EVENTS}", 413)
    if not all(isinstance(event, dict) for event in events):
        raise Refused("each event must be a JSON object", 400)
    found: dict[str, Hint | Activity] = {}
    for event in (one for one in events if _is_ours(one, settings)):
        for hint in _hints(event, settings):
            if _is_echo(event, hint, own):
                continue
            found[hint.id] = hint
            if told := reported.stage_reached(event, hint.ref, hint.at, settings):
                found[told.id] = told
    return list(found.values())


def _is_echo(event: Mapping[str, Any], hint: Hint, own: OwnWrites) -> bool:
    if not _type(event).endswith(".propertyChange"):
        return False
    name, value, source = (
        event.get(key) for key in ("propertyName", "propertyValue", "changeSource")
    )
    return own.has(hint.ref, name, value, hint.at, source)


def _is_ours(event: Mapping[str, Any], settings: Settings) -> bool:
    pairs = ((settings.portal_id, event.get("portalId")), (settings.app_id, event.get("appId")))
    return all(ours is None or theirs is None or str(ours) == str(theirs) for ours, theirs in pairs)


def _hints(event: Mapping[str, Any], settings: Settings) -> Iterator[Hint]:
    """One hint per record that an event is about: a merge is about the winner and the losers."""
    kind = _kind(event, settings)
    if kind is None:
        return
    ids = dict.fromkeys(one for one in map(record_id, _ids(event)) if one)
    name = event.get("propertyName")
    feeds = settings.feeds_about(kind, name if isinstance(name, str) else None)
    erased = _type(event).endswith(".privacyDeletion")
    for one in ids:
        yield Hint(_identity(event, one), Ref(kind, one), _at(event), feeds, erased=erased)


def _type(event: Mapping[str, Any]) -> str:
    return str(event.get("subscriptionType") or event.get("eventType"))


def _kind(event: Mapping[str, Any], settings: Settings) -> Kind | None:
    """The kind of record of a known subscription, None for one that says nothing to Baton."""
    what, _, action = _type(event).partition(".")
    if action not in ACTIONS:
        return None
    if what == "object":
        type_id = event.get("objectTypeId") or event.get("fromObjectTypeId")
        return settings.kind_of_type(str(type_id))
    return KIND_OF_SUBSCRIPTION.get(what)


def _ids(event: Mapping[str, Any]) -> Iterator[Any]:
    """An association change has no objectId; HubSpot sends it once for each side."""
    yield event.get("objectId")
    yield event.get("fromObjectId")
    yield event.get("primaryObjectId")
    yield event.get("newObjectId")
    merged = event.get("mergedObjectIds")
    yield from merged if isinstance(merged, list) else ()


def record_id(value: Any) -> str | None:
    """A record id as text; None for anything else that a payload may hold there."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None


def _identity(event: Mapping[str, Any], about: str) -> str:
    """Tells one event from another, the same for each delivery of it."""
    parts = [event.get(name) for name in IDENTITY]
    source = json.dumps([*parts, about]).encode("ascii")
    return hashlib.sha256(source).hexdigest()


def _at(event: Mapping[str, Any]) -> datetime | None:
    ms = event.get("occurredAt")
    return from_ms(ms) if isinstance(ms, int) and not isinstance(ms, bool) else None


def _of_workflow(
    record: Mapping[str, Any], inbound: Inbound, now: datetime, settings: Settings
) -> list[Hint | Activity]:
    """The record that a workflow sent, and what the workflow reports of it.

    The same record in the same state may come again on purpose (a score that rose, fell and
    rose), so a hint of a workflow is never a duplicate of an earlier one.
    """
    if not _is_ours({"portalId": record.get("portal-id", record.get("portalId"))}, settings):
        return []
    digest = hashlib.sha256(inbound.body).hexdigest()
    refs = list(dict.fromkeys(_workflow_refs(record)))
    hints = [
        Hint(f"{digest}:{now.isoformat()}:{ref.id}", ref, now, settings.feeds_about(ref.kind, None))
        for ref in refs
    ]
    told = reported.by_workflow(record, refs, inbound, now, settings)
    return [*hints, told] if told else list(hints)


def _workflow_refs(record: Mapping[str, Any]) -> Iterator[Ref]:
    for name, kind in WORKFLOW_ID.items():
        if found := record_id(record.get(name)):
            yield Ref(kind, found)
    kind_of_id = KIND_OF_TYPE_ID.get(str(record.get("objectTypeId", "0-1")))
    for name in ("objectId", "hs_object_id"):
        if kind_of_id and (found := record_id(record.get(name))):
            yield Ref(kind_of_id, found)

"""Cards on HubSpot's records: HubSpot asks for a few lines, and opens our page from them.

Two kinds ask in one way. An app card calls `hubspot.fetch` (signature v3) and opens the address
that it is answered; a card of an older app is a GET (signature v2) whose answer HubSpot shows.
HubSpot adds portalId, userId and userEmail to the address of either; an app card may add its
user's `locale` and `timezone`.
Source: HubSpot developer docs, "Fetch data for UI extensions" and "Legacy CRM cards" (no longer
supported since 31 October 2026), read 2026-11.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.base import Inbound, Kind, Ref, Refused
from connectors.embedding import Card, Embedded, language_of
from connectors.hubspot.settings import Settings
from connectors.hubspot.signatures import verify
from connectors.hubspot.webhooks import record_id

IDS = ("associatedObjectId", "hs_object_id", "objectId")
TYPES = ("associatedObjectType", "objectTypeId")
CONTACTS = "0-1"
KINDS: Mapping[str, Kind] = {"contact": "person", "company": "company", "deal": "opportunity"}
MOST_PARAMETERS = 100
WIDTH, HEIGHT = 890, 748  # what HubSpot's own examples open


def embedded(
    inbound: Inbound, now: datetime, settings: Settings, secrets: Sequence[str]
) -> Embedded:
    """Check and read one request of a card.

    Version 1 is never taken here: it signs the body alone, and a GET has none.
    Raises: Refused (401 not signed by HubSpot, or of another account; 400 no record of ours).
    """
    verify(inbound, secrets, settings.signatures & {"v2", "v3"}, now)
    asked = _asked(inbound.url)
    if settings.portal_id is None:
        raise Refused("this connection has no portal_id to check cards against")
    if asked.get("portalId") != str(settings.portal_id):
        raise Refused("a card of another account")
    user = asked.get("userEmail") or asked.get("userId") or ""
    language, zone = language_of(asked.get("locale")), asked.get("timezone", "")
    return Embedded(_ref(asked, settings), user, language, zone)


def _asked(url: str) -> Mapping[str, str]:
    """The parameters; HubSpot's own come once, so one that comes twice is somebody's trick."""
    try:
        pairs = parse_qsl(urlsplit(url).query, max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise Refused("more parameters than a card sends", 400) from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("a parameter comes twice", 400)
    return found


def _ref(asked: Mapping[str, str], settings: Settings) -> Ref:
    type_ = next((asked[name] for name in TYPES if asked.get(name)), CONTACTS)
    kind = KINDS.get(type_.lower()) or settings.kind_of_type(type_)
    found = next((one for name in IDS if (one := record_id(asked.get(name)))), None)
    if kind is None or found is None:
        raise Refused("the card names no record that this connection syncs", 400)
    return Ref(kind, found)


def answer(card: Card, ref: Ref) -> tuple[bytes, str]:
    """What a card shows, as older apps' cards are told it; app cards read `primaryAction.uri`."""
    lines = [{"label": label, "dataType": "STRING", "value": text} for label, text in card.lines]
    action: dict[str, Any] = {
        "type": "IFRAME", "width": WIDTH, "height": HEIGHT, "uri": card.url, "label": card.label,
    }  # fmt: skip
    result = {"objectId": int(ref.id), "title": card.title, "link": None, "properties": lines}
    told = {"results": [result], "primaryAction": action}
    return json.dumps(told, ensure_ascii=False).encode(), "application/json"

"""Facts that a request of HubSpot's itself reports: a lifecycle stage reached, and whatever a
workflow was set up to tell.

Which kind of activity a workflow tells stands in the address that it sends to (`?activity=…`) or
in its body: both are signed, headers are not.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.base import Activity, Inbound, Ref
from connectors.hubspot.activity_settings import STAGE
from connectors.hubspot.behaviour.detail import tags, told
from connectors.hubspot.behaviour.lifecycle import activity
from connectors.hubspot.behaviour.people import person
from connectors.hubspot.settings import Settings
from connectors.hubspot.values import from_ms, moment

NAME = "activity"
PROPERTIES = "properties"  # of a whole record
DETAILS = (
    "url", "page", "referrer", "form", "form_name", "campaign", "campaign_name", "subject",
    "duration_s", "outcome", "direction", "amount", "currency", "stage", "reason", "event",
    "event_name", "list", "list_name", "file", "source", "channel", "utm_source", "utm_medium",
    "utm_campaign", "utm_content", "utm_term", "body", "owner_id",
)  # fmt: skip


def stage_reached(
    event: Mapping[str, Any], ref: Ref, at: datetime | None, settings: Settings
) -> Activity | None:
    """The lifecycle stage that a contact reached, where an event tells one that we did not set."""
    stage = event.get("propertyValue")
    told_here = settings.lifecycle == "webhooks" and event.get("propertyName") == STAGE
    told_here = told_here and not _is_ours(event, settings)
    if not told_here or ref.kind != "person" or at is None or not isinstance(stage, str):
        return None
    return activity(ref.id, stage, at) if stage else None


def _is_ours(event: Mapping[str, Any], settings: Settings) -> bool:
    """Whether the app that the event was sent to made the change itself."""
    app = settings.app_id or event.get("appId")
    made_by_an_app = event.get("changeSource") == "INTEGRATION"
    return made_by_an_app and app is not None and str(event.get("sourceId")) == str(app)


def by_workflow(
    record: Mapping[str, Any],
    refs: Sequence[Ref],
    inbound: Inbound,
    now: datetime,
    settings: Settings,
) -> Activity | None:
    """What a workflow reports of a contact, if it is set that it reports anything.

    The same body again is the same activity: HubSpot repeats a request for three days.
    """
    name = _name(record, inbound)
    type_ = settings.workflow_activities.get(name)
    who = next((ref for ref in refs if ref.kind == "person"), None)
    who = who or person(str(record.get("email") or ""), {})
    if type_ is None or who is None:
        return None
    told_id = record.get("activityId")
    digest = hashlib.sha256(inbound.body).hexdigest()[:32]
    detail = told(**{key: _scalar(record.get(key)) for key in DETAILS})
    return Activity(
        id=f"workflow:{name}:{str(told_id)[:100] if told_id else digest}",
        person=who,
        type=type_,
        at=_at(record) or now,
        title=str(_scalar(record.get("title")) or name)[:1000],
        detail=tags(str(detail.get("url") or "")) | detail,
    )


def _name(record: Mapping[str, Any], inbound: Inbound) -> str:
    """The address decides, since nobody can change that but who set up the workflow."""
    try:
        asked = dict(parse_qsl(urlsplit(inbound.url).query, max_num_fields=100))
    except ValueError:
        asked = {}
    return asked.get(NAME) or str(record.get(NAME) or "")


def _scalar(value: Any) -> str | int | float | bool | None:
    return value if isinstance(value, str | int | float | bool) else None


def _at(record: Mapping[str, Any]) -> datetime | None:
    """HubSpot puts dates as milliseconds; a person may have put them as text."""
    said = record.get("occurredAt")
    if isinstance(said, int) and not isinstance(said, bool):
        return from_ms(said)
    return moment(said) if isinstance(said, str) else None

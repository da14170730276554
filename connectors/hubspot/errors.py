"""Every answer of HubSpot as one of the five errors.

Source of the bodies: HubSpot developer docs, "Error handling", and recorded traffic; HubSpot asks
to treat each field of an error as optional, so everything here has a way on without it.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from pydantic import ValidationError

from connectors.base import AuthLost, Busy, ConnectorError, Gone, Kind, Ref, Rejected, Unsure
from connectors.hubspot.answers import Fault
from connectors.hubspot.objects import KIND, KIND_OF_TYPE_ID
from connectors.wire import Classify, classify_status, retry_after_s

INVALID = re.compile(r"Property values were not valid: (\[.*\])", re.DOTALL)
EXISTING = re.compile(r"Existing ID: (\d+)|\. (\d+) already has that value")
NEVER_ARRIVED = {521, 522, 523, 525, 526}  # Cloudflare could not reach or greet HubSpot's server
LOCKED_S = 2.0  # HubSpot's docs ask to wait at least two seconds after a 423


def classifier(time_zone: str) -> Classify:
    """What an answer means for the whole request; the zone is that of the HubSpot account."""
    zone = ZoneInfo(time_zone)

    def classify(response: httpx.Response, reads: bool) -> ConnectorError | None:  # noqa: FBT001  the interface of the wire
        return _classify(response, reads=reads, zone=zone)

    return classify


def _classify(response: httpx.Response, *, reads: bool, zone: ZoneInfo) -> ConnectorError | None:
    status = response.status_code
    if response.is_success:
        return None if _is_json(response) else unreadable(response, reads=reads)
    error = _busy(response, zone) or classify_status(response, reads=reads)
    if error is not None:
        return error
    fault, kind = fault_of(response), kind_of(response.request.url.path)
    if status == httpx.codes.UNAUTHORIZED:
        return AuthLost(fault.message or "HubSpot refused our sign-in")
    if status == httpx.codes.NOT_FOUND:
        return Gone(fault.message or f"{response.request.url.path} is not there")
    return rejection(fault, kind, status)


def _busy(response: httpx.Response, zone: ZoneInfo) -> Busy | None:
    """The refusals before anything was done, of which HubSpot says more than their status."""
    status = response.status_code
    if status in NEVER_ARRIVED:
        return Busy(f"HTTP {status}")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return too_many(response, zone)
    if status == httpx.codes.LOCKED:
        return Busy("HTTP 423: locked", retry_in_s=retry_after_s(response) or LOCKED_S)
    return None


def unreadable(response: httpx.Response, *, reads: bool) -> Busy | Unsure:
    """A success that does not say what happened: half a body, or a page of HTML."""
    reason = f"HTTP {response.status_code} with a body that cannot be read"
    return Busy(reason) if reads else Unsure(reason)


def _is_json(response: httpx.Response) -> bool:
    if not response.content:
        return response.status_code == httpx.codes.NO_CONTENT
    try:
        json.loads(response.content)
    except (ValueError, RecursionError):
        return False
    return True


def fault_of(response: httpx.Response) -> Fault:
    """The body of an error; an empty fault where it is not HubSpot's (a proxy's page)."""
    try:
        return Fault.model_validate_json(response.content)
    except ValidationError:
        return Fault()


def kind_of(path: str) -> Kind | None:
    """Which kind of record a path is about, by its object name or type id."""
    for part in path.split("/"):
        if kind := KIND.get(part) or KIND_OF_TYPE_ID.get(part):
            return kind
    return None


def too_many(response: httpx.Response, zone: ZoneInfo) -> Busy:
    """Which limit a 429 is about: by policy name, or else by message (older endpoints).

    Recorded 429s carry no Retry-After, but one that does is believed.
    """
    fault = fault_of(response)
    what = f"{fault.policy_name or ''} {fault.message or ''}".upper()
    reason = fault.message or "HTTP 429"
    if (told_s := retry_after_s(response)) is not None:
        return Busy(reason, retry_in_s=told_s)
    if "DAILY" in what:
        return Busy(reason, retry_in_s=until_midnight_s(server_time(response), zone))
    if "TEN_SECONDLY" in what:
        return Busy(reason, retry_in_s=10.0)
    if "SECONDLY" in what:
        return Busy(reason, retry_in_s=1.0)
    return Busy(reason)


def server_time(response: httpx.Response) -> datetime | None:
    """HubSpot's clock by the Date header (whole seconds), None where it is missing or garbled."""
    try:
        said = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return None
    return said.replace(tzinfo=UTC) if said.tzinfo is None else said


def until_midnight_s(now: datetime | None, zone: ZoneInfo) -> float:
    """Seconds until the daily limit starts anew, at midnight of the account's time zone.

    One hour where the answer does not tell the time. Source: HubSpot developer docs,
    "API usage guidelines".
    """
    if now is None:
        return 3600.0
    day = now.astimezone(zone).date() + timedelta(days=1)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight.astimezone(UTC) - now).total_seconds()


def rejection(fault: Fault, kind: Kind | None, status: int = 400) -> Rejected:
    """A refusal for good, with the fields and the existing record as far as HubSpot names them."""
    causes = _causes(fault)
    reason = "; ".join(c["message"] for c in causes if c["message"]) or fault.message
    codes = [c["code"] for c in causes if c["code"]]
    scopes = fault.said("requiredGranularScopes")
    if scopes:
        reason = f"{reason or 'missing scopes'} ({', '.join(scopes)})"
    if not reason and httpx.codes.is_redirect(status):
        reason = "a redirect, which is not followed: check the base URL"
    return Rejected(
        reason or f"HTTP {status}",
        code=codes[0] if codes else fault.category or f"HTTP_{status}",
        fields=tuple(dict.fromkeys(c["name"] for c in causes if c["name"])),
        existing=existing(fault, kind),
    )


def existing(fault: Fault, kind: Kind | None) -> Ref | None:
    """The record that already has the value, where HubSpot names it."""
    told = fault.said("existingId")
    found = EXISTING.search(fault.message or "")
    record_id = told[0] if told else (found[1] or found[2]) if found else None
    return Ref(kind, record_id) if kind and record_id else None


def part_error(fault: Fault, kind: Kind | None) -> ConnectorError:
    """What one part's error in a 207 means."""
    category = fault.category or ""
    if category == "OBJECT_NOT_FOUND":
        return Gone(fault.message or "not found")
    if category.startswith("RATE_LIMIT"):
        return Busy(fault.message or category)
    return rejection(fault, kind)


def _causes(fault: Fault) -> list[dict[str, str]]:
    """The single causes: from the JSON inside the message (older), or from `errors` (newer)."""
    if found := INVALID.search(fault.message or ""):
        try:
            listed = json.loads(found[1])
        except (ValueError, RecursionError):
            listed = []
        return [_cause(c.get("message"), c.get("error"), c.get("name")) for c in listed if _is(c)]
    return [_cause(d.message, d.code, d.context.get("propertyName")) for d in fault.errors]


def _is(cause: Any) -> bool:
    return isinstance(cause, dict)


def _cause(message: Any, code: Any, name: Any) -> dict[str, str]:
    name = name[0] if isinstance(name, list) and name else name
    return {"message": str(message or ""), "code": str(code or ""), "name": str(name or "")}

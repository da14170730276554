"""Owners and the account itself. Source: HubSpot's published OpenAPI."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from connectors.hubspot.sandbox.errors import resource_not_found
from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.moments import iso
from connectors.hubspot.sandbox.owners import Owner

MOST_OWNERS = 500
OWNERS = dated("/crm/v3/owners", "/crm/owners/{version}")


def list_owners(call: Call) -> Answer:
    limit = call.whole("limit", 100, MOST_OWNERS)
    archived = call.query.get("archived") == "true"
    email = (call.query.get("email") or "").lower()
    start = call.number(call.query.get("after") or 0)
    found = [
        owner
        for owner in call.portal.owners.all.values()
        if owner.archived == archived and (not email or owner.email.lower() == email)
    ]
    body: dict[str, Any] = {"results": [o.as_json() for o in found[start : start + limit]]}
    if len(found) > start + limit:
        after = str(start + limit)
        link = f"https://api.hubapi.com{call.path}?after={after}"
        body["paging"] = {"next": {"after": after, "link": link}}
    return 200, body


def get_owner(call: Call) -> Answer:
    """`idProperty=userId` asks by user id."""
    archived = call.query.get("archived") == "true"
    by_user = call.query.get("idProperty") == "userId"

    def named(owner: Owner) -> bool:
        return (str(owner.user_id) if by_user else owner.id) == call.params["id"]

    owners = call.portal.owners.all.values()
    found = next((o for o in owners if named(o) and o.archived == archived), None)
    if found is None:
        raise resource_not_found()
    return 200, found.as_json()


def details(call: Call) -> Answer:
    config = call.portal.config
    offset_ms = _utc_offset_ms(call)
    sign, minutes = "-" if offset_ms < 0 else "+", abs(offset_ms) // 60_000
    return 200, {
        "portalId": config.portal_id, "accountType": "DEVELOPER_TEST",
        "timeZone": config.time_zone, "companyCurrency": config.currency,
        "additionalCurrencies": [],
        "utcOffset": f"{sign}{minutes // 60:02d}:{minutes % 60:02d}",
        "utcOffsetMilliseconds": offset_ms,
        "uiDomain": "app.hubspot.com", "dataHostingLocation": "na1",
    }  # fmt: skip


def _utc_offset_ms(call: Call) -> int:
    """Of the account's time zone, now."""
    zone = ZoneInfo(call.portal.config.time_zone)
    offset = datetime.fromtimestamp(call.portal.clock(), zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds() * 1000)


def activity(call: Call) -> Answer:
    """Sign-ins, security and audit logs: nobody but the app is ever here."""
    call.whole("limit", 100, MOST_OWNERS)
    return 200, {"results": []}


def private_app_usage(call: Call) -> Answer:
    config, now_ms = call.portal.config, call.portal.now_ms()
    row = {
        "name": "private-apps-api-calls-daily", "usageLimit": config.daily,
        "currentUsage": call.portal.meters.today, "collectedAt": iso(now_ms),
        "fetchStatus": "SUCCESS", "resetsAt": iso((now_ms // 86_400_000 + 1) * 86_400_000),
    }  # fmt: skip
    return 200, {"results": [row]}


_INFO = "/account-info/{version}"
_LOGS = ("login", "security", "audit-logs")
ENDPOINTS = (
    *(
        Endpoint(
            "GET",
            dated(f"/account-info/v3/activity/{log}", f"{_INFO}/activity/{log}"),
            activity,
            scope="account-info.security.read",
        )
        for log in _LOGS
    ),
    Endpoint("GET", OWNERS, list_owners, scope="crm.objects.owners.read"),
    Endpoint(
        "GET", tuple(f"{p}/{{id}}" for p in OWNERS), get_owner, scope="crm.objects.owners.read"
    ),
    Endpoint("GET", dated("/account-info/v3/details", f"{_INFO}/details"), details),
    Endpoint(
        "GET",
        dated(
            "/account-info/v3/api-usage/daily/private-apps",
            f"{_INFO}/api-usage/daily/private-apps",
        ),
        private_app_usage,
    ),
)

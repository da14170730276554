"""Contacts behave: page views, e-mail opens and clicks, form submissions, changing scores.

Source: HubSpot developer docs, "Event analytics" (event names and properties), default contact
properties (what analytics, e-mail and forms update).
"""

from collections.abc import Mapping
from typing import Any

from connectors.hubspot.sandbox import writes
from connectors.hubspot.sandbox.errors import ApiError
from connectors.hubspot.sandbox.events import EMAIL_TYPES
from connectors.hubspot.sandbox.moments import iso, to_ms
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Actor, Record
from connectors.sandbox.control import Refusal

SCORING = Actor("CALCULATED", "LeadScoring", who="HubSpot scoring")
TRACKING = {
    "page_view": Actor("ANALYTICS", "tracking-code", who="HubSpot tracking"),
    "form_submit": Actor("FORM", "form-submission", who="HubSpot forms"),
}
MAILING = Actor("EMAIL", "marketing-email", who="HubSpot e-mail")
# HubSpot always says what a changed subscription is now, and who changed it.
SAID = {
    "unsubscribe": {
        "portalSubscriptionStatus": "UNSUBSCRIBED",
        "source": "SOURCE_RECIPIENT",
    }
}
HS_NAMES = {"url": "hs_url", "title": "hs_title", "referrer": "hs_referrer"}


def play(portal: Portal, steps: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Play steps in order; {"played": n, "events": [ids]}. Raises: Refusal."""
    events = [played for step in steps if (played := _step(portal, step)) is not None]
    return {"played": len(steps), "events": events}


def _step(portal: Portal, step: Mapping[str, Any]) -> str | None:
    """One step; the id of its event, None for a score."""
    if "event" not in step and "score" not in step:
        raise Refusal(f"a step needs an event or a score: {dict(step)}")
    at_ms = to_ms(str(step["at"])) if step.get("at") else portal.now_ms()
    if at_ms is None:
        raise Refusal(f"at is not a date and time: {step['at']}")
    given = {str(k): str(v) for k, v in (step.get("properties") or {}).items()}
    contact = _contact(portal, step, given)
    if "score" in step:
        values = {portal.config.score_property: str(step["score"])}
        writes.update(portal, contact, values, SCORING)
        return None
    return _event(portal, contact, str(step["event"]), given, at_ms)


def _contact(portal: Portal, step: Mapping[str, Any], given: Mapping[str, str]) -> Record:
    """By id or e-mail. Submitting a form makes a contact of somebody unknown."""
    named = str(step.get("contact", ""))
    table = portal.tables["contacts"]
    by_email = "@" in named
    found = table.live_with("email", named) if by_email else table.get(table.resolve(named))
    if found is not None:
        return found
    if not by_email or step.get("event") != "form_submit":
        raise Refusal(f"there is no contact {named!r}")
    kind = portal.types["contacts"]
    known = {k: v for k, v in given.items() if _writable(portal, k)}
    try:
        values = writes.check(portal, kind, {**known, "email": named})
    except ApiError as error:
        raise Refusal(error.message) from error
    return writes.create(portal, kind, values, TRACKING["form_submit"])


def _writable(portal: Portal, name: str) -> bool:
    prop = portal.schemas["contacts"].live(name)
    return prop is not None and not prop.read_only


def _event(portal: Portal, contact: Record, name: str, given: dict[str, str], at_ms: int) -> str:
    config = portal.config
    shown = {HS_NAMES.get(k, k): v for k, v in given.items()} if name in TRACKING else given
    shown = {**SAID.get(name, {}), **shown}
    event = portal.events.add(
        config.event_types.get(name, name), contact.type.label, contact.id, at_ms, shown,
        recipient=contact.values.get("email", ""), email_type=EMAIL_TYPES.get(name),
        listed=name not in EMAIL_TYPES or config.email_events_in_event_api,
    )  # fmt: skip
    if config.behaviour_updates_properties:
        follow = _follow(contact, name, given, iso(at_ms))
        if follow:
            writes.update(portal, contact, follow, TRACKING.get(name, MAILING))
    return event.id


def _follow(contact: Record, name: str, given: Mapping[str, str], at: str) -> dict[str, str]:
    """Contact properties that HubSpot updates by itself."""

    def one_more(counter: str) -> str:
        return str(int(float(contact.values.get(counter, "0"))) + 1)

    match name:
        case "page_view":
            return {
                "hs_analytics_num_page_views": one_more("hs_analytics_num_page_views"),
                "hs_analytics_last_timestamp": at,
                "hs_analytics_last_url": given.get("url", given.get("hs_url", "")),
            }
        case "email_open":
            return {"hs_email_open": one_more("hs_email_open"), "hs_email_last_open_date": at}
        case "email_click":
            return {"hs_email_click": one_more("hs_email_click"), "hs_email_last_click_date": at}
        case "email_bounce" | "unsubscribe":
            bounced = name == "email_bounce"
            more = {"hs_email_bounce": one_more("hs_email_bounce")}
            return more if bounced else {"hs_email_optout": "true"}
        case "form_submit":
            form = given.get("form", given.get("hs_form_title", "Form"))
            first = {} if "first_conversion_date" in contact.values else {
                "first_conversion_date": at, "first_conversion_event_name": form,
            }  # fmt: skip
            return first | {
                "num_conversion_events": one_more("num_conversion_events"),
                "recent_conversion_date": at,
                "recent_conversion_event_name": form,
            }
        case _:
            return {}

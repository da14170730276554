"""HubSpot's names of what an activity was about, in Baton's words."""

import html
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.base import Value

LONGEST = 1000  # characters of one detail
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
# Source: HubSpot developer docs, "Event analytics"; names of ads as in recorded answers.
DETAIL: Mapping[str, str] = {
    "hs_url": "url",
    "hs_base_url": "url",
    "hs_page_url": "url",
    "hs_link_href": "url",
    "hs_title": "page",
    "hs_page_title": "page",
    "hs_referrer": "referrer",
    "hs_form_id": "form",
    "hs_form_name": "form_name",
    "hs_form_title": "form_name",
    "hs_campaign_id": "campaign",
    "hs_email_campaign_id": "campaign",
    "hs_ad_campaign_id": "campaign",
    "hs_ad_campaign_name": "campaign_name",
    "hs_ad_network": "channel",
    "hs_interaction_type": "outcome",
    "hs_email_subject": "subject",
    "hs_subject": "subject",
    "hs_session_source": "source",
    "hs_touchpoint_source": "source",
    "hs_file_name": "file",
    "hs_document_name": "file",
    **{f"hs_{name}": name for name in UTM},
}
TITLES = (
    "hs_title", "hs_page_title", "hs_form_name", "hs_form_title", "hs_email_subject", "hs_subject",
    "hs_file_name", "hs_document_name", "hs_ad_name", "hs_ad_campaign_name", "hs_url",
)  # fmt: skip
# The visitor's address and device are nobody's business beyond HubSpot.
LEFT_OUT = ("hs_user_agent", "hs_userAgent", "hs_ip", "hs_browser_fingerprint", "hs_session_id")
QUERY = "hs_query_params"
BREAK = re.compile(r"<(?:br|/p|/div|/li)[^>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")


def of_event(properties: Mapping[str, Any]) -> dict[str, Value]:
    """The scalars under our names; under the first of HubSpot's where several mean the same."""
    told: dict[str, Value] = {}
    for name, value in sorted(properties.items()):
        if name in LEFT_OUT or not isinstance(value, str | int | float | bool):
            continue
        told.setdefault(DETAIL.get(name, name), short(value) if isinstance(value, str) else value)
    query = str(properties.get(QUERY) or "")
    return {**tags(f"?{query.lstrip('?')}"), **tags(str(told.get("url") or "")), **told}


def title_of(properties: Mapping[str, Any], otherwise: str) -> str:
    found = next((str(properties[name]) for name in TITLES if properties.get(name)), otherwise)
    return short(found)


def tags(url: str) -> dict[str, Value]:
    """The UTM parameters of an address."""
    try:
        query = urlsplit(url).query
        given = dict(parse_qsl(query, max_num_fields=100))
    except ValueError:
        return {}
    return {name: short(given[name]) for name in UTM if given.get(name)}


def told(**values: Value) -> dict[str, Value]:
    """Those details that say something."""
    shown = {name: short(v) if isinstance(v, str) else v for name, v in values.items()}
    return {name: value for name, value in shown.items() if value not in {None, ""}}


def short(text: str) -> str:
    return text[:LONGEST]


def plain(rich: str | None) -> str:
    """The text of a property that HubSpot shows as HTML."""
    text = html.unescape(TAG.sub("", BREAK.sub("\n", rich or "")))
    return "\n".join(line for line in (one.strip() for one in text.splitlines()) if line)

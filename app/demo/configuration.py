"""What the demo sets: the sandboxes' behaviour, who is in them, and Baton's configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import yaml

from app.demo.people import REPS
from app.demo.sandboxes import Sandbox
from app.demo.script import Deed, Script
from app.domain.activity import Fact
from app.domain.activity_document import ActivityDocument
from app.domain.presets import preset as rules
from app.domain.routing import way
from mappings.presets import preset

TOKEN_VARIABLE = "SANDBOX_TOKEN"  # noqa: S105  the name of a variable
SIGNING_VARIABLE = "SANDBOX_WEBHOOK_SECRET"
SECRETS = {TOKEN_VARIABLE: "sandbox-token", SIGNING_VARIABLE: "sandbox-secret"}
# What a contact did moves these, too; the score is told in any case.
TOLD = (
    "hs_analytics_last_timestamp", "hs_email_last_click_date", "recent_conversion_date",
)  # fmt: skip
CHANGES = (
    "contact.creation", "contact.deletion", "contact.merge", "contact.restore",
)  # fmt: skip
MAPPING = "hubspot-salesforce-person"
GATHERED = {"gather_minutes": 0.1}  # nobody waits five minutes for a demo's digest,
SOON = {"summaries_wait_s": 2}  # nor a minute for a score
ACTIVITIES = ActivityDocument.model_validate(rules("activity") | GATHERED)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens on this machine."""

    baton: int
    hubspot: int
    salesforce: int

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{getattr(self, name)}"


def hubspot_sandbox(ports: Ports, seed: int) -> str:
    """Webhooks of the mapped properties, as one subscribes at HubSpot; in batches, a tenth of them
    twice, a fifth late; retries within seconds.
    """
    mapped = {rule.ma for rule in preset(MAPPING).fields if rule.ma and rule.baton is None}
    told = sorted({*TOLD, *(name for name in mapped if "." not in name)})
    named = [{"eventType": "contact.propertyChange", "propertyName": name} for name in told]
    config = {
        "target_url": f"{ports.url('baton')}/webhooks/hubspot",
        "subscriptions": [{"eventType": name} for name in CHANGES] + named,
        "duplicate_share": 0.1,
        "reorder_share": 0.2,
        "webhook_time_scale": 0.02,
        "seed": seed,
    }
    return yaml.safe_dump(config, sort_keys=False)


def baton(ports: Ports, *, whole: bool) -> str:
    """Both connections, and the presets: mapping, scoring (HubSpot's score counts), hot leads.

    The `whole` has those of activities (digests within seconds), stages, hand-offs and agreed
    times as well; a benchmark tells each activity by itself, and measures that.
    """
    hubspot = {
        "vendor": "hubspot",
        "role": "ma",
        "settings": {
            "base_url": ports.url("hubspot"),
            "requests_per_10_s": 180,
            "search_lag_s": 2,
            "event_lag_s": 5,
        },
        "options": {"poll_s": 10, "activities_s": 5},
        "secrets": {
            "access_token": f"${{{TOKEN_VARIABLE}}}",
            "client_secret": f"${{{SIGNING_VARIABLE}}}",
        },
    }
    salesforce = {
        "vendor": "salesforce",
        "role": "sfa",
        "settings": {
            "instance_url": ports.url("salesforce"), "flow": "static", "overlap_s": 5,
        },
        "options": {"poll_s": 2, "activities_s": 5},
        "secrets": {"access_token": f"${{{TOKEN_VARIABLE}}}"},
    }  # fmt: skip
    score = {"field": "ma_score", "mode": "add", "weight": 0.1, "full_marks": 100}
    documents: list[dict[str, Any]] = [
        {"kind": "mapping", "name": "person", "preset": MAPPING, "body": SOON},
        {"kind": "scoring", "name": "main", "preset": "default", "body": {"ma_score": score}},
        {"kind": "hot_lead", "name": "main", "preset": "default"},
    ]
    if whole:
        more = ("lifecycle", "handoff", "sla")
        documents += [{"kind": kind, "name": "main", "preset": "default"} for kind in more]
        gathering = {"kind": "activity", "name": "main", "preset": "default", "body": GATHERED}
        documents.append(gathering)
    config = {
        "connections": {"hubspot": hubspot, "salesforce": salesforce},
        "documents": documents,
    }
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)


def is_single(deed: Deed) -> bool:
    """Whether the activity document asks for an entry of its own, else for a part of a digest."""
    step = deed.step
    told = step["properties"]
    fact = Fact(step["event"], datetime.now(UTC), told.get("title", ""), {"url": told["url"]})
    return way(ACTIVITIES, fact, "hubspot", "salesforce", since=None).keep == "single"


@dataclass(frozen=True, slots=True)
class Seeded:
    """Who got which id: reps' users in Salesforce by address."""

    users: Mapping[str, str]


def seed(script: Script, hubspot: Sandbox, salesforce: Sandbox) -> Seeded:
    """Fill both sandboxes as if it had always been so."""
    owners = hubspot.seed([_named("owners", "email", rep) for rep in REPS])
    users = salesforce.seed([_user(rep) for rep in REPS])
    owner_ids = dict(zip((rep.email for rep in REPS), owners, strict=True))
    user_ids = dict(zip((rep.email for rep in REPS), users, strict=True))
    contacts = [
        {
            "object": "contacts",
            "properties": {
                "email": one.email,
                "firstname": one.first_name,
                "lastname": one.last_name,
                "company": one.company,
                "jobtitle": one.job_title,
                "phone": one.phone,
                "hubspot_owner_id": owner_ids[one.rep.email],
                "hs_analytics_source": "ORGANIC_SEARCH",
            },
        }
        for one in script.people
    ]
    hubspot.seed(contacts)
    salesforce.seed(
        [
            {
                "object": "Lead",
                "fields": {
                    "Email": one.email.upper(),  # addresses are the same in any case
                    "FirstName": one.first_name,
                    "LastName": one.last_name,
                    "Company": one.company,
                    "OwnerId": user_ids[one.rep.email],
                },
            }
            for one in script.people
            if one.known
        ]
    )
    return Seeded(user_ids)


def _named(object_: str, key: str, rep: Any) -> dict[str, Any]:
    names = {key: rep.email, "firstName": rep.first_name, "lastName": rep.last_name}
    return {"object": object_, "properties": names}


def _user(rep: Any) -> dict[str, Any]:
    names = {"Email": rep.email, "FirstName": rep.first_name, "LastName": rep.last_name}
    return {"object": "User", "fields": names}

"""A project of an app for one account: scopes, webhook subscriptions, and the card on records.

An app of the newer kind declares all of this in files, which `hs project upload` puts into
HubSpot; only after that has it an access token and a client secret.
Source: HubSpot developer docs, "App configuration", "Configure webhooks", "App cards reference",
and HubSpot's own templates (`hubspot-project-components`, platform version 2025.2).
"""

from collections.abc import Iterator, Mapping
from importlib.resources import files as resources
from json import dumps
from typing import Any
from urllib.parse import urlsplit

from connectors.hubspot.installing.webhooks import AT_ONCE, About, wanted
from connectors.hubspot.settings import Settings

PLATFORM = "2025.2"
OBJECTS = ("contacts", "companies", "deals")
PRIVACY = "contact.privacyDeletion"  # has a list of its own
CUSTOM = ("crm.objects.custom.read", "crm.objects.custom.write", "crm.schemas.custom.read")
OWN_EVENT = (
    "behavioral_events.event_definitions.read_write", "analytics.behavioral_events.send",
)  # fmt: skip
# What campaigns need, and asking why HubSpot's own score moved: no setting tells.
OPTIONAL = (
    "crm.lists.read", "crm.lists.write", "crm.objects.marketing_events.read",
    "crm.objects.marketing_events.write", "marketing.campaigns.read", "mh-lead-scoring-view",
)  # fmt: skip
CARD = "BatonCard.jsx"
APP = "src/app"


def files(settings: Settings, public_url: str, connection: str) -> Mapping[str, str]:
    """Path in the project -> text. `public_url` is where HubSpot reaches Baton."""
    card = f"{public_url}/embed/{connection}/card"
    parts = urlsplit(public_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    source = resources(__package__).joinpath("source", CARD).read_text("utf-8")
    made: Mapping[str, Any] = {
        "hsproject.json": {
            "name": f"baton-{connection}", "srcDir": "src", "platformVersion": PLATFORM,
        },
        f"{APP}/app-hsmeta.json": _app(settings, origin, connection),
        f"{APP}/webhooks/webhooks-hsmeta.json": _webhooks(
            settings, f"{public_url}/webhooks/{connection}"
        ),
        f"{APP}/cards/baton-card-hsmeta.json": _card(),
        f"{APP}/cards/package.json": {
            "name": "baton-card", "version": "0.1.0", "private": True,
            "dependencies": {"@hubspot/ui-extensions": "latest", "react": "^18.2.0"},
        },
    }  # fmt: skip
    shown = {path: dumps(body, indent=2, ensure_ascii=False) + "\n" for path, body in made.items()}
    return {**shown, f"{APP}/cards/{CARD}": source.replace("@CARD@", card)}


def _app(settings: Settings, origin: str, connection: str) -> Mapping[str, Any]:
    needed = sorted(set(_scopes(settings)))
    return {
        "uid": f"baton-{connection}",
        "type": "app",
        "config": {
            "name": "Baton",
            "description": "Keeps HubSpot and the SFA in step, and shows their history.",
            "distribution": "private",
            "auth": {
                "type": "static",
                "requiredScopes": needed,
                "optionalScopes": [one for one in OPTIONAL if one not in needed],
                "conditionallyRequiredScopes": [],
            },
            "permittedUrls": {"fetch": [origin], "iframe": [origin], "img": []},
        },
    }


def _scopes(settings: Settings) -> Iterator[str]:
    """What the settings as they are call for (README and ACTIVITIES.md of this connector)."""
    for name in OBJECTS:
        for right in ("read", "write"):
            yield f"crm.objects.{name}.{right}"
            yield f"crm.schemas.{name}.{right}"
    yield "crm.objects.owners.read"
    asked = (
        (settings.custom_objects, CUSTOM),
        (settings.read_events, ("business-intelligence",)),
        (settings.email_events, ("content",)),
        (settings.form_source != "events", ("forms",)),
        (settings.marketing_events, ("crm.objects.marketing_events.read",)),
        (settings.lists, ("crm.lists.read",)),
        ("emails" in settings.engagements, ("sales-email-read",)),
        (settings.activity_event, OWN_EVENT),
    )
    yield from (one for used, scopes in asked if used for one in scopes)


def _webhooks(settings: Settings, address: str) -> Mapping[str, Any]:
    """The subscriptions that an installation makes for an app of the older kind. The events of
    custom objects are in the newer format, all others keep the one that Baton has recordings of.
    """
    every = list(wanted(settings))
    of_objects = [_subscription(one) for one in every if one.object_type]
    older = [_subscription(one) for one in every if not one.object_type and one.type != PRIVACY]
    return {
        "uid": "baton-webhooks",
        "type": "webhooks",
        "config": {
            "settings": {"targetUrl": address, "maxConcurrentRequests": AT_ONCE},
            "subscriptions": {
                "crmObjects": of_objects,
                "legacyCrmObjects": older,
                "hubEvents": [{"subscriptionType": PRIVACY, "active": True}],
            },
        },
    }


def _subscription(one: About) -> Mapping[str, Any]:
    more = {"objectType": one.object_type, "propertyName": one.property_name}
    named = {name: value for name, value in more.items() if value}
    return {"subscriptionType": one.type, **named, "active": True}


def _card() -> Mapping[str, Any]:
    return {
        "uid": "baton-card",
        "type": "card",
        "config": {
            "name": "Baton",
            "description": "Score with reasons, hot-lead alert, and the history of both systems.",
            "entrypoint": f"/app/cards/{CARD}",
            "location": "crm.record.tab",
            "objectTypes": list(OBJECTS),
        },
    }

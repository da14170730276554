"""The webhook subscriptions of the app, by its developer's key.

Only for an app of the older kind: newer ones declare their subscriptions in their project.
Source: HubSpot's published OpenAPI, "Webhooks" v3 (settings and subscriptions; a key named
`hapikey`); HubSpot developer docs, "Webhooks": maxConcurrentRequests must be above five.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import Field

from connectors.base import Gone, Kind
from connectors.hubspot.answers import Answer, List
from connectors.hubspot.installing.todo import Todo
from connectors.hubspot.rest import Api
from connectors.hubspot.settings import Settings

WHAT: Mapping[Kind, str] = {"person": "contact", "company": "company", "opportunity": "deal"}
ACTIONS = ("creation", "deletion", "merge", "restore", "associationChange")
OF_OBJECTS = ("creation", "deletion", "merge", "restore")
AT_ONCE = 10  # requests that HubSpot may have on the way at a time


class Target(Answer):
    url: str | None = Field(default=None, alias="targetUrl")


class Subscription(Answer):
    id: str
    type: str = Field(alias="eventType")
    property_name: str | None = Field(default=None, alias="propertyName")
    object_type: str | None = Field(default=None, alias="objectTypeId")
    active: bool = False

    @property
    def about(self) -> "About":
        return About(self.type, self.property_name, self.object_type)


class Subscriptions(Answer):
    results: List[Subscription] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class About:
    """What a subscription is to."""

    type: str
    property_name: str | None = None
    object_type: str | None = None

    def __str__(self) -> str:
        more = self.property_name or self.object_type
        return f"{self.type} {more}" if more else self.type

    def body(self) -> dict[str, Any]:
        more = {"propertyName": self.property_name, "objectTypeId": self.object_type}
        named = {name: value for name, value in more.items() if value}
        return {"eventType": self.type, "active": True, **named}


def missing(app: Api) -> Iterator[Todo]:
    """The address, and the subscriptions that are missing or switched off."""
    settings = app.settings
    url = _target(app)
    if url != settings.webhook_url:
        throttling = {"maxConcurrentRequests": AT_ONCE, "period": "SECONDLY"}
        body = {"targetUrl": settings.webhook_url, "throttling": throttling}
        line = f"create webhook address {settings.webhook_url}"
        line = f"change webhook address {url} to {settings.webhook_url}" if url else line
        make = partial(app.ask, Target, app.webhook_settings.configure, settings.app_id, body)
        yield Todo(line, make)
    found = {one.about: one for one in _subscriptions(app)}
    for about in wanted(settings):
        if about not in found:
            yield Todo(f"create webhook subscription {about}", partial(_create, app, about))
        elif not found[about].active:
            switch = partial(_switch_on, app, found[about].id)
            yield Todo(f"change webhook subscription {about}: switched on", switch)


def present(app: Api) -> Iterator[Todo]:
    """The subscriptions that we made, as long as they still send to us."""
    settings = app.settings
    if _target(app) != settings.webhook_url:
        return
    ours = set(wanted(settings))
    for one in (one for one in _subscriptions(app) if one.about in ours):
        drop = partial(
            app.webhook_subscriptions.archive, one.id, settings.app_id, _preload_content=False
        )
        yield Todo(f"remove webhook subscription {one.about}", drop)
    clear = partial(app.webhook_settings.clear, settings.app_id, _preload_content=False)
    yield Todo(f"remove webhook address {settings.webhook_url}", clear)


def wanted(settings: Settings) -> Iterator[About]:
    """What an app has to subscribe to."""
    for kind, what in WHAT.items():
        for action in ACTIONS:
            yield About(f"{what}.{action}")
        score = (settings.score_property,) if kind == "person" else ()
        for name in dict.fromkeys((*settings.webhook_properties.get(kind, ()), *score)):
            yield About(f"{what}.propertyChange", name)
    yield About("contact.privacyDeletion")
    for type_id in settings.custom_objects.values():
        for action in OF_OBJECTS:
            yield About(f"object.{action}", None, type_id)


def _target(app: Api) -> str | None:
    try:
        return app.ask(Target, app.webhook_settings.get_all, app.settings.app_id).url
    except Gone:
        return None


def _subscriptions(app: Api) -> list[Subscription]:
    try:
        ask = app.webhook_subscriptions.get_all
        return app.ask(Subscriptions, ask, app.settings.app_id).results
    except Gone:
        return []


def _create(app: Api, about: About) -> None:
    make = app.webhook_subscriptions.create
    app.ask(Subscription, make, app.settings.app_id, about.body())


def _switch_on(app: Api, subscription: str) -> None:
    change = app.webhook_subscriptions.update
    app.ask(Subscription, change, subscription, app.settings.app_id, {"active": True})

"""Which of the changes in a property's history were our own writes: they tell nothing new.

History names an app by its id (`sourceType` INTEGRATION, `sourceId` a number). Ours is the setting
`app_id`; without it, the app that wrote our key property, which nobody else writes. What another
process wrote, or this one before it was started again, is known by that too. Where HubSpot names
no app, only the writes that this process remembers are known (`own_writes`).
Source: recorded property histories; HubSpot developer docs, "Search the CRM".
"""

from collections.abc import Iterable
from functools import partial

from connectors.base import Ref, Rejected
from connectors.hubspot.answers import Change, Item, Listing
from connectors.hubspot.own_writes import BY_INTEGRATIONS
from connectors.hubspot.rest import Api

OURS = "own apps"  # in the catalogue


def with_our_key(api: Api, *names: str) -> list[str]:
    """What to ask history of, so that it also says who wrote our key."""
    return [*names, api.settings.key_property]


def own_apps(
    api: Api, object_type: str, items: Iterable[Item], changes: Iterable[Change]
) -> frozenset[str]:
    """The ids of apps under which we write, as far as one of these changes was made by an app.

    Costs no call but where none of these records has our key in its history; then two, until it
    is known. Raises: Busy, AuthLost.
    """
    if api.settings.app_id is not None:
        return frozenset({str(api.settings.app_id)})
    if not any(change.app for change in changes):
        return frozenset()
    known: frozenset[str] = api.catalogue.look(OURS, frozenset)
    found = known | _wrote_key(api, items) or _looked_up(api, object_type)
    return api.catalogue.look(OURS, partial(frozenset, found), fresh=found != known)


def is_ours(api: Api, ref: Ref, name: str, change: Change, apps: frozenset[str]) -> bool:
    """Whether we made this change of a property."""
    if change.app and apps:
        return change.app in apps
    source = change.source_type
    return source in BY_INTEGRATIONS and api.own_writes.has(
        ref, name, change.value, change.timestamp, source
    )


def _wrote_key(api: Api, items: Iterable[Item]) -> frozenset[str]:
    keyed = (item.history.get(api.settings.key_property, ()) for item in items)
    return frozenset(change.app for some in keyed for change in some if change.app)


def _looked_up(api: Api, object_type: str) -> frozenset[str]:
    """By one record that has our key; none where there is no such record or property."""
    key = api.settings.key_property
    has_key = {"propertyName": key, "operator": "HAS_PROPERTY"}
    asked = {"filterGroups": [{"filters": [has_key]}], "properties": [key], "limit": 1}
    try:
        page = api.ask(Listing, api.search.do_search, object_type, asked)
    except Rejected:
        return frozenset()
    inputs = [{"id": item.id} for item in page.results]
    body = {"properties": [key], "propertiesWithHistory": [key], "inputs": inputs}
    return _wrote_key(api, api.batch_read(object_type, body)) if inputs else frozenset()

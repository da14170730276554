"""What a HubSpot account has: properties, owners, and whose account it is."""

from collections.abc import Mapping
from typing import Any

from connectors.base import Account, ConnectorError, Field, FieldType, Kind, Owner
from connectors.hubspot.answers import OwnerList, Portal, Property, PropertyList, Usage, UsageList
from connectors.hubspot.associations import described
from connectors.hubspot.pipelines import with_stages
from connectors.hubspot.rest import Api

LONGEST_TEXT = 65_536
CHOOSING = {"bool", "choice", "multi_choice"}
OF_TYPE: Mapping[str, FieldType] = {
    "bool": "bool",
    "date": "date",
    "datetime": "datetime",
    "number": "number",
    "phone_number": "phone",
    "enumeration": "choice",
    "string": "text",
}
OF_FIELD_TYPE: Mapping[str, FieldType] = {
    "booleancheckbox": "bool",
    "checkbox": "multi_choice",
    "html": "long_text",
    "phonenumber": "phone",
    "textarea": "long_text",
}


def describe(api: Api, kind: Kind) -> list[Field]:
    """All properties of the object that holds this kind, archived ones left out, with the stages
    of its pipelines; and what it can be associated with.
    """
    name = api.settings.object_of(kind)
    listed = api.ask(PropertyList, api.properties.get_all, name)
    fields = [_field(one, name) for one in listed.results]
    return [*with_stages(api, name, fields), *described(api.settings, kind)]


def _field(one: Property, object_type: str) -> Field:
    field_type = _type(one)
    choices = tuple(option.value for option in one.options if option.value)
    read_only = one.calculated or (one.metadata is not None and one.metadata.read_only_value)
    return Field(
        name=one.name,
        label=one.label or one.name,
        type=field_type,
        object=object_type,
        writable=not read_only,
        choices=choices if field_type in CHOOSING else (),
        max_length=LONGEST_TEXT if field_type in {"text", "long_text"} else None,
    )


def _type(one: Property) -> FieldType:
    if one.name == "hs_object_id":
        return "id"
    if one.name == "email":
        return "email"
    if one.external_options or one.referenced:
        return "reference"
    return OF_FIELD_TYPE.get(one.field_type) or OF_TYPE.get(one.type, "other")


def owners(api: Api) -> list[Owner]:
    """All users and queues, inactive ones too."""
    return [*_owners(api, archived=False), *_owners(api, archived=True)]


def _owners(api: Api, *, archived: bool) -> list[Owner]:
    found: list[Owner] = []
    after: str | None = None
    while True:
        asked: dict[str, Any] = {"limit": 100, "archived": archived}
        page = api.ask(
            OwnerList, api.owners.get_page, **asked, **({"after": after} if after else {})
        )
        for one in page.results:
            name = " ".join(part for part in (one.first_name, one.last_name) if part)
            is_queue = one.type == "QUEUE"
            found.append(
                Owner(one.id, one.email, name or one.email or one.id, not archived, is_queue)
            )
        following = page.paging.next.after if page.paging and page.paging.next else None
        if following is None or following == after or not page.results:
            return found
        after = following


def probe(api: Api) -> Account:
    """Whose account this is, and a private app's use of the daily limit where HubSpot tells it.

    Source: HubSpot developer docs, "Account information" and "API usage".
    """
    portal = api.get(Portal, "/account-info/v3/details")
    usage = _usage(api)
    name = portal.ui_domain or "HubSpot"
    return Account(
        id=portal.portal_id,
        name=f"{name} ({portal.account_type})" if portal.account_type else name,
        api_used=usage.current if usage else None,
        api_limit=usage.limit if usage else None,
    )


def _usage(api: Api) -> Usage | None:
    """Only private apps are told; for all others the figure stays unknown."""
    try:
        listed = api.get(UsageList, "/account-info/v3/api-usage/daily/private-apps")
    except ConnectorError:
        return None
    return listed.results[0] if listed.results else None

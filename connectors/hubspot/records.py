"""Looking at contacts, companies and deals: by id, by our key, by e-mail."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar

from connectors.base import Busy, Gone, Kind, Record, Ref, Rejected
from connectors.hubspot import associations
from connectors.hubspot.answers import Item
from connectors.hubspot.objects import modified_property
from connectors.hubspot.rest import Api
from connectors.hubspot.settings import Settings
from connectors.hubspot.values import moment, utc

MORE_EMAILS = "hs_additional_emails"  # a contact is also found by these; `;` between them
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")  # what is no address could fail the whole batch
T = TypeVar("T")


def read(api: Api, refs: Sequence[Ref], fields: Collection[str]) -> list[Record]:
    """Look at records of one kind, in the order asked; one that is not there is `deleted`.

    Each record that the batch does not show costs one more call, which tells a merged record
    (HubSpot answers a single read of its old id with the winner) from a deleted one.
    """
    if len(refs) > api.settings.read_batch:
        most = api.settings.read_batch
        raise Rejected(f"{len(refs)} records at once; the most is {most}", code="batch_too_large")
    if not refs:
        return []
    kind = refs[0].kind
    ids = dict.fromkeys(ref.id for ref in refs if is_id(ref.id))
    items = {item.id: item for item in look(api, kind, list(ids), fields)}
    seen = [
        record(items[ref.id], kind, fields, api.settings) if ref.id in items else lost(api, ref)
        for ref in refs
    ]
    return associations.filled(api, kind, seen, fields)


def read_all(api: Api, refs: Sequence[Ref], fields: Collection[str]) -> list[Record]:
    """Look at any number of records of one kind, as `read` does."""
    return [
        one for part in chunks(refs, api.settings.read_batch) for one in read(api, part, fields)
    ]


def find(
    api: Api,
    kind: Kind,
    by: Literal["key", "email"],
    values: Sequence[str],
    fields: Collection[str],
) -> dict[str, list[Record]]:
    """Live records by our key or by e-mail; only contacts have an e-mail in HubSpot."""
    if by == "email" and kind != "person":
        return {}
    settings = api.settings
    name = settings.key_property if by == "key" else "email"
    wanted = {value: _comparable(value, by) for value in values}
    asked = dict.fromkeys(one for one in wanted.values() if by == "key" or EMAIL.fullmatch(one))
    asked.pop("", None)
    found: dict[str, list[Record]] = {}
    items = look(api, kind, list(asked), fields, id_property=name)
    seen = [record(item, kind, fields, settings) for item in items]
    for item, one in zip(items, associations.filled(api, kind, seen, fields), strict=True):
        for value in _held(item, by, name) & asked.keys():
            found.setdefault(value, []).append(one)
    return {value: found[one] for value, one in wanted.items() if one in found}


def _comparable(value: str, by: str) -> str:
    return value.strip().lower() if by == "email" else value


def _held(item: Item, by: str, name: str) -> set[str]:
    """The values that this record can have been found by."""
    own = item.properties.get(name) or ""
    if by == "key":
        return {own}
    more = (item.properties.get(MORE_EMAILS) or "").split(";")
    return {email.strip().lower() for email in (own, *more)}


def look(
    api: Api,
    kind: Kind,
    ids: Sequence[str],
    fields: Collection[str],
    *,
    id_property: str | None = None,
) -> list[Item]:
    """Those of the records that are there, in no order.

    Raises: Busy, AuthLost, Rejected.
    """
    body: dict[str, Any] = {"properties": properties(kind, fields, api.settings)}
    if id_property:
        body["idProperty"] = id_property
    if id_property == "email":
        body["properties"] = [*body["properties"], "email", MORE_EMAILS]
    if api.settings.field_times:
        body["propertiesWithHistory"] = sorted(associations.properties_for(kind, fields))
    items: list[Item] = []
    for part in chunks(ids, api.settings.read_batch):
        body["inputs"] = [{"id": one} for one in part]
        items += api.batch_read(api.settings.object_of(kind), body)
    return items


def lost(api: Api, ref: Ref) -> Record:
    """What became of a record that a batch does not show."""
    winner = whereabouts(api, ref) if is_id(ref.id) else None
    if winner == ref:
        raise Busy(f"HubSpot does not show {ref.id} in a batch yet", retry_in_s=1.0)
    return Record(ref, api.settings.object_of(ref.kind), {}, deleted=True, moved_to=winner)


def whereabouts(api: Api, ref: Ref) -> Ref | None:
    """Where a record lives now: itself, the winner of its merge, or nowhere."""
    try:
        item = api.ask(Item, api.basic.get_by_id, api.settings.object_of(ref.kind), ref.id)
    except Gone:
        return None
    return Ref(ref.kind, item.id)


def record(item: Item, kind: Kind, fields: Collection[str], settings: Settings) -> Record:
    """HubSpot's record in Baton's words. A property that HubSpot does not know is left out."""
    shown = {*fields, *_own(kind, settings)}
    return Record(
        ref=Ref(kind, item.id),
        object=settings.object_of(kind),
        fields={
            **{name: item.properties[name] for name in sorted(shown) if name in item.properties},
            **associations.shown(kind, fields, item.properties),
        },
        key=item.properties.get(settings.key_property) or None,
        modified_at=modified_at(item, kind),
        field_modified_at={
            name: utc(max(change.timestamp for change in changes))
            for name, changes in item.history.items()
            if changes
        },
        emails=_further(item) if kind == "person" else None,
    )


def _further(item: Item) -> tuple[str, ...] | None:
    """The other addresses of a contact; None where HubSpot was not asked for them."""
    if MORE_EMAILS not in item.properties:
        return None
    return tuple(email for email in (item.properties[MORE_EMAILS] or "").split(";") if email)


def modified_at(item: Item, kind: Kind) -> datetime | None:
    """When a record was last changed, by HubSpot's clock."""
    told = moment(item.properties.get(modified_property(kind))) or item.updated_at
    return utc(told) if told else None


def properties(kind: Kind, fields: Collection[str], settings: Settings) -> list[str]:
    """The properties to ask for."""
    asked = associations.properties_for(kind, fields)
    return sorted({*asked, settings.key_property, modified_property(kind), *_own(kind, settings)})


def _own(kind: Kind, settings: Settings) -> tuple[str, ...]:
    return (settings.score_property, MORE_EMAILS) if kind == "person" else ()


def is_id(text: str) -> bool:
    """HubSpot's ids are decimal numbers; asking for another one fails the whole batch."""
    return text.isascii() and text.isdecimal()


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in parts of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]

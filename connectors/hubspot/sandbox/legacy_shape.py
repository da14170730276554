"""Records as the APIs before version 3 show and take them.

Source: HubSpot's legacy docs, "Contacts API v1", "Companies API v2", "Deals API v1". HubSpot has
announced their end; until then common extraction software calls them.
"""

import uuid
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from connectors.hubspot.sandbox import objects_api, writes
from connectors.hubspot.sandbox.errors import ApiError
from connectors.hubspot.sandbox.http import Call
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.records import Record, Version

Row = dict[str, Any]
LEAD_GUIDS = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # names are contact ids


def flag(call: Call, key: str) -> bool:
    return call.query.get(key, "").lower() == "true"


def at_most(call: Call, key: str, default: int, most: int) -> int:
    """A page size; more than `most` means `most`. Raises: ApiError."""
    return max(1, min(most, call.number(call.query.get(key) or default)))


def live(call: Call, kind: ObjectType, start: int = 0) -> Iterator[Record]:
    """Live records by id, from one on."""
    table = call.portal.table(kind)
    return (table.records[i] for i in table.ids(start) if i not in table.aliases)


def newest(call: Call, kind: ObjectType, since_ms: int = 0) -> Iterator[Record]:
    """Live records by last change, latest first."""
    table = call.portal.table(kind)
    ids = reversed(list(table.changed_between(since_ms, None)))
    return (record for i in ids if (record := table.get(i)) is not None)


def page(found: Iterator[Record], limit: int) -> tuple[list[Record], Record | None]:
    """The first ones, and the one after them."""
    return list(islice(found, limit)), next(found, None)


def needed(call: Call, kind: ObjectType, message: str) -> Record:
    """The record with the id in the path. Raises: ApiError (404)."""
    record = objects_api.find(call.portal, kind, call.params["id"])
    if record is None:
        raise ApiError(404, message)
    return record


def given(call: Call, body: Row, key: str = "property") -> dict[str, str]:
    """`properties` as lists of {property or name, value}, checked. Raises: ApiError."""
    rows = [call.with_fields(one, key) for one in call.items(body.get("properties"))]
    return {str(one[key]): "" if one.get("value") is None else str(one["value"]) for one in rows}


def contact(
    call: Call, record: Record, names: Iterable[str] | None, *, history: bool = False,
    memberships: bool = False,
) -> Row:  # fmt: skip
    """`names` None: every property."""
    wanted = record.values if names is None else names
    values = {
        name: _contact_value(record, name, history=history)
        for name in wanted
        if name in record.values
    }
    shown: Row = {
        "vid": int(record.id), "canonical-vid": int(record.id), "merged-vids": [],
        "portal-id": call.portal.config.portal_id, "is-contact": True, "properties": values,
        "form-submissions": [], "merge-audits": [], "identity-profiles": [_identity(record)],
    }  # fmt: skip
    if memberships:
        shown["list-memberships"] = _memberships(call, record)
    return shown


def _contact_value(record: Record, name: str, *, history: bool) -> Row:
    shown: Row = {"value": record.values[name]}
    if history:
        shown["versions"] = [_version(one) for one in record.history.get(name, ())]
    return shown


def _version(one: Version) -> Row:
    return {
        "value": one.value, "timestamp": one.at_ms, "source-type": one.actor.source,
        "source-id": one.actor.source_id, "source-label": one.actor.label, "selected": False,
    }  # fmt: skip


def _identity(record: Record) -> Row:
    at_ms = record.created_ms
    guid = str(uuid.uuid5(LEAD_GUIDS, record.id))
    identities: list[Row] = [{"type": "LEAD_GUID", "value": guid, "timestamp": at_ms}]
    if email := record.values.get("email"):
        primary = {"type": "EMAIL", "value": email, "timestamp": at_ms, "is-primary": True}
        identities.insert(0, primary)
    return {
        "vid": int(record.id), "saved-at-timestamp": at_ms, "deleted-changed-timestamp": 0,
        "identities": identities,
    }  # fmt: skip


def _memberships(call: Call, record: Record) -> list[Row]:
    held = (x for x in call.portal.lists.all.values() if x.deleted_ms is None)
    return [
        {
            "static-list-id": one.legacy_id, "internal-list-id": one.id, "is-member": True,
            "timestamp": one.members[record.id][1], "vid": int(record.id),
        }
        for one in held
        if one.kind is record.type and record.id in one.members
    ]  # fmt: skip


def _value(record: Record, name: str, *, history: bool) -> Row:
    """A property of a company, a deal or a ticket."""
    versions = list(record.history.get(name, ()))
    at_ms = versions[0].at_ms if versions else record.created_ms
    source = versions[0].actor.source if versions else "CALCULATED"
    source_id = versions[0].actor.source_id if versions else None
    shown: Row = {
        "value": record.values[name], "timestamp": at_ms, "source": source, "sourceId": source_id,
    }  # fmt: skip
    if history:
        shown["versions"] = [
            {
                "name": name, "value": one.value, "timestamp": one.at_ms,
                "source": one.actor.source, "sourceId": one.actor.source_id, "sourceVid": [],
            }
            for one in versions
        ]  # fmt: skip
    return shown


def values(
    record: Record, names: Iterable[str] | None, *, history: Iterable[str] | bool = False
) -> Row:
    """`names` None: every property. `history`: of all, of none, or of these."""
    wanted = list(record.values) if names is None else list(names)
    kept = set() if isinstance(history, bool) else set(history)
    return {
        name: _value(record, name, history=history is True or name in kept)
        for name in dict.fromkeys([*wanted, *kept])
        if name in record.values
    }


def company(
    call: Call, record: Record, names: Iterable[str] | None, *,
    history: Iterable[str] | bool = False,
) -> Row:  # fmt: skip
    return {
        "portalId": call.portal.config.portal_id, "companyId": int(record.id),
        "isDeleted": record.archived_ms is not None, "additionalDomains": [], "stateChanges": [],
        "mergeAudits": [], "properties": values(record, names, history=history),
    }  # fmt: skip


def deal(
    call: Call, record: Record, names: Iterable[str] | None, *,
    history: Iterable[str] | bool = False, associations: bool = True,
) -> Row:  # fmt: skip
    held = {
        "associatedVids": "contacts", "associatedCompanyIds": "companies",
        "associatedDealIds": "deals", "associatedTicketIds": "tickets",
    }  # fmt: skip
    return {
        "portalId": call.portal.config.portal_id, "dealId": int(record.id),
        "isDeleted": record.archived_ms is not None, "imports": [], "stateChanges": [],
        "associations": {
            key: ends(call, record, target) if associations else [] for key, target in held.items()
        },
        "properties": values(record, names, history=history),
    }  # fmt: skip


def ends(call: Call, record: Record, target: str) -> list[int]:
    """Ids of associated records of one type."""
    return [int(i) for i in call.portal.links.of(record.type.name, record.id, target)]


def created(call: Call, kind: ObjectType, raw: dict[str, str]) -> Record:
    """Raises: ApiError."""
    checked = writes.check(call.portal, kind, raw)
    writes.check_unique(call.portal, kind, checked)
    return writes.create(call.portal, kind, checked, call.actor)


def changed(call: Call, record: Record, raw: dict[str, str]) -> None:
    """Raises: ApiError."""
    checked = writes.check(call.portal, record.type, raw)
    writes.check_unique(call.portal, record.type, checked, record)
    writes.update(call.portal, record, checked, call.actor)

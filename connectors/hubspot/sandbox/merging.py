"""Merging two records into one.

Since 2025 the result is a new record with a new id; both old ids lead to it, and the primary
record's values win. Source: HubSpot developer changelog, "Updated merge functionality for
contacts and companies".
"""

from connectors.hubspot.sandbox import linking, notices, writes
from connectors.hubspot.sandbox.links import PRIMARY
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Actor, Record

KEPT_APART = {"hs_object_id", "hs_all_contact_vids", "hs_merged_object_ids"}


def merge(portal: Portal, primary: Record, other: Record, actor: Actor) -> Record:
    """Merge `other` into `primary`; the resulting record."""
    table = portal.table(primary.type)
    values = _values(primary, other)
    now_ms = portal.now_ms()
    ends = [(r.id, list(portal.links.targets(r.type.name, r.id))) for r in (primary, other)]
    gone = [primary, other] if portal.config.merge_creates_record else [other]
    for record in gone:
        writes.unlink_all(portal, record, actor, silent=True)
        record.archived_ms = now_ms
        table.touch(record, now_ms)
    if portal.config.merge_creates_record:
        result = writes.create(portal, primary.type, values, actor, silent=True)
        result.created_ms = min(primary.created_ms, other.created_ms)
        _join_history(result, primary, other)
    else:
        result = primary
        writes.update(portal, result, values, actor, silent=True)
    for record in gone:
        table.aliases[record.id] = result.id
    _relink(portal, result, ends, actor)
    _tell(portal, result, primary, other, actor)
    return result


def _values(primary: Record, other: Record) -> dict[str, str]:
    values = {k: v for k, v in {**other.values, **primary.values}.items() if k not in KEPT_APART}
    old = primary.values.get("hs_merged_object_ids", "").split(";")
    ids = [*filter(None, old), primary.id, other.id]
    values["hs_merged_object_ids"] = ";".join(dict.fromkeys(ids))
    kept = values.get("email", "")
    known = [
        r.values.get(n, "") for r in (primary, other) for n in ("hs_additional_emails", "email")
    ]
    more = {email for held in known for email in held.split(";") if email and email != kept}
    if more:
        values["hs_additional_emails"] = ";".join(sorted(more))
    if primary.type.name == "contacts":
        values["hs_all_contact_vids"] = values["hs_merged_object_ids"]
    return values


def _join_history(result: Record, primary: Record, other: Record) -> None:
    """The result's history holds both records'; its own newest version stays on top."""
    for record in (primary, other):
        for name, versions in record.history.items():
            held = result.history.setdefault(name, [])
            held.extend(versions)
    for name, versions in result.history.items():
        first, rest = versions[:1], versions[1:]
        result.history[name] = first + sorted(rest, key=lambda v: -v.at_ms)


def _relink(
    portal: Portal, result: Record, ends: list[tuple[str, list[linking.End]]], actor: Actor
) -> None:
    """Associations of the primary record come first: a second "primary" company is dropped."""
    moved = [
        (target, target_id, portal.links.definitions[spec])
        for old_id, targets in ends
        if old_id != result.id
        for target, target_id, specs in targets
        for spec in specs
    ]
    for target, target_id, definition in moved:
        second = definition.label == PRIMARY and linking.has_primary(
            portal, result.type.name, result.id, target
        )
        if not second:
            portal.links.add(result.id, definition, target_id)
    linking.follow_primary(portal, result, actor, silent=True)


def _tell(portal: Portal, result: Record, primary: Record, other: Record, actor: Actor) -> None:
    event = {
        "primaryObjectId": int(primary.id),
        "mergedObjectIds": [int(primary.id), int(other.id)],
        "newObjectId": int(result.id),
        "numberOfPropertiesMoved": sum(1 for n in other.values if n not in primary.values),
    }
    if result is primary:
        event["mergedObjectIds"] = [int(other.id)]
    notices.merged(portal, result.type, actor, event)

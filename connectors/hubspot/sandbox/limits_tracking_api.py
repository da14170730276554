"""How much of what an account may hold it does hold.

Source: HubSpot developer docs, "Limits tracking". The limits themselves depend on the
subscription; those here are of the size the docs show (`config.py`: `crm_limits`).
"""

from collections.abc import Callable
from typing import Any

from connectors.hubspot.sandbox.http import Answer, Call, Endpoint, dated
from connectors.hubspot.sandbox.links import USER
from connectors.hubspot.sandbox.object_types import ObjectType

Count = Callable[[Call, ObjectType], int]
NEAR, MOST_SAMPLES = 0.8, 10


def _about(call: Call, kind: ObjectType) -> dict[str, str]:
    custom = call.portal.custom.get(kind.name)
    labels = custom.labels if custom else {}
    return {
        "objectTypeId": kind.id,
        "singularLabel": labels.get("singular", kind.singular.title()),
        "pluralLabel": labels.get("plural", kind.name.title()),
    }


def _share(usage: int, limit: int) -> float:
    return round(usage * 100 / limit, 2)


def _used(call: Call, kind: ObjectType, usage: int, limit: int) -> dict[str, Any]:
    return {
        **_about(call, kind), "limit": limit, "usage": usage, "percentage": _share(usage, limit),
    }  # fmt: skip


def _live(call: Call, kind: ObjectType) -> int:
    table = call.portal.table(kind)
    return len(table.records) - len(table.archived)


def records(call: Call) -> Answer:
    limits, types = call.portal.config.crm_limits, list(call.portal.types)
    own = [kind for kind in types if kind.custom]
    body: dict[str, Any] = {
        "hubspotDefinedObjectTypes": [
            _used(call, kind, _live(call, kind), limits.records)
            for kind in types
            if not kind.custom
        ]
    }
    rows = [{**_about(call, kind), "usage": _live(call, kind)} for kind in own]
    body["customObjectTypes"] = _overall(rows, limits.custom_records)
    return 200, body


def _overall(rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    usage = sum(row["usage"] for row in rows)
    return {
        "byObjectType": rows, "overallLimit": limit, "overallUsage": usage,
        "overallPercentage": _share(usage, limit),
    }  # fmt: skip


def custom_object_types(call: Call) -> Answer:
    limit = call.portal.config.crm_limits.custom_object_types
    usage = sum(1 for kind in call.portal.types if kind.custom)
    return 200, {"limit": limit, "usage": usage, "percentage": _share(usage, limit)}


def custom_properties(call: Call) -> Answer:
    """Each object type has the limit; overall they have all of them together."""
    limit, types = call.portal.config.crm_limits.custom_properties, list(call.portal.types)
    rows = [_used(call, kind, _count(call, kind, lambda p: p.own), limit) for kind in types]
    return 200, _overall(rows, limit * len(types))


def _count(call: Call, kind: ObjectType, wanted: Callable[[Any], bool]) -> int:
    return sum(1 for p in call.portal.schema(kind) if p.archived_ms is None and wanted(p))


def calculated_properties(call: Call) -> Answer:
    rows = [
        {**_about(call, kind), "usage": _count(call, kind, lambda p: p.own and p.calculated)}
        for kind in call.portal.types
    ]
    limit = call.portal.config.crm_limits.calculated_properties
    return 200, _overall(rows, limit)


def pipelines(call: Call) -> Answer:
    held, limit = call.portal.pipelines, call.portal.config.crm_limits.pipelines
    kinds = [kind for kind in call.portal.types if kind.name in held]
    rows = [_used(call, k, len(held[k.name]), limit) for k in kinds if not k.custom]
    own = [{**_about(call, k), "usage": len(held[k.name])} for k in kinds if k.custom]
    return 200, {"hubspotDefinedObjectTypes": rows, "customObjectTypes": _overall(own, limit)}


def association_labels(call: Call) -> Answer:
    """Per pair that has labels of its own."""
    portal, rows = call.portal, []
    limit = portal.config.association_labels_per_pair
    pairs: dict[tuple[str, str], list[str]] = {}
    for one in portal.links.definitions.values():
        if one.category == USER and one.label is not None:
            pairs.setdefault((one.source, one.target), []).append(one.label)
    for (source, target), labels in pairs.items():
        rows.append({
            "fromObjectType": _about(call, portal.types[source]),
            "toObjectType": _about(call, portal.types[target]),
            "allLabels": labels, "limit": limit, "usage": len(labels),
            "percentage": _share(len(labels), limit),
        })  # fmt: skip
    return 200, {"results": rows}


def record_associations(call: Call) -> Answer:
    """Object types whose records come near the limit: here those that reach it."""
    limit = call.portal.config.crm_limits.associations
    types = {source for (source, _), shelf in call.portal.links.ends.items()
             if any(len(ends) >= limit for ends in shelf.values())}  # fmt: skip
    return 200, {"results": [_about(call, call.portal.types[name]) for name in sorted(types)]}


def record_associations_to(call: Call) -> Answer:
    limit, source = call.portal.config.crm_limits.associations, call.kind_of("from_type")
    found = {
        target
        for (name, target), shelf in call.portal.links.ends.items()
        if name == source.name and any(len(ends) >= limit for ends in shelf.values())
    }
    return 200, {"results": [_about(call, call.portal.types[name]) for name in sorted(found)]}


def record_associations_between(call: Call) -> Answer:
    """Records at the limit, and those that have used most of it."""
    limit = call.portal.config.crm_limits.associations
    source, target = call.kind_of("from_type"), call.kind_of("to_type")
    shelf = call.portal.links.ends.get((source.name, target.name))
    usage = {record_id: len(ends) for record_id, ends in shelf.items()} if shelf else {}
    full = [i for i, count in usage.items() if count >= limit]
    near = [i for i, count in usage.items() if limit > count >= limit * NEAR]
    return 200, {
        "limit": limit, "totalRecordsAtLimit": len(full), "totalRecordsNearLimit": len(near),
        "atLimitFromRecordSamples": [_sample(call, source, i) for i in full[:MOST_SAMPLES]],
        "nearLimitFromRecordSamples": [
            {
                **_sample(call, source, i), "usage": usage[i],
                "percentage": _share(usage[i], limit),
            }
            for i in near[:MOST_SAMPLES]
        ],
    }  # fmt: skip


def _sample(call: Call, kind: ObjectType, record_id: str) -> dict[str, Any]:
    values = call.portal.table(kind).records[record_id].values
    label = next((values[name] for name in kind.searched if values.get(name)), record_id)
    return {"objectId": int(record_id), "label": label}


def _paths(rest: str) -> tuple[str, ...]:
    return dated(f"/crm/v3/limits{rest}", f"/crm/limits/{{version}}{rest}")


_RECORDS = "/associations/records"
ENDPOINTS = (
    Endpoint("GET", _paths("/records"), records),
    Endpoint("GET", _paths("/custom-object-types"), custom_object_types),
    Endpoint("GET", _paths("/custom-properties"), custom_properties),
    Endpoint("GET", _paths("/calculated-properties"), calculated_properties),
    Endpoint("GET", _paths("/pipelines"), pipelines),
    Endpoint("GET", _paths("/associations/labels"), association_labels),
    Endpoint("GET", _paths(f"{_RECORDS}/from"), record_associations),
    Endpoint("GET", _paths(f"{_RECORDS}/{{from_type}}/to"), record_associations_to),
    Endpoint("GET", _paths(f"{_RECORDS}/{{from_type}}/{{to_type}}"), record_associations_between),
)

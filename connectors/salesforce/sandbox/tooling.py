"""The Tooling API's tables, read from the schema and the settings when asked for."""

from collections.abc import Iterator
from typing import Any

from connectors.salesforce.sandbox.ids import canonical
from connectors.salesforce.sandbox.metadata import activities, flows
from connectors.salesforce.sandbox.metadata.store import Store
from connectors.salesforce.sandbox.org import Actor, Org


def show(org: Org, store: Store) -> None:
    """Bring the tables up to date."""
    system = Actor(org.user_id, "SEED")
    objects = [one for one in org.schema.objects.values() if one.name.endswith("__c")]
    _align(org, "CustomObject", {made.name: _named(made.name) for made in objects}, system)
    ids = {row.fields["DeveloperName"]: row.id for row in _alive(org, "CustomObject")}
    fields = dict(_fields(org, ids))
    _align(org, "CustomField", fields, system)
    _subscriptions(org, system)
    _flows(org, store, system)


def subscription_named(org: Org, name_or_id: str) -> str:
    """The developer name of a managed subscription that is named either way."""
    row = org.row(canonical(name_or_id))
    return str(row.fields["DeveloperName"]) if row is not None else name_or_id


def _flows(org: Org, store: Store, system: Actor) -> None:
    """Each with its one version."""
    kept = {name: one for (kind, name), one in store.kept.items() if kind == flows.FLOW}
    definitions = {name: {"DeveloperName": name, "ActiveVersionId": None} for name in kept}
    ids = _named_rows(org, "FlowDefinition", "DeveloperName", definitions, system)
    versions = {
        ids[name]: {
            "DefinitionId": ids[name],
            "VersionNumber": 1,
            "Status": flows.ACTIVE if flows.is_active(one) else "Obsolete",
        }
        for name, one in kept.items()
    }
    own = _named_rows(org, "Flow", "DefinitionId", versions, system)
    for name, one in kept.items():
        active = own[ids[name]] if flows.is_active(one) else None
        definitions[name] = {"DeveloperName": name, "ActiveVersionId": active}
    _named_rows(org, "FlowDefinition", "DeveloperName", definitions, system)


def _named_rows(
    org: Org, kind: str, key: str, wanted: dict[str, dict[str, Any]], system: Actor
) -> dict[str, str]:
    """Rows for what is wanted by `key`, and no others: key -> id."""
    there = {row.fields[key]: row for row in _alive(org, kind)}
    for name in there.keys() - wanted.keys():
        org.delete(there[name], system)
    for name, fields in wanted.items():
        row = there.get(name)
        if row is None:
            there[name] = org.insert(org.schema.objects[kind], fields, system)
        elif any(row.fields.get(one) != value for one, value in fields.items()):
            org.update(row, fields, system)
    return {name: there[name].id for name in wanted}


def _subscriptions(org: Org, system: Actor) -> None:
    kind = "ManagedEventSubscription"
    rows = {row.fields["DeveloperName"]: row for row in _alive(org, kind)}
    wanted = {one.name: one for one in org.config.managed_subscriptions}
    for name, one in wanted.items():
        metadata = {
            "defaultReplay": one.default_replay, "errorRecoveryReplay": one.error_recovery_replay,
            "label": name, "state": one.state, "topicName": one.topic, "urls": None,
            "version": float(org.config.latest_version),
        }  # fmt: skip
        fields = {"DeveloperName": name, "Metadata": metadata}
        if name not in rows:
            org.insert(org.schema.objects[kind], fields, system)
        elif rows[name].fields["Metadata"] != metadata:
            org.update(rows[name], fields, system)
    for name in rows.keys() - wanted.keys():
        org.delete(rows[name], system)


TWIN = "Event"  # whose custom fields are those of Task, both set up at Activity


def _fields(org: Org, ids: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for made in org.schema.objects.values():
        name = activities.holder(made.name)
        table = ids.get(name.removesuffix("__c"), name) if made.custom else name
        for one in made.fields.values():
            if one.custom and made.name != TWIN:
                sizes = {"Length": one.length, "Precision": one.precision, "Scale": one.scale}
                known = {**_named(one.name), "TableEnumOrId": table, "Description": one.description}
                yield (
                    f"{table}.{one.name}",
                    {**known, **{name: size or None for name, size in sizes.items()}},
                )


def _named(name: str) -> dict[str, Any]:
    return {"DeveloperName": name.removesuffix("__c"), "ManageableState": "unmanaged"}


def _alive(org: Org, kind: str) -> list[Any]:
    return [row for row in org.tables[kind].rows.values() if not row.deleted]


def _align(org: Org, kind: str, wanted: dict[str, dict[str, Any]], actor: Actor) -> None:
    """Rows for what is wanted, none for what is not; rows that are right stay as they are."""
    made, there = org.schema.objects[kind], set()
    for row in _alive(org, kind):
        table = row.fields.get("TableEnumOrId")
        own = f"{row.fields['DeveloperName']}__c"
        key = f"{table}.{own}" if table else own
        if key not in wanted:
            org.delete(row, actor)
            continue
        there.add(key)
        changes = {n: v for n, v in wanted[key].items() if row.fields.get(n) != v}
        if changes:
            org.update(row, changes, actor)
    for key in (one for one in wanted if one not in there):
        org.insert(made, wanted[key], actor)

"""What the control routes do to the account."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.hubspot.sandbox import (
    behaviour,
    keeping,
    linking,
    merging,
    objects_api,
    workflow_triggers,
    writes,
)
from connectors.hubspot.sandbox.config import Config
from connectors.hubspot.sandbox.errors import ApiError
from connectors.hubspot.sandbox.moments import to_ms
from connectors.hubspot.sandbox.object_types import ObjectType
from connectors.hubspot.sandbox.portal import Portal
from connectors.hubspot.sandbox.records import Actor, Record
from connectors.sandbox.control import Refusal, changed

SEEDED = Actor("IMPORT", "seed", who="seed")

EDITABLE = {"object", "id", "by", "properties", "delete", "restore", "merge"}


class HubSpotWorld:
    """See `connectors.sandbox.control.World`."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    @property
    def config(self) -> Config:
        return self._portal.config

    def reconfigure(self, changes: Mapping[str, Any]) -> None:
        self._portal.configure(changed(self._portal.config, changes))

    def reset(self) -> None:
        self._portal.empty()

    def seed(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        return [self._seed_one(dict(given)) for given in records]

    def edit(self, change: Mapping[str, Any]) -> Mapping[str, Any]:
        """Also `"delete": true`, `"restore": true` and `"merge": other id`."""
        if unknown := sorted(change.keys() - EDITABLE):
            known = ", ".join(sorted(EDITABLE))
            raise Refusal(f"an edit has no {', '.join(unknown)}; it has {known}")
        actor = self._portal.ui(change.get("by"))
        record = self._record(change, archived=bool(change.get("restore")))
        try:
            return self._edited(record, change, actor).as_raw()
        except ApiError as error:
            raise Refusal(error.message) from error

    def _edited(self, record: Record, change: Mapping[str, Any], actor: Actor) -> Record:
        portal = self._portal
        if change.get("delete"):
            writes.archive(portal, record, actor)
            return record
        if change.get("restore"):
            writes.restore(portal, record, actor)
            return record
        if "merge" in change:
            other = self._record({**change, "id": change["merge"]})
            return merging.merge(portal, record, other, actor)
        values = writes.check(portal, record.type, change.get("properties") or {})
        writes.check_unique(portal, record.type, values, record)
        writes.update(portal, record, values, actor)
        return record

    def play(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return behaviour.play(self._portal, body.get("steps", []))

    def enrol(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """`{"object", "id", "workflow": name | "url": …}`"""
        return workflow_triggers.enrol_by_hand(self._portal, self._record(body), body)

    def dump(self, kind: str | None) -> Any:
        try:
            return self._portal.raw(kind)
        except ApiError as error:
            raise Refusal(error.message) from error

    def ids(self, kind: str) -> Sequence[str]:
        return list(self._portal.tables[kind].records)

    def raw(self, kind: str, record_id: str) -> Mapping[str, Any] | None:
        record = self._portal.tables[kind].records.get(record_id)
        return record.as_raw() if record else None

    def counts(self) -> Mapping[str, int]:
        return {name: len(table.records) for name, table in self._portal.tables.items()}

    def effects(self) -> Mapping[str, Any]:
        senders = (self._portal.outbox, self._portal.workflows)
        sent = [one.as_json() for sender in senders for one in sender.deliveries]
        return {"webhooks": sent, "notifications": []}

    def keep(self) -> Iterator[Mapping[str, Any]]:
        return keeping.keep(self._portal)

    def restore(self, lines: Iterable[Mapping[str, Any]]) -> None:
        keeping.restore(self._portal, lines)

    def quiet(self) -> Mapping[str, Any]:
        both = (self._portal.outbox.counts(), self._portal.workflows.counts())
        counts = {name: sum(one[name] for one in both) for name in both[0]}
        return {"quiet": counts["pending_webhooks"] == 0, **counts}

    def _seed_one(self, given: dict[str, Any]) -> str:
        portal, name = self._portal, str(given.get("object", ""))
        properties = given.get("properties") or {}
        if name == "owners":
            return portal.owners.add(properties or given, portal.now_ms()).id
        try:
            kind = portal.kind(name)
            values = writes.check(portal, kind, properties, system=True)
            writes.check_unique(portal, kind, values)
        except ApiError as error:
            raise Refusal(f"{name}: {error.message}") from error
        aged_ms = portal.now_ms() - int(portal.config.seeded_age_s * 1000)
        at_ms = to_ms(values.get(kind.created, "")) or aged_ms
        record = writes.create(portal, kind, values, SEEDED, at_ms=at_ms, silent=True)
        for end in given.get("associations") or []:
            self._link(record, end)
        return record.id

    def _link(self, record: Record, end: Mapping[str, Any]) -> None:
        """`{"object": "companies", "id": "1001"}`"""
        portal = self._portal
        try:
            other = self._record(end)
            default = linking.default(portal, record.type, other.type)
            linking.link(portal, record, default, other, SEEDED, silent=True)
        except ApiError as error:
            raise Refusal(error.message) from error

    def _record(self, named: Mapping[str, Any], *, archived: bool = False) -> Record:
        """By id; a contact also by e-mail."""
        portal, record_id = self._portal, str(named.get("id", ""))
        try:
            kind: ObjectType = portal.kind(str(named.get("object", "")))
            by = "email" if "@" in record_id else None
            record = objects_api.find(portal, kind, record_id, by, archived=archived)
        except ApiError as error:
            raise Refusal(error.message) from error
        if record is None:
            raise Refusal(f"there is no {kind.singular} {record_id!r}")
        return record

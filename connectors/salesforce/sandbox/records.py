"""Records of one object: found by id, by indexed field, or in the order they changed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.schema import SObject
from connectors.sandbox.indexes import Index, Timeline
from connectors.sandbox.shelf import LIVE, Plain, Shelf


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a record's history. `source` is API, CRM_UI, SEED or SYSTEM."""

    at_ms: int
    by: str
    source: str
    fields: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"at": self.at_ms, "by": self.by, "source": self.source, "fields": self.fields}


@dataclass(slots=True)
class Row:
    """A record: its fields by API name, JSON values as the API shows them."""

    object: SObject
    id: str
    fields: dict[str, Any]
    log: list[Change] = field(default_factory=list)
    deleted_at: str | None = None

    @property
    def deleted(self) -> bool:
        return bool(self.fields["IsDeleted"])

    def as_json(self) -> dict[str, Any]:
        """The record raw, for the dump."""
        return {
            "id": self.id,
            "object": self.object.name,
            "fields": self.fields,
            "deleted": self.deleted,
            "created_at": self.log[0].at_ms,
            "changed_at": self.log[-1].at_ms,
            "log": [change.as_json() for change in self.log],
        }


def key_of(one: Field, value: Any) -> Any:
    """What an index files a value under: text without its letter case, but for ids."""
    if isinstance(value, str) and one.type not in {"id", "reference"} and not one.case_sensitive:
        return value.lower()
    return value


class Table:
    """The records of one object, deleted ones included; `deleted` has the ids of those."""

    def __init__(self, made: SObject, live_records: int = LIVE) -> None:
        self.object = made
        self.rows = Shelf(self._apart, self._whole, live_records)
        self.deleted: dict[str, None] = {}
        self._by_change: Timeline[str] = Timeline()
        self._indexes: dict[str, Index[Any]] = {}
        self._known: set[str] = set()  # fields that records may have values of
        self._reshaped: list[tuple[Mapping[str, Any], frozenset[str]]] = []
        self.index_fields()

    def index_fields(self) -> None:
        """The indexes that the fields ask for (at the start, and when fields come and go)."""
        wanted = {one.name: one for one in self.object.fields.values() if one.indexed}
        self._indexes = {n: index for n, index in self._indexes.items() if n in wanted}
        for one in wanted.values():
            if one.name not in self._indexes:
                self._indexes[one.name] = Index()
                for id_ in self.rows if one.name in self._known else ():
                    self._file(one, self.rows.glance(id_).fields.get(one.name), id_)
        self._known = set(self.object.fields)

    def reshape(self, added: Mapping[str, Any], gone: Iterable[str]) -> None:
        """Give every record the new fields with their defaults, and take the old ones away.

        Packed records are told when they are unpacked: there may be very many.
        """
        self._reshaped.append((dict(added), frozenset(gone)))
        for row in self.rows.live():
            self._reshape(row.fields, len(self._reshaped) - 1)

    def insert(self, row: Row) -> None:
        self.rows[row.id] = row
        for name in self._indexes:
            self._file(self.object.fields[name], row.fields.get(name), row.id)
        self._by_change.add(row.fields["SystemModstamp"], row.id)
        self._note_deleted(row)

    def remove(self, row: Row) -> None:
        """Take a record out without a trace (a creation rolled back)."""
        del self.rows[row.id]
        for name in self._indexes:
            self._unfile(self.object.fields[name], row.fields.get(name), row.id)
        self._by_change.discard(row.fields["SystemModstamp"], row.id)
        self.deleted.pop(row.id, None)

    def set(self, row: Row, changes: Mapping[str, Any]) -> None:
        for name, value in changes.items():
            if name in self._indexes and row.fields.get(name) != value:
                one = self.object.fields[name]
                self._unfile(one, row.fields.get(name), row.id)
                self._file(one, value, row.id)
        self._by_change.discard(row.fields["SystemModstamp"], row.id)
        row.fields.update(changes)
        self._by_change.add(row.fields["SystemModstamp"], row.id)
        self._note_deleted(row)

    def has_index(self, name: str) -> bool:
        return name == "Id" or name in self._indexes

    def lookup_ids(self, one: Field, value: Any) -> list[str]:
        """Ids of records, deleted ones included, whose indexed field has this value."""
        if one.name == "Id":
            return [value] if value in self.rows else []
        return self._indexes[one.name].ids(key_of(one, value))

    def lookup(self, one: Field, value: Any) -> Iterator[Row]:
        """The records of `lookup_ids`."""
        return (self.rows[id_] for id_ in self.lookup_ids(one, value))

    def ids_changed_between(self, low: str | None, high: str | None) -> Iterator[str]:
        """Ids in the order (SystemModstamp, Id), both ends inclusive."""
        return self._by_change.between(low, high)

    def changed_between(self, low: str | None, high: str | None) -> Iterator[Row]:
        """The records of `ids_changed_between`."""
        return (self.rows[id_] for id_ in self.ids_changed_between(low, high))

    def newest(self, count: int) -> list[Row]:
        """The last ones added that are not deleted, the newest first."""
        ids = (id_ for id_ in reversed(self.rows) if id_ not in self.deleted)
        return [self.rows[id_] for id_ in islice(ids, count)]

    def raw(self) -> Iterator[dict[str, Any]]:
        """Every record for dumps, each as it is when its turn comes."""
        ids = list(self.rows)
        return (self.rows.glance(id_).as_json() for id_ in ids if id_ in self.rows)

    def _note_deleted(self, row: Row) -> None:
        if row.deleted:
            self.deleted[row.id] = None
        else:
            self.deleted.pop(row.id, None)

    def _file(self, one: Field, value: Any, id_: str) -> None:
        if value is not None:
            self._indexes[one.name].add(key_of(one, value), id_)

    def _unfile(self, one: Field, value: Any, id_: str) -> None:
        if value is not None:
            self._indexes[one.name].discard(key_of(one, value), id_)

    def _reshape(self, fields: dict[str, Any], since: int) -> None:
        for added, gone in self._reshaped[since:]:
            for name, default in added.items():
                fields.setdefault(name, default)
            for name in gone:
                fields.pop(name, None)

    def _apart(self, row: Row) -> Plain:
        log = [(one.at_ms, one.by, one.source, one.fields) for one in row.log]
        return len(self._reshaped), row.fields, log, row.deleted_at

    def _whole(self, id_: str, plain: Plain) -> Row:
        shapes, fields, log, deleted_at = plain
        self._reshape(fields, shapes)
        return Row(self.object, id_, fields, [Change(*one) for one in log], deleted_at)

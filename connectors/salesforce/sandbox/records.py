"""Records of one object: found by id, by indexed field, or in the order they changed."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.schema import SObject

STALE_ENTRIES = 5000  # so many dead entries, and more than live ones, make a timeline worth packing


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


class Timeline:
    """Ids in the order (SystemModstamp, Id). Old entries stay until packed; `current` tells."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, str]] = []

    def add(self, stamp: str, id_: str) -> None:
        entry = (stamp, id_)
        if not self._entries or entry > self._entries[-1]:
            self._entries.append(entry)
        elif entry != self._entries[-1]:
            at = bisect_left(self._entries, entry)
            if self._entries[at] != entry:
                insort(self._entries, entry)

    def between(self, low: str | None, high: str | None) -> list[tuple[str, str]]:
        """Entries with low <= stamp <= high."""
        first = bisect_left(self._entries, (low, "")) if low else 0
        last = bisect_right(self._entries, (high, "~")) if high else len(self._entries)
        return self._entries[first:last]

    def pack(self, rows: Mapping[str, Row]) -> None:
        if len(self._entries) > 2 * len(rows) + STALE_ENTRIES:
            self._entries = sorted((str(r.fields["SystemModstamp"]), r.id) for r in rows.values())


def key_of(one: Field, value: Any) -> Any:
    """What an index files a value under: text without its letter case, but for ids."""
    if isinstance(value, str) and one.type not in {"id", "reference"} and not one.case_sensitive:
        return value.lower()
    return value


class Table:
    """The records of one object, deleted ones included."""

    def __init__(self, made: SObject) -> None:
        self.object = made
        self.rows: dict[str, Row] = {}
        self._timeline = Timeline()
        self._indexes: dict[str, dict[Any, dict[str, None]]] = {}
        self.index_fields()

    def index_fields(self) -> None:
        """The indexes that the fields ask for (at the start, and when fields come and go)."""
        wanted = {one.name for one in self.object.fields.values() if one.indexed}
        self._indexes = {n: index for n, index in self._indexes.items() if n in wanted}
        for one in self.object.fields.values():
            if one.indexed and one.name not in self._indexes:
                self._indexes[one.name] = {}
                for row in self.rows.values():
                    self._file(one, row.fields.get(one.name), row.id)

    def insert(self, row: Row) -> None:
        self.rows[row.id] = row
        for name in self._indexes:
            self._file(self.object.fields[name], row.fields.get(name), row.id)
        self._timeline.add(row.fields["SystemModstamp"], row.id)

    def remove(self, row: Row) -> None:
        """Take a record out without a trace (a creation rolled back)."""
        del self.rows[row.id]
        for name in self._indexes:
            self._unfile(self.object.fields[name], row.fields.get(name), row.id)

    def set(self, row: Row, changes: Mapping[str, Any]) -> None:
        for name, value in changes.items():
            if name in self._indexes and row.fields.get(name) != value:
                one = self.object.fields[name]
                self._unfile(one, row.fields.get(name), row.id)
                self._file(one, value, row.id)
        row.fields.update(changes)
        if "SystemModstamp" in changes:
            self._timeline.add(row.fields["SystemModstamp"], row.id)
            self._timeline.pack(self.rows)

    def has_index(self, name: str) -> bool:
        return name == "Id" or name in self._indexes

    def lookup(self, one: Field, value: Any) -> Iterator[Row]:
        """Records, deleted ones included, whose indexed field has this value."""
        if one.name == "Id":
            found = [value] if value in self.rows else []
        else:
            found = list(self._indexes[one.name].get(key_of(one, value), ()))
        return (self.rows[id_] for id_ in found)

    def changed_between(self, low: str | None, high: str | None) -> Iterator[Row]:
        """Records in the order (SystemModstamp, Id), both ends inclusive."""
        rows = self.rows
        for stamp, id_ in self._timeline.between(low, high):
            row = rows.get(id_)
            if row is not None and row.fields["SystemModstamp"] == stamp:
                yield row

    def _file(self, one: Field, value: Any, id_: str) -> None:
        if value is not None:
            self._indexes[one.name].setdefault(key_of(one, value), {})[id_] = None

    def _unfile(self, one: Field, value: Any, id_: str) -> None:
        if value is not None:
            self._indexes[one.name].get(key_of(one, value), {}).pop(id_, None)

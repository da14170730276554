"""Records as a query shows them: attributes, selected fields, parents and children nested."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from connectors.salesforce.sandbox.fields import Field
from connectors.salesforce.sandbox.org import Org
from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.soql.columns import reader

Show: TypeAlias = Callable[[Row], Any]


def attributes(row: Row, version: str, *, kind: str | None = None) -> dict[str, str]:
    """`kind` is what the record is called when it is not its own object: `Name`."""
    url = f"/services/data/v{version}/sobjects/{row.object.name}/{row.id}"
    return {"type": kind or row.object.name, "url": url}


@dataclass(slots=True)
class Shape:
    """What to show of a record, in the order of the query."""

    org: Org
    version: str
    kind: str | None = None
    _shows: dict[str, "Show | Shape"] = field(default_factory=dict)
    _references: dict[str, str] = field(default_factory=dict)
    typed: "dict[str, Shape]" = field(default_factory=dict)

    def add(self, name: str, show: Show) -> None:
        self._shows.setdefault(name, show)

    def has(self, name: str) -> bool:
        return name in self._shows

    def add_column(self, parents: tuple[Field, ...], last: Field) -> None:
        """Show a field of this record or of one of its parents."""
        if not parents:
            self.add(last.name, reader(self.org, last))
            return
        first, *rest = parents
        self._parent(first).add_column(tuple(rest), last)

    def add_typed(self, reference: Field, shapes: "Mapping[str, Shape]") -> None:
        """Show of a parent what TYPEOF asks for its object."""
        parent = self._parent(reference)
        parent.kind = None
        parent.typed.update(shapes)

    def _parent(self, reference: Field) -> "Shape":
        name = reference.relationship or reference.name
        nested = self._shows.get(name)
        if not isinstance(nested, Shape):
            kind = "Name" if reference.polymorphic else None
            nested = self._shows[name] = Shape(self.org, self.version, kind)
            self._references[name] = reference.name
        return nested

    def show(self, row: Row) -> dict[str, Any]:
        shown: dict[str, Any] = {"attributes": attributes(row, self.version, kind=self.kind)}
        if (typed := self.typed.get(row.object.name)) is not None:
            shown |= typed.show(row)
        for name, show in self._shows.items():
            if isinstance(show, Shape):
                parent = self.org.row(row.fields.get(self._references[name]))
                shown[name] = show.show(parent) if parent else None
            else:
                shown[name] = show(row)
        return shown

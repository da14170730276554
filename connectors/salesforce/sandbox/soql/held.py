"""What a query found, by ids: of very many records only those being looked at are live."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import overload

from connectors.salesforce.sandbox.records import Row
from connectors.salesforce.sandbox.soql import tree
from connectors.salesforce.sandbox.soql.columns import Column
from connectors.sandbox.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Held(Sequence[Row]):
    """Records in order, to look at and not to change. Those purged since are left out."""

    shelf: Shelf[Row]
    ids: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> list[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | list[Row]:
        if isinstance(at, int):
            return self.shelf.glance(self.ids[at])
        return [self.shelf.glance(id_) for id_ in self.ids[at] if id_ in self.shelf]

    def __iter__(self) -> Iterator[Row]:
        return (self.shelf.glance(id_) for id_ in self.ids if id_ in self.shelf)


def of_ids(
    column: Callable[[tree.Expression], Column], shelf: Shelf[Row]
) -> Callable[[tree.Expression], Column]:
    """The columns of records as columns of their ids."""

    def column_of_ids(expression: tree.Expression) -> Column:
        inner = column(expression)
        return replace(inner, get=lambda id_: inner.get(shelf.glance(id_)))

    return column_of_ids

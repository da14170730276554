"""Which records have a value, and which changed when: as few bytes a record as will do."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterator
from typing import Any, Generic, TypeVar

STALE = 1000  # so many dead moments, and more than living ones, make a timeline worth packing
K = TypeVar("K", bound=Hashable)


class Index(Generic[K]):
    """Ids by value. A single id is held as it is, several in a dict, as they came."""

    def __init__(self) -> None:
        self._ids: dict[K, str | dict[str, None]] = {}

    def add(self, value: K, id_: str) -> None:
        held = self._ids.setdefault(value, id_)
        if isinstance(held, dict):
            held[id_] = None
        elif held != id_:
            self._ids[value] = {held: None, id_: None}

    def discard(self, value: K, id_: str) -> None:
        held = self._ids.get(value)
        if isinstance(held, dict):
            held.pop(id_, None)
        if held in ({}, id_):
            del self._ids[value]

    def ids(self, value: K) -> list[str]:
        held = self._ids.get(value, {})
        return list(held) if isinstance(held, dict) else [held]

    def __contains__(self, value: object) -> bool:
        return value in self._ids

    def __iter__(self) -> Iterator[K]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


class Timeline(Generic[K]):
    """Ids in the order of their moments, those of one moment in the order that `by` gives."""

    def __init__(self, by: Callable[[str], Any] = str) -> None:
        self._by = by
        self._index: Index[K] = Index()
        self._moments: list[Any] | None = []  # in order, with some that are no more; None: unknown

    def add(self, moment: K, id_: str) -> None:
        if self._moments is not None and moment not in self._index:
            if self._moments and not moment > self._moments[-1]:
                self._moments = None
            else:
                self._moments.append(moment)
        self._index.add(moment, id_)

    def discard(self, moment: K, id_: str) -> None:
        self._index.discard(moment, id_)

    def between(self, low: K | None = None, high: K | None = None) -> Iterator[str]:
        """Ids with low <= moment <= high."""
        moments = self._in_order()
        first = 0 if low is None else bisect_left(moments, low)
        last = len(moments) if high is None else bisect_right(moments, high)
        for moment in moments[first:last]:
            yield from sorted(self._index.ids(moment), key=self._by)

    def _in_order(self) -> list[Any]:
        if self._moments is None or len(self._moments) > 2 * len(self._index) + STALE:
            self._moments = sorted(self._index)
        return self._moments

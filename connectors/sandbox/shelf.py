"""Records by id, of which only those in use are live objects: the others are packed bytes."""

import marshal
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from itertools import islice
from sys import getrefcount
from typing import Any, Generic, TypeVar

LIVE = 4096  # so many live records, unless more are in use
PRIMED_BY = 8  # so many records teach the packing what records look like
WINDOW_BITS = 14
WORDS = 2 ** (WINDOW_BITS - 1)  # bytes of them that it remembers
LEVEL, MEMORY_LEVEL = 3, 5  # of zlib: quick, and small
T = TypeVar("T")
Plain = Any  # tuples, lists, dicts, text, numbers, booleans, None


def _holders(held: Mapping[str, Any], id_: str) -> int:
    return getrefcount(held[id_])


ALONE = _holders({"": object()}, "")  # what that says where nobody else holds the object


class Shelf(MutableMapping[str, T], Generic[T]):
    """A dict of records by id, in the order in which they were added.

    Whoever is given a record may keep it, change it and compare it by identity: while anybody
    holds it, there is no other object of it. That is so because a record is packed only when its
    reference count says that this shelf alone refers to it, and then it is packed as it is at
    that moment. Parts of a record (its dict of values) must not be changed without holding it.

    `apart` gives all of a record but its id as plain values, `whole` makes the record of them;
    `live` is how many records stay live, those used last. For one thread.
    """

    def __init__(
        self, apart: Callable[[T], Plain], whole: Callable[[str, Plain], T], live: int = LIVE
    ) -> None:
        self._apart = apart
        self._whole = whole
        self._most = live
        self._all: dict[str, T | bytes] = {}
        self._live: OrderedDict[str, bytes | None] = OrderedDict()  # with what they came out of
        self._words: bytes | None = None

    def __getitem__(self, id_: str) -> T:
        held = self._all[id_]
        if isinstance(held, bytes):
            record = self._all[id_] = self._unpacked(id_, held)
            self._live[id_] = held
            self._settle()
            return record
        self._live.move_to_end(id_)
        return held

    def __setitem__(self, id_: str, record: T) -> None:
        self._all[id_] = record
        self._live[id_] = None
        self._live.move_to_end(id_)
        self._settle()

    def __delitem__(self, id_: str) -> None:
        del self._all[id_]
        self._live.pop(id_, None)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def glance(self, id_: str) -> T:
        """A record to look at and let go at once: quicker, but perhaps a copy."""
        held = self._all[id_]
        return self._unpacked(id_, held) if isinstance(held, bytes) else held

    def live(self) -> list[T]:
        """The records that are objects at this moment."""
        return [self[id_] for id_ in list(self._live)]

    def _settle(self) -> None:
        """Pack those used longest ago. One more may have come, so two may go: held ones stay."""
        for _ in range(min(2, len(self._live) - self._most)):
            id_, packed = self._live.popitem(last=False)
            if _holders(self._all, id_) == ALONE:
                self._all[id_] = self._packed(id_, packed)
            else:
                self._live[id_] = packed

    def _packed(self, id_: str, before: bytes | None) -> bytes:
        """The record in bytes; `before` again where it is as it was."""
        plain = self._plain(id_)
        if before is not None and self._unzipped(before) == plain:
            return before
        if self._words is None:
            some = islice(self._live, 0, None, len(self._live) // PRIMED_BY + 1)
            self._words = b"".join([*map(self._plain, some), plain])[-WORDS:]
        zipper = zlib.compressobj(
            LEVEL, zlib.DEFLATED, -WINDOW_BITS, MEMORY_LEVEL, zlib.Z_DEFAULT_STRATEGY, self._words
        )
        return zipper.compress(plain) + zipper.flush()

    def _plain(self, id_: str) -> bytes:
        held = self._all[id_]
        return self._unzipped(held) if isinstance(held, bytes) else marshal.dumps(self._apart(held))

    def _unpacked(self, id_: str, packed: bytes) -> T:
        return self._whole(id_, marshal.loads(self._unzipped(packed)))  # noqa: S302  our own bytes

    def _unzipped(self, packed: bytes) -> bytes:
        return zlib.decompressobj(-WINDOW_BITS, self._words or b"").decompress(packed)

"""What all feeds owe, whatever they carry: complete from every checkpoint, and they end."""

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

import pytest

from connectors.base import Cursor, Page, Rejected

T = TypeVar("T")
Read: TypeAlias = Callable[[Cursor | None], Page[T]]
MOST_PAGES = 300  # more than any contract needs; beyond it a feed does not end
JUNK = ("", " ", "0", "-1", "null", "{}", "[]", "garbage", "9" * 40, "2026", "\x00", "\uff11\uff12")


def pages(read: Read[T], cursor: Cursor | None = None) -> Iterator[Page[T]]:
    """Read on to the end, as a host does."""
    for _ in range(MOST_PAGES):
        page = read(cursor)
        yield page
        cursor = page.cursor
        if not page.more:
            return
    pytest.fail(f"the feed has not ended after {MOST_PAGES} pages")


def everything(read: Read[T], cursor: Cursor | None = None) -> list[T]:
    """All items from a cursor to the end."""
    return [item for page in pages(read, cursor) for item in page.items]


def end(read: Read[T]) -> Cursor:
    """The cursor of a host that has seen everything."""
    *_, last = pages(read)
    return last.cursor


def check_every_checkpoint(read: Read[T], name: Callable[[T], str], *, count: int) -> None:
    """A host that died after any page, and goes on from its cursor, sees all `count` items."""
    walk = list(pages(read))
    complete = {name(item) for page in walk for item in page.items}
    assert len(complete) == count
    seen: set[str] = set()
    for page in walk:
        seen |= {name(item) for item in page.items}
        rest = {name(item) for item in everything(read, page.cursor)}
        assert seen | rest == complete


def check_corrupt_cursors(read: Read[T]) -> None:
    """A cursor that this feed never gave is refused; it is not taken for the beginning."""
    good = end(read)
    for bad in (*JUNK, good[: len(good) // 2], good[::-1] + "x", f"{good}{good}", f"x{good}"):
        assert _is_refused(read, Cursor(bad)), f"took the cursor {bad!r}"


def _is_refused(read: Read[T], cursor: Cursor) -> bool:
    try:
        read(cursor)
    except Rejected:
        return True
    return False

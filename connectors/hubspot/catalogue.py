"""What an account calls its forms, lists, events and stages: looked up once, kept for a while.

A cache of one connector: what is lost with it is looked up again.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Catalogue:
    """Names by what they are of. Threads may look the same thing up twice."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def look(self, name: str, fetch: Callable[[], T], *, fresh: bool = False) -> T:
        """What is known by this name; fetched where it is not, or shall be `fresh`."""
        if fresh or name not in self._known:
            self._known[name] = fetch()
        return cast("T", self._known[name])

"""Our own writes that HubSpot confirmed lately: its webhooks tell of them, too.

An event that reports the value which HubSpot confirmed, at a time up to the confirmation, tells
nothing new; one of an integration may name a moment later. Nor does one that overtakes the answer:
an integration's change to the very value that is being written; if that is not confirmed, the
record is looked at anyway, or the sweep of changes finds it. Whatever else it is, whoever wrote: it
is a hint. Kept in memory only: what is not known any more, or was written by another process, is a
hint as well.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from connectors.base import Ref

BY_INTEGRATIONS = frozenset({"INTEGRATION", "API"})  # `changeSource` of what came by an API
SPREAD = timedelta(milliseconds=50)  # a write's event and the record's own time differ by some ms
MOST = 20_000  # properties of records; some MB


class OwnWrites:
    """The values that were confirmed last, with HubSpot's time of it. For any thread."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._known: OrderedDict[tuple[Ref, str], tuple[str, datetime]] = OrderedDict()
        self._under_way: Counter[tuple[Ref, str, str]] = Counter()

    @contextmanager
    def under_way(self, asked: Mapping[Ref, Mapping[str, str]]) -> Iterator[None]:
        """These values are being written meanwhile."""
        those = [(ref, name, value) for ref, own in asked.items() for name, value in own.items()]
        with self._lock:
            self._under_way.update(those)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.subtract(those)
                self._under_way += Counter()  # drops those that are done

    def confirmed(
        self,
        ref: Ref,
        asked: Mapping[str, str],
        stored: Mapping[str, str | None],
        at: datetime | None,
    ) -> None:
        """A write was answered: what of it is stored as asked, since `at`."""
        with self._lock:
            for name, value in asked.items():
                self._known.pop((ref, name), None)
                if at is not None and value and stored.get(name) == value:
                    self._known[ref, name] = value, at
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def has(
        self, ref: Ref, name: object, value: object, at: datetime | None, source: object
    ) -> bool:
        """Whether an event of this value tells nothing that the answer did not, or will not."""
        if not isinstance(name, str) or not isinstance(value, str) or at is None:
            return False
        with self._lock:
            known = self._known.get((ref, name))
            flying = self._under_way[ref, name, value] > 0
        integration = source in BY_INTEGRATIONS
        since = at - SPREAD if integration else at
        told = known is not None and known[0] == value and since <= known[1]
        return told or (flying and integration)


class Joined:
    """What was logged lately and on which timelines it is: an update of it needs no association
    again. For any thread; what is not known any more is associated once more, which is harmless.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._known: OrderedDict[str, frozenset[Ref]] = OrderedDict()

    def add(self, key: str, ends: frozenset[Ref]) -> None:
        with self._lock:
            self._known[key] = ends
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def ends(self, key: str) -> frozenset[Ref] | None:
        """None for what was not logged lately."""
        with self._lock:
            return self._known.get(key)

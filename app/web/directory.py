"""Which connections there are and their connectors, known without asking the database each time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.accounts import Accounts, NoSuchConnection
from app.store import connections

FRESH_FOR_S = 2.0  # as long may a new connection be unknown to webhooks


@dataclass(slots=True)
class Directory:
    """Connectors by the name of their connection. Lives on one event loop."""

    accounts: Accounts
    clock: Callable[[], float] = time.monotonic
    _versions: dict[str, datetime] = field(default_factory=dict)
    _open: dict[str, tuple[datetime, object]] = field(default_factory=dict)
    _fresh_until: float = float("-inf")
    _guard: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def connector(self, name: str) -> object:
        """The connector of a connection. Raises: NoSuchConnection, and what opening raises."""
        if not self._knows(name):
            async with self._guard:
                if not self._knows(name):
                    await self._learn(name)
        if name not in self._open:
            raise NoSuchConnection(name)
        return self._open[name][1]

    def _knows(self, name: str) -> bool:
        if self.clock() >= self._fresh_until:
            return False
        version = self._versions.get(name)
        known = self._open.get(name)
        return version is None or (known is not None and known[0] == version)

    async def _learn(self, name: str) -> None:
        if self.clock() >= self._fresh_until:
            self._versions = await asyncio.to_thread(self._read)
            self._open = {n: o for n, o in self._open.items() if n in self._versions}
            self._fresh_until = self.clock() + FRESH_FOR_S
        version = self._versions.get(name)
        if version is not None and self._open.get(name, (None,))[0] != version:
            connector = await asyncio.to_thread(self.accounts.connector, name)
            self._open[name] = (version, connector)

    def _read(self) -> dict[str, datetime]:
        with self.accounts.database.begin() as tx:
            return {one.name: one.updated_at for one in connections.every(tx)}

"""Baton's lanes of events and hooks, and what one does with them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from app.configuring.hooks import HookSpec, save_hook
from app.jobs import Lanes
from app.store import events, hook_deliveries, hooks, lanes
from app.store.db import Database
from app.store.events import Happening
from app.store.hooks import Hook
from app.vault import Vault
from tests.support.receiver import Receiver

LOCAL = frozenset({"127.0.0.1"})


@dataclass(slots=True)
class Nobody:
    """No connector is asked for anything."""

    def connector(self, name: str) -> object:
        raise AssertionError(name)


@dataclass(slots=True)
class Teller:
    """Baton's lanes of events and hooks, stepped by hand, by a clock of their own."""

    database: Database
    vault: Vault
    lanes: Lanes
    clock: list[datetime] = field(default_factory=lambda: [datetime.now(UTC)])

    def hook(self, name: str, receiver: Receiver, *globs: str) -> str:
        """Subscribe; answer the secret."""
        spec = HookSpec(url=receiver.url, events=globs or ("*",))
        with self.database.begin() as tx:
            secret = save_hook(tx, self.vault, name, spec, LOCAL).secret
        assert secret is not None
        return secret

    def tell(self, *types: str, link_id: UUID | None = None) -> None:
        with self.database.begin() as tx:
            events.tell(tx, [Happening(one, link_id, "handoff:1", {"by": "x"}) for one in types])

    def settle(self, *, later_s: float = 0.0) -> None:
        """Drain what is due, and what would be due so much later."""
        self.clock[0] += timedelta(seconds=later_s)
        with self.database.begin() as tx:
            tx.execute(
                text("UPDATE hook SET due_at = now() WHERE due_at <= :at"), {"at": self.clock[0]}
            )
        for _ in range(50):
            with self.database.begin() as tx:
                due = lanes.due(tx)
            if not due:
                return
            for lane in due:
                self.lanes.drain(lane)
        raise AssertionError(f"never quiet: {due}")

    def look(self, name: str) -> Hook:
        with self.database.begin() as tx:
            found = hooks.get(tx, name)
        assert found is not None
        return found

    def states(self, name: str) -> list[str]:
        with self.database.begin() as tx:
            rows = hook_deliveries.listed(tx, name, None, None, 100)
        return [row["state"] for row in reversed(rows)]

"""Open connectors, one per connection, made anew when its settings or secrets change."""

import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from app.budget import SharedBudget
from app.metrics import observe
from app.store import connections
from app.store.connections import Connection
from app.store.db import Database, Unavailable
from app.vault import Vault
from connectors import outward, registry
from connectors.base import Busy
from connectors.capabilities import LogsActivities
from connectors.vendor import Alone, Opening, nobody_else

GOOD_FOR_S = 1.0


class NoSuchConnection(LookupError):
    """There is no connection of that name."""


@dataclass(slots=True)
class _Open:
    """An open connector, the version of the connection it is of, and till when not to ask."""

    version: datetime
    connector: object
    good_until: float


@dataclass(slots=True)
class Accounts:
    """Where lanes and web get a connector by the name of its connection."""

    database: Database
    vault: Vault
    http: httpx.Client
    hosts: frozenset[str] = frozenset()
    _open: dict[str, "_Open"] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def connector(self, name: str) -> object:
        """The connector of a connection; a change of it counts within a second.

        Raises: NoSuchConnection, NoKeyError.
        """
        known = self._open.get(name)
        if known is not None and time.monotonic() < known.good_until:
            return known.connector
        with self.database.begin() as tx:
            version = connections.version(tx, name)
        if version is None:
            raise NoSuchConnection(name)
        with self._guard:
            known = self._open.get(name)
            if known is not None and known.version == version:
                known.good_until = time.monotonic() + GOOD_FOR_S
                return known.connector
            with self.database.begin() as tx:
                found = connections.get(tx, name)
            if found is None:
                raise NoSuchConnection(name)
            secrets = self.vault.open(found.secret, name)
            opened = self.open(found, secrets, alone=lambda: self._alone(name))
            self._open[name] = _Open(found.updated_at, opened, time.monotonic() + GOOD_FOR_S)
            return opened

    def open(
        self, connection: Connection, secrets: Mapping[str, str], *, alone: Alone = nobody_else
    ) -> object:
        """Open a connector, also of a connection that is not stored (yet)."""
        vendor = registry.vendor(connection.vendor)
        settings = vendor.settings.model_validate(dict(connection.settings))

        def keep(changed: Mapping[str, str]) -> None:
            sealed = self.vault.lock({**secrets, **changed}, connection.name)
            with self.database.begin() as tx:
                connections.keep_secret(tx, connection.name, sealed)

        return vendor.open(
            Opening(
                name=connection.name,
                settings=dict(connection.settings),
                secrets=dict(secrets),
                http=self.http,
                budget=SharedBudget(
                    self.database, connection.name, vendor.rates(settings), vendor.hear
                ),
                keep=keep,
                alone=alone,
                observe=observe,
                hosts=self.hosts,
            )
        )

    @contextmanager
    def _alone(self, name: str) -> Iterator[Mapping[str, str]]:
        """Nobody else signs in to this connection meanwhile. Raises: Busy."""
        try:
            with self.database.turn(f"sign-in:{name}"):
                with self.database.begin() as tx:
                    found = connections.get(tx, name)
                yield {} if found is None else self.vault.open(found.secret, name)
        except Unavailable as error:
            raise Busy("the stored secrets are out of reach") from error

    def able(self, connector: object) -> tuple[str, ...]:
        """What a connector can do."""
        return registry.capabilities(connector)

    def forms(self, connector: object) -> Mapping[str, bool]:
        """How it keeps logged activities, and whether each can be updated."""
        return connector.forms() if isinstance(connector, LogsActivities) else {}


def client(trusted: Collection[str] | None = None) -> httpx.Client:
    """The HTTP client under every connector. It connects to public addresses only, and to hosts
    that are `trusted`; without such a list (a rehearsal on sandboxes) wherever it is sent.
    """
    limits = httpx.Limits(max_connections=40, max_keepalive_connections=20)
    if trusted is None:
        return httpx.Client(limits=limits, trust_env=False)
    return httpx.Client(transport=outward.transport(trusted, limits), trust_env=False)

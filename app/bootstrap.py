"""Put the parts together: settings in, a Baton out. Every process starts here.

What drains lanes comes with `app.working`: all flows, which most commands need not import.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog

from app.accounts import Accounts, client
from app.settings import Settings
from app.store import embedded, migrate
from app.store.db import Database, connect
from app.vault import Vault, open_vault
from app.wakes import Wakes, queue
from connectors.outgoing import Posts, poster

log = structlog.get_logger(__name__)
DATABASE_NAME = "baton"
ARENA_MAX, ARENAS = -8, 2  # malloc.h: M_ARENA_MAX


@dataclass(frozen=True, slots=True)
class Baton:
    """One process's parts. `wake` names lanes that have work."""

    settings: Settings
    database: Database
    vault: Vault
    accounts: Accounts
    post: Posts
    wake: Wakes


class OldDatabase(RuntimeError):
    """The database is of another release; the message says what to do."""


@contextmanager
def opened(settings: Settings, *, migrating: bool = True) -> Iterator[Baton]:
    """A Baton that does nothing by itself: for the CLI, and for the web process.

    With the embedded database it is started (or attached to) and left at the end. Raises:
    NoKeyError, OSError, OldDatabase.
    """
    _share_heaps()
    vault = open_vault(settings)
    server: embedded.Embedded | None = None
    if settings.database_url is None:
        folders = embedded.opened_folders(settings.data_dir)
        if folders:
            names = [str(folder) for folder in folders]
            log.warning("running_as_root", opened_to_everyone=names)
        server = embedded.start(settings.data_dir)
        url = server.database(DATABASE_NAME).render_as_string(hide_password=False)
    else:
        url = settings.database_url.get_secret_value()
    pool = settings.concurrency * 2 + 12
    database = connect(url, pool=pool, digest_keys=vault.digest_keys)
    try:
        if migrating:
            _bring_up_to_date(settings, database)
        with (
            client(settings.allow_hosts) as http,
            poster(settings.allow_hosts) as post,
            queue(database).open() as jobs,
        ):
            accounts = Accounts(database, vault, http, settings.allow_hosts)
            yield Baton(settings, database, vault, accounts, post, Wakes(jobs))
    finally:
        database.close()
        if server is not None:
            server.stop()


def _share_heaps() -> None:
    """Have glibc keep few heaps: one for each of many threads holds memory that none uses."""
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(ARENA_MAX, ARENAS)


def _bring_up_to_date(settings: Settings, database: Database) -> None:
    """Migrate the embedded database; a database of your own waits for `baton migrate`."""
    if settings.database_url is None:
        current, head = migrate.state(database)
        if migrate.is_newer(current):
            raise OldDatabase(
                f"the database is at revision {current}, of a later release than this ({head}); "
                "start that release, or restore the backup from before its upgrade"
            )
        before, after = migrate.upgrade(database)
        if before != after:
            log.info("migrated", before=before, after=after)
        return
    current, wanted = migrate.state(database)
    if current != wanted and not migrate.is_newer(current):
        raise OldDatabase(
            f"the database is at revision {current or 'none'}, this release needs {wanted}; "
            "run `baton migrate` (processes of the release before may go on meanwhile)"
        )

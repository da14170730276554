"""Put the parts together: settings in, a running Baton out. Every process starts here."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx
import structlog

from app.accounts import Accounts, client
from app.crew import Crew
from app.flows import hooks
from app.jobs import Lanes
from app.listening import Listener
from app.schedule import Clock
from app.settings import Settings
from app.store import embedded, migrate
from app.store.db import Database, connect
from app.vault import Vault, open_vault
from app.worker import Wakes, Worker, queue
from connectors.outgoing import Posts, poster

log = structlog.get_logger(__name__)
DATABASE_NAME = "baton"
GARBAGE = 50_000  # objects made until a search for cycles; a portion of people makes some thousands
ARENA_MAX, ARENAS = -8, 2  # malloc.h: M_ARENA_MAX
SWITCH_S = 0.001  # lanes score in threads; webhooks and job wake-ups must not queue behind them


@dataclass(frozen=True, slots=True)
class Baton:
    """One process's parts. `wake` names lanes that have work."""

    settings: Settings
    database: Database
    vault: Vault
    accounts: Accounts
    lanes: Lanes
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
    crew = Crew(database, settings.helpers)
    try:
        if migrating:
            _bring_up_to_date(settings, database)
        with (
            client(settings.allow_hosts) as http,
            poster(settings.allow_hosts) as post,
            queue(database).open() as jobs,
        ):
            yield _assemble(settings, crew, vault, http=http, post=post, wake=Wakes(jobs))
    finally:
        crew.close()
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


def _assemble(
    settings: Settings,
    crew: Crew,
    vault: Vault,
    *,
    http: httpx.Client,
    post: Posts,
    wake: Wakes,
) -> Baton:
    database = crew.database
    accounts = Accounts(database, vault, http, settings.allow_hosts)
    beside = hooks.lanes(post, vault.open)
    url, key = settings.public_url, vault.signing_key
    lanes = Lanes(database, accounts, wake, url, signing_key=key, beside=beside, crew=crew)
    return Baton(settings, database, vault, accounts, lanes, wake)


@contextmanager
def working(baton: Baton) -> Iterator[Worker]:
    """Work in the background until the end: worker, sweep, listener and clock."""
    settings = baton.settings
    sys.setswitchinterval(SWITCH_S)
    gc.set_threshold(GARBAGE)
    worker = Worker(
        baton.database,
        baton.lanes,
        baton.wake,
        concurrency=settings.concurrency,
        sweep_s=settings.sweep_s,
        grace_s=settings.grace_s,
    )
    listener = Listener(baton.database, worker.drain)
    clock = Clock(baton.database)
    worker.start()
    listener.start()
    clock.start()
    try:
        yield worker
    finally:
        clock.stop()
        listener.stop(settings.grace_s)
        worker.stop()

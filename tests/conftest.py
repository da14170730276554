"""A real PostgreSQL for every test: one embedded server a run, one database a test worker."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from app.store import embedded, migrate
from app.store.db import Database, connect
from app.store.embedded import Embedded

LONG = ("demo", "faults", "laws", "cli", "browser", "flows", "engine")
EMPTY = text("""
    DO $$
    DECLARE
        tables text[] := array(
            SELECT format('%I', tablename) FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1
        );
        name text;
        number oid;
    BEGIN
        SET LOCAL session_replication_role = replica;  -- no triggers, and in any order
        EXECUTE 'LOCK TABLE ' || array_to_string(tables, ', ') || ' IN EXCLUSIVE MODE';
        FOREACH name IN ARRAY tables LOOP
            EXECUTE 'DELETE FROM ' || name;
        END LOOP;
        FOR number IN
            SELECT seqrelid FROM pg_sequence JOIN pg_depend ON objid = seqrelid
            WHERE classid = 'pg_class'::regclass AND deptype IN ('a', 'i') AND refobjsubid > 0
        LOOP
            PERFORM setval(number::regclass, 1, false);
        END LOOP;
    END $$
""")


def _root() -> Path:
    """A folder of this run, shared by its workers, which are its children. Not pytest's own, which
    every further run closes to the system user that the server may run as.
    """
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    return Path(tempfile.gettempdir()) / f"baton-tests-{run}"


@pytest.fixture(scope="session")
def server() -> Iterator[Embedded]:
    """The run's PostgreSQL. Nothing in it survives the run, so nothing waits for the disk; what is
    committed survives a kill of the server all the same.
    """
    running = embedded.start(_root() / "server")
    once = running.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(once, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield running
    running.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders whose files take longest go first, so that workers end together."""
    items.sort(key=lambda item: _rank(item.path))


def _rank(path: Path) -> int:
    folder = path.relative_to(Path(__file__).parent).parts[0]
    return LONG.index(folder) if folder in LONG else len(LONG)


def pytest_sessionfinish() -> None:
    """Remove the run's folder, once all workers have ended."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(_root(), ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(server: Embedded) -> Iterator[Database]:
    """A database for one test worker, migrated; not durable, for no test cuts the power."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = connect(server.database(f"test_{worker}"))
    migrate.upgrade(database)
    with database.begin() as tx:
        tx.execute(text(f"ALTER DATABASE test_{worker} SET synchronous_commit = off"))
    database.close()
    yield database
    database.close()


@pytest.fixture
def database(migrated: Database) -> Database:
    """An empty database."""
    empty(migrated)
    return migrated


def empty(database: Database) -> None:
    """Remove every row, and count from 1 again. Waits for those who are writing, as TRUNCATE does,
    which makes a new file of every table and index and takes a hundred times as long.
    """
    with database.begin() as tx:
        tx.execute(EMPTY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that any system user can reach (the embedded server may run as its own)."""
    tmp_path.chmod(0o755)
    return tmp_path

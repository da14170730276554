"""A real PostgreSQL for every test: one embedded server a run, one database a test worker."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.store import embedded, migrate
from app.store.db import Database, connect
from app.store.embedded import Embedded


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The run's PostgreSQL, shared by its workers. Nothing in it survives the run."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    running = embedded.start(root / "server")
    yield running
    running.stop()


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
    """Remove every row."""
    names = text("""
        SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    """)
    with database.begin() as tx:
        tx.execute(text(f"TRUNCATE {tx.scalar(names)} RESTART IDENTITY CASCADE"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that any system user can reach (the embedded server may run as its own)."""
    tmp_path.chmod(0o755)
    return tmp_path

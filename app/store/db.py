"""The database: transactions, lane locks, the one counter. Everything else is SQL by noun."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

Tx: TypeAlias = Connection
Unavailable: TypeAlias = OperationalError
_ANY: TypeAdapter[Any] = TypeAdapter(Any)  # several times as fast as Python's own JSON
DIGEST_KEYS = "baton_digest_keys"  # an execution option, so that every transaction knows them


@dataclass(frozen=True, slots=True)
class Database:
    """One PostgreSQL. `begin` is the only way to a transaction."""

    engine: Engine

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """A transaction: committed at the end, rolled back by an exception."""
        with self.engine.begin() as tx:
            yield tx

    @contextmanager
    def lane_lock(self, lane: str) -> Iterator[bool]:
        """Hold the session advisory lock of a lane; False where another process has it.

        It dies with the connection, so the lane of a killed worker is free at once.
        """
        with self.engine.connect() as raw:
            session = raw.execution_options(isolation_level="AUTOCOMMIT")
            key = {"lane": lane}
            got = session.scalar(
                text("SELECT pg_try_advisory_lock(hashtextextended(:lane, 0))"), key
            )
            try:
                yield bool(got)
            finally:
                if got:
                    try:
                        session.execute(
                            text("SELECT pg_advisory_unlock(hashtextextended(:lane, 0))"), key
                        )
                    except DBAPIError:
                        raw.invalidate()  # the lock went with the session

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Hold a session advisory lock, waiting for it: one at a time, in any process."""
        with self.engine.connect() as raw:
            session = raw.execution_options(isolation_level="AUTOCOMMIT")
            key = {"name": name}
            session.execute(text("SELECT pg_advisory_lock(hashtextextended(:name, 1))"), key)
            try:
                yield
            finally:
                try:
                    session.execute(
                        text("SELECT pg_advisory_unlock(hashtextextended(:name, 1))"), key
                    )
                except DBAPIError:
                    raw.invalidate()  # the lock went with the session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @property
    def digest_keys(self) -> tuple[bytes, ...]:
        """Those it was connected with."""
        found: tuple[bytes, ...] = self.engine.get_execution_options()[DIGEST_KEYS]
        return found

    @property
    def url(self) -> URL:
        return self.engine.url

    @property
    def dsn(self) -> str:
        """The URL for psycopg, with its password: never to be logged."""
        return self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def connect(url: str | URL, *, pool: int = 24, digest_keys: tuple[bytes, ...] = (b"",)) -> Database:
    """A database by URL (`postgresql://…`); `pool` is the number of connections at most.

    `digest_keys` are those of the digests of erased people (`app/store/tombstones.py`): the first
    one makes them, all of them are known.
    """
    target = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(
        target,
        pool_size=pool,
        max_overflow=4,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # errors are logged; what they were about may be personal
        json_deserializer=_json,
        connect_args={"application_name": "baton", "connect_timeout": 5},
        execution_options={DIGEST_KEYS: digest_keys},
    )
    return Database(engine)


def _json(stored: bytes) -> Any:
    """A JSON column's value. Most are empty, and there are many of them."""
    match stored:
        case b"{}":
            return {}
        case b"[]":
            return []
    return _ANY.validate_json(stored)


def tick(tx: Tx) -> int:
    """The next value of the one database-wide counter that orders looks and writes."""
    return int(tx.execute(text("SELECT nextval('tick')")).scalar_one())

"""Which errors of the database mean what, for those who must not know SQLAlchemy."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

T = TypeVar("T")

# The database is away, or all its connections are taken: nothing is wrong with what was asked.
DOWN = (OperationalError, InterfaceError, PoolTimeout)
# A value that PostgreSQL can't hold, such as a NUL character or a number out of range.
UNSTORABLE = (DataError,)
CLASHES = {"40001", "40P01"}  # serialization failure, deadlock: the same again succeeds
TRIES = 4


def untangled(act: Callable[[], T], tries: int = TRIES) -> T:
    """Run a transaction, again where it clashed with another. Raises: what its last try raised."""
    for _ in range(tries - 1):
        try:
            return act()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in CLASHES:
                raise
    return act()

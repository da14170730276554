"""From the environment to a Baton that a command can use."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app import log
from app.bootstrap import Baton, opened
from app.settings import Settings


def read_settings(**given: Any) -> Settings:
    """The environment's settings with what was given on the command line."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


@contextmanager
def attached(*, migrating: bool = True) -> Iterator[Baton]:
    """A Baton for a command that ends by itself: warnings are logged, the daily round is not."""
    settings = read_settings()
    log.configure(settings.model_copy(update={"log_level": "warning"}))
    with opened(settings, migrating=migrating) as baton:
        yield baton

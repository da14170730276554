"""Bring a database to this release's schema. Safe to run from several processes at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import migrations
from app.store.db import Database

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('migrate', 3))")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, revision: str = "head") -> tuple[str | None, str | None]:
    """Run the revisions that are missing, all or none; answer (revision before, after)."""
    with database.begin() as tx:
        tx.execute(_LOCK)
        before = MigrationContext.configure(tx).get_current_revision()
        command.upgrade(_config(tx), revision)
        return before, MigrationContext.configure(tx).get_current_revision()


def state(database: Database) -> tuple[str | None, str | None]:
    """The database's revision and this release's."""
    with database.begin() as tx:
        current = MigrationContext.configure(tx).get_current_revision()
    return current, ScriptDirectory.from_config(_config()).get_current_head()


def is_newer(revision: str | None) -> bool:
    """Whether a database's revision is of a later release: revisions are numbered."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    return revision is not None and head is not None and revision > head

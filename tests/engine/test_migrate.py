"""Migrations: the schema they make is the one that the code means."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.store import fact_tables, migrate
from app.store.db import Database, connect
from app.store.embedded import Embedded


def ours(difference: object) -> bool:
    return "procrastinate" not in repr(difference)


def test_migrations_make_the_tables_of_the_code(migrated: Database) -> None:
    """Nothing is missing, nothing is left over."""
    with migrated.begin() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), fact_tables.alert.metadata)

    assert [one for one in differences if ours(one)] == []


def test_migrating_twice_changes_nothing(server: Embedded) -> None:
    """A fresh database goes to this release once; then there is nothing to do."""
    database = connect(server.database("test_migrate_twice"))

    first, second = migrate.upgrade(database), migrate.upgrade(database)
    database.close()

    assert first == (None, "0001")
    assert second == ("0001", "0001")
    assert migrate.state(database) == ("0001", "0001")
    database.close()

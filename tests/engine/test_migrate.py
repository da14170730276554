"""Migrations: the schema they make is the one that the code means."""

import re

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from app.store import (
    alert_tables,
    campaign_tables,
    event_tables,
    handoff_tables,
    hook_tables,
    migrate,
    sla_tables,
    stage_tables,
    work_tables,
)
from app.store.db import Database, connect
from app.store.embedded import Embedded

PARTITION = re.compile(r"(activity|delivery)_(\d{6}|early|late)\b")


DECLARED = (
    alert_tables,
    campaign_tables,
    event_tables,
    handoff_tables,
    hook_tables,
    sla_tables,
    stage_tables,
)  # their tables are in the metadata once imported


def ours(difference: object) -> bool:
    shown = repr(difference)
    return "procrastinate" not in shown and not PARTITION.search(shown)


def test_migrations_make_the_tables_of_the_code(migrated: Database) -> None:
    """Nothing is missing, nothing is left over."""
    with migrated.begin() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), work_tables.job.metadata)

    assert [one for one in differences if ours(one)] == []


def test_migrating_twice_changes_nothing(server: Embedded) -> None:
    """A fresh database goes to this release once; then there is nothing to do."""
    database = connect(server.database("test_migrate_twice"))

    first, second = migrate.upgrade(database), migrate.upgrade(database)
    database.close()

    assert first == (None, "0018")
    assert second == ("0018", "0018")
    assert migrate.state(database) == ("0018", "0018")
    database.close()


def test_a_database_of_the_first_release_is_brought_here(server: Embedded) -> None:
    """What is in it stays, and what is new is there."""
    database = connect(server.database("test_migrate_from_first"))
    migrate.upgrade(database, "0001")
    with database.begin() as tx:
        person = "INSERT INTO link (id, kind, email) VALUES (gen_random_uuid(), 'person', :email)"
        tx.execute(text(person), {"email": "aya@example.jp"})
        tx.execute(text("INSERT INTO journal (event) VALUES ('found')"))

    upgraded = migrate.upgrade(database)
    with database.begin() as tx:
        kept = tx.execute(text("SELECT email, phone FROM link")).one()
        lines = tx.execute(text("SELECT event, version FROM journal")).one()
    database.close()

    assert upgraded == ("0001", "0018")
    assert tuple(kept) == ("aya@example.jp", None)
    assert tuple(lines) == ("found", None)

"""Alembic's entry: runs revisions on the connection that `app.store.migrate` hands over."""

from alembic import context

from app.store import fact_tables, work_tables
from app.store.tables import metadata

assert fact_tables.alert.metadata is work_tables.job.metadata is metadata  # noqa: S101  one metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()

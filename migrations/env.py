"""Alembic's entry: runs revisions on the connection that `app.store.migrate` hands over."""

from alembic import context

from app.store import campaign_tables, fact_tables, work_tables
from app.store.tables import metadata

assert campaign_tables.campaign.metadata is fact_tables.alert.metadata is metadata  # noqa: S101  one metadata
assert work_tables.job.metadata is metadata  # noqa: S101  as above

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()

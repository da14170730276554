"""The tables of hooks: who hears of events, and what became of each event there."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.store.tables import NONE, metadata, when

# `cursor` is the `seq` of the last event that is done with. `state`: active, off (by a person),
# failed (`code` and `reason` say why).
hook = Table(
    "hook",
    metadata,
    Column("name", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", JSONB, nullable=False, server_default=NONE),
    Column("description", Text, nullable=False, server_default=""),
    Column("secret", LargeBinary, nullable=False),
    when("previous_until"),
    Column("state", Text, nullable=False, server_default="active"),
    Column("code", Text),
    Column("reason", Text),
    Column("cursor", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    when("failing_since"),
    when("due_at"),
    when("created_at", now=True),
    when("changed_at", now=True),
    Index("ix_hook_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
)

# `state`: waiting (to be tried again), delivered, failed. `again_at`: to be sent once more.
hook_delivery = Table(
    "hook_delivery",
    metadata,
    Column("hook", ForeignKey("hook.name", ondelete="CASCADE"), nullable=False),
    Column("event_id", BigInteger, ForeignKey("event.id", ondelete="CASCADE"), nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("status", Integer, nullable=False, server_default="0"),
    Column("reason", Text),
    Column("took_ms", Integer, nullable=False, server_default="0"),
    when("first_at", null=False),
    when("at", null=False),
    when("again_at"),
    PrimaryKeyConstraint("hook", "event_id"),
    Index("ix_hook_delivery_event", "event_id"),
    Index(
        "ix_hook_delivery_again", "hook", "again_at", postgresql_where=text("again_at IS NOT NULL")
    ),
    Index("ix_hook_delivery_state", "hook", "state", "event_id"),
)

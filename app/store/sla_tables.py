"""The tables of SLA clocks."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.store.tables import NONE, metadata, when

# One run of a clock of the `sla` document, by the version under which it started.
sla_clock = Table(
    "sla_clock",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
    Column("start_event", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("owner", Text),
    Column("state", Text, nullable=False, server_default="running"),
    when("began_at", null=False),
    when("known_at", null=False),
    when("shown_at"),
    when("due_at"),
    when("warn_at"),
    when("ended_at"),
    when("heard_at"),
    Column("ended_by", Text),
    Column("pauses", JSONB, nullable=False, server_default=NONE),
    Column("minutes_left", Float),
    Column("minutes", Float),
    Column("human_minutes", Float),
    Column("system_s", Float),
    Column("cause_id", Uuid),
    when("next_at"),
    when("changed_at", now=True),
    UniqueConstraint("name", "start_event"),
    Index("ix_sla_clock_next", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    Index("ix_sla_clock_link", "link_id", "name"),
    Index("ix_sla_clock_open", "link_id", postgresql_where=text("ended_at IS NULL")),
    Index("ix_sla_clock_began", "began_at", "id"),
)

# What a clock has fired, each step once, and how telling somebody of it goes.
sla_step = Table(
    "sla_step",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("clock_id", ForeignKey("sla_clock.id", ondelete="CASCADE"), nullable=False),
    Column("step", Text, nullable=False),
    when("at", now=True),
    Column("act", Text, nullable=False, server_default="none"),
    Column("whom", Text),
    Column("connection", Text),
    Column("state", Text, nullable=False, server_default="done"),
    Column("rung", Boolean, nullable=False, server_default=text("false")),
    Column("task_id", Text),
    Column("code", Text),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    when("due_at"),
    UniqueConstraint("clock_id", "step"),
    Index("ix_sla_step_due", "connection", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("ix_sla_step_failed", "id", postgresql_where=text("state = 'failed'")),
)

# Links whose clocks are to be looked at: because of an event, or for another reason (NULL).
unclocked = Table(
    "unclocked",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("link_id", Uuid, nullable=False, index=True),
    Column("event_id", BigInteger),
)

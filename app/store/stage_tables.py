"""The tables of stages: how people moved, and who is on the list of those to be won again."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.store.tables import NONE, metadata, when

stage_change = Table(
    "stage_change",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    when("at", null=False),
    Column("source", Text),
    Column("target", Text, nullable=False),
    Column("moved_by", Text, nullable=False),
    Column("who", Text, nullable=False, server_default=""),
    Column("reason", Text),
    Column("why", JSONB, nullable=False, server_default=NONE),
    Column("version", Integer, nullable=False),
    Column("score", Integer),
    Column("grade", Text),
    Column("cause_id", Uuid),
    Index("ix_stage_change_link_id", "link_id", "id"),
    Index("ix_stage_change_target", "target", "at"),
)

nurture = Table(
    "nurture",
    metadata,
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("connection", Text, nullable=False),
    Column("list_id", Text, nullable=False),
    Column("wanted", Boolean, nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("code", Text),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    when("due_at"),
    Column("cause_id", Uuid),
    when("changed_at", now=True),
    PrimaryKeyConstraint("link_id", "connection", "list_id"),
    Index("ix_nurture_due", "connection", "due_at", postgresql_where=text("due_at IS NOT NULL")),
)

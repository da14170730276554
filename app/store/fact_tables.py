"""The tables of facts and rules: activities, documents, journal, alerts, scores."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.store.tables import EMPTY, NONE, metadata, when

BY_MONTH = "RANGE (at)"  # partitions: `activity_partition` (0004)

activity = Table(
    "activity",
    metadata,
    Column("id", BigInteger, server_default=text("nextval('activity_number')"), nullable=False),
    when("at", null=False),
    Column("connection", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("link_id", Uuid),
    Column("person_kind", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("detail", JSONB, nullable=False, server_default=EMPTY),
    Column("about", JSONB, nullable=False, server_default=NONE),
    Column("history", Boolean, nullable=False, server_default=text("false")),
    Column("cause_id", Uuid),
    when("received_at", now=True),
    PrimaryKeyConstraint("id", "at"),
    Index("ix_activity_link_at", "link_id", "at", "id"),
    Index("ix_activity_at", "at", "id"),
    Index(
        "ix_activity_outcome",
        "type",
        "link_id",
        "at",
        postgresql_where=text("type IN ('won', 'lost', 'stage_change')"),
    ),
    Index(
        "ix_activity_waiting",
        "person_id",
        "connection",
        postgresql_where=text("link_id IS NULL"),
    ),
    postgresql_partition_by=BY_MONTH,
)

# One row for each activity ever taken in: what it is called where it came from, as a digest.
activity_key = Table(
    "activity_key",
    metadata,
    Column("key", Uuid, primary_key=True),
    Column("activity_id", BigInteger, nullable=False),
    when("at", null=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("activity_id", BigInteger, nullable=False),
    when("at", null=False),
    Column("connection", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("route", Text, nullable=False, server_default=""),
    Column("digest_id", Uuid),
    Column("history", Boolean, nullable=False, server_default=text("false")),
    Column("code", Text),
    Column("reason", Text),
    Column("external_id", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    when("due_at"),
    when("changed_at", now=True),
    PrimaryKeyConstraint("activity_id", "connection", "at"),
    Index(
        "ix_delivery_due",
        "connection",
        "history",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index("ix_delivery_failed", "connection", postgresql_where=text("state = 'failed'")),
    Index("ix_delivery_digest", "digest_id", postgresql_where=text("digest_id IS NOT NULL")),
    postgresql_partition_by=BY_MONTH,
)

# Several activities of a person that are one entry at a connection, updated as more come.
digest = Table(
    "digest",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("connection", Text, nullable=False),
    Column("route", Text, nullable=False),
    when("starts_at", null=False),
    when("ends_at", null=False),
    Column("count", Integer, nullable=False, server_default="0"),
    Column("least", Integer, nullable=False, server_default="1"),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("code", Text),
    Column("reason", Text),
    Column("external_id", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("cause_id", Uuid),
    when("due_at"),
    when("sent_at"),
    when("changed_at", now=True),
    UniqueConstraint("link_id", "connection", "route", "starts_at"),
    Index("ix_digest_due", "connection", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("ix_digest_failed", "connection", postgresql_where=text("state = 'failed'")),
)

# Links with activities that came after their last scoring.
unscored = Table(
    "unscored",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("link_id", Uuid, nullable=False, index=True),
)

# How a person was touched: what summary fields show.
touch = Table(
    "touch",
    metadata,
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), primary_key=True),
    Column("count", BigInteger, nullable=False, server_default="0"),
    when("first_at"),
    Column("first_channel", Text),
    when("last_at"),
    Column("last_channel", Text),
    Column("page", Text),
    when("page_at"),
    Column("campaign", Text),
    when("campaign_at"),
)

document = Table(
    "document",
    metadata,
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSON, nullable=False),  # not JSONB: the order of keys can mean something
    Column("active", Boolean, nullable=False, server_default=text("false")),
    Column("note", Text, nullable=False, server_default=""),
    Column("created_by", Text, nullable=False, server_default=""),
    when("created_at", now=True),
    PrimaryKeyConstraint("kind", "name", "version"),
    Index("uq_document_active", "kind", "name", unique=True, postgresql_where=text("active")),
)

journal = Table(
    "journal",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    when("at", now=True),
    Column("event", Text, nullable=False),
    Column("link_id", Uuid),
    Column("connection", Text),
    Column("cause_id", Uuid),
    Column("version", Text),
    Column("detail", JSONB, nullable=False, server_default=EMPTY),
    Index("ix_journal_link", "link_id", "id"),
    Index("ix_journal_cause", "cause_id"),
)

alert = Table(
    "alert",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("rule", Text, nullable=False),
    Column("crossing", Integer, nullable=False),
    Column("connection", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("notice", Text, nullable=False, server_default="pending"),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("reasons", JSONB, nullable=False, server_default=NONE),
    Column("owner", Text),
    Column("score", Integer, nullable=False),
    Column("code", Text),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("task_id", Text),
    Column("cause_id", Uuid),
    when("caused_at", null=False),
    when("created_at", now=True),
    when("react_by", null=False),
    when("due_at"),
    when("task_at"),
    when("notified_at"),
    Column("reaction", Text),
    Column("reaction_reason", Text),
    Column("reacted_by", Text),
    when("reacted_at"),
    when("snoozed_until"),
    UniqueConstraint("link_id", "rule", "crossing"),
    Index("ix_alert_due", "connection", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("ix_alert_failed", "id", postgresql_where=text("state = 'failed'")),
    Index("ix_alert_unrung", "id", postgresql_where=text("notice IN ('failed', 'in_doubt')")),
    Index("ix_alert_created_at", "created_at", "id"),
)

score_history = Table(
    "score_history",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    when("at", null=False),
    Column("score", Integer, nullable=False),
    Column("fit", Integer, nullable=False),
    Column("intent", Integer, nullable=False),
    Column("timing", Integer, nullable=False),
    Column("grade", String(2), nullable=False),
    Column("priority", Integer),
    Column("categories", JSONB, nullable=False, server_default=EMPTY),
    Column("reasons", JSONB, nullable=False, server_default=NONE),
    Column("version", Integer, nullable=False),
    Column("cause_id", Uuid),
    Index("ix_score_history_link", "link_id", "id"),
)

"""The tables of what people are told of alerts, and of those that are held."""

from sqlalchemy import (
    BigInteger,
    Column,
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

from app.store.tables import metadata, when

# Alerts that were too many in a minute: open until a person lets them go or drops them.
alert_storm = Table(
    "alert_storm",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("connection", Text, nullable=False),
    Column("recipient", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False, server_default="open"),
    when("started_at", null=False),
    when("decided_at"),
    Column("decided_by", Text),
    Index(
        "uq_alert_storm_open",
        "connection",
        "recipient",
        unique=True,
        postgresql_where=text("state = 'open'"),
    ),
)

# One thing that somebody is told, by one channel, once. `step` counts escalations, `round` how
# often the alert came back after a snooze. What is neither about an alert nor a storm is `about`
# something else (`handoff/12/question/5`, `sla/8/warn`) of a person, in the words of `said`.
alert_message = Table(
    "alert_message",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("alert_id", ForeignKey("alert.id", ondelete="CASCADE")),
    Column("storm_id", ForeignKey("alert_storm.id", ondelete="CASCADE")),
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE")),
    Column("about", Text),
    Column("said", JSONB(none_as_null=True)),
    Column("cause_id", Uuid),
    Column("connection", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("recipient", Text, nullable=False, server_default=""),
    Column("reason_for", Text, nullable=False, server_default="raised"),
    Column("step", Integer, nullable=False, server_default="0"),
    Column("round", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("code", Text),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("external_id", Text),
    when("created_at", now=True),
    when("due_at"),
    when("sent_at"),
    UniqueConstraint(
        "alert_id",
        "connection",
        "channel",
        "recipient",
        "step",
        "round",
        name="uq_alert_message_once",
    ),
    Index(
        "ix_alert_message_due", "connection", "due_at", postgresql_where=text("due_at IS NOT NULL")
    ),
    Index("ix_alert_message_flying", "connection", postgresql_where=text("state = 'flying'")),
    Index(
        "ix_alert_message_failed", "id", postgresql_where=text("state IN ('failed', 'in_doubt')")
    ),
    Index(
        "uq_alert_message_storm",
        "storm_id",
        "connection",
        unique=True,
        postgresql_where=text("storm_id IS NOT NULL"),
    ),
    Index(
        "uq_alert_message_about",
        "about",
        "connection",
        "channel",
        "recipient",
        unique=True,
        postgresql_where=text("about IS NOT NULL"),
    ),
    Index("ix_alert_message_link", "link_id", postgresql_where=text("link_id IS NOT NULL")),
)

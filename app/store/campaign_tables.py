"""The tables of campaigns: who is in which, what they cost, and what is credited to them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.store.tables import EMPTY, metadata, when

# What became of a campaign document. `connection` is the SFA's, `external_id` its campaign there,
# `version` the document's for which it has all statuses. `held` is how many were taken out at once
# at `held_by`; `allowed` that a person lets them go.
campaign = Table(
    "campaign",
    metadata,
    Column("name", Text, primary_key=True),
    Column("connection", Text, nullable=False),
    Column("external_id", Text),
    Column("made", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("code", Text),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("strangers", JSONB, nullable=False, server_default=EMPTY),
    Column("held", Integer, nullable=False, server_default="0"),
    Column("held_by", Text),
    Column("allowed", Boolean, nullable=False, server_default=text("false")),
    when("created_at", now=True),
    when("changed_at", now=True),
    when("due_at"),
    Index("ix_campaign_due", "connection", "due_at", postgresql_where=text("due_at IS NOT NULL")),
)

membership = Table(
    "membership",
    metadata,
    Column("campaign", ForeignKey("campaign.name", ondelete="CASCADE"), nullable=False),
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("base", JSONB, nullable=False, server_default=EMPTY),
    Column("agreed", Text),
    when("first_at"),
    when("last_at"),
    when("created_at", now=True),
    when("changed_at", now=True),
    PrimaryKeyConstraint("campaign", "link_id"),
    Index("ix_membership_link", "link_id"),
)

# A membership as one side shows it (`app/domain/campaign.py`).
membership_place = Table(
    "membership_place",
    metadata,
    Column("campaign", Text, nullable=False),
    Column("link_id", Uuid, nullable=False),
    Column("connection", Text, nullable=False),
    Column("external_id", Text),
    Column("seen", Text),
    Column("shown", Boolean, nullable=False, server_default=text("false")),
    Column("out", Boolean, nullable=False, server_default=text("false")),
    Column("missed", Integer, nullable=False, server_default="0"),
    when("at"),
    Column("stamp", BigInteger, nullable=False, server_default="0"),
    Column("round", BigInteger, nullable=False, server_default="0"),
    Column("write_state", Text, nullable=False, server_default="idle"),
    Column("write_id", Uuid),
    Column("write", JSONB),
    Column("state", Text, nullable=False, server_default="in_sync"),
    Column("code", Text),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("cause_id", Uuid),
    when("due_at"),
    when("changed_at", now=True),
    PrimaryKeyConstraint("link_id", "campaign", "connection"),
    ForeignKeyConstraint(
        ["campaign", "link_id"], ["membership.campaign", "membership.link_id"], ondelete="CASCADE"
    ),
    Index(
        "ix_membership_place_due",
        "connection",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index(
        "ix_membership_place_writing",
        "connection",
        postgresql_where=text("write_state = 'flying'"),
    ),
    Index(
        "ix_membership_place_open",
        "campaign",
        "connection",
        "state",
        postgresql_where=text("state <> 'in_sync'"),
    ),
    Index("ix_membership_place_campaign", "campaign", "connection"),
)

# What a campaign cost. `source` is a connection, or "api" or "upload"; `key` is the entry's own.
campaign_cost = Table(
    "campaign_cost",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("campaign", ForeignKey("campaign.name", ondelete="CASCADE"), nullable=False),
    Column("source", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default="actual"),
    Column("amount", Numeric(18, 2), nullable=False),
    Column("currency", Text, nullable=False, server_default=""),
    Column("spent_on", Date),
    Column("note", Text, nullable=False, server_default=""),
    when("changed_at", now=True),
    UniqueConstraint("campaign", "source", "key"),
)

# An opportunity that stands under the campaign in the SFA, whoever put it there.
campaign_opportunity = Table(
    "campaign_opportunity",
    metadata,
    Column("campaign", ForeignKey("campaign.name", ondelete="CASCADE"), nullable=False),
    Column("connection", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("amount", Numeric(18, 2)),
    Column("currency", Text, nullable=False, server_default=""),
    Column("won", Boolean, nullable=False),
    Column("closed", Boolean, nullable=False),
    when("changed_at", now=True),
    PrimaryKeyConstraint("campaign", "connection", "external_id"),
)

# An opportunity and the campaign that it is credited to, for whose sake (`person_id`). `told` is
# the campaign that Baton told the SFA last, `shown` the one that stands there.
campaign_credit = Table(
    "campaign_credit",
    metadata,
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("connection", Text, nullable=False),
    Column("campaign", ForeignKey("campaign.name", ondelete="CASCADE"), nullable=False),
    Column("person_id", ForeignKey("link.id", ondelete="SET NULL")),
    Column("told", Text),
    Column("shown", Text),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("code", Text),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    when("due_at"),
    when("changed_at", now=True),
    PrimaryKeyConstraint("link_id", "connection"),
    Index("ix_campaign_credit_campaign", "campaign"),
    Index(
        "ix_campaign_credit_due",
        "connection",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

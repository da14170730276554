"""The tables of hand-offs: each with its memo, what was asked, and what is told of it elsewhere."""

from sqlalchemy import (
    BigInteger,
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

from app.store.tables import EMPTY, metadata, when

OPEN = text("state NOT IN ('won', 'lost', 'done', 'rejected', 'recycled', 'withdrawn')")

# `version` counts changes of the row; `rules` is the version of the document that it went by last.
# `giver` and `receiver` are e-mail addresses of owners. `shown` is what the SFA's field of the
# decision showed when it was looked at last. `due_at` is when somebody must have reacted. `outcome`
# is how it was closed, which stays when the person is recycled; `opportunity` is what closed it.
handoff = Table(
    "handoff",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("flow", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("rules", Integer, nullable=False),
    Column("memo", JSONB, nullable=False, server_default=EMPTY),
    Column("ticks", JSONB, nullable=False, server_default=EMPTY),
    Column("quality", Integer, nullable=False, server_default="0"),
    Column("band", Text, nullable=False, server_default=""),
    Column("giver", Text),
    Column("receiver", Text),
    Column("reason", Text),
    Column("note", Text),
    Column("override", JSONB(none_as_null=True)),
    when("meeting_at"),
    when("reminded_for"),
    when("due_at"),
    Column("feedback", JSONB(none_as_null=True)),
    Column("questions_open", Integer, nullable=False, server_default="0"),
    Column("shown", Text),
    Column("outcome", Text),
    Column("opportunity", JSONB(none_as_null=True)),
    Column("created_by", Text, nullable=False, server_default=""),
    when("created_at", now=True),
    when("changed_at", now=True),
    when("state_at", now=True),
    when("submitted_at"),
    when("delivered_at"),
    when("accepted_at"),
    when("met_at"),
    when("fed_back_at"),
    when("ended_at"),
    Column("cause_id", Uuid),
    Index("ix_handoff_link", "link_id"),
    Index("uq_handoff_open", "link_id", "flow", unique=True, postgresql_where=OPEN),
    Index("ix_handoff_changed_at", "changed_at", "id"),
    Index("ix_handoff_meeting", "meeting_at", postgresql_where=text("state = 'meeting_set'")),
)

# What was said of a hand-off, in order: questions, answers, why it was returned or rejected.
handoff_message = Table(
    "handoff_message",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("handoff_id", ForeignKey("handoff.id", ondelete="CASCADE"), nullable=False),
    when("at", now=True),
    Column("what", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_handoff_message", "handoff_id", "id"),
)

# What a system is told besides fields: the note of the record (`note`, updated in place) and tasks
# (`task`). `revision` counts its texts, so that one that changed while it flew is told again.
handoff_entry = Table(
    "handoff_entry",
    metadata,
    Column("handoff_id", ForeignKey("handoff.id", ondelete="CASCADE"), nullable=False),
    Column("connection", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("owner", Text),
    when("at", now=True),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("code", Text),
    Column("reason", Text),
    Column("external_id", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    when("due_at"),
    when("changed_at", now=True),
    PrimaryKeyConstraint("handoff_id", "connection", "key"),
    Index(
        "ix_handoff_entry_due", "connection", "due_at", postgresql_where=text("due_at IS NOT NULL")
    ),
    Index("ix_handoff_entry_failed", "connection", postgresql_where=text("state = 'failed'")),
)

# Opportunities that are won or lost, since when, and why. One that is opened again is not here.
opportunity_end = Table(
    "opportunity_end",
    metadata,
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text),
    Column("connection", Text),
    when("ended_at", null=False),
    PrimaryKeyConstraint("link_id"),
)

"""The table of events."""

from sqlalchemy import BigInteger, Column, Identity, Index, Sequence, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.tables import EMPTY, metadata, when

numbers = Sequence("event_seq", metadata=metadata)

# `seq` is the order in which events are told, given once they are committed; `id` that in which
# they were decided.
event = Table(
    "event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    when("at", now=True),
    Column("type", Text, nullable=False),
    Column("link_id", Uuid),
    Column("subject", Text, nullable=False, server_default=""),
    Column("data", JSONB, nullable=False, server_default=EMPTY),
    Column("cause_id", Uuid),
    Column("seq", BigInteger),
    Index("ix_event_link", "link_id", "id"),
    Index("ix_event_seq", "seq", unique=True),
    Index("ix_event_unnumbered", "id", postgresql_where=text("seq IS NULL")),
    Index("ix_event_type", "type", "id"),
)

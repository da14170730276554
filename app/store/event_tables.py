"""The tables of events, and of those who hear of them."""

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from app.store.tables import EMPTY, metadata, when

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
    Index("ix_event_link", "link_id", "id"),
)

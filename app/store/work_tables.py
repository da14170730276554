"""The tables of long work and of answers to "why": jobs, findings, ledger, candidates, drift."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.store.tables import EMPTY, NONE, metadata, when

# Long work that goes on where it stopped: what it does is its kind, how far it is its checkpoint.
job = Table(
    "job",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("args", JSONB, nullable=False, server_default=EMPTY),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("checkpoint", JSONB, nullable=False, server_default=EMPTY),
    Column("counts", JSONB, nullable=False, server_default=EMPTY),
    Column("done", BigInteger, nullable=False, server_default="0"),
    Column("total", BigInteger),
    Column("share", Float),
    Column("reason", Text),
    Column("created_by", Text, nullable=False, server_default=""),
    when("created_at", now=True),
    when("started_at"),
    when("updated_at", now=True),
    when("finished_at"),
    when("due_at"),
    Index("ix_job_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("ix_job_kind", "kind", "id"),
)

# What a job found about a record: a difference, a predicted change, a refusal.
finding = Table(
    "finding",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("job_id", ForeignKey("job.id", ondelete="CASCADE"), nullable=False),
    Column("category", Text, nullable=False),
    Column("link_id", Uuid),
    Column("connection", Text),
    Column("kind", Text),
    Column("external_id", Text),
    Column("code", Text),
    Column("detail", JSONB, nullable=False, server_default=EMPTY),
    Column("repaired", Boolean, nullable=False, server_default=text("false")),
    Index("ix_finding_job", "job_id", "category", "id"),
    Index("ix_finding_link", "link_id", postgresql_where=text("link_id IS NOT NULL")),
)

# Every write that a vendor confirmed: canonical field -> [value before, value written].
ledger = Table(
    "ledger",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    when("at", now=True),
    Column("link_id", Uuid, nullable=False),
    Column("connection", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("created", Boolean, nullable=False, server_default=text("false")),
    Column("changes", JSONB, nullable=False),
    Column("mapping", Text),
    Column("version", Integer),
    Column("job_id", BigInteger),
    Column("cause_id", Uuid),
    Column("undone_by", BigInteger),
    Index("ix_ledger_link", "link_id", "id"),
    Index("ix_ledger_at", "at"),
    Index("ix_ledger_mapping", "mapping", "version", "id"),
    Index("ix_ledger_cause", "cause_id"),
    Index("ix_ledger_job", "job_id", postgresql_where=text("job_id IS NOT NULL")),
)

# Two links that may be one; `one_id` is the older. A person decides.
candidate = Table(
    "candidate",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("one_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("two_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("likeness", Float, nullable=False),
    Column("reasons", JSONB, nullable=False, server_default=NONE),
    Column("state", Text, nullable=False, server_default="open"),
    Column("decided_by", Text),
    when("decided_at"),
    when("created_at", now=True),
    UniqueConstraint("one_id", "two_id"),
    Index("ix_candidate_open", "kind", "id", postgresql_where=text("state = 'open'")),
    Index("ix_candidate_two", "two_id"),
)

# A record that a person took out of a link: it never joins that link again by itself.
apart = Table(
    "apart",
    metadata,
    Column("connection", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    when("at", now=True),
    PrimaryKeyConstraint("connection", "kind", "external_id", "link_id"),
    Index("ix_apart_link", "link_id"),
)

# Somebody erased: keyed digests of what identified them, so that they are not made anew.
tombstone = Table(
    "tombstone",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("digests", ARRAY(LargeBinary), nullable=False),
    Column("source", Text, nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    Column("sides", JSONB, nullable=False, server_default=EMPTY),
    when("at", now=True),
    when("due_at"),
    when("completed_at"),
    Index("ix_tombstone_digests", "digests", postgresql_using="gin"),
    Index("ix_tombstone_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
)

# What changed in a vendor's schema since it was read before.
drift = Table(
    "drift",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("connection", ForeignKey("connection.name", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("change", Text, nullable=False),
    Column("before", JSONB),
    Column("after", JSONB),
    when("at", now=True),
    when("seen_at"),
    Column("seen_by", Text),
    Index("ix_drift_open", "connection", postgresql_where=text("seen_at IS NULL")),
)

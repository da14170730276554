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

OPEN = ("queued", "running", "paused")  # states of jobs that have not ended

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
    Column("rate", Float),
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

# What a comparison saw at a vendor: `differs` names the fields that are not as we hold them.
sighting = Table(
    "sighting",
    metadata,
    Column("job_id", ForeignKey("job.id", ondelete="CASCADE"), nullable=False),
    Column("connection", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("started", BigInteger, nullable=False),
    Column("differs", ARRAY(Text)),
    Column("erased", Boolean, nullable=False, server_default=text("false")),
    PrimaryKeyConstraint("job_id", "connection", "external_id"),
)

# Records of a rehearsal's first side that nobody was found for yet, by digests of their keys.
rehearsed_alone = Table(
    "rehearsed_alone",
    metadata,
    Column("job_id", ForeignKey("job.id", ondelete="CASCADE"), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("keys", ARRAY(Text), nullable=False),
    PrimaryKeyConstraint("job_id", "external_id"),
    Index("ix_rehearsed_alone_keys", "keys", postgresql_using="gin"),
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

# What a link may be known by besides its e-mail: a company's domain and name, and the keys under
# which records that may be one person are looked for. Kept where the mapping asks for it.
clue = Table(
    "clue",
    metadata,
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    PrimaryKeyConstraint("link_id", "key"),
    Index("ix_clue_key", "kind", "key"),
)

# A record of a link names another record of its connection (a contact its company): so it is found
# when that one becomes known, comes to exist somewhere, or becomes another.
reference = Table(
    "reference",
    metadata,
    Column("connection", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    PrimaryKeyConstraint("connection", "kind", "external_id", "link_id"),
    Index("ix_reference_link", "link_id", "connection"),
)

# A record that is to be deleted at its vendor: a deletion that spreads, or (`tombstone_id`) an
# erasure. `state`: pending, held (too many at once: a person decides), failed, done.
removal = Table(
    "removal",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("connection", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("link_id", Uuid),
    Column("tombstone_id", ForeignKey("tombstone.id", ondelete="CASCADE")),
    Column("state", Text, nullable=False, server_default="pending"),
    Column("allowed", Boolean, nullable=False, server_default=text("false")),
    Column("code", Text),
    Column("reason", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("cause_id", Uuid),
    when("created_at", now=True),
    when("changed_at", now=True),
    when("due_at"),
    UniqueConstraint("connection", "kind", "external_id"),
    Index("ix_removal_due", "connection", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("ix_removal_link", "link_id", postgresql_where=text("link_id IS NOT NULL")),
    Index(
        "ix_removal_tombstone", "tombstone_id", postgresql_where=text("tombstone_id IS NOT NULL")
    ),
    Index("ix_removal_open", "connection", postgresql_where=text("state IN ('held', 'failed')")),
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

# What changed in a vendor's schema since it was read before. `touches` are the places of active
# mappings that it may harm; `paused` is what of the field rests meanwhile: all, or writes.
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
    Column("touches", JSONB, nullable=False, server_default=NONE),
    Column("paused", Text),
    when("at", now=True),
    when("seen_at"),
    Column("seen_by", Text),
    Index("ix_drift_open", "connection", postgresql_where=text("seen_at IS NULL")),
    Index("ix_drift_paused", "connection", postgresql_where=text("paused IS NOT NULL")),
)

# A connection's rate budget, shared by all processes: per limit class, when its last calls go
# (seconds of the database's clock) and the rate that the vendor was heard to allow.
budget = Table(
    "budget",
    metadata,
    Column("connection", Text, nullable=False),
    Column("limit_class", Text, nullable=False),
    Column("booked", ARRAY(Float), nullable=False, server_default=text("'{}'::float8[]")),
    Column("left_calls", Integer, nullable=False, server_default="0"),
    Column("left_until", Float),
    Column("heard_calls", Integer),
    Column("heard_per_s", Float),
    PrimaryKeyConstraint("connection", "limit_class"),
)

# What was used of an account: our calls per hour, and the vendor's own count of everybody's day.
usage = Table(
    "usage",
    metadata,
    Column("connection", Text, nullable=False),
    when("hour", null=False),
    Column("calls", BigInteger, nullable=False, server_default="0"),
    Column("day_used", BigInteger),
    Column("day_total", BigInteger),
    when("heard_at"),
    PrimaryKeyConstraint("connection", "hour"),
)

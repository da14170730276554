"""The tables of sync. A row is the only thing that passes from one verb to the next."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
ticks = Sequence("tick", metadata=metadata)
NOW = text("now()")
EMPTY = text("'{}'::jsonb")
NONE = text("'[]'::jsonb")


def when(name: str, *, null: bool = True, now: bool = False) -> Column[object]:
    return Column(
        name,
        DateTime(timezone=True),
        nullable=null and not now,
        server_default=NOW if now else None,
    )


connection = Table(
    "connection",
    metadata,
    Column("name", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("role", String(3), nullable=False),
    Column("settings", JSONB, nullable=False, server_default=EMPTY),
    Column("options", JSONB, nullable=False, server_default=EMPTY),
    Column("capabilities", JSONB, nullable=False, server_default=NONE),
    Column("forms", JSONB, nullable=False, server_default=EMPTY),
    Column("secret", LargeBinary),
    Column("state", Text, nullable=False, server_default="active"),
    Column("reason", Text),
    Column("account", JSONB),
    when("created_at", now=True),
    when("updated_at", now=True),
    when("checked_at"),
)

feed = Table(
    "feed",
    metadata,
    Column("connection", ForeignKey("connection.name", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("cursor", Text),
    Column("caught_up", Boolean, nullable=False, server_default=text("false")),
    when("due_at", now=True),
    when("read_at"),
    when("stands_at"),
    Column("kept_s", Float),
    Column("reason", Text),
    PrimaryKeyConstraint("connection", "name"),
    Index("ix_feed_due", "due_at"),
)

lane = Table(
    "lane",
    metadata,
    Column("name", Text, primary_key=True),
    when("not_before"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("reason", Text),
)

hint = Table(
    "hint",
    metadata,
    Column("connection", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("seq", BigInteger, nullable=False, server_default=text("nextval('tick')")),
    Column("cause_id", Uuid, nullable=False),
    when("occurred_at"),
    when("received_at", now=True),
    when("due_at", now=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("connection", "kind", "external_id"),
    Index("ix_hint_due", "connection", "due_at"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("connection", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("cause_id", Uuid, nullable=False),
    when("received_at", now=True),
    PrimaryKeyConstraint("connection", "key"),
    Index("ix_receipt_received_at", "received_at"),
    Index("ix_receipt_cause_id", "cause_id"),
)

link = Table(
    "link",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("base", JSONB, nullable=False, server_default=EMPTY),
    Column("agreed", JSONB, nullable=False, server_default=EMPTY),
    Column("conflicts", JSONB, nullable=False, server_default=EMPTY),
    Column("email", Text),
    Column("phone", Text),
    Column("stage", Text, nullable=False, server_default="lead"),
    Column("score", Integer),
    Column("fit", Integer),
    Column("intent", Integer),
    Column("timing", Integer),
    Column("grade", String(2)),
    Column("priority", Integer),
    Column("categories", JSONB, nullable=False, server_default=EMPTY),
    Column("reasons", JSONB, nullable=False, server_default=NONE),
    when("scored_at"),
    when("next_score_at"),
    when("hot_since"),
    Column("crossing", Integer, nullable=False, server_default="0"),
    when("last_alert_at"),
    when("stage_since"),
    when("cycle_since"),
    Column("stage_reason", Text),
    when("created_at", now=True),
    when("updated_at", now=True),
    Index("ix_link_email", "kind", "email"),
    Index("ix_link_phone", "kind", "phone", postgresql_where=text("phone IS NOT NULL")),
    Index("ix_link_score_order", "kind", text("score DESC NULLS LAST"), text("id DESC")),
    Index("ix_link_updated_at", "kind", text("updated_at DESC"), text("id DESC")),
    Index("ix_link_conflicts", "id", postgresql_where=text("conflicts <> '{}'::jsonb")),
    Index(
        "ix_link_stage",
        "stage",
        "stage_since",
        postgresql_where=text("stage_since IS NOT NULL"),
    ),
    Index("ix_link_hot", "hot_since", postgresql_where=text("hot_since IS NOT NULL")),
    Index(
        "ix_link_next_score", "next_score_at", postgresql_where=text("next_score_at IS NOT NULL")
    ),
)

side = Table(
    "side",
    metadata,
    Column("link_id", ForeignKey("link.id", ondelete="CASCADE"), nullable=False),
    Column("connection", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("external_id", Text),
    Column("object", Text),
    Column("seen", JSONB, nullable=False, server_default=EMPTY),
    when("modified_at"),
    Column("stamp", BigInteger, nullable=False, server_default="0"),
    Column("sought", Boolean, nullable=False, server_default=text("false")),
    Column("write_state", Text, nullable=False, server_default="idle"),
    Column("write_id", Uuid),
    Column("write", JSONB),
    Column("state", Text, nullable=False, server_default="in_sync"),
    Column("code", Text),
    Column("reason", Text),
    Column("problems", JSONB, nullable=False, server_default=NONE),
    Column("told", JSONB, nullable=False, server_default=EMPTY),
    Column("aside", JSONB, nullable=False, server_default=EMPTY),
    Column("bounces", JSONB, nullable=False, server_default=EMPTY),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("hot", Boolean, nullable=False, server_default=text("false")),
    Column("cause_id", Uuid),
    when("due_at"),
    when("told_at"),
    Column("field_times", JSONB, nullable=False, server_default=EMPTY),
    Column("carried_by", BigInteger),
    when("changed_at", now=True),
    PrimaryKeyConstraint("link_id", "connection"),
    UniqueConstraint("connection", "kind", "external_id"),
    Index(
        "ix_side_due", "connection", "kind", "due_at", postgresql_where=text("due_at IS NOT NULL")
    ),
    Index("ix_side_writing", "connection", "kind", postgresql_where=text("write_state <> 'idle'")),
    Index("ix_side_carried", "carried_by", postgresql_where=text("carried_by IS NOT NULL")),
    Index("ix_side_problems", "connection", postgresql_where=text("problems <> '[]'::jsonb")),
    Index("ix_side_state", "state", "connection", postgresql_where=text("state <> 'in_sync'")),
)

owner = Table(
    "owner",
    metadata,
    Column("connection", ForeignKey("connection.name", ondelete="CASCADE"), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("email", Text),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("is_queue", Boolean, nullable=False),
    PrimaryKeyConstraint("connection", "external_id"),
)

schema = Table(
    "field_schema",
    metadata,
    Column("connection", ForeignKey("connection.name", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("fields", JSONB, nullable=False),
    when("read_at", now=True),
    PrimaryKeyConstraint("connection", "kind"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("role", Text, nullable=False),
    when("created_at", now=True),
    when("expires_at"),
    when("used_at"),
    when("revoked_at"),
)

slot = Table(
    "slot",
    metadata,
    Column("job", Text, nullable=False),
    Column("slot", BigInteger, nullable=False),
    when("taken_at", now=True),
    PrimaryKeyConstraint("job", "slot"),
)

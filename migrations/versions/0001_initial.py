"""The first schema: sync, facts, rules, and procrastinate's tables.

Revision ID: 0001
"""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    op.execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))
    # procrastinate's schema as of the pinned 3.10; later changes of it are revisions of their own
    connection = op.get_bind().connection.driver_connection
    assert connection is not None  # noqa: S101  a live connection has a driver
    connection.execute(SchemaManager.get_schema())


def downgrade() -> None:
    """There is nothing before the first schema."""
    raise NotImplementedError("restore a backup instead")

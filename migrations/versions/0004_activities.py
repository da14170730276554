"""Activities by month, their digests, and the summary of a person's touches.

Revision ID: 0004
"""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move activities and deliveries into partitions; nothing is lost."""
    op.execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """What the new tables hold cannot be kept by an older release."""
    raise NotImplementedError("restore a backup instead")

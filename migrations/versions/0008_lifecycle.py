"""Stages: where each person stands, and how they got there.

Revision ID: 0008
"""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns; what is there stays."""
    op.execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """What the new tables hold cannot be kept by an older release."""
    raise NotImplementedError("restore a backup instead")

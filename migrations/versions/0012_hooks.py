"""Outgoing webhooks: subscriptions and deliveries.

Revision ID: 0012
"""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns; what is there stays."""
    op.execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """What the new tables hold cannot be kept by an older release."""
    raise NotImplementedError("restore a backup instead")

"""Outcomes of hand-offs; what channels tell besides alerts.

Revision ID: 0015
"""

from pathlib import Path

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns; what is there stays."""
    op.execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """What the new tables hold cannot be kept by an older release."""
    raise NotImplementedError("restore a backup instead")

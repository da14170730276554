"""Reactions of reps to alerts.

Revision ID: 0006
"""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; no alert has a reaction yet."""
    op.execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """What the new columns hold cannot be kept by an older release."""
    raise NotImplementedError("restore a backup instead")

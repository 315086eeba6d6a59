"""Reserves by service level, and reasons to decline."""

from pathlib import Path

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0019_rules.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("Affluent does not migrate down: restore a backup instead.")

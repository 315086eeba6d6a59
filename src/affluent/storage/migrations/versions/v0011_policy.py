"""The routing policy as one document."""

from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0011_policy.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("Affluent does not migrate down: restore a backup instead.")

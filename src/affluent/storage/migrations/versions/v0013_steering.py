"""Known problems, and motives steered to the channels that suit them."""

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0013_steering.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("Affluent does not migrate down: restore a backup instead.")

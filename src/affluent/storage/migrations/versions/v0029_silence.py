"""How often customers who wait are told nothing."""

from pathlib import Path

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0029_silence.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("Affluent does not migrate down: restore a backup instead.")

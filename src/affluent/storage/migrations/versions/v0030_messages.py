"""The sound of voice messages is found by its age."""

from pathlib import Path

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(Path(__file__).with_name("0030_messages.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise RuntimeError("Affluent does not migrate down: restore a backup instead.")

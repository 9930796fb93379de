"""How good the data was found to be, run after run"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "quality_run",
        sa.Column("run_no", Long, primary_key=True, nullable=False),
        sa.Column("at_ms", Long, nullable=False),
        sa.Column("version", Long, nullable=False),
        sa.Column("vocabulary", sa.Text, nullable=False),
        sa.Column("scores", sa.Text, nullable=False),
        sa.Column("failing", sa.Text, nullable=False),
    )

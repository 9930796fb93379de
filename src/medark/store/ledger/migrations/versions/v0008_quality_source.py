"""How good the data of each source was found to be, run after run"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "quality_source",
        sa.Column("run_no", Long, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("rows_of", sa.Text, nullable=False),
        sa.Column("scores", sa.Text, nullable=False),
        sa.Column("failing", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("run_no", "source"),
    )

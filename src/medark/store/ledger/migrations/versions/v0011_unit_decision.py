"""What the numbers of a source's tests were decided to be measured in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "unit_decision",
        *(sa.Column(name, sa.Text, primary_key=True, nullable=False) for name in ("source", "code", "said")),
        sa.Column("ucum", sa.Text, nullable=False),
        sa.Column("concept_id", Long, nullable=False),
        sa.Column("low", sa.Double),
        sa.Column("high", sa.Double),
        sa.Column("probability", sa.Double),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_ms", Long, nullable=False),
    )

"""What sources call codes that no standard concept stands for, and what was decided that they mean"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    keys = [sa.Column(name, sa.Text, primary_key=True, nullable=False) for name in ("source", "kind", "system", "code")]
    op.create_table(
        "term",
        *keys,
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("concept_id", Long),
        sa.Column("probability", sa.Double),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_ms", Long),
    )

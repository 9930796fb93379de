"""How often cards were shown, and how often a repeat was silenced"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "card_count",
        sa.Column("app", sa.Text, nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("times", Long, nullable=False),
        sa.PrimaryKeyConstraint("app", "card", "outcome"),
    )

"""Which cards were shown to whom, the last time"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "card_seen",
        sa.Column("app", sa.Text, nullable=False),
        sa.Column("person_id", Long, nullable=False),
        sa.Column("user_name", sa.Text, nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("at_ms", Long, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("severity", sa.Double),
        sa.PrimaryKeyConstraint("app", "person_id", "user_name", "card"),
    )
    op.create_index("card_seen_by_person", "card_seen", ["person_id"])

"""What was looked at, where a source tells it of a code"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column."""
    op.add_column("term", sa.Column("specimen", sa.Text, nullable=False, server_default=sa.text("''")))

"""A task may be a role's: of its organisation, only who has the role is shown it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column."""
    op.add_column("task", sa.Column("role", sa.Text, nullable=False, server_default=sa.text("''")))

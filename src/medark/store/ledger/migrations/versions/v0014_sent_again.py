"""Which records a batch brought that had been sent before: some of each batch, to show"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table: of batches before it is not known which records they were."""
    op.create_table(
        "sent_again",
        *(sa.Column(name, Long, nullable=False) for name in ("batch_no", "record_no")),
        sa.PrimaryKeyConstraint("batch_no", "record_no"),
    )

"""How everything ended, as ledgers kept it before they carried a version"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _columns(numbers: str = "", texts: str = "", counts: str = "") -> list[sa.Column[Any]]:
    return [
        *(sa.Column(name, Long, nullable=False) for name in numbers.split()),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts.split()),
        *(sa.Column(name, Long, nullable=False, server_default="0") for name in counts.split()),
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "batch", sa.Column("batch_no", Long, primary_key=True, autoincrement=False),
        *_columns("started_ms", "source", "found landed already bytes"), sa.Column("ended_ms", Long),
    )  # fmt: skip
    op.create_table("refused_file", *_columns("batch_no", "name reason"))
    op.create_table(
        "record_state", sa.Column("record_no", Long, primary_key=True, autoincrement=False),
        *_columns("batch_no", "format state", "units quarantined not_understood excluded chunks_done"),
    )  # fmt: skip
    not_done = sa.text("state != 'done'")
    op.create_index(
        "record_state_by_state",
        "record_state",
        ["state", "record_no"],
        sqlite_where=not_done,
        postgresql_where=not_done,
    )
    op.create_index("record_state_by_batch", "record_state", ["batch_no", "record_no"])
    op.create_table("unit_outcome", *_columns("record_no row_no", "outcome reason place table_name"))
    op.create_index("unit_outcome_by_record", "unit_outcome", ["record_no", "row_no"])
    op.create_table(
        "reason_count", *_columns("batch_no count", "outcome reason table_name example"),
        sa.PrimaryKeyConstraint("batch_no", "outcome", "reason", "table_name"),
    )  # fmt: skip
    op.create_table(
        "table_account", *_columns("batch_no staged loaded replaced quarantined", "table_name"),
        sa.PrimaryKeyConstraint("batch_no", "table_name"),
    )  # fmt: skip
    op.create_table(
        "waiting_table", sa.Column("record_no", Long, primary_key=True, autoincrement=False),
        *_columns("batch_no rows", "columns"),
    )  # fmt: skip
    op.create_table("due_bucket", sa.Column("bucket", Long, primary_key=True, autoincrement=False))
    op.create_table(
        "audit", sa.Column("entry_no", Long, primary_key=True, autoincrement=False), *_columns("at_ms", "action detail")
    )

"""What each record added to its batch's account, a line for each wave: so that it can be taken back exactly"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Of what ended before, only what was held back is known record by record.
_HELD = """
SELECT s.batch_no, u.table_name, u.outcome, u.reason, u.record_no, count(*)
FROM unit_outcome AS u JOIN record_state AS s ON s.record_no = u.record_no
GROUP BY s.batch_no, u.table_name, u.outcome, u.reason, u.record_no
ORDER BY s.batch_no, u.table_name, u.outcome, u.reason, u.record_no
"""


def upgrade() -> None:
    """Make the table, and fill it with what is held back."""
    table = op.create_table(
        "wave_count",
        sa.Column("wave_no", Long, primary_key=True, nullable=False),
        *(sa.Column(name, Long, nullable=False) for name in ("batch_no", "first_record", "last_record")),
        sa.Column("counts", sa.LargeBinary, nullable=False),
    )
    op.create_index("wave_count_by_batch", "wave_count", ["batch_no"])
    op.bulk_insert(table, list(_waves(op.get_bind().execute(sa.text(_HELD)).all())))


def _waves(rows: Any) -> Iterator[dict[str, object]]:
    for batch_no, some in groupby(rows, key=lambda row: row[0]):
        ends = []
        for kind, mine in groupby(some, key=lambda row: tuple(row[1:4])):
            told = [(row[4], row[5]) for row in mine]
            ends.append([*kind, [number for number, _ in told], [count for _, count in told]])
        numbers = [number for end in ends for number in end[3]]
        counts = zlib.compress(orjson.dumps(ends), 1)
        yield {"batch_no": batch_no, "first_record": min(numbers), "last_record": max(numbers), "counts": counts}

"""Small counts suppressed in a table that leaves as counts only"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyarrow as pa

from medark.govern.small_counts import shown


def suppressed(
    table: pa.Table, least: int, counts: Collection[str], parts: Mapping[str, str] | None = None
) -> pa.Table:
    """The table with NULL for counts below `least` (the setting access.least_count); see `govern.small_counts`."""
    return pa.Table.from_pylist(shown(table.to_pylist(), least, counts, parts), table.schema)

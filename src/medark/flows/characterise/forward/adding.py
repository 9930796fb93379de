"""Sums of a part added up: what was counted of all, and of what came or went"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import Part, Sum
from medark.check.achilles.coders import Coder
from medark.check.achilles.packed import Packed, together
from medark.flows.characterise.summed import Sums, added

OLD, NEW = -1, 1  # what is told of files as they were is taken away


def coders_of(sums: Sums) -> dict[str, Coder]:
    """How columns were coded."""
    found = dict[str, Coder]()
    for rows in sums.values():
        if isinstance(rows, Packed):
            for name, coder in zip(rows.names, rows.coders, strict=True):
                found.setdefault(name, coder)
    return found


def with_more(part: Part, sums: Sums, more: Sums, sign: int) -> dict[str, pa.Table | Packed]:
    """Sums with more, or less, of some of them."""
    known = {one.name: one for one in part.sums}
    return {**sums, **{name: _both(known[name], sums[name], rows, sign) for name, rows in more.items()}}


def _both(of: Sum, whole: pa.Table | Packed, more: pa.Table | Packed, sign: int) -> pa.Table | Packed:
    if (len(more.keys) if isinstance(more, Packed) else more.num_rows) == 0:
        return whole
    if isinstance(whole, Packed) and isinstance(more, Packed):
        found = together(whole, more, sign)
        if found is not None:
            return found
    rows, others = table_of(whole), table_of(more)
    for name in of.measures if sign == OLD else ():
        others = others.set_column(others.column_names.index(name), name, pc.negate(others[name]))
    return added(of, [rows, others.cast(rows.schema)] if rows.num_rows else [others])


def table_of(rows: pa.Table | Packed) -> pa.Table:
    """A sum as columns."""
    return rows.table() if isinstance(rows, Packed) else rows

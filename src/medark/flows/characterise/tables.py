"""A characterisation summed up: of each table of events its people, records, concepts, and first and last month"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import analyses
from medark.flows.characterise.characterise import Characterised

Rows = Mapping[int, list[dict[str, object]]]
_ASKED = {
    "inside": "records inside observation periods",
    "outside": "records outside observation periods",
    "by_concept": "records by concept",
    "concepts": "people by concept",
    "months": "records by month",
}


@dataclass(frozen=True, slots=True)
class TableSummary:
    """A table of events. `inside`, `outside`: records in and out of observation periods, `outside` None where it is not
    told; `months`: records by month, such as "202405".
    """

    table: str
    inside: int
    outside: int | None
    concepts: int
    months: Mapping[str, int]


def summaries(found: Characterised) -> list[TableSummary]:
    """The tables that have records, in the order of the analyses."""
    by_table: dict[str, dict[str, int]] = defaultdict(dict)
    for one in analyses():
        for name, counts in _ASKED.items():
            if one.counts == counts:
                by_table[one.table][name] = one.analysis_id
    rows = rows_of(found.counts, {number for numbers in by_table.values() for number in numbers.values()})
    made = [_summary(table, numbers, rows) for table, numbers in by_table.items()]
    return [one for one in made if one.inside or one.outside or one.concepts]


def rows_of(results: pa.Table, numbers: set[int]) -> Rows:
    """The rows of some analyses, by number."""
    wanted = results.filter(pc.is_in(results["analysis_id"], pa.array(sorted(numbers), pa.int32())))
    found: dict[int, list[dict[str, object]]] = defaultdict(list)
    for row in wanted.to_pylist():
        found[row["analysis_id"]].append(row)
    return found


def _summary(table: str, numbers: Mapping[str, int], rows: Rows) -> TableSummary:
    def of(name: str) -> list[dict[str, object]]:
        return rows.get(numbers.get(name, -1), [])

    outside = of("outside")
    months = {str(row["stratum_1"]): _count(row) for row in of("months")}
    return TableSummary(
        table,
        sum(map(_count, of("inside") or of("by_concept"))),
        _count(outside[0]) if outside else None,
        len(of("concepts")),
        dict(sorted(months.items())),
    )


def _count(row: dict[str, object]) -> int:
    return int(str(row["count_value"]))

"""A characterisation summed up: of each table of events its people, records, concepts, and first and last month"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from medark.check.achilles import analyses
from medark.flows.characterise.characterise import Characterised

Rows = Mapping[int, list[dict[str, object]]]
_ASKED = {
    "inside": "records inside observation periods", "outside": "records outside observation periods",
    "concepts": "people by concept", "months": "records by month",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableSummary:
    """A table of events. `inside`, `outside`: records in and out of observation periods, None where they are not told;
    `months`: records by month, such as "202405".
    """

    table: str
    inside: int | None
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
    import pyarrow.compute as pc

    wanted = results.filter(pc.is_in(results["analysis_id"], pa.array(sorted(numbers), pa.int32())))
    found: dict[int, list[dict[str, object]]] = defaultdict(list)
    for row in wanted.to_pylist():
        found[row["analysis_id"]].append(row)
    return found


def _summary(table: str, numbers: Mapping[str, int], rows: Rows) -> TableSummary:
    def one(name: str) -> int | None:
        told = rows.get(numbers.get(name, -1), [])
        return int(str(told[0]["count_value"])) if told else None

    months = {str(row["stratum_1"]): int(str(row["count_value"])) for row in rows.get(numbers.get("months", -1), [])}
    concepts = len(rows.get(numbers.get("concepts", -1), []))
    return TableSummary(table, one("inside"), one("outside"), concepts, dict(sorted(months.items())))

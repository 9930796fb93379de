"""The scans of checks with a line for each source: the same queries, grouped by whose record a row came from"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from medark.check.counting import Counts, Row, Scan
from medark.model.omop import RECORD_NO, lake_columns, tables
from medark.sql.grouping import Part, told_apart

SOURCES: Final = Part("origin", "record_no", "source_no", RECORD_NO.name)


@dataclass(frozen=True, slots=True)
class Apart:
    """A scan told apart by source. It also reads `SOURCES.relation`: the source's number of each raw record."""

    scan: Scan

    def take(self, rows: Iterable[Row]) -> Mapping[int, Counts]:
        """Counts by the source's number; rows that the platform worked out itself are of none."""
        by_source: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            if row[SOURCES.name] is not None:
                by_source[row[SOURCES.name]].append(row)
        return {number: self.scan.take(some) for number, some in by_source.items()}


def apart(scans: Iterable[Scan]) -> Iterator[Apart]:
    """The scans that look at rows of a table under `t`; those of people and of the vocabulary are of no source."""
    for scan in scans:
        sql = told_apart(scan.sql, "t", _with_records(), SOURCES)
        if sql is not None:
            yield Apart(Scan(scan.name, sql, scan.take))


@cache
def _with_records() -> frozenset[str]:
    return frozenset(name for name in tables() if RECORD_NO in lake_columns(name))

"""The scans of checks with a line for each source: the same queries, grouped by whose record a row came from"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from medark.check.counting import Counts, Row, Scan
from medark.model.omop import RECORD_NO, lake_columns, tables
from medark.sql.grouping import Part, told_apart

SOURCES: Final = Part("origin", "record_no", "source_no", RECORD_NO.name)


class Apart:
    """Scans told apart by source, and what they said. They also read `SOURCES.relation`: the source's number of each
    raw record.
    """

    def __init__(self) -> None:
        self._counts: dict[int, Counts] = defaultdict(Counts)

    @property
    def counts(self) -> Mapping[int, Counts]:
        """What was taken so far, by the source's number; rows that the platform worked out itself are of none."""
        return self._counts

    def scans(self, scans: Iterable[Scan]) -> Iterator[Scan]:
        """The scans that sum over rows of a table that came from records, under `t`; others are of no source."""
        for scan in scans:
            sql = _told(scan.sql) if scan.sums == "rows" and scan.over in _with_records() else None
            if sql is not None:
                yield replace(
                    scan, name=f"{scan.name} by source", sql=sql, take=self._taking(scan.take),
                    by_file=_told(scan.by_file) or "", pieces=(), rest=None,
                    of_links={link: _told(text) or "" for link, text in scan.of_links.items()},
                )  # fmt: skip

    def _taking(self, take: Callable[[Iterable[Row]], Counts]) -> Callable[[Iterable[Row]], Counts]:
        def by_source(rows: Iterable[Row]) -> Counts:
            found: dict[int, list[Row]] = defaultdict(list)
            for row in rows:
                if row[SOURCES.name] is not None:
                    found[row[SOURCES.name]].append(row)
            for number, some in found.items():
                self._counts[number] |= take(some)
            return Counts()

        return by_source


@cache
def _told(sql: str) -> str | None:
    return told_apart(sql, "t", _with_records(), SOURCES)


@cache
def _with_records() -> frozenset[str]:
    return frozenset(name for name in tables() if RECORD_NO in lake_columns(name))

"""A known source: its tables in order, and the staging queries of those that are there"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from medark.standardise.maps.staging_sql import StagingQuery, columns_read, queries
from medark.standardise.maps.table_map import TableMap


@dataclass(frozen=True, slots=True)
class SourceMap:
    """A known source: its tables in the order in which they are staged."""

    name: str
    title: str
    documentation: str
    time: str  # what its times mean, for people
    time_zone: str  # of times that carry no offset, where the source says so; else ""
    tables: Mapping[str, TableMap]

    def columns(self, table: str) -> frozenset[str]:
        """The columns of `table` that anything reads: its own expressions, and joins to it from other tables."""
        return columns_read(self.tables, table)

    def staging(
        self, present: Mapping[str, Collection[str]] | Collection[str], *, counted: bool = False
    ) -> list[StagingQuery]:
        """The queries that turn relations `raw_<table>` into staging rows, for the tables that are there.

        `present`: table names, or table name -> the columns its relation has (others read as NULL). Relations of
        tables that are only joined (StagingQuery.reads) must hold all their rows, also when rows come in pieces.
        `counted`: rows that are excluded for the same reason are told together, as one unit_issue with their number.
        MappingError for a table that the source has not.
        """
        return queries(self.name, self.tables, present, counted=counted)

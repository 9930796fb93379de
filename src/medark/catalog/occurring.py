"""How often concepts occur in a table, of how many people, and from which sources: counts by one set of views"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from medark.model.table import Column

_KINDS_OF_RECORD: Final = "_type_concept_id"  # how a row was recorded: of every row the same few


@dataclass(frozen=True, slots=True)
class Occurring:
    """The concepts of one column. Parallel: the concept, its rows, and its people (none where rows are nobody's).

    `sources`: of each source rows and people by place among the concepts; those that a source has none of are left out.
    """

    column: str
    concepts: tuple[int, ...]
    rows: tuple[int, ...]
    people: tuple[int, ...] = ()
    sources: dict[str, dict[int, tuple[int, int]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OccurringIn:
    """Those of a table, as it is seen through one set of views; `state` says which files they were counted in."""

    table: str
    version: int
    state: str
    made_ms: int
    columns: tuple[Occurring, ...]


def concept_columns(columns: Sequence[Column]) -> list[str]:
    """The columns that say what a row is, of those that there are."""
    return [one.name for one in columns if one.references == "concept" and not one.name.endswith(_KINDS_OF_RECORD)]


def counts_sql(table: str, column: str, person: str, by_source: bool) -> str:
    """Rows and people of each concept of a column: concept_id, origin (by source), n, people (0 without `person`)."""
    people = f"count(DISTINCT t.{person})" if person else "0"
    origin = "o.origin" if by_source else "-1"
    joined = " JOIN record_origin AS o ON o.record_no = t.medark_record_no" if by_source else ""
    group = "GROUP BY 1, 2" if by_source else "GROUP BY 1"
    return (
        f"SELECT t.{column} AS concept_id, {origin} AS origin, count(*) AS n, {people} AS people"
        f" FROM {table} AS t{joined} WHERE t.{column} > 0 {group}"
    )

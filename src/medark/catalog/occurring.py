"""How often concepts and sources' own codes occur in a table, of how many people, from which sources, by one view"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from medark.model.table import Column

_KINDS_OF_RECORD: Final = "_type_concept_id"  # how a row was recorded: of every row the same few
_AS_WRITTEN: Final = "_source_value"


@dataclass(frozen=True, slots=True)
class Occurring:
    """The concepts of one column. Parallel: the concept, its rows, and its people (none where rows are nobody's).

    Of a column of sources' own codes the numbers are those of the codes' assets, and each code is of one source.
    `sources`: of each source rows and people by place among the concepts; those that a source has none of are left out.
    """

    column: str
    concepts: tuple[int, ...]
    rows: tuple[int, ...]
    people: tuple[int, ...] = ()
    sources: dict[str, dict[int, tuple[int, int]]] = field(default_factory=dict)

    @property
    def is_of_codes(self) -> bool:
        """Whether it has sources' own codes, that no concept stands for."""
        return self.column.endswith(_AS_WRITTEN)


@dataclass(frozen=True, slots=True)
class OccurringIn:
    """Those of a table, as it is seen through one set of views; `state` says which files they were counted in.

    `decided`: of how many people each code is, by its number, that was decided to mean a concept.
    """

    table: str
    version: int
    state: str
    made_ms: int
    columns: tuple[Occurring, ...]
    decided: dict[int, int] = field(default_factory=dict)


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


def code_columns(kind: str) -> tuple[str, str]:
    """Where a table of events of a kind has the code as the source wrote it, and the concept that stands for it.

    >>> code_columns("drug")
    ('drug_source_value', 'drug_concept_id')
    """
    return f"{kind}{_AS_WRITTEN}", f"{kind}_concept_id"


def codes_sql(table: str, kind: str, person: str) -> str:
    """Rows and people of each code that no concept stands for: origin, code, n, people (0 without `person`)."""
    written, concept = code_columns(kind)
    people = f"count(DISTINCT t.{person})" if person else "0"
    return (
        f"SELECT o.origin AS origin, t.{written} AS code, count(*) AS n, {people} AS people"
        f" FROM {table} AS t JOIN record_origin AS o ON o.record_no = t.medark_record_no"
        f" WHERE t.{concept} = 0 AND t.{written} IS NOT NULL GROUP BY 1, 2"
    )


def decided_sql(table: str, kind: str, person: str) -> str:
    """People of each code of `decided_code` (origin, code), which somebody decided to mean a concept: those, people."""
    written, _concept = code_columns(kind)
    return (
        f"SELECT d.origin, d.code, count(DISTINCT t.{person}) AS people"
        f" FROM {table} AS t JOIN record_origin AS o ON o.record_no = t.medark_record_no"
        f" JOIN decided_code AS d ON d.origin = o.origin AND d.code = t.{written} GROUP BY 1, 2"
    )

"""Which columns of the lake a check is made of: its own, and what it compares it with"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from medark.check.checks import Check
from medark.check.further.families import FAMILIES
from medark.model.omop import RECORD_NO, ROW_NO, VOCABULARY_TABLES, lake_columns, tables
from medark.sql.lineage.columns import reads
from medark.sql.query import parse

Column = tuple[str, str]  # table, column; "" for which rows the table has
_BIRTH: Final = tuple(("person", f"{part}_of_birth") for part in ("year", "month", "day"))
_DEATH: Final = (("death", "death_date"),)
# What kinds compare a column with, beside what stands in their value or their tallies.
_BESIDE: Final[Mapping[str, tuple[Column, ...]]] = {
    "plausibleAfterBirth": (*_BIRTH, ("person", "birth_datetime")),
    "plausibleDuringLife": _DEATH,
    "plausibleBeforeDeath": _DEATH,
    "withinVisitDates": (("visit_occurrence", "visit_start_date"), ("visit_occurrence", "visit_end_date")),
    "plausibleGender": (("person", "gender_concept_id"),),
    "plausibleGenderUseDescendants": (("person", "gender_concept_id"),),
    "plausibleUnitConceptIds": (("measurement", "unit_concept_id"), ("measurement", "value_as_number")),
    "measurePersonCompleteness": (("person", ""),),
    "measureConditionEraCompleteness": (("condition_occurrence", ""),),
    "birthAtOdds": (*_BIRTH, ("person", "birth_datetime")),
    "registeredTwice": (*_BIRTH, ("person", "gender_concept_id")),
    "sexAtOdds": (("person", "gender_concept_id"),),
}
_OF_RAW: Final = {"origin": ("record_no", "source_no", "delivery", "arrived")}


def made_of(check: Check) -> frozenset[Column]:
    """The columns of the lake that decide what a check finds; of a rule of the site, that of its table alone."""
    own = {(check.table, check.column)} if check.table in tables() else set()
    told = _named(check) if check.family == "dashboard" else _tallied(check.family, check.kind.name, check.table)
    return frozenset(own | {*_BESIDE.get(check.kind.name, ())} | {*told})


def columns_read(sql: str) -> frozenset[Column]:
    """The columns of the lake, but for where a row came from, that a check's query reads."""
    query = parse(sql)
    known = {table: [one.name for one in lake_columns(table)] for table in tables()}
    found = reads(query, {**known, **_OF_RAW})
    there = set(tables()) - set(VOCABULARY_TABLES)
    place = {RECORD_NO.name, ROW_NO.name}
    return frozenset((table, name) for table, names in found.items() if table in there for name in names - place)


def _named(check: Check) -> Iterator[Column]:
    """A column that the value of a check names, of its own table or as table.column."""
    table, _, column = check.value.rpartition(".")
    table = table or check.table
    if table in tables() and column in tables()[table].column_names and table not in VOCABULARY_TABLES:
        yield table, column


@cache
def _tallied(family: str, kind: str, table: str) -> frozenset[Column]:
    there = [tally for tally in FAMILIES[family].tallies if table in tally.reads] if family in FAMILIES else []
    of_kind = [tally for tally in there if tally.name.startswith(f"{kind} in ")]
    own = [tally for tally in of_kind if tally.name == f"{kind} in {table}"]
    found: frozenset[Column] = frozenset()
    return found.union(*(columns_read(tally.sql) for tally in (own if of_kind else there)))

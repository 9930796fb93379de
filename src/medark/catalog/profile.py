"""A table profiled: one scan for all columns, then one for the frequent values of those that have few"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medark.catalog.data_map import ColumnProfile, TopValue
from medark.catalog.shown import FEWEST, MANY, MOST_DISTINCT
from medark.model.table import Column, Type

TOP = 8  # frequent values that are shown
_ORDERED = (Type.INTEGER, Type.FLOAT, Type.DATE, Type.DATETIME)


def scan_sql(relation: str, columns: Sequence[Column], person: str | None = None, concept: str | None = None) -> str:
    """One row: n (rows), and of each column i: known_i, distinct_i, least_i and greatest_i (of ordered types).

    With a column that says whose a row is: people. With one that says what it is: unmapped (rows where that is 0).
    """
    cells = ["count(*) AS n"]
    cells += [f"count(DISTINCT {_quoted(person)}) AS people"] if person else []
    cells += [f"count(CASE WHEN {_quoted(concept)} = 0 THEN 1 END) AS unmapped"] if concept else []
    for i, column in enumerate(columns):
        name = _quoted(column.name)
        cells += [f"count({name}) AS known_{i}", f"approx_count_distinct({name}) AS distinct_{i}"]
        if column.type in _ORDERED:
            cells += [f"CAST(min({name}) AS VARCHAR) AS least_{i}", f"CAST(max({name}) AS VARCHAR) AS greatest_{i}"]
    return f"SELECT {', '.join(cells)} FROM {relation}"


def main_concept(table: str, columns: Sequence[str]) -> str | None:
    """The column that says what a row of a table is, of those that there are.

    >>> main_concept("visit_occurrence", ["person_id", "visit_concept_id"]), main_concept("note", ["note_text"])
    ('visit_concept_id', None)
    """
    stem = table.removesuffix("_occurrence").removesuffix("_exposure").removesuffix("_era")
    names = (f"{table}_concept_id", f"{stem}_concept_id", "cause_concept_id")
    return next((name for name in names if name in columns), None)


def main_date(columns: Sequence[Column]) -> str | None:
    """The column that says when a row began: the first day that it has."""
    return next((column.name for column in columns if column.type is Type.DATE), None)


def tops_sql(relation: str, columns: Sequence[str]) -> str:
    """The frequent values of some columns, of one scan: place (the column's among them), value, n (rows).

    Values that few rows hold are left out; at most `TOP` of a column.
    """
    names = [_quoted(column) for column in columns]
    counted = " UNION ALL ".join(
        f"SELECT {place} AS place, CAST({name} AS VARCHAR) AS value, count(*) AS n FROM seen"
        f" WHERE {name} IS NOT NULL GROUP BY {name} HAVING count(*) >= {FEWEST}"
        for place, name in enumerate(names)
    )
    rank = "ROW_NUMBER() OVER (PARTITION BY place ORDER BY n DESC, value) AS rank"
    return (
        f"WITH seen AS (SELECT {', '.join(names)} FROM {relation}), counted AS ({counted}),"
        f" ranked AS (SELECT *, {rank} FROM counted)"
        f" SELECT place, value, n FROM ranked WHERE rank <= {TOP} ORDER BY place, rank"
    )


def wants_top(column: Column, masked: str, distinct: int) -> bool:
    """Are frequent values of a column worth asking for, and harmless?"""
    return not masked and 0 < distinct <= MOST_DISTINCT and column.type is not Type.FLOAT


def column_profiles(
    columns: Sequence[Column],
    masks: Sequence[str],
    scan: Mapping[str, object],
    tops: Mapping[str, Sequence[TopValue]],
) -> tuple[ColumnProfile, ...]:
    """What `scan_sql` and `tops_sql` found, as profiles. Of days only year and month are told."""
    rows = int(str(scan["n"]))
    profiles = []
    for i, (column, masked) in enumerate(zip(columns, masks, strict=True)):
        known = int(str(scan[f"known_{i}"]))
        distinct = min(known, int(str(scan[f"distinct_{i}"])))  # an estimate may pass what there is
        many = MANY if column.type is Type.TEXT and distinct > MOST_DISTINCT else ""
        hidden = masked or many
        profiles.append(
            ColumnProfile(
                name=column.name,
                type=str(column.type),
                missing=rows - known,
                distinct=distinct,
                least=None if masked else _coarse(column, scan.get(f"least_{i}")),
                greatest=None if masked else _coarse(column, scan.get(f"greatest_{i}")),
                top=() if hidden else tuple(tops.get(column.name, ())),
                masked=hidden,
            )
        )
    return tuple(profiles)


def _coarse(column: Column, value: object) -> str | None:
    if value is None:
        return None
    return str(value)[:7] if column.type in (Type.DATE, Type.DATETIME) else str(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""From checks to scans: which few queries count them all, over which tables, and what their answers say"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from medark.check.checks import Check
from medark.check.counting import Asked, Count, Counts, Row, Scan
from medark.check.dqd import concepts, keys, people
from medark.check.dqd.rows import ALL, JOINS, TALLIES, column, joins_of


def plan(checks: Sequence[Check], columns: Mapping[str, Collection[str]]) -> list[Scan]:
    """The scans that count `checks`; `columns`: the columns of each table that is there."""
    there = [
        check for check in checks if check.table in columns and (check.column or "") in ("", *columns[check.table])
    ]
    by_table: dict[str, list[Check]] = {}
    for check in there:
        by_table.setdefault(check.table, []).append(check)
    scans = [_rows(table, some, columns[table]) for table, some in by_table.items()]
    scans += [scan for table, some in by_table.items() for scan in keys.scans(table, some)]
    return [*scans, *people.scans(there), *concepts.scans(there)]


def existing(checks: Sequence[Check], columns: Mapping[str, Collection[str]]) -> Counts:
    """Is each table and column there? Of what is not, the one there should be violates it."""

    def missing(check: Check) -> bool:
        return check.table not in columns or (bool(check.column) and check.column not in columns[check.table])

    return Counts({c.id: Count(int(missing(c)), 1) for c in checks if c.kind.name in ("cdmTable", "cdmField")})


def _rows(table: str, checks: Sequence[Check], columns: Collection[str]) -> Scan:
    """One scan of a table: rows, values of each column, and every check that looks at a row."""
    asked = Asked()
    tallied = {check.id: TALLIES[check.kind.name](check) for check in checks if check.kind.name in TALLIES}
    counted = {name: (asked(tally.violating), asked(tally.of)) for name, tally in tallied.items()}
    values = {name: asked(f"count({column(name)})") for name in columns}
    joined = frozenset[str]().union(*(joins_of(check) for check in checks if check.kind.name in TALLIES))
    sql = f"select {asked.sql(ALL)} from {table} as t {' '.join(JOINS[name] for name in sorted(joined))}"

    def take(rows: Iterable[Row]) -> Counts:
        (row,) = rows
        tallies = {name: Count(int(row[bad] or 0), int(row[of] or 0)) for name, (bad, of) in counted.items()}
        found = {name: int(row[place]) for name, place in values.items()}
        return Counts(tallies, {table: int(row[asked(ALL)])}, {table: found})

    return Scan(table, sql, take)

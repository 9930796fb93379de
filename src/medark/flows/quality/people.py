"""Sums over people that an engine counts: all of them, or those who have rows in files that came or went"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medark.check.counting import Scan
from medark.flows.quality.changes import is_little
from medark.flows.quality.kept import tables_of
from medark.flows.quality.parts import Parts, listed
from medark.flows.quality.reading import NOBODY

Files = Mapping[str, Sequence[str]]  # of each table


def share(parts: Parts, scan: Scan, files: Files) -> tuple[int, int]:
    """How many people violate, of how many."""
    for table, some in files.items():
        parts.bind(table, some)
    return _asked(parts, scan)


def change(parts: Parts, scan: Scan, before: Files, now: Files) -> tuple[int, int] | None:
    """By how much both numbers are more than they were with other files; None where most of a table is new."""
    if not all(before[scan.over] and is_little(parts, table, before[table]) for table in now):
        return None
    parts.session.table("touched", _touched(parts, before, now))
    for table in now:
        _bind(parts, table, before[table], now[table])
    told = []
    for when in ("before", "now"):
        for table in tables_of(scan):
            parts.session.view(table, f"select * from {when}_{table}")
        told.append(_asked(parts, scan))
    (old, new) = told
    return new[0] - old[0], new[1] - old[1]


def _touched(parts: Parts, before: Files, now: Files) -> str:
    """A query of the people who have rows in files that came or went."""
    asked = []
    for table, some in now.items():
        parts.bind(table, sorted({*some} ^ {*before[table]}), f"of_{table}")
        asked.append(f"select distinct coalesce(person_id, {NOBODY}) as id from of_{table}")
    return listed(asked)


def _bind(parts: Parts, table: str, before: Sequence[str], now: Sequence[str]) -> None:
    """A table's rows of people who were touched, as they were before and as they are now."""
    columns = _columns(table)
    which = f"coalesce(person_id, {NOBODY}) in (select id from touched)"
    some = {"stayed": {*before} & {*now}, "gone": {*before} - {*now}, "came": {*now} - {*before}}
    for name, files in some.items():
        parts.bind(table, sorted(files), f"{name}_{table}")
        parts.session.table(f"few_{name}_{table}", f"select {columns} from {name}_{table} where {which}")
    for name, other in (("before", "gone"), ("now", "came")):
        both = [f"select {columns} from few_{one}_{table}" for one in ("stayed", other)]
        parts.session.view(f"{name}_{table}", listed(both))


def _columns(table: str) -> str:
    """What scans of people ask for: whose a row is, and of periods their days."""
    periods = ("observation_period_id", "observation_period_start_date", "observation_period_end_date")
    return ", ".join(("person_id", *(periods if table == "observation_period" else ())))


def _asked(parts: Parts, scan: Scan) -> tuple[int, int]:
    (row,) = parts.session.query(parts.words(scan.sql)).to_pylist()
    return int(row["violating"]), int(row["of_people"])

"""Whether a number of patients is borne out: by the register of patients, or by what other tables have as theirs"""

from __future__ import annotations

from typing import Final

from medark.standardise.propose.profile.sketch import contained
from medark.standardise.propose.reading import ColumnReading, TableReading
from medark.standardise.propose.together.source import Source, doubted, filling, profile, told

_WITHIN: Final = 0.5  # of values, from which on they are another column's
_FEWEST: Final = 8  # values, to say anything
_HARDLY: Final = 0.5  # how sure a number of patients is that nobody else knows
_NONE: Final = 0.9  # and that it is none, where the row's visit tells the patient


def borne_out(source: Source, table: TableReading) -> Source:
    """A number of patients that nobody else knows is not sure; it is none where its visit is known."""
    mine = filling(table, "person_key")
    if mine is None or table.kind == "patient" or profile(table, mine).hashes.size < _FEWEST:
        return source
    registers = _others(source, table, registers=True)
    others = _others(source, table, registers=False)
    if not registers and not (others and _is_of_known_visit(source, table)):
        return source
    if any(_share(table, mine, other, key) >= _WITHIN for other, key in (*registers, *others)):
        return source
    new = told(mine, "", "", _NONE) if _is_of_known_visit(source, table) else doubted(mine, _HARDLY)
    return source.with_(table.table.name, new)


def _others(source: Source, table: TableReading, *, registers: bool) -> list[tuple[TableReading, ColumnReading]]:
    found = []
    for other in source.tables.values():
        key = filling(other, "person_key")
        if other is table or key is None or (other.kind == "patient") != registers:
            continue
        if profile(other, key).hashes.size >= _FEWEST and not (profile(other, key).is_running and not registers):
            found.append((other, key))
    return found


def _share(table: TableReading, mine: ColumnReading, other: TableReading, key: ColumnReading) -> float:
    """Of the values of either, those that the other has: it may be of more patients, or of fewer."""
    here, there = profile(table, mine).hashes, profile(other, key).hashes
    one_way = contained(here, there) or 0.0
    return one_way if other.kind == "patient" else max(one_way, contained(there, here) or 0.0)


def _is_of_known_visit(source: Source, table: TableReading) -> bool:
    """Does its visit stand in a register of visits that tells the patient?"""
    visit = filling(table, "visit_key")
    if visit is None or table.kind == "visit":
        return False
    for link in source.leading(table.table.name, visit.name):
        there = source.tables[link.key_table]
        key = filling(there, "visit_key")
        if (
            there.kind in ("visit", "stay")
            and key is not None
            and key.name == link.key
            and filling(there, "person_key")
        ):
            return True
    return False

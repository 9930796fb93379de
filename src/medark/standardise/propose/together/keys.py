"""Which of a table's columns names its rows: of several that are unique, the one that other tables point to"""

from __future__ import annotations

from typing import Final

from medark.standardise.propose.profile.sketch import contained
from medark.standardise.propose.reading import ColumnReading, TableReading
from medark.standardise.propose.slots import bare
from medark.standardise.propose.together.source import Source, doubted, filling, profile, told

KEYS: Final = {"patient": "person_key", "visit": "visit_key", "stay": "detail_key", "dictionary": "dict.code"}
_ELEMENTS: Final = {"person_key": "patient_id", "visit_key": "visit_id", "detail_key": "detail_id", "dict.code": "code"}
_MANY, _ONE = 0.95, 0.8  # how sure a key is that several tables point to, and one that a single one does
# Slots that a key may have been taken for.
_FREE = frozenset({"", "row_key", "visit_key", "person_key", "detail_key", "dict.code"})
_WITHIN = 0.5  # of values, from which on they are another column's
_HARDLY = 0.6  # how sure a number of visits is that no register of visits knows
_A_PATIENTS = 0.9  # and that a unique number in a register of patients is one of the patient's


def pointed_to(source: Source, table: TableReading) -> Source:
    """The key of a register is the unique column that most other tables point to."""
    if not (slot := KEYS.get(table.kind, "")):
        return source
    mine = filling(table, slot)
    if mine is not None and not profile(table, mine).is_key:
        return source  # it comes again: what names the rows is a stay of the visit, or a visit of the patient
    count = source.pointing(table.table.name, mine.name) if mine else 0
    best, most = None, count
    for one in table.columns:
        if one is mine or not _may_be_key(table, one, slot) or _leads_elsewhere(source, table, one):
            continue
        if (points := source.pointing(table.table.name, one.name)) > most:
            best, most = one, points
    if best is None:
        return source
    found = [told(best, slot, _ELEMENTS[slot], _MANY if most > 1 else _ONE)]
    if mine is not None:
        found.append(told(mine, "", "", _MANY if most > 1 else _ONE))
    return source.with_(table.table.name, *found)


def _may_be_key(table: TableReading, one: ColumnReading, slot: str) -> bool:
    is_free = bare(one.best.slot) in _FREE and (bare(one.best.slot) != "person_key" or slot == "person_key")
    return is_free and profile(table, one).is_key


def _leads_elsewhere(source: Source, table: TableReading, one: ColumnReading) -> bool:
    """Is it the number of a patient or of a visit that another register is of? One that stands there once by chance, as
    a visit's in a register of stays, is none of that register's.
    """
    for link in source.leading(table.table.name, one.name):
        other = source.tables[link.key_table]
        key = next(column for column in other.columns if column.name == link.key)
        is_anothers = bool(key.best.slot) and bare(key.best.slot) not in (KEYS.get(other.kind), "row_key")
        if other.kind in KEYS and other.kind not in (table.kind, "dictionary") and not is_anothers:
            return True
    return False


def of_visits(source: Source, table: TableReading) -> Source:
    """A number of visits is one that a register of visits knows, if there is any; else it is hardly one."""
    if table.kind in ("visit", "fee") or not (registers := _registers(source)):
        return source
    numbers = [one for one in table.columns if bare(one.best.slot) == "visit_key"]
    known = [one for one in numbers if _is_known(table, one, registers)]
    new = []
    for one in numbers:
        if one in known or not profile(table, one).hashes.size:
            continue
        if _is_a_patients(source, table, one):
            new.append(told(one, "", "", _A_PATIENTS))
        else:
            new.append(told(one, "", "", _ONE) if known else doubted(one, _HARDLY))
    return source.with_(table.table.name, *new)


def _registers(source: Source) -> list[tuple[TableReading, ColumnReading]]:
    found = [(one, filling(one, "visit_key")) for one in source.of_kind("visit", "stay", "fee")]
    return [(one, key) for one, key in found if key is not None and profile(one, key).hashes.size]


def _is_known(table: TableReading, one: ColumnReading, registers: list[tuple[TableReading, ColumnReading]]) -> bool:
    mine = profile(table, one).hashes
    return any((contained(mine, profile(other, key).hashes) or 0.0) >= _WITHIN for other, key in registers)


def _is_a_patients(source: Source, table: TableReading, one: ColumnReading) -> bool:
    """Is it a number that a register of patients has for each of them?"""
    if table.kind == "patient":
        mine = filling(table, "person_key")
        return mine is not None and mine is not one and profile(table, one).is_key
    return any(source.tables[link.key_table].kind == "patient" for link in source.leading(table.table.name, one.name))

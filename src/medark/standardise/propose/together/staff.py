"""Whose number a column has that lies within the register of staff: the doctor's"""

from __future__ import annotations

from typing import Final

from medark.standardise.propose.names import concepts, elements
from medark.standardise.propose.reading import ColumnReading, TableReading
from medark.standardise.propose.slots import slot_of
from medark.standardise.propose.together.source import Source, filling, told

_SURE, _MAY_BE = 0.93, 0.7
_DOCTORS: Final = (
    "doctor_id",
    "surgeon",
    "doctor_attending",
    "doctor",
    "send_doctor",
    "doctor_resident",
    "doctor_chief",
)
_NO_DOCTORS: Final = frozenset({"nurse", "create", "update"})


def doctors(source: Source, table: TableReading) -> Source:
    """The first of the columns that name a doctor by a number of the register of staff."""
    if filling(table, "provider_key") is not None or not slot_of("doctor_id", table.kind) or table.kind == "staff":
        return source
    found = [one for one in table.columns if not one.best.slot and _is_of_staff(source, table, one)]
    ranked = sorted((one for one in found if _says_doctor(one)), key=_rank)
    if not ranked:
        return source
    is_alone = len(ranked) == 1 or _rank(ranked[0]) < _rank(ranked[1])
    return source.with_(table.table.name, told(ranked[0], "provider_key", "doctor_id", _SURE if is_alone else _MAY_BE))


def _is_of_staff(source: Source, table: TableReading, one: ColumnReading) -> bool:
    for link in source.leading(table.table.name, one.name):
        there = source.tables[link.key_table]
        key = filling(there, "provider_key")
        if there.kind == "staff" and key is not None and key.name == link.key:
            return True
    return False


def _says_doctor(one: ColumnReading) -> bool:
    element = one.best.element
    means = frozenset(concepts(one.name, pinyin=True))
    return not means & _NO_DOCTORS and ("doctor" in means or (element and elements()[element].group == "staff"))


def _rank(one: ColumnReading) -> int:
    element = one.best.element
    return _DOCTORS.index(element) if element in _DOCTORS else len(_DOCTORS)

"""What names a table's rows, and what its values alone say: where names of columns mislead"""

from __future__ import annotations

import re
from typing import Final

from medark.standardise.propose.names import concepts
from medark.standardise.propose.reading import ColumnReading, TableReading
from medark.standardise.propose.slots import bare, slot_of
from medark.standardise.propose.together.keys import KEYS
from medark.standardise.propose.together.source import Source, doubted, profile, told

_REPEATED: Final = 0.01  # of the values of a key; with more of them it is none
_NONE, _SURE, _SHOWN = 0.9, 0.9, 0.9
_HARDLY: Final = 0.6  # how sure a general word is that may tell of another column
_NUMBER: Final = re.compile(r"(.*?\D)_?(\d+)")
_GENERAL: Final = frozenset({"name", "code", "id", "type"})  # what any column may be called
_SAYS_NUMBER: Final = frozenset({"id", "sequence"})
_FORMS: Final = {"frequency": "drug_freq", "route": "drug_route"}  # of values that hardly anything else has


def named_rows(source: Source, table: TableReading) -> Source:
    """A key whose values come again is none; the first unique number of a table is."""
    keys = [one for one in table.columns if bare(one.best.slot) == "row_key"]
    again = [one for one in keys if profile(table, one).repeated > _REPEATED]
    new = [told(one, "", "", _NONE) for one in again]
    if len(again) == len(keys) and table.kind not in KEYS and slot_of("row_id", table.kind):
        first = next((one for one in table.columns if _is_number(source, table, one)), None)
        new += [told(first, "row_key", "row_id", _SURE)] if first else []
    return source.with_(table.table.name, *new)


def _is_number(source: Source, table: TableReading, one: ColumnReading) -> bool:
    is_free = not one.best.slot and not _SAYS_NUMBER.isdisjoint(concepts(one.name, pinyin=True))
    leads = {source.tables[link.key_table].kind for link in source.leading(table.table.name, one.name)}
    return is_free and profile(table, one).is_key and leads.isdisjoint({*KEYS, "staff", "dept"})


def beside(source: Source, table: TableReading) -> Source:
    """DESCRIPTION2 beside REACTION2 tells of the reaction: a general word means what its number is shared with."""
    stems = {one.name: _NUMBER.fullmatch(one.name) for one in table.columns}
    named = {found[2] for found in stems.values() if found and not _GENERAL.issuperset(concepts(found[1]))}
    new = [
        doubted(one, _HARDLY)
        for one in table.columns
        if one.best.slot and (found := stems[one.name]) and found[2] in named and _is_general(found[1])
    ]
    return source.with_(table.table.name, *new)


def _is_general(name: str) -> bool:
    said = concepts(name)
    return bool(said) and _GENERAL.issuperset(said)


def shown(source: Source, table: TableReading) -> Source:
    """A column of a drug's frequencies or routes is that, whatever it is called."""
    if table.kind != "drug":
        return source
    free = [one for one in table.columns if not one.best.slot]
    new = [
        told(one, slot_of(element, table.kind), element, _SHOWN)
        for one in free
        for form, element in _FORMS.items()
        if profile(table, one).share(form) >= _SHOWN and not _is_filled(table, slot_of(element, table.kind))
    ]
    return source.with_(table.table.name, *new)


def _is_filled(table: TableReading, slot: str) -> bool:
    return any(bare(one.best.slot) == slot for one in table.columns)

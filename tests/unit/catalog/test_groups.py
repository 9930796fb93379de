"""Every table of OMOP is in one group."""

from __future__ import annotations

from medark.catalog import TableEntry
from medark.catalog.groups import CLINICAL, VOCABULARY, grouped
from medark.model.omop import VOCABULARY_TABLES, tables


def test_every_table_is_in_one_group():
    groups = grouped(TableEntry(name, 1, ()) for name in tables())
    names = [table.name for _, found in groups for table in found]
    assert sorted(names) == sorted(tables())
    assert {t.name for name, found in groups if name == VOCABULARY for t in found} == set(VOCABULARY_TABLES)
    assert next(name for name, found in groups if any(t.name == "measurement" for t in found)) == CLINICAL


def test_empty_tables_and_groups_are_left_out():
    assert grouped([TableEntry("person", 0, ()), TableEntry("cost", 2, ())])[0][1][0].name == "cost"
    assert grouped([TableEntry("person", 0, ())]) == []

"""What there is whatever came in: the tables and columns of OMOP, as assets"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from medark.catalog.assets import Asset, Kind
from medark.catalog.meanings import Meaning, of_column, of_table
from medark.model.omop import lake_columns, tables

LevelOf = Callable[[str, str], int]
OwnerOf = Callable[[str], str]


def lake_assets(level_of: LevelOf, owner_of: OwnerOf) -> Iterator[Asset]:
    """Every table, as sensitive as its most sensitive column, and every column."""
    for table in tables():
        columns = lake_columns(table)
        level = max(level_of(table, column.name) for column in columns)
        spoken = Meaning(table.replace("_", " "), _short(of_table(table).zh))
        yield Asset(Kind.TABLE, table, table, spoken, of_table(table), owner=owner_of(table), level=level)
        for column in columns:
            yield Asset(
                Kind.COLUMN, f"{table}.{column.name}", column.name, about=of_column(table, column.name),
                where=f"{Kind.TABLE}:{table}", owner=owner_of(table), level=level_of(table, column.name),
                words=f"{table} {column.references or ''}",
            )  # fmt: skip


def _short(told: str) -> str:
    """What a line begins with, which is what the thing is called.

    >>> _short("文书：病历、报告文本")
    '文书'
    """
    return told.partition("：")[0].partition("（")[0]

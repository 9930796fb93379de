"""The contract of a stored table: columns, types, keys, and how it hangs on a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """The few types that every engine agrees on; the value is the portable SQL name."""

    INTEGER = "INTEGER"  # 32 bit: concepts, counts, years
    BIGINT = "BIGINT"  # 64 bit: keys
    FLOAT = "DOUBLE"
    TEXT = "VARCHAR"
    DATE = "DATE"
    DATETIME = "TIMESTAMP"  # without zone: the workspace's one stated zone
    BOOLEAN = "BOOLEAN"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `references` is the table whose key it holds, `domain` the OMOP domain of its concepts."""

    name: str
    type: Type
    required: bool = False
    primary_key: bool = False
    references: str | None = None
    domain: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: its columns in order, and what it is about."""

    name: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def primary_key(self) -> str | None:
        """The single key column, or None (death, fact_relationship, cohort …)."""
        return next((column.name for column in self.columns if column.primary_key), None)

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

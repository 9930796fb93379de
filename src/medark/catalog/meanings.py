"""What tables and columns of the lake mean, in a line of English and of Chinese"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Final

_ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing's, in both languages; "" where its name says it all."""

    en: str = ""
    zh: str = ""

    def told(self, language: str) -> str:
        """In a language ("zh", else English)."""
        return self.zh if language == "zh" else self.en


def of_table(table: str) -> Meaning:
    """What rows of a table are.

    >>> of_table("note").zh
    '文书：病历、报告文本'
    """
    return _told().get((table, ""), Meaning())


@cache
def of_column(table: str, column: str) -> Meaning:
    """What a column holds: what is said of it in this table, in any, or of all whose name ends alike.

    >>> of_column("person", "year_of_birth").en, of_column("death", "death_date").en
    ('year of birth', 'day')
    """
    exact = _told().get((table, column)) or _told().get((_ANY, column))
    return exact or next(told for (of, name), told in _told().items() if not of and fnmatchcase(column, name))


@cache
def _told() -> Mapping[tuple[str, str], Meaning]:
    text = files(__package__).joinpath("meanings.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["table"], row["column"]): Meaning(row["en"], row["zh"]) for row in rows}

"""A published dataset: what it holds, of whom, how fresh, and what it was made of"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedColumn:
    """One column: its name, Arrow type, what it means, and the level of the most sensitive column it is made of.

    `meaning_zh`: what it means in Chinese, if its application says so.
    """

    name: str
    type: str
    meaning: str
    level: int
    meaning_zh: str = ""

    def told(self, language: str) -> str:
        """What it means, in a language if it is told in it."""
        return (self.meaning_zh if language == "zh" else "") or self.meaning


@dataclass(frozen=True, slots=True)
class PublishedDataset:
    """One dataset of one application. With `digest`, `lake_version` and `today` it can be made again, row for row."""

    app: str
    name: str
    title: Mapping[str, str]  # by language
    description: Mapping[str, str]
    columns: tuple[PublishedColumn, ...]
    digest: str  # of the definition
    lake_version: int
    today: str  # the day it was asked for
    fresh_ms: int  # when it was made, milliseconds since 1970, UTC
    rows: int
    owner: str = ""
    licence: str = ""
    stamp: str = ""  # of the views that it was made through: equal stamps, equal views
    is_aggregate: bool = False  # counts, of no one person: a measure, whose small ones are not told, or a tally

    @property
    def level(self) -> int:
        """The level of its most sensitive column."""
        return max((column.level for column in self.columns), default=1)

"""Searching a map: tables, columns, fields, sources, datasets and applications by any word of theirs"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from medark.catalog.meanings import Meaning


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found. `where`: what it is part of; `words`: what else it is found by."""

    kind: str
    name: str
    address: str
    meaning: Meaning = field(default_factory=Meaning)
    where: str = ""
    words: str = ""


def found(entries: Iterable[Entry], asked: str, most: int) -> list[Entry]:
    """Those that every word of `asked` is in, at most so many: best names first, then those that mean it.

    >>> both = [Entry("column", "unit_source_value", "", Meaning("unit", "单位")), Entry("table", "cost", "")]
    >>> [one.name for one in found(both, "单位", 9)], [one.name for one in found(both, "COST", 9)]
    (['unit_source_value'], ['cost'])
    """
    terms = asked.lower().split()
    judged = [(_worth(entry, terms), place, entry) for place, entry in enumerate(entries)] if terms else []
    return [entry for worth, _, entry in sorted(judged, key=lambda one: one[:2]) if worth < _NOT][:most]


_NOT = 9


def _worth(entry: Entry, terms: list[str]) -> int:
    """The smaller, the better; `_NOT` where a word is missing."""
    return max(_worth_of(entry, term) for term in terms)


def _worth_of(entry: Entry, term: str) -> int:
    name = entry.name.lower()
    meanings = (entry.meaning.en.lower(), entry.meaning.zh.lower())
    if name == term or term in meanings:
        return 0
    if name.startswith(term):
        return 1
    if any(told.startswith(term) for told in meanings):
        return 2
    if term in name:
        return 3
    if any(term in told for told in meanings):
        return 4
    return 5 if term in entry.words.lower() or term in entry.where.lower() else _NOT

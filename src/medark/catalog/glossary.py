"""The words of the platform, in Chinese and English: one word for one thing"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from medark.catalog.assets import Asset, Kind
from medark.catalog.meanings import Meaning


@dataclass(frozen=True, slots=True)
class Term:
    """One word, and what it means."""

    word: Meaning
    meaning: Meaning


@cache
def terms() -> tuple[Term, ...]:
    """All of them, in the order in which they explain each other."""
    text = files(__package__).joinpath("glossary.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Term(Meaning(row["word"], row["zh"]), Meaning(row["meaning"], row["zh_meaning"])) for row in rows)


def term_assets() -> list[Asset]:
    """The same, to be found."""
    return [Asset(Kind.TERM, one.word.en, one.word.en, one.word, one.meaning) for one in terms()]


@cache
def synonyms() -> tuple[tuple[str, ...], ...]:
    """Groups of phrases that mean one thing to who looks for data."""
    text = files(__package__).joinpath("synonyms.csv").read_text(encoding="utf-8")
    return tuple(tuple(row["phrases"].split("|")) for row in csv.DictReader(text.splitlines()))

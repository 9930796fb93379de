"""The tables of this package: what is read of notes is data"""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from importlib.resources import files

from medark.standardise.notes.nouns import Kind

WORDS = tuple(f"lexicon/{kind}.csv" for kind in Kind)
_TABLES = (
    *WORDS,
    "lexicon/head.csv",
    "lexicon/modifier.csv",
    "lexicon/suffix.csv",
    "lexicon/idle.csv",
    "sections.csv",
    "cues.csv",
)


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table, each with all its columns."""
    text = files("medark.standardise.notes").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def several(cell: str) -> list[str]:
    """What a cell lists.

    >>> several("既往史|过去史"), several("")
    (['既往史', '过去史'], [])
    """
    return [word for word in cell.split("|") if word]


@cache
def shipped_digest() -> str:
    """What the shipped tables and the code are, in eight letters: with another digest notes may be read otherwise."""
    here, digest = files("medark.standardise.notes"), hashlib.sha256()
    code = sorted(file.name for file in here.iterdir() if file.name.endswith(".py"))
    for name in (*_TABLES, *code):
        digest.update(here.joinpath(name).read_bytes())
    return digest.hexdigest()[:8]

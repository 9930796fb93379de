"""A name cut into pieces: Latin words, numbers, Chinese at the edges of words that are known"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from medark.text import folded

IDLE = frozenset(
    ("of", "in", "the", "and", "or", "by", "on", "for", "with", "a", "level", "测定", "检测", "定量", "浓度")
)
_APART = re.compile(r"[a-z]+|[0-9]+|[\u0370-\u03ff]+|[\u3400-\u9fff]+|[#%]")
_LONGEST = 12  # characters of a Chinese word
_SHORT = 4  # letters: shorter words (gas, ones) are whole


@cache
def pieces(name: str) -> tuple[str, ...]:
    """The pieces of a name, in order; one cell is as good as cells.

    >>> pieces("血清钾测定(K+)"), pieces("NT-proBNP"), pieces("Plasma Cells")
    (('血清', '钾', '测定', 'k'), ('nt', 'probnp'), ('plasma', 'cell'))
    """
    found: list[str] = []
    for piece in _APART.findall(folded(name)):
        found.extend(_chinese(piece) if piece[0] >= "\u3400" else (_singular(piece),))
    return tuple(found)


def _singular(word: str) -> str:
    """An English word without the s of many; words of Latin and Greek (virus, analysis) keep theirs."""
    is_many = len(word) > _SHORT and word.endswith("s") and word[-2] not in "aious"
    return word[:-1] if is_many else word


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of this package."""
    text = files("medark.standardise.terms").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _chinese(run: str) -> Iterator[str]:
    """A run of Chinese characters, cut where a known word begins and ends: the longest first."""
    at = since = 0
    while at < len(run):
        width = next((w for w in range(min(_LONGEST, len(run) - at), 0, -1) if run[at : at + w] in _known()), 0)
        if not width:
            at += 1
            continue
        if since < at:
            yield run[since:at]
        yield run[at : at + width]
        at = since = at + width
    if since < at:
        yield run[since:at]


@cache
def _known() -> frozenset[str]:
    """Chinese words that are cut out: of the table of words, of specimens, and those that say nothing."""
    told = (folded(row["word"]) for name in ("word.csv", "specimen.csv") for row in rows(name))
    runs = {run for word in told for run in _APART.findall(word)}
    return frozenset(run for run in runs | IDLE if run[0] >= "\u3400")

"""In what style one made-up export names its columns and writes its values"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from medark.standardise.propose.names import entries, normal
from propose_values import Writing

_DAYS = ("%Y-%m-%d", "%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d/%m/%Y", "%Y%m%d%")
ROOTS = ("", "", "payload", "record", "data", "row", "doc", "记录")
_BRANCHES = {
    "patient": ("patient", "subject", "person", "患者", "who"),
    "visit": ("encounter", "visit", "就诊", "context"),
    "staff": ("performer", "author", "by"),
    "organisation": ("org", "source", "机构"),
    "technical": ("meta", "header", "audit"),
    "generic": ("body", "item", "header"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How one export writes names, and its values. `hidden`: share of names that the lexicon may not know;
    `clocks`: of times whose time of day stands in a column of its own; `short`: of English words that are cut short;
    `is_traditional`: Chinese characters are written as in Taiwan.
    """

    language: str
    case: str
    prefix: str
    hidden: float
    clocks: float
    path: str
    writing: Writing
    short: float = 0.0
    is_traditional: bool = False


def style_of(r: random.Random) -> Style:
    """One of many."""
    language = r.choices(("en", "zh", "pinyin", "full", "de", "fr", "es"), (0.36, 0.22, 0.2, 0.04, 0.07, 0.05, 0.06))[0]
    west = language in ("de", "fr", "es")
    return Style(
        language=language,
        case=r.choice(("snake", "camel", "upper", "glued", "snake")),
        prefix=r.choice(("", "", "", "", "pat_", "lab_", "f_", "c_")) if language == "en" else "",
        hidden=r.choice((0.2, 0.5, 0.9)),
        clocks=0.4 if r.random() < 0.1 else 0.0,
        path=r.choice((".", ".", "__", "/")) if r.random() < 0.12 else "",
        writing=Writing(
            day=r.choice(("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y") if west else _DAYS),
            clock=r.choice((" %H:%M:%S", " %H:%M:%S", " %H:%M", "T%H:%M:%S")),
            is_coded=r.random() < 0.4,
            is_chinese=language in ("zh", "pinyin", "full") or (language == "en" and r.random() < 0.1),
            comma=west and r.random() < 0.6,
            shape=r.randrange(3),
        ),
        short=0.8 if language == "en" and r.random() < 0.3 else 0.0,
        is_traditional=language == "zh" and r.random() < 0.15,
    )


def written(r: random.Random, style: Style, name: str) -> str:
    """A lexicon's name as this export would write it."""
    if not name.isascii():
        return "".join(_traditional().get(one, one) for one in name) if style.is_traditional else name
    words = name.replace("-", " ").replace("_", " ").split()
    words = [r.choice(_cut_short().get(word.lower(), (word,))) if r.random() < style.short else word for word in words]
    if style.language == "en" and r.random() < 0.08:
        words = [word[:4] if len(word) > 6 else word for word in words]
    if style.case == "camel":
        return words[0].lower() + "".join(word.capitalize() for word in words[1:])
    joined = ("" if style.case == "glued" else "_").join(words)
    return style.prefix + (joined.upper() if style.case == "upper" else joined.lower())


@cache
def _cut_short() -> Mapping[str, Sequence[str]]:
    """Of English words, how they are cut short."""
    found: dict[str, list[str]] = {}
    for row in _rows("short.csv"):
        for word in row["words"].split():
            found.setdefault(word, []).append(row["short"])
    return found


@cache
def _traditional() -> Mapping[str, str]:
    """Of simplified characters one that they are written as in Taiwan."""
    return {row["simplified"]: row["traditional"][-1] for row in _rows("han.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = files("medark.standardise.propose").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def path_to(r: random.Random, style: Style, root: str, group: str) -> str:
    """The branches above a leaf of a tree, by what group of elements the leaf is of."""
    branch = _BRANCHES.get(group, ("data", "body", "ext"))
    return "".join(part + style.path for part in (root, r.choice(("", *branch))) if part)


@cache
def _vocabulary(language: str) -> Sequence[str]:
    """The words that names are made of, in a language."""
    return [word for row in _rows("words.csv") for word in (row[language] or "").split()]


@cache
def _taken() -> frozenset[str]:
    return frozenset(normal(entry.name) for entry in entries())


def unheard(r: random.Random, style: Style) -> str:
    """A name made of known words that is none of any element: it sounds like one, and means something else."""
    while True:
        words = r.sample(_vocabulary(style.language), r.choice((2, 2, 3)))
        name = "".join(words) if style.language in ("zh", "pinyin") else " ".join(words)
        if normal(name) not in _taken():
            return written(r, style, name)

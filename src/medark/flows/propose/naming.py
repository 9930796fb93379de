"""What a table is called, by its file, sheet or element: a word that SQL can say, without days and names of people"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from medark.flows.ingest.raw_tables import RawTable
from medark.standardise.propose.names import concepts
from medark.standardise.propose.profile.forms import forms

_PLACES: Final = re.compile(r"[\W_]*\d[\d\W_]*$")  # what tells one file of a table from another: 0001, 2024-05, (2)
_NUMBER: Final = re.compile(r"(?<!\d)\d{1,3}$")  # longer ones may be days, or tell who somebody is
_MOSTLY: Final = 0.7  # of the columns: with so many it is the same table
_UNSPEAKABLE: Final = re.compile(r"\W+")
_ENDINGS: Final = frozenset(
    ["csv", "tsv", "txt", "parquet", "xlsx", "xls", "jsonl", "ndjson", "json", "xml", "gz", "zst", "bz2", "sql", "dat"]
)


def stem(table: RawTable) -> str:
    """What the table is called, without the number of its file."""
    of_file = _of_file(table)
    bare = _PLACES.sub("", of_file.rpartition(".")[2] if "." in of_file else of_file)
    said = _word(bare or of_file)
    if table.shape.element:
        said = f"{said}_{table.shape.element.lower()}".strip("_")
    return said if said and not said[0].isdigit() else f"table_{said}".rstrip("_")


def names(stem_: str, tables: Sequence[RawTable], *, is_shared: bool) -> Iterator[str]:
    """Names for the table that these files tell of, best first. `is_shared`: other tables have this stem too; then
    their sheet or short number tells them apart, if there is just one (`nursing_scores`, `cf01` and `cf02`).
    """
    own = {_apart(table) for table in tables} if is_shared else {""}
    own_ = own.pop() if len(own) == 1 else ""
    first = f"{stem_}{own_}"
    yield first
    yield from (f"{first}_{number}" for number in range(2, 10_000))


def shared(some: Iterable[str]) -> str:
    """The words that all of some names have; "table" if there are none.

    >>> shared(["lab_zhang", "lab_li", "lab_wang"]), shared(["zhang", "li", "wang"])
    ('lab', 'table')
    """
    first, *others = (name.split("_") for name in some)
    return "_".join(word for word in first if all(word in other for other in others)) or "table"


def may_be_one(name: str, other: str) -> bool:
    """May two names be those of one table, told apart from others by more in one delivery than in the next?

    >>> may_be_one("cf", "cf02"), may_be_one("nursing_scores", "nursing"), may_be_one("cf", "cfx")
    (True, True, False)
    """
    if name.startswith(f"{other}_") or other.startswith(f"{name}_"):
        return True
    return _PLACES.sub("", name) == _PLACES.sub("", other)


def known_as(name: str, columns: Collection[str], known: Mapping[str, Collection[str]]) -> str | None:
    """The name under which a table is known already: one that may be its own, of the table with the columns that are
    most like its own, seven in ten at least.

    >>> known_as("cf", ["no", "drug"], {"cf01": ["no", "patient"], "cf02": ["no", "drug"]})
    'cf02'
    """
    alike = {there: _alike(columns, theirs) for there, theirs in known.items() if may_be_one(name, there)}
    best = max(alike, key=lambda there: (alike[there], there == name), default=None)
    return best if best is not None and alike[best] >= _MOSTLY else None


def _alike(columns: Collection[str], others: Collection[str]) -> float:
    mine, theirs = {one.lower() for one in columns}, {one.lower() for one in others}
    return len(mine & theirs) / max(len(mine), len(theirs), 1)


def _apart(table: RawTable) -> str:
    """What tells a table from others of its stem."""
    if table.shape.sheet:
        sheet = _word(table.shape.sheet)
        return f"_{sheet}" if sheet else ""
    number = _NUMBER.search(_of_file(table))
    return number[0] if number else ""


def _of_file(table: RawTable) -> str:
    of_file = table.record.name.replace("\\", "/").rsplit("/", 1)[-1]
    while "." in of_file.strip(".") and of_file.rpartition(".")[2].lower() in _ENDINGS:
        of_file = of_file.rpartition(".")[0]
    return of_file


def _word(text: str) -> str:
    words = _UNSPEAKABLE.sub("_", text.lower()).strip("_").split("_")
    return "_".join(word for word in words if not _is_somebodys(word))


def _is_somebodys(word: str) -> bool:
    """Is it a name of somebody, and no word that names of tables are made of?

    >>> _is_somebodys("王伟"), _is_somebodys("高值耗材"), _is_somebodys("诊断")
    (True, False, False)
    """
    return not word.isascii() and "name" in forms(word) and not concepts(word)

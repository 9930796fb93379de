"""The sources that ship with the platform, and which of their tables a file is, by its column names alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from medark.standardise.maps.reading import read_source
from medark.standardise.maps.source_map import SourceMap
from medark.standardise.maps.table_map import TableMap

_UNKNOWN_SHARE = 0.25  # of a file's columns; with more of them unknown it is another table that looks alike


@cache
def known_sources() -> Mapping[str, SourceMap]:
    """Every map in this package's folders, by name. MappingError if one is wrong."""
    folders = sorted((f for f in files(__package__).iterdir() if f.joinpath("source.toml").is_file()), key=_name)
    return MappingProxyType({folder.name: read_source(folder) for folder in folders})


def recognise(
    columns: Iterable[str], name: str = "", sources: Mapping[str, SourceMap] | None = None
) -> tuple[SourceMap, str] | None:
    """The source and table that these columns belong to, or None. Case does not count, and order does not.

    `name` (of the file) is looked at only when columns fit two tables alike; without one that decides: None.

    >>> columns = ["ROW_ID", "SUBJECT_ID", "HADM_ID", "SEQ_NUM", "ICD9_CODE"]
    >>> found = recognise(columns, "mimic/PROCEDURES_ICD.csv.gz")
    >>> found and (found[0].name, found[1])
    ('mimic3', 'procedures_icd')
    >>> recognise(columns) is None
    True
    """
    names = frozenset(column.strip().lower() for column in columns)
    fits = [
        (_fit(table, names), source, table.name)
        for source in (known_sources() if sources is None else sources).values()
        for table in source.tables.values()
        if _is(table, names)
    ]
    best = max((fit for fit, _, _ in fits), default=0)
    return _only([(source, table) for fit, source, table in fits if fit == best], _stem(name))


def _only(found: list[tuple[SourceMap, str]], stem: str) -> tuple[SourceMap, str] | None:
    if len(found) > 1:
        found = [(source, table) for source, table in found if table in stem]
    return found[0] if len(found) == 1 else None


def _stem(name: str) -> str:
    """The file's own name in lower case: `a/b.zip!/C.csv` is `c.csv`."""
    return name.lower().replace("\\", "/").rsplit("/", 1)[-1]


def _is(table: TableMap, names: frozenset[str]) -> bool:
    unknown = names - table.known
    return table.needs <= names and not (table.lacks & names) and len(unknown) <= _UNKNOWN_SHARE * len(names)


def _fit(table: TableMap, names: frozenset[str]) -> int:
    return len(names & table.known) - len(names - table.known)


def _name(folder: Traversable) -> str:
    return folder.name

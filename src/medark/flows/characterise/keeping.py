"""Results on disk: those of each part under what they depend on, as arrays that only the owner reads"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import pyarrow as pa

from medark.check.achilles import Part
from medark.check.achilles.packed import Packed
from medark.flows.characterise.flat import flat, unflat
from medark.flows.workspace import Workspace
from medark.store.arrays import read_arrays, write_arrays
from medark.store.durable import disk
from medark.store.lake import Snapshot

_FOLDER, _SUMS_FORMAT, _RESULTS_FORMAT = "characterisation", 4, 5
_COUNTS, _DISTRIBUTIONS = "counts", "distributions"
_NAMED: Final = re.compile(r"\b(?:from|join) ([a-z]\w*)")
Results = tuple[pa.Table, pa.Table]  # counts, distributions
Files = Mapping[str, tuple[str, ...]]  # the paths of each table's files


@lru_cache(200)
def reads(part: Part) -> frozenset[str]:
    """The relations that a part's queries name: tables of the lake, and what it makes itself. (To parse hundreds of
    queries would cost more than many of them.)
    """
    return named_in(*_queries(part))


@lru_cache(200)
def asks(part: Part) -> frozenset[str]:
    """The relations that are named by what is asked of a part's sums."""
    return named_in(*part.counts, *(one.sql for one in part.values))


def named_in(*queries: str) -> frozenset[str]:
    """The relations that queries name."""
    return frozenset(name for sql in queries for name in _NAMED.findall(sql))


def key_of(part: Part, snapshot: Snapshot) -> str:
    """What a part's results depend on: its queries, and the files of every table that they read; where there are no
    records, of no other.
    """
    there = sorted(reads(part) & set(snapshot.tables))
    if part.of and not snapshot.rows(part.of):
        there = [part.of]
    files = [(table, sorted(one.path.rpartition("/")[2] for one in snapshot.data_files(table))) for table in there]
    return hashlib.sha256(repr((_digest_of_all(part), files)).encode()).hexdigest()[:32]


def read(workspace: Workspace, name: str, key: str) -> Results | None:
    """The results of a part, if they are kept."""
    found = read_arrays(_results_path(workspace, name, key))
    if found is None:
        return None
    try:
        results = unflat(*found)
        counts, distributions = results[_COUNTS], results[_DISTRIBUTIONS]
    except (KeyError, ValueError, pa.ArrowException):
        return None
    return (counts, distributions) if isinstance(counts, pa.Table) and isinstance(distributions, pa.Table) else None


def put(workspace: Workspace, name: str, key: str, results: Results) -> None:
    """Keep the results of a part: whole or not at all."""
    write_arrays(_results_path(workspace, name, key), *flat(dict(zip((_COUNTS, _DISTRIBUTIONS), results, strict=True))))


@dataclass(frozen=True, slots=True)
class KeptSums:
    """The sums of a part, by name, when the tables that it reads had these `files`."""

    files: Files
    sums: Mapping[str, pa.Table | Packed] = field(repr=False)


def read_sums(workspace: Workspace, part: Part) -> KeptSums | None:
    """What is kept of a part's sums, of whatever version of the lake; None if nothing, or by other queries."""
    found = read_arrays(_sums_path(workspace, part))
    if found is None or found[1].get("queries") != _digest(part):
        return None
    arrays, told = found
    return KeptSums({table: tuple(paths) for table, paths in told["files"].items()}, unflat(arrays, told))


def put_sums(workspace: Workspace, part: Part, kept: KeptSums) -> None:
    """Keep a part's sums in the place of those before."""
    arrays, told = flat(kept.sums)
    write_arrays(_sums_path(workspace, part), arrays, {**told, "queries": _digest(part), "files": kept.files})


def sweep(workspace: Workspace, name: str, keys: Collection[str]) -> None:
    """Remove what is kept of a part under other keys, or in another form."""
    kept = {_sums_path_of(workspace, name), *(_results_path(workspace, name, key) for key in keys)}
    with disk("what is kept"):
        for path in _folder(workspace).glob(f"{name}-*"):
            if path not in kept:
                path.unlink(missing_ok=True)


def forget(workspace: Workspace) -> None:
    """Remove everything: somebody was erased, and may have been counted."""
    with disk("what is kept"):
        for path in _folder(workspace).glob("*-*.*"):
            path.unlink(missing_ok=True)
        for folder in (histories_folder(workspace), person_rows_folder(workspace)):
            shutil.rmtree(folder, ignore_errors=True)


def histories_folder(workspace: Workspace) -> Path:
    """Where it is kept what each person had when."""
    return _folder(workspace) / "histories"


def person_rows_folder(workspace: Workspace) -> Path:
    """Where it is kept who people are, and when they are observed."""
    return _folder(workspace) / "people"


def _queries(part: Part) -> tuple[str, ...]:
    return (*(one.sql for some in (part.made, part.sums, part.values) for one in some), *part.counts)


@lru_cache(200)
def _digest_of_all(part: Part) -> str:
    return hashlib.sha256(repr(_queries(part)).encode()).hexdigest()


@lru_cache(200)
def _digest(part: Part) -> str:
    """Of what its sums are made by."""
    queries = [*((one.name, one.sql) for one in part.made), *((one.name, one.sql) for one in part.sums)]
    return hashlib.sha256(repr(queries).encode()).hexdigest()[:32]


def _sums_path(workspace: Workspace, part: Part) -> Path:
    return _sums_path_of(workspace, part.name)


def _sums_path_of(workspace: Workspace, name: str) -> Path:
    return _folder(workspace) / f"{name}-{_SUMS_FORMAT}.sums"


def _folder(workspace: Workspace) -> Path:
    return workspace.places.kept / _FOLDER


def _results_path(workspace: Workspace, name: str, key: str) -> Path:
    return _folder(workspace) / f"{name}-{_RESULTS_FORMAT}-{key}.results"

"""The catalog on disk: one file of arrays, brought up to date by what changed and not made again where nothing did"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

import medark
from medark.catalog.assets import Asset, Kind
from medark.catalog.finder import Arrays, Finder, Text, indexed, number_of
from medark.catalog.glossary import synonyms
from medark.flows.apps.place import register_of
from medark.flows.catalog.occurrences import FOLDER
from medark.flows.data_map.apps import publications
from medark.flows.data_map.sources import kept_sources
from medark.flows.gate.parts import kept
from medark.flows.judged import judged_checks
from medark.flows.workspace import Workspace
from medark.model.omop import tables
from medark.store.arrays import read_arrays, write_arrays

KINDS: Final = tuple(Kind)
_FORMAT: Final = f"5 of {medark.__version__}"
_NAME: Final = "index.arrays"
NONE: Final = -1
_SHOWN_BY: Final = {Kind.TABLE, Kind.COLUMN, Kind.FIELD, Kind.VARIABLE}  # found by what they are as by their names


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of the index. `same`: assets that were there already, word for word."""

    assets: int
    same: int
    is_new: bool
    bytes: int


@dataclass(frozen=True, slots=True)
class Index:
    """The catalog, opened. `concepts`: the concept or code that each place is, -1 for what is none."""

    finder: Finder = field(repr=False)
    kinds: np.ndarray = field(repr=False)
    concepts: np.ndarray = field(repr=False)
    arrays: Arrays = field(repr=False)
    stamp: str
    written: int

    def asset(self, place: int) -> Asset:
        """What is at a place."""
        start, end = self.arrays["text_starts"][place : place + 2]
        return msgspec.json.decode(self.arrays["texts"][int(start) : int(end)].tobytes(), type=Asset)

    def number(self, id_: str) -> int:
        """The number of an id, by which what is part of it says so."""
        return number_of(id_)

    def place(self, id_: str) -> int | None:
        """Where an asset is, by its id."""
        found = np.flatnonzero(self.arrays["ids"] == number_of(id_))
        return int(found[0]) if found.size else None


def path_of(workspace: Workspace) -> Path:
    """Where the index lies."""
    return workspace.places.kept / FOLDER / _NAME


def opened(workspace: Workspace) -> Index | None:
    """The index as it is now; None where there is none."""
    path = path_of(workspace)
    try:
        written = path.stat().st_mtime_ns
    except OSError:
        return None
    known: Index | None = workspace.kept.get("catalog index")
    if known is None or known.written != written:
        known = opened_at(path, written)
        if known is not None:
            workspace.kept["catalog index"] = known
    return known


def opened_at(path: Path, written: int = 0) -> Index | None:
    """The index at any path; None where there is none, or one that another version made."""
    found = read_arrays(path)
    return _index(*found, written) if found is not None and found[1].get("format") == _FORMAT else None


def stamp_of(workspace: Workspace) -> str:
    """What the catalog is made of: while it is equal, the index holds."""
    apps = tuple((one.name, one.state, one.current, one.changed_ms) for one in register_of(workspace).apps())
    folders = [workspace.places.kept / FOLDER, workspace.places.kept / "map", workspace.places.kept / "quality"]
    state = tuple(folder.stat().st_mtime_ns for folder in folders if folder.exists())
    published = publications(workspace)
    there = kept(workspace, "files of the catalog", (state, published), lambda: _files(workspace, folders))
    return repr((
        medark.__version__, workspace.vocabulary.digest, workspace.ledger.terms.mark(), apps, there,
        sorted(workspace.settings.owners.items()), workspace.settings.access.least_count,
    ))  # fmt: skip


def _files(workspace: Workspace, folders: Sequence[Path]) -> list[tuple[str, int]]:
    """What the catalog is made of: counts, the sources' accounts, and what is published."""
    files = [*folders[0].glob("concepts-*.json"), *(workspace.path / "published").glob("*/*.json")]
    accounts = kept_sources(workspace)
    sources = number_of(msgspec.json.encode(accounts.sources).decode()) if accounts else 0
    checks = number_of(msgspec.json.encode(judged_checks(workspace)).decode())
    return [("sources", sources), ("checks", checks), *sorted((path.name, path.stat().st_mtime_ns) for path in files)]


def put(workspace: Workspace, assets: Iterable[Asset], stamp: str) -> Updated:
    """Bring the index up to assets: what is there word for word is not read again."""
    return update(path_of(workspace), assets, stamp)


def update(path: Path, assets: Iterable[Asset], stamp: str) -> Updated:
    """The same of an index at any path."""
    told = {one.id: (one, msgspec.json.encode(one)) for one in assets}
    ids = np.fromiter(map(number_of, told), np.int64, len(told))
    digests = np.fromiter((number_of(text.decode()) for _, text in told.values()), np.int64, len(told))
    before = read_arrays(path)
    old = before[0] if before is not None and before[1].get("format") == _FORMAT else None
    stay, fresh = _split(old, ids, digests)
    if old is not None and not fresh.size and stay.size == old["ids"].size:
        _stamp(path, old, stamp)
        return Updated(len(told), len(told), False, path.stat().st_size)
    every = list(told.values())
    new = [every[place] for place in fresh]
    arrays = indexed([_text(one) for one, _ in new], old, stay)
    arrays |= _own(old, stay, [one for one, _ in new], [text for _, text in new], ids[fresh], digests[fresh])
    write_arrays(path, arrays, {"format": _FORMAT, "stamp": stamp})
    return Updated(len(told), int(stay.size), old is None, path.stat().st_size)


def _stamp(path: Path, old: Arrays, stamp: str) -> None:
    """Nothing changed: only what it was made of is told anew."""
    before = read_arrays(path)
    if before is None or before[1].get("stamp") != stamp:
        write_arrays(path, old, {"format": _FORMAT, "stamp": stamp})


def _split(old: Arrays | None, ids: np.ndarray, digests: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of the old index that stay, in order; and places among the assets that are new or changed."""
    if old is None:
        return np.zeros(0, np.int64), np.arange(ids.size)
    order = np.argsort(old["ids"])
    at = order[np.minimum(np.searchsorted(old["ids"], ids, sorter=order), old["ids"].size - 1)]
    same = (old["ids"][at] == ids) & (old["digests"][at] == digests)
    return np.sort(at[same]), np.flatnonzero(~same)


def _own(
    old: Arrays | None, kept: np.ndarray, new: Sequence[Asset], texts: Sequence[bytes], ids: Any, digests: Any
) -> Arrays:
    """What is told of each place: id, digest, kind, concept, and the asset itself."""
    made: Arrays = {
        "ids": ids,
        "digests": digests,
        "kinds": np.array([KINDS.index(one.kind) for one in new], np.uint8),
        "within": np.fromiter((number_of(one.where) for one in new), np.int64, len(new)),
        "tables": np.array([_table(one) for one in new], np.int16),
        "concepts": np.fromiter(map(counted_as, new), np.int64, len(new)),
    }
    if old is not None:
        made = {name: np.concatenate([old[name][kept], array]) for name, array in made.items()}
    whole = [*(_texts(old, kept) if old is not None else ()), *texts]
    made["texts"] = np.frombuffer(b"".join(whole), np.uint8)
    made["text_starts"] = np.concatenate([[0], np.cumsum([len(one) for one in whole])]).astype(np.int64)
    return made


def counted_as(one: Asset) -> int:
    """The number by which a thing is counted that occurs in rows: a concept's own, a code's id's; -1 for others."""
    if one.kind is Kind.CODE:
        return number_of(one.id)
    return int(one.key) if one.kind is Kind.CONCEPT else NONE


def _table(one: Asset) -> int:
    """The place of the lake's table that it is, or is a column of; -1 for none."""
    name = one.key.partition(".")[0] if one.kind in (Kind.TABLE, Kind.COLUMN) else ""
    return list(tables()).index(name) if name in tables() else NONE


def _texts(old: Arrays, kept: np.ndarray) -> Iterator[bytes]:
    whole, starts = old["texts"].tobytes(), old["text_starts"].tolist()
    return (whole[starts[place] : starts[place + 1]] for place in kept.tolist())


def _text(one: Asset) -> Text:
    names = (one.name, one.title.en, one.title.zh)
    about = (one.about.en, one.about.zh) if one.kind is not Kind.CONCEPT else (one.about.en.partition(" · ")[2],)
    shown_by = one.kind in _SHOWN_BY
    rest = (*(() if shown_by else about), one.words, one.where.partition(":")[2], one.owner)
    return Text(names, " ".join(rest), about if shown_by else ())


def _index(arrays: Arrays, told: dict[str, Any], written: int) -> Index:
    kinds = arrays["kinds"]
    finder = Finder(arrays, kinds, _BASE[kinds], synonyms())
    return Index(finder, kinds, arrays["concepts"], arrays, told["stamp"], written)


# How likely it is that somebody means one of a kind.
_WEIGHT: Final = {
    Kind.TABLE: 1.3, Kind.SOURCE: 1.25, Kind.APP: 1.25, Kind.DATASET: 1.2, Kind.PAGE: 1.1, Kind.CONCEPT: 1.1,
    Kind.CODE: 1.0,
    Kind.TERM: 1.0, Kind.COLUMN: 1.0, Kind.RAW_TABLE: 0.95, Kind.VARIABLE: 0.9, Kind.DEFINITION: 0.9,
    Kind.FIELD: 0.8, Kind.CHECK: 0.5,
}  # fmt: skip
_BASE: Final = np.array([_WEIGHT[kind] for kind in KINDS], np.float32)

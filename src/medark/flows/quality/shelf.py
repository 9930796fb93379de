"""Where counts of the lake are kept, and in what form"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from medark.check.counting import Counts
from medark.flows.quality.kept import FORMAT, MOST_LINES, MOST_LINES_OF_ALL, Known, Line, Lines, Said
from medark.flows.workspace import Workspace
from medark.store.kept_counts import KeptCounts, Result

_T = TypeVar("_T")
_CONCEPTS, _TABLES = "concepts of a release", "tables of a release"


@dataclass(frozen=True, slots=True)
class _OfRelease:
    release: str
    concepts: Mapping[int, list[Any]] = field(default_factory=dict)
    counts: Mapping[str, Counts] = field(default_factory=dict)


class Shelf:
    """What is known of each table's scans; read once, written when a table is done. Use it with `with`.

    Who counted an older version of the lake leaves what is kept of a newer one.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._kept = KeptCounts(workspace.places.kept / "quality" / f"counted-{FORMAT}.db")
        self._files: dict[str, tuple[str, ...]] = {}

    def __enter__(self) -> Shelf:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._kept.__exit__(kind, error, at)

    def known(self, table: str) -> dict[str, Known]:
        """By the scan's name."""
        told = {scan: _decoded(told, Known) for scan, told in self._kept.results(table).items()}
        return {scan: known for scan, known in told.items() if known is not None}

    def lines(self, table: str, scan: str, files: Iterable[str]) -> Lines | None:
        """What some files add to a scan; None if that isn't known of all."""
        wanted = list(files)
        told = self._kept.lines(table, scan, wanted)
        found = {path: _decoded(one, list[Line]) for path, one in told.items()}
        lines = {path: some for path, some in found.items() if some is not None}
        return lines if len(lines) == len(wanted) else None

    def files(self, stamp: str) -> tuple[str, ...] | None:
        """The files that have a stamp, if they are known."""
        if stamp not in self._files:
            told = self._kept.files(stamp)
            found = _decoded(told, tuple[str, ...]) if told is not None else None
            if found is None:
                return None
            self._files[stamp] = found
        return self._files[stamp]

    def put(self, table: str, version: int, said: Mapping[str, Said], files: Mapping[str, tuple[str, ...]]) -> None:
        """In the place of what was known before; `files`: what stamps stand for."""
        results = [_result(scan, one) for scan, one in said.items() if len(one.known.lines) <= MOST_LINES_OF_ALL]
        self._kept.put(table, version, results, {stamp: msgspec.json.encode(some) for stamp, some in files.items()})

    def concepts(self, release: str) -> dict[int, list[Any]]:
        """What a release of the vocabulary says of concepts that were asked for: is it known, and `TOLD`."""
        told = self._of_release(_CONCEPTS, release)
        return dict(told.concepts) if told else {}

    def put_concepts(self, release: str, told: Mapping[int, list[Any]]) -> None:
        """In the place of what was kept of another release."""
        self._kept.tell(_CONCEPTS, msgspec.json.encode(_OfRelease(release, told)))

    def vocabulary(self, release: str) -> dict[str, Counts]:
        """What scans of a release's own tables said, by key."""
        told = self._of_release(_TABLES, release)
        return dict(told.counts) if told else {}

    def put_vocabulary(self, release: str, counts: Mapping[str, Counts]) -> None:
        """In the place of what was kept of another release."""
        self._kept.tell(_TABLES, msgspec.json.encode(_OfRelease(release, counts=counts)))

    def _of_release(self, name: str, release: str) -> _OfRelease | None:
        told = self._kept.told(name)
        found = _decoded(told, _OfRelease) if told is not None else None
        return found if found is not None and found.release == release else None


def _result(scan: str, one: Said) -> Result:
    lines = {path: msgspec.json.encode(some) for path, some in one.lines.items() if len(some) <= MOST_LINES}
    told = msgspec.json.encode(one.known)
    return Result(scan, told, lines, one.gone, one.is_anew)


def _decoded(told: bytes, kind: type[_T]) -> _T | None:
    try:
        return msgspec.json.decode(told, type=kind)
    except msgspec.DecodeError:
        return None

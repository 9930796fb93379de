"""Sums over the rows of some files, file by file: one session, in which what rows refer to is looked up once"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from medark.check.counting import FILE_NO, Scan, is_sum
from medark.check.dqd import FACTS
from medark.flows.quality.kept import Line, said
from medark.flows.quality.parts import Parts, listed

FEW = 2_000_000  # rows: of no more than so many, only what they refer to is looked up


class Added:
    """Counts files that nothing is known of: those of `wanted`, by scan."""

    def __init__(self, parts: Parts, wanted: Sequence[tuple[Scan, Sequence[str]]]) -> None:
        self._parts, self._wanted = parts, wanted
        self._is_ready = self._are_few = False
        self._held: set[str] = set()

    def lines(self, scan: Scan, files: Sequence[str]) -> tuple[dict[str, list[Line]], tuple[str, ...]]:
        """The lines of each of some files, and their columns."""
        if not files:
            return {}, ()
        if not self._is_ready:
            self._make_ready()
        bind_ancestors(self._parts, scan)
        self._bind(scan.over, files)
        return lines_of(self._parts.session.query(self._parts.words(scan.by_file)), files)

    def _bind(self, table: str, files: Sequence[str]) -> None:
        """Rows of files under the table's name; few are read once for all scans."""
        if not self._are_few:
            self._parts.bind(table, files, told_apart=True)
            return
        name = self._name(table, files)
        if name not in self._held:
            self._parts.bind(table, files, "added_rows", told_apart=True)
            self._parts.session.table(name, "select * from added_rows")
            self._held.add(name)
        self._parts.session.view(table, f"select * from {name}")

    @staticmethod
    def _name(table: str, files: Sequence[str]) -> str:
        return f"added_{table}_{hash(tuple(files)) & 0xFFFFFFFF}"

    def _make_ready(self) -> None:
        """Look up what the rows of all files refer to."""
        new: dict[str, int] = {}
        for scan, files in self._wanted:
            new[scan.over] = max(new.get(scan.over, 0), self._parts.rows(scan.over, files))
        self._are_few = sum(new.values()) <= FEW
        links: dict[str, set[tuple[str, str, tuple[str, ...]]]] = {}
        for scan, files in self._wanted:
            for link in scan.by_link if files else ():
                links.setdefault(link.facts, set()).add((scan.over, link.column, tuple(files)))
        for facts, asked in links.items():
            self._tell(facts, self._ids(facts, asked) if self._are_few else "")
        self._is_ready = True

    def _ids(self, facts: str, asked: set[tuple[str, str, tuple[str, ...]]]) -> str:
        """A relation of what new rows refer to."""
        parts = []
        for place, (table, column, files) in enumerate(sorted(asked)):
            self._bind(table, files)
            self._parts.session.view(f"new_rows_{place}", f"select * from {self._name(table, files)}")
            parts.append(f'select distinct "{column}" as id from new_rows_{place}')
        self._parts.session.table(f"wanted_{facts}", listed(parts))
        return f"wanted_{facts}"

    def _tell(self, facts: str, ids: str) -> None:
        table = FACTS[facts].table
        self._parts.bind(table, self._parts.files(table))
        self._parts.session.table(facts, self._parts.words(FACTS[facts].sql_of(ids)))


def lines_of(found: pa.Table, files: Sequence[str]) -> tuple[dict[str, list[Line]], tuple[str, ...]]:
    """The lines of an answer by the file that each is of, and their columns."""
    columns = tuple(name for name in found.column_names if name != FILE_NO)
    lines: dict[str, list[Line]] = {path: [] for path in files}
    for number, line in zip(found.column(FILE_NO).to_pylist(), _rows(found, columns), strict=True):
        lines[files[number]].append(line)
    return lines, columns


def _rows(found: pa.Table, columns: Sequence[str]) -> Iterator[Line]:
    cells = []
    for name in columns:
        values = found.column(name).to_pylist()
        cells.append([int(value or 0) for value in values] if is_sum(name) else list(map(said, values)))
    return map(list, zip(*cells, strict=True))


def bind_ancestors(parts: Parts, scan: Scan) -> None:
    """The vocabulary, if a scan asks what is below a concept."""
    if "concept_ancestor" in scan.by_file:
        parts.bind_vocabulary()

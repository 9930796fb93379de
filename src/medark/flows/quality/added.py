"""Sums over the rows of some files, file by file: one session, in which what rows refer to is looked up once"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType

import pyarrow as pa

from medark.check.counting import FILE_NO, Scan, is_sum
from medark.check.dqd import FACTS
from medark.flows.quality.kept import Line, said
from medark.flows.quality.parts import Parts, listed
from medark.model.omop import VOCABULARY_TABLES
from medark.store.engine import Session

FEW = 2_000_000  # rows: of no more than so many, only what they refer to is looked up
_NEW = "new_rows"


class Added:
    """Counts files that nothing is known of: those of `wanted`, by scan. Use it with `with`."""

    def __init__(self, parts: Parts, wanted: Sequence[tuple[Scan, Sequence[str]]]) -> None:
        self._parts, self._wanted = parts, wanted
        self._session: Session | None = None
        self._held = ExitStack()

    def __enter__(self) -> Added:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._held.close()

    def lines(
        self, scan: Scan, files: Sequence[str], vocabulary: Session
    ) -> tuple[dict[str, list[Line]], tuple[str, ...]]:
        """The lines of each of some files, and their columns. `vocabulary`: a session in which it can be read."""
        if not files:
            return {}, ()
        if self._session is None:
            self._session = self._opened()
        session = self._session
        bind_ancestors(session, scan, vocabulary)
        session.drop(scan.over)
        self._parts.bind(session, scan.over, files, told_apart=True)
        return lines_of(session.query(self._parts.words(session, scan.by_file)), files)

    def _opened(self) -> Session:
        session = self._held.enter_context(self._parts.engine.session())
        few = sum({scan.over: self._parts.rows(scan.over, files) for scan, files in self._wanted}.values()) <= FEW
        links: dict[str, set[tuple[str, str, tuple[str, ...]]]] = {}
        for scan, files in self._wanted:
            for link in scan.by_link if files else ():
                links.setdefault(link.facts, set()).add((scan.over, link.column, tuple(files)))
        for facts, asked in links.items():
            ids = self._ids(session, facts, asked) if few else ""
            self._tell(session, facts, ids)
        return session

    def _ids(self, session: Session, facts: str, asked: set[tuple[str, str, tuple[str, ...]]]) -> str:
        """A relation of what new rows refer to."""
        parts = []
        for place, (table, column, files) in enumerate(sorted(asked)):
            self._parts.bind(session, table, files, f"{_NEW}_{place}")
            parts.append(f'select distinct "{column}" as id from {_NEW}_{place}')
        session.table(f"wanted_{facts}", listed(parts))
        return f"wanted_{facts}"

    def _tell(self, session: Session, facts: str, ids: str) -> None:
        table = FACTS[facts].table
        if table in VOCABULARY_TABLES:
            return
        self._parts.bind(session, table, self._parts.files(table))
        session.table(facts, self._parts.words(session, FACTS[facts].sql_of(ids)))
        session.drop(table)


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


def bind_ancestors(session: Session, scan: Scan, vocabulary: Session) -> None:
    """What is below the concepts that a scan asks for, if it does."""
    if "concept_ancestor" in scan.by_file:
        above = ", ".join(re.findall(r"a\.ancestor_concept_id in \(([\d, ]+)\)", scan.by_file))
        names = "ancestor_concept_id, descendant_concept_id"
        sql = f"select {names} from concept_ancestor where ancestor_concept_id in ({above})"
        session.bind_arrow("concept_ancestor", vocabulary.query(sql))

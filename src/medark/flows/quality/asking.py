"""Asks a scan's query of files: of few rows at once; of many, large files alone, or a bucket after the other"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from copy import copy

from medark.check.counting import FILE_NO, Link, Scan, of_one_file
from medark.flows.quality.affected import Move
from medark.flows.quality.facts import Facts
from medark.flows.quality.kept import MOST_LOST, Line
from medark.flows.quality.near import Near
from medark.flows.quality.parts import Parts
from medark.flows.quality.said_of_files import Sums, lines_of, together

LARGE = 1_000_000  # rows of a file that is asked alone


class Asking:
    """`near`: what is told by bucket, None where rows are few or not of this machine; `facts`: what is told of all."""

    def __init__(self, parts: Parts, facts: Facts, near: Near | None, are_few: bool) -> None:
        self._parts, self._facts, self._near, self._are_few = parts, facts, near, are_few
        self.tells_lost = parts.session.dialect == "duckdb"  # which keeps the least of a number of values
        self.untold = near.people | near.others if near else set[str]()  # facts that are not told of all, so far

    def beside(self, parts: Parts) -> Asking:
        """The same in another session."""
        found = copy(self)
        found._parts = parts
        return found

    def of_rows(self, scan: Scan, sql: str, move: Move, sums: Sums) -> None:
        """Of rows that came; of large files one by one: an engine counts by one column faster than by two."""
        alone = of_one_file(sql) if not scan.links and not self._are_few and self.tells_lost else None
        large = [path for path in move.came if alone and self._parts.rows(move.over, [path]) >= LARGE]
        others = [path for path in move.came if path not in large]
        for path in large:
            self._parts.bind(move.over, [path])
            names, rows = self._parts.session.rows(self._parts.words(alone or ""))
            lines, sums.columns = lines_of((*names, FILE_NO), [(*row, 0) for row in rows], [path])
            sums.came |= lines
        if others:
            lines, sums.columns = self.of_files(scan, sql, others, sums, scan.links)
            sums.came |= lines

    def of_files(
        self, scan: Scan, sql: str, files: Sequence[str], sums: Sums, joined: Collection[Link]
    ) -> tuple[dict[str, list[Line]], tuple[str, ...]]:
        """The lines of files that came; of a bucket after the other, where what rows refer to is told by bucket."""
        self._tell({link.facts for link in joined} - (self._near.others if self._near else set()))
        lines, columns = dict[str, list[Line]](), tuple[str, ...]()
        for some in self._near.buckets(files, joined) if self._near else [files]:
            found, columns = self._of_bucket(scan, sql, some, sums, joined)
            lines |= found
        return lines, columns

    def _of_bucket(
        self, scan: Scan, sql: str, files: Sequence[str], sums: Sums, joined: Collection[Link]
    ) -> tuple[dict[str, list[Line]], tuple[str, ...]]:
        mine = Sums()
        if self._near:
            self._near.tell(joined, files[0])
        if not self._are_few:
            self._parts.bind(scan.over, files, told_apart=True)
        found = self.of(scan, sql, files, mine, joined)
        far = self._near.far(mine.lost, joined, files[0]) if self._near else []
        if far:
            self._tell(far)
            return self._of_bucket(scan, sql, files, sums, joined)
        sums.lost |= {column: together(sums.lost.get(column, []), some) for column, some in mine.lost.items()}
        return found

    def _tell(self, names: Collection[str]) -> None:
        """Tell of all what was told of some, so far."""
        for name in sorted({*names} & self.untold):
            self._facts.tell(name, None)
            self.untold.remove(name)

    def of(
        self, scan: Scan, sql: str, files: Sequence[str], sums: Sums, joined: Collection[Link]
    ) -> tuple[dict[str, list[Line]], tuple[str, ...]]:
        """The lines of files; what rows refer to in vain is put to the sums."""
        self.begin_lost(scan, sums)
        lost = [link for link in scan.lost if self.tells_lost and link in joined]
        cells = [
            f'min(case when {scan.lost[link]} then t."{link.column}" end, {MOST_LOST}) as lost_{link.column}'
            for link in lost
        ]
        alone = of_one_file(sql) if len(files) == 1 and not self._are_few and self.tells_lost else None
        words = self._parts.words(alone or sql)
        names, rows = self._parts.session.rows(
            re.sub(r"(?i)^select ", f"select {', '.join(cells)}, ", words) if cells else words
        )
        if alone:
            names, rows = (*names, FILE_NO), [(*row, 0) for row in rows]
        for place, link in enumerate(lost):
            sums.lost[link.column] = together(sums.lost[link.column], *(row[place] or [] for row in rows))
        return lines_of(names[len(lost) :], [row[len(lost) :] for row in rows] if lost else rows, files)

    def begin_lost(self, scan: Scan, sums: Sums) -> None:
        """So far rows refer to nothing in vain."""
        for link in scan.lost:
            sums.lost.setdefault(link.column, [] if self.tells_lost else None)

"""Counts brought forward to a version of the lake: from what was known, by what came, went, or is otherwise told"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from medark.check.counting import Link, Scan
from medark.check.dqd import FACTS
from medark.flows.quality import people
from medark.flows.quality.affected import Move
from medark.flows.quality.changes import Change, Changes, is_little
from medark.flows.quality.cores import Cores
from medark.flows.quality.index import Index
from medark.flows.quality.kept import Known, Lines, Said, Since, key_of, tables_of
from medark.flows.quality.parts import Parts
from medark.flows.quality.repeated import repeated, repeated_on, repeated_since
from medark.flows.quality.rows import from_nothing, since
from medark.flows.quality.said_of_files import Sums
from medark.flows.quality.shelf import Shelf
from medark.flows.quality.sums import Summing
from medark.flows.quality.without import Without
from medark.flows.workspace import Workspace

Stamps = Mapping[str, str]  # of each table's files


class Forward:
    """Brings what is known of scans forward to a version of the lake."""

    def __init__(self, workspace: Workspace, parts: Parts, shelf: Shelf) -> None:
        self._workspace, self._parts, self._shelf = workspace, parts, shelf
        self._vocabulary = workspace.vocabulary.digest
        self.index: Index | None = None  # where one machine has the rows
        self._changes: Changes | None = None

    def is_current(self, scan: Scan, known: Known | None) -> bool:
        """Is nothing of what a scan reads otherwise than when it was counted?"""
        return known is not None and self._is_of(scan, known) and known.files == self._stamps(scan)

    def begin(self, index: Index | None = None) -> None:
        """Something will be counted; `index`: that of another thread."""
        if self._parts.session.dialect == "duckdb":  # elsewhere rows are not read one by one
            self.index = index.beside(self._parts) if index else Index(self._workspace, self._parts)
        self._changes = Changes(self._parts, self.index)

    def moves(self, scans: Iterable[Scan], known: Mapping[str, Known]) -> list[Move]:
        """How to count scans of the rows of a table: together those of which the same was known."""
        alike: list[tuple[dict[str, str], list[Scan]]] = []
        anew = []
        for scan in scans:
            before = known.get(scan.name)
            if before is None or not self._is_of(scan, before) or not before.is_by_file:
                anew.append(scan)
                continue
            for stamps, some in alike:
                if all(stamps.get(table, stamp) == stamp for table, stamp in before.files.items()):
                    stamps.update(before.files)
                    some.append(scan)
                    break
            else:
                alike.append((dict(before.files), [scan]))
        found = []
        for stamps, some in alike:
            move, others = self._move(stamps, some, known)
            found += [move] if move else []
            anew += others
        return [*found, Move(tuple(anew), {}, self._parts.files(anew[0].over))] if anew else found

    def rows(self, move: Move, cores: Cores) -> dict[str, Said]:
        """What scans of rows say now, by name."""
        found = cores.of(move)
        return {scan.name: self._said_of_rows(scan, move, found[scan.name], cores) for scan in move.scans}

    def other(self, scan: Scan, before: Known | None) -> Said:
        """What a scan says now that is no sum over rows."""
        known = self._known(scan)
        was = before if before is not None and self._is_of(scan, before) else None
        if scan.sums == "keys":
            return self._keys(scan, was, known)
        return Said(replace(known, total=self._people(scan, was)))

    def _is_of(self, scan: Scan, known: Known) -> bool:
        return known.key == key_of(scan, self._vocabulary) and (
            ":today" not in scan.sql or known.day <= self._parts.today
        )

    def _stamps(self, scan: Scan) -> Stamps:
        return {table: self._parts.stamp(table) for table in sorted(tables_of(scan))}

    def _move(
        self, stamps: Stamps, scans: Sequence[Scan], known: Mapping[str, Known]
    ) -> tuple[Move | None, list[Scan]]:
        """How to count scans since, and those that have to be counted from nothing."""
        over = scans[0].over
        files = self._since(over, known[scans[0].name])
        if files is None:
            return None, list(scans)
        changes = {link: self._change(link, stamps) for scan in scans for link in scan.links}
        told = {link: change for link, change in changes.items() if change is not None}
        mine = [scan for scan in scans if all(changes[link] is not None for link in scan.links)]
        mine = [scan for scan in mine if self._lines(scan, files.gone) is not None]
        before = {scan.name: known[scan.name] for scan in mine}
        otherwise = {link: (name, change) for link, (name, change) in told.items() if len(change.ids)}
        move = Move(tuple(mine), before, files.came, files.stayed, files.gone, otherwise) if mine else None
        return move, [scan for scan in scans if scan not in mine]

    def _change(self, link: Link, stamps: Stamps) -> tuple[str, Change] | None:
        """What is otherwise told, and how to call the facts as they were; None where that can't be had."""
        table = FACTS[link.facts].table
        stamp = stamps[table]
        if stamp == self._parts.stamp(table):
            return "", Change.nothing()
        files = self._shelf.files(stamp)
        change = self._changes.of(link.facts, files) if files is not None and self._changes else None
        return (f"{link.facts}_{stamp}", change) if change is not None else None

    def _since(self, table: str, before: Known) -> Since | None:
        """What became of a table's files; None where it isn't known which they were."""
        were, now = self._shelf.files(before.files[table]), self._parts.files(table)
        if were is None:
            return None
        stayed, came, gone = {*were} & {*now}, {*now} - {*were}, {*were} - {*now}
        return Since(before, tuple(sorted(stayed)), tuple(sorted(came)), tuple(sorted(gone)))

    def _lines(self, scan: Scan, paths: Iterable[str]) -> Lines | None:
        return self._shelf.lines(scan.over, scan.name, paths)

    def _said_of_rows(self, scan: Scan, move: Move, sums: Sums, cores: Cores) -> Said:
        known = self._known(scan)
        if scan.name not in move.before:
            return from_nothing(scan, known, sums)
        return since(scan, known, move, sums, partial(self._lines, scan)) or self._from_nothing(scan, cores)

    def _known(self, scan: Scan) -> Known:
        return Known(key_of(scan, self._vocabulary), self._parts.today, self._stamps(scan))

    def _from_nothing(self, scan: Scan, others: Cores) -> Said:
        others.wait()  # for the session
        move = Move((scan,), {}, self._parts.files(scan.over))
        with Cores(Summing(self._parts, self.index, [move]), [move]) as cores:
            return self.rows(move, cores)[scan.name]

    def _keys(self, scan: Scan, before: Known | None, known: Known) -> Said:
        parts, table = self._parts, scan.over
        if self.index is None:
            return repeated_on(parts, table, known)
        self.index.read(table, parts.files(table))
        came = self._since(table, before) if before is not None else None
        if came is not None and is_little(parts, table, (*came.stayed, *came.gone)):
            said = repeated_since(parts, self.index, table, known, came, partial(self._lines, scan))
            if said is not None:
                return said
        return repeated(parts, self.index, table, known)

    def _people(self, scan: Scan, before: Known | None) -> tuple[int, int]:
        now = {table: self._parts.files(table) for table in sorted(tables_of(scan))}
        if not now[scan.among if scan.sums == "without" else scan.over]:
            return 0, 0
        were = {table: self._shelf.files(before.files[table]) for table in now} if before is not None else {}
        files = {table: some for table, some in were.items() if some is not None}
        is_known = before is not None and len(files) == len(now) and bool(files[scan.over])
        if self.index is not None and scan.sums == "without":
            for table, some in now.items():
                self.index.read(table, some)
            gone = lambda table: sorted({*files[table]} - {*now[table]})  # noqa: E731
            counting, args = Without(self.index, self._parts), (scan.among, scan.over)
            is_there = is_known and all(self._parts.are_there(table, gone(table)) for table in now)
            more = counting.change(*args, files, now) if is_there else None
            every = partial(counting.share, *args, now)
        else:
            more = people.change(self._parts, scan, files, now) if is_known else None
            every = partial(people.share, self._parts, scan, now)
        if before is None or more is None:
            return every()
        return before.total[0] + more[0], before.total[1] + more[1]

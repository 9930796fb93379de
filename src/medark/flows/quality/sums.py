"""Sums over rows: of files that came, and of rows of other files that refer to what is otherwise told since"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from itertools import chain

import pyarrow as pa

from medark.check.counting import Link, Rest, Scan
from medark.flows.quality.affected import Affected, Move, columns_of
from medark.flows.quality.asking import Asking
from medark.flows.quality.changes import Change
from medark.flows.quality.facts import Facts
from medark.flows.quality.footers import Filled, Footer, columns_without, footers
from medark.flows.quality.in_vain import in_vain, looked_up_once
from medark.flows.quality.index import Index
from medark.flows.quality.kept import Line
from medark.flows.quality.known_already import empty_columns, known_already, of_filled, without
from medark.flows.quality.near import Near
from medark.flows.quality.parts import Parts
from medark.flows.quality.reading import is_of_people
from medark.flows.quality.referring import Referring
from medark.flows.quality.said_of_files import Otherwise, Sums, lines_of, together
from medark.flows.quality.spared import Lines, spared
from medark.store.engine import Relation

FEW = 2_000_000  # rows: of no more than so many, only what they refer to is looked up


class Summing:
    """Counts moves: one session, in which few rows are read once, and what they refer to is looked up once."""

    def __init__(self, parts: Parts, index: Index | None, moves: Sequence[Move]) -> None:
        self._parts, self._index, self._moves = parts, index, moves
        self._are_few = are_few(parts, moves)
        affected = Affected(parts, index)
        self._affected = [affected.read(move, f"affected_{number}") for number, move in enumerate(moves)]
        affected.close()
        if self._are_few:
            self._read_few()
        if any("concept_ancestor" in scan.by_file for move in moves for scan in move.scans):
            parts.bind_ancestors()
        self._facts = Facts(parts, index)
        self._near = Near(parts, index, moves) if index is not None and not self._are_few else None
        self._asking = Asking(parts, self._facts, self._near, self._are_few)
        for name in sorted({link.facts for move in moves for link in move.links} - self._asking.untold):
            self._facts.tell(name, list(self._referring(name)) if self._are_few else None)
        for move in moves:
            for link, (name, change) in move.changes.items():
                self._facts.tell_as_before(link.facts, name, change)

    @property
    def is_shared_out(self) -> bool:
        """Is what is read once for all moves there, and can each move be counted on a core of its own?"""
        return self._are_few and self._asking.tells_lost

    @contextmanager
    def beside(self) -> Iterator[Summing]:
        """The same for another thread, which counts other moves."""
        with self._parts.beside({link.facts for move in self._moves for link in move.links}) as parts:
            found = copy(self)
            found._parts, found._asking = parts, self._asking.beside(parts)
            yield found

    def of(self, move: Move) -> dict[str, Sums]:
        """What each scan of a move says, by its name."""
        number, found = self._moves.index(move), {scan.name: Sums() for scan in move.scans}
        if move.came and self._are_few:
            self._parts.session.view(move.over, f"select * from came_{number}")
        if move.came:
            self._ask_came(move, found)
        if self._affected[number].files:
            self._bind_affected(number, move)
            for scan in move.scans:
                for link in self._affected[number].links & {*scan.links}:
                    self._ask_affected(scan, found[scan.name], move, link)
        return found

    def _read_few(self) -> None:
        relations = []
        for number, move in enumerate(self._moves):
            name, rows = f"came_{number}", f"rows_that_came_{number}"
            self._parts.session.drop(name)
            if move.came:
                self._parts.bind(move.over, move.came, rows, told_apart=True)
                columns = ", ".join(columns_of(move.links, [scan.by_file for scan in move.scans]))
                relations.append(Relation(name, f"select {columns} from {rows}"))
        self._parts.session.make(relations)

    def _ask_came(self, move: Move, found: Mapping[str, Sums]) -> None:
        read = footers(self._parts, move.over, move.came) if not self._are_few else None
        told = {path: one.filled for path, one in read.items()} if read else None
        empty = columns_without(told) if told else set[str]()
        rows = {path: self._parts.rows(move.over, [path]) for path in move.came}
        for scan in move.scans:
            sums = found[scan.name]
            if told and scan.rest:
                self._ask_rest(scan, scan.rest, move, sums, told, empty)
            else:
                before = {name: (one.columns, one.came) for name, one in found.items() if one.columns}
                known = known_already(scan, empty, before, rows)
                known |= self._spared(scan, known, read or {})
                if scan.pieces and len(known) == len(scan.pieces):
                    sums.columns, sums.came = scan.pieces[0].columns, {path: [] for path in move.came}
                else:
                    self._asking.of_rows(scan, without(scan, known, bool(told)), move, sums)
                more = of_filled(scan, known, told) if told else ()
                for path, cells in chain(*known.values(), more):
                    sums.came[path].append([cells[name] for name in sums.columns])
            empty |= empty_columns(scan, sums.columns, sums.came)

    def _spared(self, scan: Scan, known: Collection[str], read: Mapping[str, Footer]) -> dict[str, Lines]:
        return spared(scan, known, read, self._index, self._parts.today) if read else {}

    def _ask_rest(
        self, scan: Scan, rest: Rest, move: Move, sums: Sums, told: Mapping[str, Filled], empty: Collection[str]
    ) -> None:
        """Ask of rows what their files' footers don't tell."""
        once = looked_up_once(self._parts, rest.lost, empty)
        self._asking.begin_lost(scan, sums)
        of_people = self._of_people(rest, move, empty)
        known = next(iter(of_people.values()), {})
        sql, joined = rest.sql({*empty, *(link.column for link in once)}, known) or ("", ())
        lines: Mapping[str, list[Line]] = {}
        columns: tuple[str, ...] = ()
        if sql:
            lines, columns = self._asking.of_files(scan, sql, move.came, sums, joined)
        nowhere = {rest.lost[link]: self._in_vain(link, move, sums) for link in once}
        sums.columns = rest.names
        for path in move.came:
            cells = dict(zip(columns, *lines.get(path) or [[0] * len(columns)], strict=True))
            rows = self._parts.rows(move.over, [path])
            cells |= {name: _number(told[path], rows, *of) for name, of in rest.filled.items()}
            cells |= {name: n.get(path, 0) for name, n in nowhere.items()} | of_people.get(path, {})
            sums.came[path] = [[cells.get(name, 0) for name in rest.names]] if rows else []

    def _of_people(self, rest: Rest, move: Move, empty: Collection[str]) -> dict[str, dict[str, int]]:
        """Of each file, sums that ask of nothing but whose its rows are: counted while they are read for the index."""
        if self._near is None or self._index is None or not is_of_people(move.over):
            return {}
        mine = {name: one for name, one in rest.linked.items() if one.link.facts in self._near.people}
        wanted = {name: one for name, one in mine.items() if one.column not in empty}
        found = {}
        for path in move.came if wanted else ():
            told = {name: self._near.told(name, path) for name in {one.link.facts for one in wanted.values()}}
            referring = Referring(wanted, told)
            self._index.watch(move.over, path, referring)
            found[path] = referring.sums
        return found

    def _in_vain(self, link: Link, move: Move, sums: Sums) -> dict[str, int]:
        """How many rows of each file refer to nothing; what they refer to is put to the sums."""
        ids, rows = in_vain(self._parts, move.over, link, move.came)
        sums.lost[link.column] = together(sums.lost[link.column], ids)
        return rows

    def _bind_affected(self, number: int, move: Move) -> None:
        rows = self._affected[number].rows
        if rows is not None:
            self._parts.session.bind_arrow(f"affected_{number}", rows.result())
        self._parts.session.view(move.over, f"select * from affected_{number}")

    def _ask_affected(self, scan: Scan, sums: Sums, move: Move, link: Link) -> None:
        files, sql = self._affected[self._moves.index(move)].files, scan.of_links[link]
        now, columns = self._asking.of(scan, sql, files, sums, [link])
        sql = re.sub(rf"\b{link.facts}\b", move.changes[link][0], sql)
        before, _ = lines_of(*self._parts.session.rows(self._parts.words(sql)), files)
        sums.otherwise.append(Otherwise(columns, now, before))

    def _referring(self, facts: str) -> Iterator[str]:
        """Queries of what rows refer to."""
        changes = dict[str, Change]()
        for number, move in enumerate(self._moves):
            for link in _of_facts(move.links if move.came else (), facts):
                yield f'select "{link.column}" as id from came_{number}'
            for link in _of_facts(self._affected[number].links, facts):
                if self._affected[number].rows is None:
                    yield f'select "{link.column}" as id from affected_{number}'
                else:
                    changes.update([move.changes[link]])
        for told, change in changes.items():
            self._parts.session.bind_arrow(f"otherwise_{told}", pa.table({"id": change.ids}))
            yield f"select id from otherwise_{told}"


def _number(values: Filled, rows: int, column: str, has_value: bool) -> int:
    there = values[column] if column else rows
    return there if has_value else rows - there


def _of_facts(links: Iterable[Link], facts: str) -> list[Link]:
    return sorted((link for link in links if link.facts == facts), key=lambda one: one.column)


def are_few(parts: Parts, moves: Sequence[Move]) -> bool:
    """Are the rows that came so few that they are kept in memory?"""
    return sum(parts.rows(move.over, move.came) for move in moves) <= FEW

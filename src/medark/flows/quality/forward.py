"""Counts brought forward: of files that a commit added, and of rows that refer to what is otherwise told since"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from medark.check.counting import FILE_NO, Link, Row, Scan, is_sum
from medark.check.dqd import FACTS
from medark.flows.quality.added import Added, bind_ancestors, lines_of
from medark.flows.quality.changes import Change, Changes, is_little
from medark.flows.quality.kept import Files, Known, Line, key_of, summed, tables_of
from medark.flows.quality.parts import Parts, listed
from medark.flows.quality.repeated import MOST_KEPT, repeated, repeated_among
from medark.store.engine import Session


@dataclass(frozen=True, slots=True)
class Step:
    """How to bring one scan forward: from what was known `before`, if that helps, by what is otherwise told and the
    files that were `added`. `files`: all, of each table that it reads.
    """

    scan: Scan
    before: Known | None
    files: Files
    changes: Mapping[Link, Change] = field(default_factory=dict)
    added: tuple[str, ...] = ()


_OTHERWISE = "told_otherwise"
_NOBODY = -(1 << 63)  # stands for no person, in comparisons


class Forward:
    """Brings what is known of scans forward to a version of the lake; `release`: of the vocabulary."""

    def __init__(self, parts: Parts, release: str) -> None:
        self._parts, self._release = parts, release
        self._changes = Changes(parts)

    def is_current(self, scan: Scan, known: Known | None) -> bool:
        """Is nothing of what a scan reads otherwise than when it was counted?"""
        return known is not None and self._is_of(scan, known) and known.files == self._files(scan) and known.is_whole

    def step(self, scan: Scan, known: Known | None) -> Step:
        """What has to be done to bring a scan forward."""
        files = self._files(scan)
        before = known if known is not None and self._is_of(scan, known) else None
        if scan.sums != "rows":
            return Step(scan, before, files)
        changes = self._links(scan, before, files) if before else None
        if before is None or changes is None:
            return Step(scan, None, files, added=files[scan.over])
        added = tuple(path for path in files[scan.over] if path not in before.lines)
        return Step(scan, before, files, changes, added)

    def brought(self, step: Step, added: Added) -> Known:
        """What a scan says now."""
        match step.scan.sums:
            case "rows":
                return self._rows(step, added)
            case "keys":
                return self._keys(step)
            case _:
                return self._people(step)

    def _is_of(self, scan: Scan, known: Known) -> bool:
        return known.key == key_of(scan, self._release) and (":today" not in scan.sql or known.day <= self._parts.today)

    def _files(self, scan: Scan) -> Files:
        return {table: self._parts.files(table) for table in sorted(tables_of(scan))}

    def _links(self, scan: Scan, before: Known, files: Files) -> Mapping[Link, Change] | None:
        """What is otherwise told of what rows refer to; None where all has to be counted again."""
        found = {}
        for link in scan.by_link:
            table = FACTS[link.facts].table
            if before.files[table] != files[table]:
                change = self._changes.of(link.facts, before.files[table])
                if change is None:
                    return None
                found[link] = change
        return found

    def _rows(self, step: Step, added: Added) -> Known:
        scan, before = step.scan, step.before
        fresh, columns = added.lines(scan, step.added)
        if before is not None:
            columns = before.columns or columns
            lines = {path: before.lines[path] for path in step.files[scan.over] if path in before.lines}
            for link, change in step.changes.items():
                lines = self._shifted(scan, link, change, lines, columns)
            fresh = {**lines, **fresh}
        return self._said(step, columns=columns, lines=fresh)

    def _said(self, step: Step, **told: Any) -> Known:
        return Known(key_of(step.scan, self._release), self._parts.today, step.scan.over, step.files, **told)

    def _shifted(
        self, scan: Scan, link: Link, change: Change, lines: Mapping[str, list[Line]], columns: Sequence[str]
    ) -> dict[str, list[Line]]:
        """Lines of files that stayed, with what their rows say by the new facts in the place of what they said."""
        ids, lost = change.ids, scan.lost.get(link)
        if lost and not sum(line[columns.index(lost)] for some in lines.values() for line in some):
            ids = ids.join(change.new, "id", join_type="left anti").combine_chunks()  # nobody refers to what is new
        paths = sorted(lines)
        if not ids.num_rows or not paths:
            return dict(lines)
        found = {path: list(some) for path, some in lines.items()}
        places = [place for place, name in enumerate(columns) if is_sum(name)]
        bind_ancestors(self._parts, scan)
        self._bind_affected(scan, link, ids, paths)
        sql = self._parts.words(scan.by_link[link].replace(link.facts, _OTHERWISE))
        for sign, facts in ((-1, change.before), (1, change.after)):
            self._parts.session.bind_arrow(_OTHERWISE, facts)
            told, names = lines_of(self._parts.session.query(sql), paths)
            for path, some in told.items():
                found[path] += [_signed(line, names, columns, sign) for line in some]
        return {path: _without_nothing(summed(some, places), places, columns) for path, some in found.items()}

    def _bind_affected(self, scan: Scan, link: Link, ids: pa.Table, paths: Sequence[str]) -> None:
        """The rows of files that refer to `ids`: the columns that the link's query asks for."""
        self._parts.session.bind_arrow("ids", ids)
        self._parts.bind(scan.over, paths, "all_rows", told_apart=True)
        asked = set(re.findall(r'\bt\."?(\w+)', scan.by_link[link])) | {link.column, FILE_NO}
        names = ", ".join(f'"{name}"' for name in sorted(asked))
        sql = f'select {names} from all_rows where "{link.column}" in (select id from ids)'
        self._parts.session.table(scan.over, sql)

    def _keys(self, step: Step) -> Known:
        parts, scan, before = self._parts, step.scan, step.before
        is_known = before is not None and len(before.repeated) <= MOST_KEPT
        if before is not None and is_known and is_little(parts, scan.over, before.files[scan.over]):
            added = [path for path in step.files[scan.over] if path not in before.files[scan.over]]
            rows, keys = repeated_among(parts, scan.over, scan.key, added, before.repeated)
        else:
            rows, keys = repeated(parts, scan.over, scan.key)
        return self._said(step, total=(rows, parts.rows(scan.over)), repeated=tuple(keys[: MOST_KEPT + 1]))

    def _people(self, step: Step) -> Known:
        parts, scan, before, files = self._parts, step.scan, step.before, step.files
        if not files[scan.over]:
            return self._said(step)
        if before is None or not before.files[scan.over] or not self._are_few(before.files, files):
            for table, some in files.items():
                parts.bind(table, some)
            return self._said(step, total=_share(parts.session, parts.words(scan.sql)))
        parts.session.table("touched", self._touched(before.files, files))
        for table in files:
            self._bind_people(table, before.files[table], files[table])
        old, new = (self._of_touched(scan, name) for name in ("before", "now"))
        return self._said(step, total=(before.total[0] - old[0] + new[0], before.total[1] - old[1] + new[1]))

    def _are_few(self, before: Files, files: Files) -> bool:
        return all(is_little(self._parts, table, before[table]) for table in files)

    def _touched(self, before: Files, files: Files) -> str:
        """A query of the people who have rows in files that came or went."""
        asked = []
        for table, now in files.items():
            self._parts.bind(table, sorted({*now} ^ {*before[table]}), f"of_{table}")
            asked.append(f"select distinct coalesce(person_id, {_NOBODY}) as id from of_{table}")
        return listed(asked)

    def _bind_people(self, table: str, before: Sequence[str], now: Sequence[str]) -> None:
        """A table's rows of people who were touched, as they were before and as they are now."""
        session, columns = self._parts.session, self._columns(table)
        which = f"coalesce(person_id, {_NOBODY}) in (select id from touched)"
        parts = {"stayed": {*before} & {*now}, "gone": {*before} - {*now}, "came": {*now} - {*before}}
        for name, files in parts.items():
            self._parts.bind(table, sorted(files), f"{name}_{table}")
            session.table(f"few_{name}_{table}", f"select {columns} from {name}_{table} where {which}")
        for name, other in (("before", "gone"), ("now", "came")):
            both = (f"select {columns} from few_{one}_{table}" for one in ("stayed", other))
            session.view(f"{name}_{table}", listed(list(both)))

    def _columns(self, table: str) -> str:
        """What scans of people ask for: whose a row is, and of periods their days."""
        periods = ("observation_period_id", "observation_period_start_date", "observation_period_end_date")
        return ", ".join(("person_id", *(periods if table == "observation_period" else ())))

    def _of_touched(self, scan: Scan, when: str) -> tuple[int, int]:
        for table in tables_of(scan):
            self._parts.session.view(table, f"select * from {when}_{table}")
        return _share(self._parts.session, self._parts.words(scan.sql))


def _share(session: Session, sql: str) -> tuple[int, int]:
    (row,) = session.query(sql).to_pylist()
    return int(row["violating"]), int(row["of_people"])


def _signed(line: Line, names: Sequence[str], columns: Sequence[str], sign: int) -> Line:
    """A line of some columns as one of all, to be added or taken off."""
    told: Row = dict(zip(names, line, strict=True))
    return [sign * told.get(name, 0) if is_sum(name) else told[name] for name in columns]


def _without_nothing(lines: Sequence[Line], places: Sequence[int], columns: Sequence[str]) -> list[Line]:
    """Lines that are of nothing any more left out, where lines are of something."""
    if len(places) == len(columns):
        return list(lines)
    return [line for line in lines if any(line[place] for place in places)]

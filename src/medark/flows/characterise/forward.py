"""Sums brought forward to a version of the lake: people who have rows in files that came or went are counted again

What a sum says of some people and of others adds up. So from what it said of all is taken what it says of the people
who were touched, over the files as they were, and added what it says of them over the files as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import Part
from medark.check.achilles.events import OTHERS_AS, REFERRED_TO
from medark.check.achilles.tallies import Packed
from medark.flows.characterise.counted import SHARED, make_shared
from medark.flows.characterise.keeping import Files, KeptSums, reads
from medark.flows.characterise.summed import Sums, added, summed
from medark.model.omop import VOCABULARY_TABLES, lake_columns, person_column
from medark.store.engine import Session
from medark.store.lake import Snapshot

MOST = 10  # a table of which more than one row in so many is in new or gone files is counted anew
_SMALL = 10_000  # rows of which that doesn't matter
_WORD = re.compile(r"\w+")
_NOBODY = -(1 << 63)  # stands for no person, in comparisons


class Forward:
    """Brings the sums of some parts forward. The session has the lake's tables, and has them again in the end."""

    def __init__(self, session: Session, snapshot: Snapshot, known: Mapping[Part, KeptSums]) -> None:
        self._session, self._snapshot = session, snapshot
        self._known = {part: one for part, one in known.items() if self._is_little(part, one)}
        self._few: dict[tuple[str, str], str] = {}

    def sums(self) -> dict[str, Sums]:
        """The sums of each part that can be brought forward, by its name."""
        if not self._known:
            return {}
        self._session.table("touched", " union ".join(self._people()))
        able = [part for part in self._known if not self._is_told_otherwise(part)]
        old = {part.name: self._of_touched(part, self._known[part].files) for part in able}
        self._drop_shared()
        new = {part.name: self._of_touched(part, files_of(part, self._snapshot)) for part in able}
        self._drop_shared()
        for table in {table for part in able for table in self._known[part].files}:
            self._snapshot.bind(self._session, table)
        for name in self._few.values():
            self._session.drop(name)
        return {part.name: self._brought(part, old[part.name], new[part.name]) for part in able}

    def _brought(self, part: Part, old: Sums, new: Sums) -> Sums:
        found = {}
        for one in part.sums:
            gone = _table(old[one.name])
            for name in one.measures:
                gone = gone.set_column(gone.column_names.index(name), name, pc.negate(gone[name]))
            found[one.name] = added(one, [_table(self._known[part].sums[one.name]), gone, _table(new[one.name])])
        return found

    def _is_little(self, part: Part, known: KeptSums) -> bool:
        """Did little change, in tables of people alone, and are the files that went still there?"""
        for table, before in known.files.items():
            now = files_of(part, self._snapshot)[table]
            changed = {*before} ^ {*now}
            if changed and person_column(table) is None:
                return False
            rows = sum(one.rows for one in self._snapshot.data_files(table) if one.path in changed)
            if rows * MOST > max(self._snapshot.rows(table), _SMALL) or len({*before} - {*now}) * 2 > len(before):
                return False
            if not all(self._snapshot.places.data(table, path).exists() for path in {*before} - {*now}):
                return False
        return True

    def _people(self) -> Iterable[str]:
        """Queries of who has rows in files that came or went."""
        changed: dict[str, set[str]] = {}
        for part, known in self._known.items():
            for table, now in files_of(part, self._snapshot).items():
                changed.setdefault(table, set()).update({*known.files[table]} ^ {*now})
        for table, paths in changed.items():
            column = person_column(table)
            if paths and column:
                self._bind(table, sorted(paths), f"changed_{table}")
                yield f"select coalesce({column}, {_NOBODY}) as id from changed_{table}"
        yield f"select {_NOBODY} as id where false"

    def _of_touched(self, part: Part, files: Files) -> Sums:
        """What a part's sums say of the people who were touched, over some files."""
        known = self._known[part].files
        for table in sorted(files, key=lambda one: one != part.by_person):
            both = {*known[table]} & {*files_of(part, self._snapshot)[table]}
            of = files[part.by_person] if table in REFERRED_TO and part.by_person not in ("", table) else ()
            names = [self._of_few(part, table, sorted(some), of) for some in (both, {*files[table]} - both) if some]
            columns = ", ".join(f'"{one.name}"' for one in lake_columns(table)) if not names else "*"
            if not names:
                self._bind(table, [], f"none_of_{table}")
                names = [f"none_of_{table}"]
            self._session.view(table, " union all ".join(f"select {columns} from {name}" for name in names))
        make_shared(self._session, part)
        return summed(self._session, part)

    def _of_few(self, part: Part, table: str, paths: Sequence[str], records: Sequence[str]) -> str:
        """A relation of the rows of files that are of people who were touched; of visits, those that the part's
        records, of files `records`, refer to.
        """
        key = (table, repr((paths, records)))
        if key not in self._few:
            name, rows = f"few_{table}_{len(self._few)}", f"rows_of_{table}"
            self._bind(table, paths, rows)
            person = person_column(table)
            where = f" where coalesce({person}, {_NOBODY}) in (select id from touched)" if person else ""
            if records:
                own = REFERRED_TO[table][0]
                where = f" where {own} in (select {own} from {part.by_person})"
            self._session.table(name, f"select {self._columns(table)} from {rows}{where}")
            self._few[key] = name
        return self._few[key]

    def _columns(self, table: str) -> str:
        """The columns of a table that any part asks for."""
        names = [one.name for one in lake_columns(table)]
        return ", ".join(f'"{name}"' for name in names if name in self._words) or f'"{names[0]}"'

    @cached_property
    def _words(self) -> set[str]:
        asked = (one.sql for part in self._known for some in (part.made, part.sums) for one in some)
        return {word for sql in asked for word in _WORD.findall(sql)} | {"person_id", "year_of_birth"}

    def _is_told_otherwise(self, part: Part) -> bool:
        """May a record of somebody who was not touched refer to a visit that is told otherwise than before?"""
        known = self._known[part]
        for table, (key, other) in REFERRED_TO.items():
            if table not in known.files or table == part.by_person or not part.by_person:
                continue
            before, now = {*known.files[table]}, {*files_of(part, self._snapshot)[table]}
            others = known.sums.get(f"{part.by_person}_{other}")
            if before != now and others is None:
                return True
            if before != now and others is not None and _table(others).num_rows:
                self._session.bind_arrow("of_others", _table(others))
                if self._session.query(self._changed(table, key, other, (before - now, now - before))).num_rows:
                    return True
        return False

    def _changed(self, table: str, key: str, other: str, files: tuple[set[str], set[str]]) -> str:
        """A query of visits that are told otherwise and that others refer to, as far as they are told apart."""
        for name, paths in zip(("went", "came"), files, strict=True):
            self._bind(table, sorted(paths), name)
        told = f"{key}, person_id, {table.removesuffix('_occurrence')}_concept_id"
        went, came = (f"select {told} from {name}" for name in ("went", "came"))
        either = f"select * from ({went} except {came}) as g union all select * from ({came} except {went}) as c"
        return f"select 1 from ({either}) as e where {key} % {OTHERS_AS} in (select {other} from of_others) limit 1"

    def _bind(self, table: str, paths: Sequence[str], name: str) -> None:
        files = [self._snapshot.places.data(table, path) for path in paths]
        self._session.bind_parquet(name, files, lake_columns(table))

    def _drop_shared(self) -> None:
        for name in SHARED:
            self._session.drop(name)


def files_of(part: Part, snapshot: Snapshot) -> Files:
    """The files of every table of the lake that a part reads."""
    names = sorted(table for table in reads(part) & set(snapshot.tables) if table not in VOCABULARY_TABLES)
    return {table: tuple(sorted(one.path for one in snapshot.data_files(table))) for table in names}


def _table(rows: pa.Table | Packed) -> pa.Table:
    return rows.table() if isinstance(rows, Packed) else rows

"""Where the rows that violate a check came from: by source and by its form, the likeliest at fault first"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.dqd import violating
from medark.check.further import FAMILIES
from medark.check.judge import Verdict
from medark.check.scores.fault import Suspect, suspects, told_apart
from medark.errors import MedarkError
from medark.flows.data_map.origins import origins_of
from medark.flows.ingest.raw_tables import raw_tables
from medark.flows.quality import further
from medark.flows.quality.lines import MOST, Line, lines_of
from medark.flows.quality.origin import RELATION, origin_of
from medark.flows.quality.pinpoint import Made, made_by, made_first
from medark.flows.quality.session import bound
from medark.flows.quality.sides import Side, of_people, sides
from medark.flows.workspace import Workspace
from medark.model.omop import tables
from medark.model.record import RawRecord
from medark.standardise.formats import TABLES
from medark.store.engine import Session
from medark.store.lake import Snapshot

EXAMPLES = 5
_LOOKED_INTO = 400  # table files whose heading is read, to know which tables they are
_KEPT = "forms of records"
_WALKED = 2  # suspects of whose rows one is walked again


@dataclass(frozen=True, slots=True)
class Likely:
    """A suspect, and the lines of maps and readers that make the column at fault of what it sends, the likeliest
    first: those that made a row that violates the check before the others.
    """

    suspect: Suspect
    lines: tuple[Line, ...]


def likely(
    workspace: Workspace, one: Check, failing: Collection[Verdict] = ()
) -> tuple[tuple[Likely, ...], tuple[str, ...]]:
    """Who has rows that violate a check, or rows that it holds them against, and some of them as record:row. Nothing of
    a check that is not of rows. `failing`: other checks that fail, which speak against one side or the other.
    """
    snapshot = workspace.lake.snapshot()
    opened = further.registered if one.family == "people" else bound  # the register is large
    with opened(workspace, snapshot) as session:
        session.bind_arrow(RELATION, origin_of(workspace).table())
        if one.family == "people":
            found = [of_people(workspace, session, one)]
        else:
            where = where_of(workspace, snapshot, one)
            found = list(sides(workspace, session, one, where)) if where else []
        ranked = [_Suspected.of(workspace, one, side) for side in found]
        ranked.sort(key=lambda side: -side.weight(workspace, one, failing))
        told = [each for side in ranked for each in side.likely(workspace, session, one)]
    return tuple(told), tuple(_places(found[0].bad)) if found and one.family != "people" else ()


@dataclass(frozen=True, slots=True)
class _Suspected:
    """Who is suspected of a side, with the records of each form."""

    side: Side
    suspects: Sequence[Suspect]
    apart: float
    forms: Mapping[int, tuple[str, str]]

    @classmethod
    def of(cls, workspace: Workspace, one: Check, side: Side) -> _Suspected:
        forms = _tables(workspace, side.rows["record_no"])
        counted = _by_form(workspace, forms, side.bad, side.rows)
        mine = {form for form in counted if side.table != one.table or is_of(workspace, one, form[0])}
        found = [each for each in suspects(counted) if (each.source, each.form) in mine]
        return cls(side, found, told_apart(counted), forms)

    def weight(self, workspace: Workspace, one: Check, failing: Collection[Verdict]) -> float:
        """How well it tells apart who violates the check, less what each who is suspected costs (as the information
        criterion of Schwarz 1978 has it). What the check's rows are held against weighs more where another check doubts
        it, by the share of rows that this finds, and else where all is equal a little less.
        """
        rows = sum(self.side.rows["n"].to_pylist())
        apart = self.apart - sum(each.likelihood > 0 for each in self.suspects) * math.log(max(rows, 1))
        if self.side.table == one.table or not self.suspects:
            return apart
        mine = {(self.side.table, column) for column in self.side.columns}
        doubts = (each for each in failing if (each.check.table, each.check.column) in mine)
        shares = [each.share for each in doubts if is_of(workspace, each.check, self.suspects[0].source)]
        return apart + self.apart * max(shares, default=0.0) - 1

    def likely(self, workspace: Workspace, session: Session, one: Check) -> Iterator[Likely]:
        for place, each in enumerate(self.suspects):
            checks = [replace(one, table=self.side.table, column=column) for column in self.side.columns or ("",)]
            lines = dict.fromkeys(
                line for check in checks for line in lines_of(workspace, check, each.source, each.form)
            )
            made = self._made(workspace, session, each) if place < _WALKED else Made()
            by_code = bool(one.concept_ids) or any("concept" in column for column in self.side.columns)
            yield Likely(each, made_first(made, tuple(lines), by_code=by_code))

    def _made(self, workspace: Workspace, session: Session, suspect: Suspect) -> Made:
        """By what a row of a suspect was made."""
        form = suspect.source, suspect.form
        mine = (row["key"] for row in self.side.bad.to_pylist() if self.forms.get(row["record_no"]) == form)
        return made_by(workspace, session, self.side.table, next(mine, None))


def is_of(workspace: Workspace, one: Check, source: str) -> bool:
    """Is a check of the rows of a source: of all sources, of it, or of the register of people that it shares?"""
    return one.source in ("", source) or (
        one.family == "people" and workspace.landing.source(source).people == one.source
    )


def sender(workspace: Workspace, one: Check, found: Count, places: Sequence[str]) -> tuple[Likely, ...]:
    """Who sent what violates a check that is of one source's raw records: the source, in the form of the records that
    were found, with the lines that make the column of it.
    """
    records = [int(place.partition(":")[0]) for place in places if ":" in place]
    if not one.source or not records:
        return ()
    tables = _tables(workspace, pa.chunked_array([pa.array(records, pa.int64())]))
    forms = {tables[no][1] if no in tables else str(workspace.landing.record(no).format) for no in records}
    form = forms.pop() if len(forms) == 1 else ""
    suspect = Suspect(one.source, form, found.violating, found.of, None, float(found.violating), 1.0)
    of_column = replace(one, column=one.column or _held_for(workspace, one, records))
    lines = lines_of(workspace, of_column, one.source, form) if form and of_column.column else ()
    return (Likely(suspect, lines[:MOST]),)


def _held_for(workspace: Workspace, one: Check, records: Sequence[int]) -> str:
    """The column for which most rows of a table were kept back, of some raw records; "" of what is of no column."""
    held = (each for number in set(records) for each in workspace.ledger.quarantine.held(record_no=number))
    mine = Counter(each.place for each in held if (each.reason, each.table) == (one.value, one.table))
    known = tables()[one.table].column_names if one.table in tables() else ()
    return next((place for place, _ in mine.most_common() if place in known), "")


def where_of(workspace: Workspace, snapshot: Snapshot, one: Check) -> str:
    """FROM and WHERE of the rows (`t`) that violate a check, "" of one that is not of rows; `origin` is to be bound."""
    return (further.violating(workspace, snapshot, one) if one.family in FAMILIES else violating(one)) or ""


def _places(counted: pa.Table) -> Iterator[str]:
    rows = (row for row in counted.slice(0, EXAMPLES + 1).to_pylist() if row["record_no"] is not None)
    yield from (f"{row['record_no']}:{row['row_no']}" for row in islice(rows, EXAMPLES))


def _by_form(
    workspace: Workspace, forms: Mapping[int, tuple[str, str]], bad: pa.Table, rows: pa.Table
) -> Mapping[tuple[str, str], Count]:
    """Rows that violate, and all rows, by source and form: of table files the table, else the format."""
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for place, counted in enumerate((bad, rows)):
        of_tables = pc.is_in(counted["record_no"], pa.array(forms, pa.int64()))
        for row in counted.filter(of_tables).to_pylist():
            found[forms[row["record_no"]]][place] += row["n"]
        for origin, count in origins_of(workspace).summed(counted.filter(pc.invert(of_tables))).items():
            found[origin][place] += count
    return {form: Count(violates, of) for form, (violates, of) in found.items()}


def _tables(workspace: Workspace, wanted: pa.ChunkedArray) -> Mapping[int, tuple[str, str]]:
    """The source and table of table files, by record; of files whose heading was not read, nothing."""
    known: dict[int, tuple[str, str]] = workspace.kept.setdefault(_KEPT, {})
    files = list(workspace.landing.records(formats=TABLES))
    numbers = pa.array([one.record_no for one in files], pa.int64())
    there = pc.is_in(numbers, value_set=wanted.combine_chunks().cast(pa.int64())).to_pylist()
    mine = [one for one, is_there in zip(files, there, strict=True) if is_there]
    for record in islice((one for one in mine if one.record_no not in known), _LOOKED_INTO):
        known[record.record_no] = (record.source, _title(workspace, record))
    return {one.record_no: known[one.record_no] for one in mine if one.record_no in known}


def _title(workspace: Workspace, record: RawRecord) -> str:
    try:
        found = raw_tables(workspace, record)
    except MedarkError:
        found = []
    return " ".join(dict.fromkeys(one.title for one in found)) or str(record.format)

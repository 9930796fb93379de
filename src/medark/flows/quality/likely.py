"""Where the rows that violate a check came from: by source and by its form, the likeliest at fault first"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.dqd import violating
from medark.check.further import FAMILIES
from medark.check.scores.fault import Suspect, suspects
from medark.errors import MedarkError
from medark.flows.data_map.origins import origins_of
from medark.flows.ingest.raw_tables import raw_tables
from medark.flows.quality import further
from medark.flows.quality.lines import Line, lines_of
from medark.flows.quality.origin import RELATION, origin_of
from medark.flows.quality.session import bound, rendered
from medark.flows.workspace import Workspace
from medark.model.omop import RECORD_NO, lake_columns, tables
from medark.model.record import RawRecord
from medark.standardise.formats import TABLES
from medark.store.lake import Snapshot

EXAMPLES = 5
_LOOKED_INTO = 400  # table files whose heading is read, to know which tables they are
_KEPT = "forms of records"


@dataclass(frozen=True, slots=True)
class Likely:
    """A suspect, and the lines of maps and readers that make the checked column of what it sends."""

    suspect: Suspect
    lines: tuple[Line, ...]


def likely(workspace: Workspace, one: Check) -> tuple[tuple[Likely, ...], tuple[str, ...]]:
    """Who has rows that violate a check, and some of them as record:row. Nothing of a check that is not of rows."""
    snapshot = workspace.lake.snapshot()
    where = where_of(workspace, snapshot, one)
    if not where or RECORD_NO not in lake_columns(one.table):
        return (), ()
    with bound(workspace, snapshot) as session:
        session.bind_arrow(RELATION, origin_of(workspace).table())
        bad = session.query(
            rendered(workspace, session, f"select {_TOLD} {where} {_BY_RECORD} order by n desc, record_no")
        )
        rows = session.query(rendered(workspace, session, f"select {_TOLD} from {one.table} as t {_BY_RECORD}"))
    forms = _by_form(workspace, bad, rows)
    found = suspects({form: count for form, count in forms.items() if one.source in ("", form[0])})
    told = tuple(Likely(each, lines_of(workspace, one, each.source, each.form)) for each in found)
    return told, tuple(_places(bad))


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
    return (Likely(suspect, lines),)


def _held_for(workspace: Workspace, one: Check, records: Sequence[int]) -> str:
    """The column for which most rows of a table were kept back, of some raw records; "" of what is of no column."""
    held = (each for number in set(records) for each in workspace.ledger.quarantine.held(record_no=number))
    mine = Counter(each.place for each in held if (each.reason, each.table) == (one.value, one.table))
    known = tables()[one.table].column_names if one.table in tables() else ()
    return next((place for place, _ in mine.most_common() if place in known), "")


def where_of(workspace: Workspace, snapshot: Snapshot, one: Check) -> str:
    """FROM and WHERE of the rows (`t`) that violate a check, "" of one that is not of rows; `origin` is to be bound."""
    return (further.violating(workspace, snapshot, one) if one.family in FAMILIES else violating(one)) or ""


_TOLD = "t.medark_record_no as record_no, count(*) as n, min(t.medark_row_no) as row_no"
_BY_RECORD = "group by t.medark_record_no"


def _places(counted: pa.Table) -> Iterator[str]:
    rows = (row for row in counted.slice(0, EXAMPLES + 1).to_pylist() if row["record_no"] is not None)
    yield from (f"{row['record_no']}:{row['row_no']}" for row in islice(rows, EXAMPLES))


def _by_form(workspace: Workspace, bad: pa.Table, rows: pa.Table) -> Mapping[tuple[str, str], Count]:
    """Rows that violate, and all rows, by source and form: of table files the table, else the format."""
    forms = _tables(workspace, rows["record_no"])
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

"""The proposals for an unseen export, held against its truth"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from medark.flows.propose.approving import FEWEST, automatic_part
from medark.standardise.propose.draft import Draft, composed
from medark.standardise.propose.names import Lexicon
from medark.standardise.propose.profile import TableProfile, TableScan, links, profile_of
from medark.standardise.propose.reading import ColumnReading, read_tables
from medark.standardise.propose.together import settled
from propose_truth import Judged
from unseen.world import Truth

_SEED = 11


def profiles(tables: Sequence[Truth]) -> list[TableProfile]:
    """As a landed export would be profiled."""
    return [_profile(table) for table in tables]


def _profile(told: Truth) -> TableProfile:
    scan = TableScan.of(list(told.columns), _SEED)
    scan.add(pa.table({name: pa.array(values, pa.string()) for name, (_, values) in told.columns.items()}))
    return TableProfile(told.name.lower(), tuple(profile_of(column) for column in scan.columns))


def judged_unseen(name: str, tables: Sequence[Truth], *, hold: bool = False) -> tuple[list[Judged], int]:
    """Every column, and how many tables are of the kind that they are. `hold`: without the names of its columns."""
    profiled, lexicon = profiles(tables), Lexicon(without=[c for t in tables for c in t.columns] if hold else ())
    within = links(profiled)
    readings = settled(read_tables(profiled, lexicon, within), within)
    drafts = composed(name, readings, within, {})
    alone = automatic_part([draft for table, draft in zip(profiled, drafts, strict=True) if table.rows >= FEWEST])
    found = [
        _judged(table, column, draft, alone.get(draft.table))
        for table, reading, draft in zip(tables, readings, drafts, strict=True)
        for column in reading.columns
    ]
    kinds = sum(reading.kind in table.kinds for table, reading in zip(tables, readings, strict=True))
    return found, kinds


def _judged(table: Truth, column: ColumnReading, draft: Draft, alone: Draft | None) -> Judged:
    true, slot = table.columns[column.name][0], column.best.slot
    made = draft.made_of(column.name)
    said = slot if slot.startswith(("wide:", "id:")) else slot.partition(":")[0]
    right = said in true or ("-" in true and (not made or not slot))
    by_itself = alone is not None and bool(alone.made_of(column.name))
    numbers = column.grounds.numbers
    return Judged(f"{table.name}.{column.name}", right, column.chance, "-" not in true, by_itself, numbers)

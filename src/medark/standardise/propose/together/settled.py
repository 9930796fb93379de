"""The tables of one source read together: keys by what points to them, patients and visits by who else knows them"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from medark.standardise.propose.profile import Link
from medark.standardise.propose.reading import TableReading
from medark.standardise.propose.together.keys import of_visits, pointed_to
from medark.standardise.propose.together.people import borne_out
from medark.standardise.propose.together.rows import beside, named_rows, shown
from medark.standardise.propose.together.source import Source
from medark.standardise.propose.together.staff import doctors

_STEPS: Sequence[Callable[[Source, TableReading], Source]] = (
    pointed_to,
    of_visits,
    borne_out,
    doctors,
    named_rows,
    beside,
    shown,
)


def settled(readings: Sequence[TableReading], links: Sequence[Link]) -> list[TableReading]:
    """The readings, corrected where other tables of the source speak against them."""
    source = Source({one.table.name: one for one in readings}, links)
    for step in _STEPS:
        for name in source.tables:
            source = step(source, source.tables[name])
    return list(source.tables.values())

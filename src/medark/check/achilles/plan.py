"""From analyses to parts: what is read together, counted together, and kept together"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from medark.check.achilles import across, event_kinds, events, people, periods
from medark.check.achilles.analyses import Analysis, analyses
from medark.check.achilles.counting import Counting, Made, Part, queries
from medark.check.achilles.event_tables import BY_NAME, TABLES

SPANS: Final = Made("spans", periods.spans_in_days())
UNMAPPED, BY_VISIT, BY_DETAIL = 1900, 226, 1326  # counted of many tables, a part each
_MADE: Final = {"overlaps": across.overlaps, "ends": across.ends, "costs": across.costs}
_KINDS: Final[Mapping[str, Mapping[str, Counting]]] = {
    "overlaps": across.OVERLAPS, "ends": across.ENDS, "costs": across.COSTS,
}  # fmt: skip
_PLAIN: Final = "people"
_PEOPLE_OF: Final = "people_of_"
_OF_RECORDS: Final = ("{t}_cells", "{t}_amounts")
_WORD: Final = re.compile(r"\w+")


def parts(wanted: Collection[int] | None = None) -> list[Part]:
    """The parts that count the analyses of these numbers, or all."""
    asked: dict[str, list[tuple[Analysis, Counting]]] = {}
    for analysis in analyses():
        if wanted is None or analysis.analysis_id in wanted:
            for name, counting in _countings(analysis):
                asked.setdefault(name, []).append((analysis, counting))
    return [
        Part(name, tuple(_made(name, some)), *queries(some), by_person=name.partition(_PEOPLE_OF)[2])
        for name, some in asked.items()
    ]


def _countings(analysis: Analysis) -> Iterator[tuple[str, Counting]]:
    """What counts an analysis, and in which parts."""
    if analysis.analysis_id == UNMAPPED:
        for one in TABLES:
            yield from ((one.table, counting) for counting in events.unmapped(one.table, one.unmapped))
        for table, pairs in people.UNMAPPED.items():
            part = table if table in periods.PERIODS else _PLAIN
            yield from ((part, counting) for counting in events.unmapped(table, pairs))
    elif analysis.analysis_id in (BY_VISIT, BY_DETAIL):
        for one in TABLES:
            yield from ((one.table, c) for number, c in events.by_visit(one) if number == analysis.analysis_id)
    else:
        yield _home(analysis)


def _home(analysis: Analysis) -> tuple[str, Counting]:
    for name, kinds in _KINDS.items():
        if analysis.counts in kinds:
            return name, kinds[analysis.counts]
    if analysis.table in BY_NAME:
        counting = event_kinds.KINDS[analysis.counts]
        is_of_records = counting.of.startswith(_OF_RECORDS)
        return ("" if is_of_records else _PEOPLE_OF) + analysis.table, counting
    if analysis.table in periods.PERIODS:
        return analysis.table, periods.KINDS[analysis.counts]
    return _PLAIN, people.KINDS[analysis.counts]


def _made(name: str, asked: Iterable[tuple[Analysis, Counting]]) -> list[Made]:
    """The relations that are needed, and those that they need."""
    known: list[Made] = []
    table = name.removeprefix(_PEOPLE_OF)
    if table in BY_NAME:
        known = [SPANS, *events.made(BY_NAME[table])]
    elif name in periods.PERIODS:
        known = list(periods.made(name))
    elif name in _MADE:
        known = list(_MADE[name]())
    needed = " ".join(counting.of.replace("{t}", analysis.table) for analysis, counting in asked)
    kept: list[Made] = []
    for one in reversed(known):
        if one.name in _WORD.findall(needed):
            kept.insert(0, one)
            needed += f" {one.sql}"
    return kept

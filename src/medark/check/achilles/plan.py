"""From analyses to parts: what is read together, counted together, and kept together"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeVar

from medark.check.achilles import across, event_kinds, events, people, people_with, periods
from medark.check.achilles.analyses import Analysis, analyses
from medark.check.achilles.counting import Asked, Counting, Made, Part, Sum, queries
from medark.check.achilles.event_tables import BY_NAME, TABLES

_One = TypeVar("_One", Made, Sum)
SPANS: Final = Made("spans", periods.spans_in_days())
UNMAPPED, BY_VISIT, BY_DETAIL = 1900, 226, 1326  # counted of many tables, a part each
_MADE: Final = {"overlaps": across.choices, "costs": across.costs}
_PERSON: Final = "person"
_SUMS: Final = {"overlaps": across.overlaps, "ends": across.ends, _PERSON: people.sums}
_KINDS: Final[Mapping[str, Mapping[str, Counting]]] = {
    "overlaps": across.OVERLAPS, "ends": across.ENDS, "costs": across.COSTS, _PERSON: people.OF_PERSONS,
}  # fmt: skip
_OF: Final = {"costs": "cost", **{one: one for one in periods.PERIODS}}
_PLAIN: Final = "people"
_WORD: Final = re.compile(r"\w+")


def parts(wanted: Collection[int] | None = None) -> list[Part]:
    """The parts that count the analyses of these numbers, or all."""
    return [*_parts(frozenset(wanted) if wanted is not None else None)]


@lru_cache(16)
def _parts(wanted: frozenset[int] | None) -> tuple[Part, ...]:
    asked: dict[str, list[tuple[Analysis, Counting]]] = {}
    for analysis in analyses():
        if wanted is None or analysis.analysis_id in wanted:
            for name, counting in _countings(analysis):
                asked.setdefault(name, []).append((analysis, counting))
    return tuple(_part(name, some) for name, some in asked.items())


def _countings(analysis: Analysis) -> Iterator[tuple[str, Counting]]:
    """What counts an analysis, and in which parts."""
    if analysis.analysis_id == UNMAPPED:
        yield from ((one.table, events.unmapped(one.table)) for one in TABLES if one.unmapped)
        yield _PERSON, events.unmapped(_PERSON)
        for table, pairs in people.UNMAPPED.items():
            part = table if table in periods.PERIODS else _PLAIN
            yield from ((part, counting) for counting in events.unmapped_of(table, pairs))
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
        return analysis.table, event_kinds.KINDS[analysis.counts]
    if analysis.table in periods.PERIODS:
        return analysis.table, periods.KINDS[analysis.counts]
    return _PLAIN, people.KINDS[analysis.counts]


def _part(name: str, asked: list[tuple[Analysis, Counting]]) -> Part:
    """What is asked, the sums that it is asked of, and the relations that they need."""
    told = " ".join(counting.relation(analysis.table) for analysis, counting in asked)
    every = tuple(Asked(analysis, counting, counting.sql(analysis)) for analysis, counting in asked)
    if name in BY_NAME:
        table = BY_NAME[name]
        sums = _needed([*events.sums(table), *people_with.sums(name)], told + events.always(table))
        made = _needed([SPANS, events.rows(table), *people_with.made(name)], " ".join(one.sql for one in sums))
        return Part(name, tuple(made), *queries(every), tuple(sums), by_person=name, of=name, asked=every)
    is_of_periods = name in periods.PERIODS
    known = [*(periods.made(name) if is_of_periods else _MADE[name]() if name in _MADE else ())]
    summed = _needed([*(periods.sums(name) if is_of_periods else _SUMS[name]() if name in _SUMS else ())], told)
    made = _needed(known, " ".join((told, *(one.sql for one in summed))))
    return Part(name, tuple(made), *queries(every), tuple(summed), of=_OF.get(name, ""), asked=every)


def _needed(known: Sequence[_One], asked: str) -> list[_One]:
    """The relations that are needed, and those that they need."""
    kept, words = list[_One](), set(_WORD.findall(asked))
    for one in reversed(known):
        if one.name in words:
            kept.insert(0, one)
            words.update(_WORD.findall(one.sql))
    return kept

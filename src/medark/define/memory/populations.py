"""Populations as the entries of one person"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from hashlib import md5
from itertools import pairwise
from typing import TypeAlias

from medark.define.memory.context import Context, Entry, Person
from medark.define.memory.eras import last_day, run_together
from medark.define.memory.layout import KEY
from medark.define.memory.parts import Constant, Part
from medark.define.memory.plain import Plain
from medark.define.memory.times import at_midnight, day, plus_days, plus_months
from medark.define.nodes import Criterion, Every, Everyone, EveryPeriod, Keep, Population, Selected, Union

EntriesOf: TypeAlias = Callable[[Person], list[Context]]
Step: TypeAlias = Callable[[list[Context]], list[Context]]


def key_hash(text: str) -> int:
    """The first 15 hexadecimal digits of the MD5 of a text: what `key_hash` is in SQL (sql/rewrites/keys).

    >>> key_hash("1|2024-01-01")
    927211558444442774
    """
    return int(md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16)


def entries_of(population: Population, compiler: Plain) -> EntriesOf:
    """The entries of a person, as the contexts that their values are asked of."""
    match population:
        case Everyone():
            return _everyone(population)
        case EveryPeriod():
            return _every_period(population)
        case Every():
            return _every(population, compiler)
        case Union():
            return _union(population, compiler)
        case Selected():
            return _selected(population, compiler)
    raise NotImplementedError(type(population).__name__)


def steps_of(population: Selected, compiler: Plain) -> list[Step]:
    """What each step leaves of the entries of one person."""
    return [_step(step, compiler) for step in population.steps]


def stays_of(population: Selected, compiler: Plain) -> Step:
    """What becomes of the entries that passed every step: they end, run together and are clipped."""
    leaves = Constant(None) if population.exit is None else compiler.entry(population.exit)
    if population.gap is None:
        return lambda entries: [_leaving(entry, leaves) for entry in entries]
    gap, first, last = population.gap, population.first or dt.date.min, population.last or dt.date.max

    def stays(entries: list[Context]) -> list[Context]:
        spans = [(day(e.start), _last_day(e, leaves), (e,)) for e in entries]  # type: ignore[arg-type]
        eras = [(era[0][0], last_day(era), era[0][2][0]) for era in run_together(spans, gap)]
        clipped = [(max(begins, first), min(ends, last), e) for begins, ends, e in eras]
        return [_stay(e, begins, ends) for begins, ends, e in clipped if begins <= ends]

    return stays


def _people(known: Person) -> list[int]:
    return [row[KEY] for row in known.record.table("person").rows]


def _everyone(population: Everyone) -> EntriesOf:
    def entries(known: Person) -> list[Context]:
        at = at_midnight(population.on or known.today)
        return [Context(known, person, at, at, None) for person in _people(known)]

    return entries


def _every_period(population: EveryPeriod) -> EntriesOf:
    periods = list(_periods(population))

    def entries(known: Person) -> list[Context]:
        return [
            Context(known, key_hash(f"{person}|{first.isoformat()}"), at_midnight(first), at_midnight(last), None)
            for person in _people(known)
            for first, last in periods
        ]

    return entries


def _periods(population: EveryPeriod) -> list[tuple[dt.date, dt.date]]:
    """The first and last day of each; periods past the end of the calendar are left out."""
    firsts = [plus_months(population.first, population.months * no) for no in range(population.periods + 1)]
    return [
        (first, last)
        for first, following in pairwise(firsts)
        if first is not None and following is not None and (last := plus_days(following, -1)) is not None
    ]


def _every(population: Every, compiler: Plain) -> EntriesOf:
    """Rows without a start are no entries."""
    frame = compiler.frame(population.frame)
    index = compiler.as_index(population.frame.root, *population.moments)

    def entries(known: Person) -> list[Context]:
        nowhere = known.without_entry()
        return [e for e in map(index(nowhere), frame(nowhere)) if e.start is not None]

    return entries


def _union(population: Union, compiler: Plain) -> EntriesOf:
    populations = [entries_of(one, compiler) for one in population.populations]

    def entries(known: Person) -> list[Context]:
        return [
            Context(known, key_hash(f"{number}|{e.entry_id}"), e.start, e.end, e.visit)
            for number, one in enumerate(populations)
            for e in one(known)
        ]

    return entries


def _selected(population: Selected, compiler: Plain) -> EntriesOf:
    entry, steps = entries_of(population.entry, compiler), steps_of(population, compiler)
    stays = stays_of(population, compiler)

    def entries(known: Person) -> list[Context]:
        left = entry(known)
        for step in steps:
            left = step(left)
        return stays(left)

    return entries


def _step(step: Criterion | Keep, compiler: Plain) -> Step:
    if isinstance(step, Keep):
        choose = min if step.which == "first" else max
        return lambda entries: [choose(entries, key=lambda e: (e.start, e.entry_id))] if entries else []
    condition = compiler.entry(step.condition)
    return lambda entries: [e for e in entries if condition(e)]


def _leaving(e: Context, leaves: Part) -> Context:
    """The entry as it ends; never before it starts."""
    last = leaves(e)
    if last is None or last < day(e.start):  # type: ignore[arg-type]
        return e
    return Context(e.known, e.entry_id, e.start, max(e.start, at_midnight(last)), e.visit)  # type: ignore[type-var]


def _last_day(e: Context, leaves: Part) -> dt.date:
    first, last = day(e.start), leaves(e)  # type: ignore[arg-type]
    if last is None or last < first:
        last = first if e.end is None else day(e.end)
    return last  # type: ignore[no-any-return]


def _stay(e: Context, first: dt.date, last: dt.date) -> Context:
    entry_id = key_hash(f"{e.person}|{first.isoformat()}|{last.isoformat()}")
    return Context(e.known, entry_id, at_midnight(first), at_midnight(last), None)


__all__ = ["EntriesOf", "Entry", "Step", "entries_of", "key_hash", "stays_of", "steps_of"]

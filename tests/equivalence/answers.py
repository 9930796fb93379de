"""One dataset on each engine, as rows that can be compared"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from equivalence.leaves import RESOLVED
from equivalence.sessions import made, on_engine, planned
from equivalence.world import Tables
from medark.define.definitions import Cohort, Dataset
from medark.define.memory.attrition import attrition
from medark.define.memory.evaluate import Compiled, compiled, plainly_compiled
from medark.define.memory.record import Record
from medark.define.tables import TABLES
from medark.store.engine import Session

TODAY = dt.date(2024, 2, 29)
Rows = list[dict[str, Any]]
__all__ = ["RESOLVED", "TODAY", "differences", "disagreements", "in_memory", "plainly", "records"]


def records(tables: Tables) -> list[Record]:
    """The people of a world."""
    people = tables["person"]["person_id"]
    held: dict[int, dict[str, dict[str, list[Any]]]] = {person: {} for person in people}
    for table, columns in tables.items():
        places = defaultdict(list)
        for place, person in enumerate(columns[TABLES[table].person]):
            places[person].append(place)
        for person, rows in places.items():
            held[person][table] = {name: [cells[place] for place in rows] for name, cells in columns.items()}
    return [Record.of(person, one) for person, one in held.items()]


def in_memory(dataset: Dataset, tables: Tables, how: Callable[..., Compiled] = compiled) -> Rows:
    """Person by person, quickly."""
    ready = how(dataset, RESOLVED)
    return [row for record in records(tables) for row in ready.rows(record, today=TODAY)]


def plainly(dataset: Dataset, tables: Tables) -> Rows:
    """Person by person, without anything that makes it quick."""
    return in_memory(dataset, tables, plainly_compiled)


def disagreements(session: Session, dataset: Dataset, tables: Tables) -> list[str]:
    """Where an engine, or what makes memory quick, answers otherwise than memory does plainly."""
    oracle = plainly(dataset, tables)
    engine = on_engine(session, dataset, tables, RESOLVED, TODAY)
    return [*differences(in_memory(dataset, tables), oracle), *differences(engine, oracle)]


def disagreements_of_cohort(session: Session, cohort: Cohort, tables: Tables) -> list[str]:
    """Where an engine has other stays of a cohort than memory, or another attrition."""
    plan = planned(cohort, RESOLVED, TODAY)
    stays, steps = made(session, cohort, plan, tables, (plan.result, "attrition"))
    told = sorted((row["step_no"], row["name"], row["entries"], row["persons"]) for row in steps)
    left = attrition(cohort.population, RESOLVED, records(tables), today=TODAY)
    counted = [(at, *one) for at, one in enumerate(left)]
    found = differences(stays, in_memory(Dataset(cohort, {}), tables))
    return found if told == counted else [*found, f"attrition: {told} and {counted}"]


def disagreements_on_some(session: Session, dataset: Dataset, tables: Tables, people: set[int]) -> list[str]:
    """Where an engine that is asked of some people alone gives other rows than memory gives of these."""
    some = on_engine(session, dataset, tables, RESOLVED, TODAY, people)
    return differences(some, [row for row in in_memory(dataset, tables) if row["person_id"] in people])


def differences(one: Iterable[Mapping[str, Any]], two: Iterable[Mapping[str, Any]]) -> list[str]:
    """What differs between two answers, row by row and column by column; numbers to a billionth part."""
    mine, other = _by_entry(one), _by_entry(two)
    found = [f"entries {sorted(set(mine) ^ set(other), key=str)}"] if set(mine) != set(other) else []
    for key in mine.keys() & other.keys():
        if len(mine[key]) != len(other[key]):
            found.append(f"{key}: {len(mine[key])} and {len(other[key])} rows")
        for left, right in zip(sorted(mine[key], key=str), sorted(other[key], key=str), strict=False):
            found += [
                f"{key} {name}: {left[name]!r} and {right[name]!r}"
                for name in left
                if not _alike(left[name], right[name])
            ]
    return found


def _by_entry(rows: Iterable[Mapping[str, Any]]) -> dict[Any, list[Mapping[str, Any]]]:
    found = defaultdict(list)
    for row in rows:
        found[row["entry_id"], row["entry_start"]].append(row)
    return found


def _alike(one: Any, two: Any) -> bool:
    if one is None or two is None:
        return one is two
    if isinstance(one, float) and isinstance(two, float):
        return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-12)
    return type(one) is type(two) and bool(one == two)

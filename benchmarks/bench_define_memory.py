"""One patient in memory: building the record, judging many rules, and judging again what one event can change.

Run: .venv/bin/python benchmarks/bench_define_memory.py [--rows 5000] [--rules 200] [--times 200]
Rows are as a year in hospital has them: two in three are measurements of 150 kinds, half of them of the commonest 15.
Rules are critical values, delta checks, interactions of drugs, counts in a window, last values with ages and limits.
The limit beside it, in the same run: reading every row once in a Python loop.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import os
import platform
import random
import time
from collections.abc import Callable, Iterator
from statistics import quantiles
from typing import Any

from medark.define import (
    Card,
    ConceptSet,
    Frame,
    Rule,
    Series,
    concepts,
    conditions,
    days,
    drugs,
    hours,
    index,
    measurements,
    person,
    visits,
)
from medark.define.concepts.ids import ConceptIds, ResolvedSets
from medark.define.memory import Record, RuleSet, moment_of

NOW = dt.datetime(2026, 3, 1, 8, 30)
TODAY = NOW.date()
LABS, DRUGS, ILLS = 150, 120, 60  # kinds of each
UNIT = 8753  # millimole per litre
SHARES = {"measurement": 0.66, "drug_exposure": 0.2, "condition_occurrence": 0.1, "visit_occurrence": 0.04}
Tables = dict[str, dict[str, list[Any]]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=5_000)
    arguments.add_argument("--rules", type=int, default=200)
    arguments.add_argument("--times", type=int, default=200)
    given = arguments.parse_args()
    chance, resolved = random.Random(1), dict[ConceptSet, ConceptIds]()
    tables, rules = patient(chance, given.rows), list(drawn_rules(chance, given.rules, resolved))
    before = time.process_time()
    rule_set = RuleSet(rules, resolved)
    taken = (time.process_time() - before) * 1e3
    print(f"{given.rows:,} rows, {given.rules} rules, compiled in {taken:,.0f} ms of CPU time; ", end="")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, one used")
    measured("limit: a loop over every row", given.times, lambda: looped(tables))
    measured("building the record", given.times, lambda: built(tables))
    whole_record(rule_set, tables, given.times, given.rules)
    one_event(rule_set, built(tables), chance, given.times)
    one_decision(rule_set, built(tables), rules, given.times)


def whole_record(rule_set: RuleSet, tables: Tables, times: int, rules: int) -> None:
    """All rules: on a record just built, whose indexes are not there yet, and on one that has been asked before."""
    fresh = iter([built(tables) for _ in range(times + 1)])
    entry = moment_of(built(tables), NOW)
    measured("all rules, of a record just built", times, lambda: rule_set.judge(next(fresh), entry, today=TODAY), rules)
    known = built(tables)
    found = rule_set.judge(known, entry, today=TODAY)
    print(f"  fire: {sum(one.fires is True for one in found)}, missing: {sum(one.fires is None for one in found)}")
    measured("all rules, again", times, lambda: rule_set.judge(known, entry, today=TODAY), rules)


def one_event(rule_set: RuleSet, record: Record, chance: random.Random, times: int) -> None:
    """A measurement arrives: all rules, then only those that it can change, each time with the row put in."""
    entry = moment_of(record, NOW)
    events = [measurement(chance, 10_000_000 + no, NOW - dt.timedelta(minutes=no % 50)) for no in range(2 * times + 2)]
    arriving, judged = iter(events), []

    def every_rule() -> None:
        rule_set.judge(record.with_rows("measurement", [next(arriving)]), entry, today=TODAY)

    def triggered_rules() -> None:
        event = next(arriving)
        only = rule_set.triggered_by("measurement", event["measurement_concept_id"])
        judged.append(len(rule_set.judge(record.with_rows("measurement", [event]), entry, today=TODAY, only=only)))

    measured("one event: all rules", times, every_rule)
    measured("one event: triggered rules", times, triggered_rules)
    print(f"  triggered: {sum(judged) / len(judged):.1f} rules an event")


def one_decision(rule_set: RuleSet, record: Record, rules: list[Rule], times: int) -> None:
    entry = moment_of(record, NOW)
    names = iter([rule.name for _ in range(times // len(rules) + 2) for rule in rules])
    measured("one rule", times, lambda: rule_set.judge(record, entry, today=TODAY, only=[next(names)]), 1)


def measured(what: str, times: int, work: Callable[[], object], decisions: int = 0) -> None:
    """Does it so many times; prints p50 and p99 by the clock and of CPU time, which a busy machine disturbs less."""
    work()
    gc.collect()
    taken = []
    for _ in range(times):
        clock, cpu = time.perf_counter(), time.thread_time()
        work()
        taken.append((time.perf_counter() - clock, time.thread_time() - cpu))
    cells = []
    for label, seconds in zip(("clock", "CPU"), zip(*taken, strict=True), strict=True):
        cuts = quantiles(seconds, n=100)
        cells.append(f"{label} p50 {cuts[49] * 1e3:8.3f} ms, p99 {cuts[98] * 1e3:8.3f} ms")
    used = sum(cpu for _, cpu in taken)
    rate = f"  {decisions * times / used:,.0f} decisions/s" if decisions else ""
    print(f"{what:36} {'   '.join(cells)}{rate}")


def built(tables: Tables) -> Record:
    """The record, with every table in order."""
    record = Record.of(1, tables)
    record.size()
    return record


def looped(tables: Tables) -> int:
    found = 0
    for columns in tables.values():
        for cells in zip(*columns.values(), strict=True):
            found += cells[0] is not None
    return found


def patient(chance: random.Random, rows: int) -> Tables:
    """Events of one person in no order of time, as a lake gives them: with the columns that a lake has."""
    counts = {table: int(rows * share) for table, share in SHARES.items()}
    tables: Tables = {"person": {"person_id": [1], "year_of_birth": [1948], "gender_concept_id": [8507]}}
    made = {"measurement": lambda no: measurement(chance, no, moment(chance)),
            "drug_exposure": lambda no: drug(chance, no), "condition_occurrence": lambda no: condition(chance, no),
            "visit_occurrence": lambda no: visit(chance, no)}  # fmt: skip
    for table, count in counts.items():
        events = [made[table](no) for no in range(count)]
        tables[table] = {name: [event[name] for event in events] for name in events[0]}
    return tables


def moment(chance: random.Random) -> dt.datetime:
    return NOW - dt.timedelta(minutes=int(chance.expovariate(1 / 90_000)))


def measurement(chance: random.Random, key: int, at: dt.datetime) -> dict[str, Any]:
    kind = chance.randrange(15) if chance.random() < 0.5 else chance.randrange(LABS)
    return {
        "measurement_id": key, "person_id": 1, "measurement_concept_id": 3_000_000 + kind,
        "measurement_date": at.date(), "measurement_datetime": at, "unit_concept_id": UNIT,
        "value_as_number": round(chance.lognormvariate(1, 0.5), 2), "range_low": 1.0, "range_high": 6.0,
        "visit_occurrence_id": chance.randrange(200), "value_as_concept_id": None, "unit_source_value": "mmol/L",
        "measurement_type_concept_id": 32856, "measurement_source_value": "2823-3",
    }  # fmt: skip


def drug(chance: random.Random, key: int) -> dict[str, Any]:
    at = moment(chance)
    return {
        "drug_exposure_id": key, "person_id": 1, "drug_concept_id": 1_000_000 + chance.randrange(DRUGS),
        "drug_exposure_start_date": at.date(), "drug_exposure_start_datetime": at,
        "drug_exposure_end_date": at.date() + dt.timedelta(chance.randrange(14)), "quantity": 1.0,
        "visit_occurrence_id": chance.randrange(200), "drug_source_value": "J01CA04",
    }  # fmt: skip


def condition(chance: random.Random, key: int) -> dict[str, Any]:
    at = moment(chance)
    return {
        "condition_occurrence_id": key, "person_id": 1, "condition_concept_id": 300_000 + chance.randrange(ILLS),
        "condition_start_date": at.date(), "visit_occurrence_id": chance.randrange(200),
        "condition_source_value": "I21",
    }  # fmt: skip


def visit(chance: random.Random, key: int) -> dict[str, Any]:
    at = moment(chance)
    return {
        "visit_occurrence_id": key, "person_id": 1, "visit_concept_id": chance.choice([9201, 9202, 9203]),
        "visit_start_date": at.date(), "visit_start_datetime": at, "visit_end_date": at.date() + dt.timedelta(3),
    }  # fmt: skip


def drawn_rules(chance: random.Random, count: int, resolved: ResolvedSets) -> Iterator[Rule]:
    """Rules of eight kinds in turn, each of its own concepts."""
    sets = Sets(chance, resolved)  # type: ignore[arg-type]
    kinds = [critical, rise, interaction, repeated, elderly, readmitted, unchecked, falling]
    for no in range(count):
        when, values = kinds[no % len(kinds)](sets)
        yield Rule(f"rule_{no}", when, Card("提示", "advice"), values)


class Sets:
    """Concept sets of a few concepts of one kind, as a value set has them."""

    def __init__(self, chance: random.Random, resolved: dict[ConceptSet, ConceptIds]) -> None:
        self._chance, self._resolved = chance, resolved

    def labs(self) -> Frame:
        return measurements.of(self._drawn("lab", 3_000_000, LABS, 2))

    def drugs(self) -> Frame:
        return drugs.of(self._drawn("drug", 1_000_000, DRUGS, 8))

    def ills(self) -> Frame:
        return conditions.of(self._drawn("condition", 300_000, ILLS, 5))

    def _drawn(self, name: str, first: int, kinds: int, most: int) -> ConceptSet:
        ids = {first + self._chance.randrange(kinds) for _ in range(self._chance.randint(1, most))}
        found = concepts(f"{name} {len(self._resolved)}", *ids)
        self._resolved[found] = ConceptIds(frozenset(ids), frozenset())
        return found


Made = tuple[Series, dict[str, Series]]


def critical(sets: Sets) -> Made:
    """The last value of two days is past a limit."""
    labs = sets.labs().before(index.start, within=hours(48), bounds="[]")
    last = labs.last().value_in("mmol/L")
    return last > 6.0, {"value": last}


def rise(sets: Sets) -> Made:
    """A value rose by a half within two days, in the last week."""
    labs = sets.labs().before(index.start, within=days(7), bounds="[]")
    pairs = labs.paired_with(labs, within=hours(48), order="after")
    low, high = pairs.left.value_in("mmol/L"), pairs.right.value_in("mmol/L")
    return pairs.where(high / low >= 1.5).exists(), {}


def interaction(sets: Sets) -> Made:
    """Two drugs at once, still taken."""
    one, other = (frame.overlapping(index.start, index.end) for frame in (sets.drugs(), sets.drugs()))
    return one.paired_with(other, order="overlap").exists(), {}


def repeated(sets: Sets) -> Made:
    """Measured more than three times in a day."""
    count = sets.labs().before(index.start, within=hours(24), bounds="[]").count()
    return count > 3, {"count": count}


def elderly(sets: Sets) -> Made:
    """A drug of the old, with an illness against it."""
    taken = sets.drugs().before(index.start, within=days(30), bounds="[]").exists()
    return (person.age_on(index.start_date) >= 65) & taken & sets.ills().exists(), {}


def readmitted(sets: Sets) -> Made:
    """Two visits in a month, and an illness."""
    recent = visits.before(index.start, within=days(30), bounds="[]").count()
    return (recent >= 2) & sets.ills().before(index.start, within=days(365)).exists(), {"visits": recent}


def unchecked(sets: Sets) -> Made:
    """A drug is given, and what should be measured has not been."""
    given = sets.drugs().before(index.start, within=days(7), bounds="[]")
    checked = sets.labs().between(given.first().start, index.start)
    return given.exists() & ~checked.exists(), {}


def falling(sets: Sets) -> Made:
    """The last value is under half of the mean of the year."""
    labs = sets.labs()
    mean = labs.before(index.start, within=days(365)).mean(labs.value_in("mmol/L"))
    last = labs.last().value_in("mmol/L")
    return last < mean * 0.5, {"last": last, "mean": mean}


if __name__ == "__main__":
    main()

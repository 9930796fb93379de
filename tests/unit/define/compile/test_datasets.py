"""Values worked out by hand on the three people of `people`, for every kind of node"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from medark.define import (
    Cohort,
    Criterion,
    Dataset,
    Keep,
    Series,
    case,
    conditions,
    days,
    deaths,
    drugs,
    either,
    every,
    everyone,
    everyone_each,
    hours,
    index,
    measurements,
    missing,
    months,
    nodes,
    person,
    today,
    visits,
    when,
)
from medark.define.compile import compile_dataset
from medark.define.nodes import Population
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark
from unit.define.compile.people import ASPIRIN, BLEEDING, EVERYTHING, POTASSIUM, RESOLVED, TABLES, TODAY, d, t
from unit.define.compile.running import bind, run

LABS, RUNS = measurements.of(POTASSIUM), drugs.of(ASPIRIN)
NUMBER = measurements.value_as_number.of_any_unit()
RISES = LABS.paired_with(LABS, within=hours(48))
ERAS = RUNS.run_together(gap=days(0))
UNIT = LABS.value_in("mmol/L", analyte="potassium")
BLEEDS = conditions.of(BLEEDING)
# What is asked, and the answers for persons 1, 2 and 3.
CASES: list[tuple[str, Series, list[Any]]] = [
    ("exists", LABS.exists(), [True, True, False]),
    ("count", LABS.count(), [4, 2, 0]),
    ("count_distinct", LABS.count_distinct(measurements.unit_concept_id), [1, 1, 0]),
    ("sum", drugs.sum(drugs.days_supply), [21, None, None]),
    ("sum of numbers", LABS.sum(NUMBER), [15.5, 109.0, None]),
    ("min", LABS.min(NUMBER), [4.0, 9.0, None]),
    ("max of dates", LABS.max(measurements.start_date), [d(2, 20), d(3, 2), None]),
    ("mean", LABS.mean(NUMBER), [15.5 / 3, 54.5, None]),
    ("the last of two at one moment has the greatest key", LABS.last().value_as_number.of_any_unit(), [6.5, 9.0, None]),
    ("the first by value", LABS.last_by(NUMBER).key, [14, 21, None]),
    ("a picked row may lack what is asked of it", LABS.where(LABS.key != 14).last().value_as_number.of_any_unit(),
     [None, 9.0, None]),
    ("no row with what is ordered by", LABS.where(LABS.key == 13).last_by(NUMBER).key, [None, None, None]),
    ("an end that is missing is the start", RUNS.last().end, [t(3, 1, 0), None, None]),
    ("person", person.gender_concept_id, [8507, 8532, 8532]),
    ("birth date", person.birth_date, [dt.date(1960, 2, 29), dt.date(2000, 7, 1), dt.date(1990, 5, 31)]),
    ("age", person.age_on(index.start), [64, 23, 34]),
    ("today", today - days(1), [d(5, 31)] * 3),
    ("missing", missing(NUMBER), [None] * 3),
    ("in a unit, one unknown and one assumed", LABS.count_distinct(UNIT), [3, 0, 0]),
    ("unit assumed", LABS.last().value_in("mmol/L", unit_if_missing="mmol/L"), [6.5, 9.0, None]),
    ("source concepts", conditions.of(BLEEDING, source=True).count(), [1, 0, 0]),
    ("a large set", measurements.of(EVERYTHING).count(), [5, 2, 0]),
    ("a large set beside another", measurements.where(
        measurements.concept.is_in(EVERYTHING) & ~measurements.concept.is_in(POTASSIUM)).count(), [1, 0, 0]),
    ("a concept that is missing is not outside the set",
     conditions.where(~conditions.concept.is_in(EVERYTHING)).count(), [0, 0, 0]),
    ("a large set of the entry", BLEEDS.last().concept.is_in(EVERYTHING), [True, None, None]),
    ("a name of rows", conditions.where(conditions.condition_source_value.code_of({"K92": 1, "K92.2": 2}) == 2).count(),
     [1, 0, 0]),
    ("a name of the entry", BLEEDS.last().condition_source_value.code_of({"K92.2": "bleeding"}),
     ["bleeding", None, None]),
    ("in a list", conditions.where(conditions.condition_source_value.is_in(["K92.2", "x"])).count(), [1, 0, 0]),
    ("in no list", conditions.where(conditions.condition_source_value.is_in([])).count(), [0, 0, 0]),
    ("case", when(LABS.count() > 3).then("many").when(LABS.exists()).then("few").otherwise("none"),
     ["many", "few", "none"]),
    ("whole numbers beside numbers", case((LABS.count() > 3, 1), otherwise=0.5), [1.0, 0.5, 0.5]),
    ("a window that hangs on another row", LABS.after(RUNS.first().start, within=days(10)).count(), [2, 0, 0]),
    ("one that hangs on what hangs on another",
     conditions.before(LABS.after(RUNS.first().start).last().start_date, within=days(99)).count(), [2, 0, 0]),
    ("pairs", RISES.count(), [1, 1, 0]),
    ("pairs of one moment", LABS.paired_with(LABS, within=hours(0), order="not_before").count(), [2, 0, 0]),
    ("pairs either way", LABS.paired_with(LABS, within=days(1), order="any").count(), [4, 2, 0]),
    ("pairs that overlap", visits.paired_with(RUNS, order="overlap").count(), [1, 0, 0]),
    ("pairs within months", RUNS.paired_with(LABS, within=months(1)).count(), [6, 0, 0]),
    ("a column of a pair", RISES.max(RISES.right.value_as_number.of_any_unit()
                                     - RISES.left.value_as_number.of_any_unit()), [1.0, -91.0, None]),
    ("a picked pair", RISES.last().right.key, [12, 22, None]),
    ("eras", ERAS.count(), [3, 0, 0]),
    ("the first era", ERAS.first().end_date, [d(1, 5), None, None]),
    ("eras with a gap", RUNS.run_together(gap=days(1)).max(RUNS.run_together(gap=days(1)).events), [3, None, None]),
    ("eras that end otherwise", RUNS.run_together(gap=days(0), end=drugs.start_date + days(3)).count(), [2, 0, 0]),
    ("pairs of eras", ERAS.paired_with(BLEEDS, within=days(10)).count(), [0, 0, 0]),
    ("at each", RUNS.where(RUNS.at_each(BLEEDS.after(index.start, within=days(20)).exists())).count(), [1, 0, 0]),
    ("at each, as a value", RUNS.max(RUNS.at_each(LABS.after(index.start).count())), [4, None, None]),
    ("at each, other days", RUNS.sum(RUNS.at_each((index.end - index.start).days, end=drugs.start_date + days(9))),
     [36, None, None]),
    ("at each of eras", ERAS.where(ERAS.at_each(LABS.after(index.start, within=days(6)).exists())).count(), [1, 0, 0]),
    ("at each in the visit", visits.where(visits.at_each(LABS.in_visit().count() == 2)).count(), [1, 0, 0]),
    ("at each at each", RUNS.where(RUNS.at_each(visits.where(visits.at_each(
        LABS.in_visit().exists())).after(index.start).exists())).count(), [3, 0, 0]),
    ("death", deaths.first().cause_concept_id, [3, None, None]),
    ("filter of all rows", measurements.except_where(NUMBER > 5).count(), [4, 0, 0]),
]  # fmt: skip
ADMITTED = every(visits.where(visits.visit_concept_id == 9201))
POPULATIONS: list[tuple[Population, Series, list[tuple[Any, ...]]]] = [
    (everyone(on=d(1, 11)), LABS.before(index.start_date, within=days(1)).count(), [(1, 1), (2, 0), (3, 0)]),
    (ADMITTED, LABS.in_visit().count(), [(50, 2)]),
    (ADMITTED, (index.end - index.start).hours, [(50, 41.0)]),
    (every(RUNS.where(RUNS.start > LABS.first().start)), index.start, [(64, t(3, 1, 0))]),
    (every(RUNS.where(RUNS.at_each(BLEEDS.after(index.start, within=days(20)).exists()))), index.start_date,
     [(62, d(1, 6))]),
    (every(BLEEDS, start=conditions.start_date - days(5), end=conditions.start_date + days(5)),
     (index.end - index.start).days, [(71, 10)]),
    (Cohort("bleeders", BLEEDS, [Criterion("k", LABS.before(index.start).exists())], era_gap=days(0)).population,
     index.start, [(None, t(1, 25, 0))]),
    (Cohort("clipped", RUNS, exit=index.start_date + days(10), era_gap=days(30), within=(d(1, 5), d(1, 10))).population,
     index.end, [(None, t(1, 10, 0))]),
    (nodes.Selected(every(RUNS), (Keep("last"),), (index.start_date + days(7)).node),
     index.end, [(64, t(3, 8, 0))]),
    (everyone_each(months(1), d(1, 31), 2), LABS.between(index.start, index.end).count(),
     [(None, 0), (None, 0), (None, 0), (None, 0), (None, 2), (None, 2)]),
    (either(every(BLEEDS), ADMITTED), index.start_date, [(None, d(1, 25)), (None, d(1, 10))]),
]  # fmt: skip


def dataset(cases: list[tuple[str, Series, list[Any]]]) -> Dataset:
    return Dataset(everyone(), {f"v{at}": value for at, (_, value, _) in enumerate(cases)})


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(Path(tmp_path_factory.mktemp("duckdb")), threads=1).session() as opened:
        bind(opened, TABLES)
        yield opened


def test_every_kind_of_node_has_a_case() -> None:
    used = {type(node) for node in dataset(CASES).walk()}
    used |= {
        type(node) for population, value, _ in POPULATIONS for top in (population, value.node) for node in top.walk()
    }
    kinds = {one for name in nodes.__all__ if isinstance(one := getattr(nodes, name), type)}
    abstract = {nodes.Frame, nodes.Node, nodes.Population, nodes.Root, nodes.Value}
    assert kinds - abstract - used == set()


@pytest.mark.parametrize("case", CASES, ids=[about for about, _, _ in CASES])
def test_values_of_everyone(case: tuple[str, Series, list[Any]], session: Session) -> None:
    _, value, wanted = case
    assert answers(Dataset(everyone(), {"v": value}), session) == wanted


@pytest.mark.parametrize("case", POPULATIONS, ids=range(len(POPULATIONS)))
def test_entries_of_populations(case: tuple[Population, Series, list[tuple[Any, ...]]], session: Session) -> None:
    population, value, wanted = case
    rows = run(session, compile_dataset(Dataset(population, {"v": value}), RESOLVED, today=TODAY))
    found = [(None if wanted[0][0] is None else row["entry_id"], row["v"]) for row in rows]
    assert sorted(found, key=str) == sorted(wanted, key=str)
    assert len({row["entry_id"] for row in rows}) == len(rows)


def test_all_values_together_are_those_of_each_alone(session: Session) -> None:
    """What is fused into one pass does not change."""
    together(CASES, session)


def test_values_on_spark(spark: Spark) -> None:
    """Some of the values: tests/equivalence asks Spark for whatever can be drawn."""
    with spark.session() as session:
        bind(session, TABLES)
        together(CASES[::3], session)


def together(cases: list[tuple[str, Series, list[Any]]], session: Session) -> None:
    rows = run(session, compile_dataset(dataset(cases), RESOLVED, today=TODAY))
    by_person = sorted(rows, key=lambda row: row["person_id"])
    for at, (about, _, wanted) in enumerate(cases):
        assert [row[f"v{at}"] for row in by_person] == wanted, about


def answers(asked: Dataset, session: Session) -> list[Any]:
    rows = run(session, compile_dataset(asked, RESOLVED, today=TODAY))
    return [row["v"] for row in sorted(rows, key=lambda row: row["person_id"])]

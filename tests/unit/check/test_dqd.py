"""The dashboard's checks: their names, scans beside an oracle in plain Python, and how they are judged."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from medark.check.checks import Check
from medark.check.counting import Count, Counts
from medark.check.dqd import FACTS, KINDS, applicable, existing, instance, instances, plan, violating
from medark.check.judge import Outcome, judged
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns, tables
from medark.model.table import Column, Type
from medark.sql.query import parse
from medark.sql.render import render
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark
from support.dqd_oracle import Oracle, Tables

TODAY = dt.date(2024, 7, 1)
COLUMNS = {name: [column.name for column in lake_columns(name)] for name in tables()}
FILLED = (
    "person", "death", "visit_occurrence", "visit_detail", "condition_occurrence", "procedure_occurrence",
    "measurement", "observation", "drug_exposure", "drug_era", "condition_era", "observation_period", "concept",
    "concept_ancestor",
)  # fmt: skip
CONCEPTS = (0, 8507, 8532, 9201, 4090861, 195009, 3006315, 8784, 8523, 32817, 2000000001)


def drawn(seed: int, most: int = 60) -> Tables:
    """Tables full of mistakes."""
    chance = random.Random(seed)
    checked = {n for c in instances() for n in c.concept_ids}
    concepts = [*CONCEPTS, *chance.sample(sorted(checked), 12)]

    def cell(table: str, column: Column, place: int) -> Any:
        name = column.name
        if name == f"{table}_id":
            return place if chance.random() < 0.95 else max(place - 1, 1)
        if "concept_id" in name:
            return chance.choice([*concepts, None])
        if name.endswith("_id") and column.type in (Type.BIGINT, Type.INTEGER):
            return chance.choice([*range(1, 15), 99])
        return _value(chance, column)

    found: dict[str, list[dict[str, Any]]] = {name: [] for name in tables()}
    for table in FILLED:
        for place in range(1, chance.randint(5, most)):
            row = {column.name: cell(table, column, place) for column in lake_columns(table)}
            found[table].append(row)
    for place, row in enumerate(found["concept"]):  # each concept once, as in a vocabulary
        row["concept_id"] = [*dict.fromkeys(concepts), *range(10**6, 10**6 + most)][place]
    for table in ("person", "visit_occurrence"):  # what others refer to: each once
        for place, row in enumerate(found[table], 1):
            row[f"{table}_id"] = place
    for row in found["observation_period"]:
        days = sorted((row["observation_period_start_date"], row["observation_period_end_date"]))
        row["observation_period_start_date"], row["observation_period_end_date"] = days
    return found


def _value(chance: random.Random, column: Column) -> Any:
    name, kind = column.name, column.type
    if kind in (Type.DATE, Type.DATETIME):
        day = dt.date(1940, 1, 1) + dt.timedelta(days=chance.randint(0, 31_000))
        if name.startswith(("visit", "observation_period", "death")) or chance.random() < 0.5:
            day = dt.date(2020, 1, 1) + dt.timedelta(days=chance.randint(0, 60))
        moment = dt.datetime(day.year, day.month, day.day, chance.randint(0, 23)) if kind is Type.DATETIME else day
        return moment if column.required or chance.random() < 0.8 else None
    if name == "year_of_birth":
        return chance.choice([1800, 1950, 1990, 2020, 2030])
    if name in ("month_of_birth", "day_of_birth"):
        return chance.choice([1, 3, 12, None])
    if kind is Type.TEXT:
        return chance.choice(["S", "Drug", "Unit", "Ingredient", "a", None])
    return chance.choice([None, 0, 1, 7, 400])


def counted(session: Session, held: Tables) -> Counts:
    for table, rows in held.items():
        schema = arrow_schema(lake_columns(table))
        session.bind_arrow(table, pa.Table.from_pylist(list(rows), schema=schema))
    for name, facts in FACTS.items():
        session.view(name, render(facts.sql, session.dialect))
    wanted = [check for check in instances() if held.get(check.table)]
    found = existing(wanted, COLUMNS)
    for scan in plan(wanted, COLUMNS):
        query = parse(scan.sql)
        sql = render(query, session.dialect, dict.fromkeys(query.parameters, TODAY))
        found |= scan.take(session.query(sql).to_pylist())
    return found


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), threads=1).session() as session:
        yield session


def test_there_are_all_checks_by_the_dashboards_names() -> None:
    names = [check.id for check in instances()]
    assert len(names) == len(set(names)) == 2535
    assert set(KINDS) == {check.kind.name for check in instances()} and len(KINDS) == 27
    assert Counter(check.kind.level for check in instances()) == {"table": 57, "field": 2006, "concept": 472}
    assert "field_isrequired_person_person_id" in names
    assert "table_measurepersoncompleteness_drug_era" in names
    assert "concept_plausiblegender_condition_occurrence_condition_concept_id_195009" in names


@pytest.mark.parametrize("seed", range(4))
def test_scans_count_what_the_oracle_counts(duckdb: Session, seed: int) -> None:
    held = drawn(seed)
    found, oracle = counted(duckdb, held), Oracle(held, TODAY)
    wrong = {
        check.id: (found.checks.get(check.id), oracle.count(check))
        for check in instances()
        if held[check.table] and found.checks.get(check.id) != oracle.count(check)
    }
    assert not wrong
    assert found.rows == {table: len(rows) for table, rows in held.items() if rows}


def test_the_rows_that_violate_a_check_are_as_many_as_were_counted(duckdb: Session) -> None:
    held = drawn(3)
    found, looked_at = counted(duckdb, held), set()
    for check in (one for one in instances() if held[one.table]):
        rows = violating(check)
        if rows is None or check.kind.name in ("sourceValueCompleteness", "plausibleGenderUseDescendants"):
            continue  # of values, not of rows; of a kind below two concepts a row counts twice
        query = parse(f"select count(*) as n {rows}")
        sql = render(query, duckdb.dialect, dict.fromkeys(query.parameters, TODAY))
        assert duckdb.query(sql).to_pylist() == [{"n": found.checks[check.id].violating}], check.id
        looked_at.add(check.kind.name)
    assert len(looked_at) == 20


def test_nearly_every_kind_finds_something_in_what_is_drawn(duckdb: Session) -> None:
    found = [counted(duckdb, drawn(seed)) for seed in range(4)]
    guilty = {
        check.kind.name for check in instances() for one in found if (c := one.checks.get(check.id)) and c.violating
    }
    assert set(KINDS) - guilty == {"cdmTable", "cdmField", "cdmDatatype"}, "these hold by the way that the lake is made"


def test_spark_counts_the_same(spark: Spark, duckdb: Session) -> None:
    few = ("person", "death", "visit_occurrence", "measurement", "observation_period", "concept")
    held = {table: rows if table in few else [] for table, rows in drawn(7, most=20).items()}
    with spark.session() as session:
        assert counted(session, held) == counted(duckdb, held)


PERSON_ID = instance("isRequired", "person", "person_id")
RACE = instance("standardConceptRecordCompleteness", "person", "race_concept_id", threshold=5.0)


def outcome(check: Check, violating: int, of: int, **thresholds: float) -> Outcome:
    counts = Counts({check.id: Count(violating, of)}, {"person": of}, {"person": {check.column: of}})
    (verdict,) = judged(applicable(counts, [check]), [check], thresholds)
    return verdict.outcome


def test_a_check_fails_above_its_threshold_and_not_at_it() -> None:
    assert outcome(RACE, 5, 100) is Outcome.PASSED
    assert outcome(RACE, 6, 100) is Outcome.FAILED
    assert outcome(PERSON_ID, 0, 100) is Outcome.PASSED
    assert outcome(PERSON_ID, 1, 10**9) is Outcome.FAILED
    assert outcome(RACE, 6, 100, **{RACE.id: 6.0}) is Outcome.PASSED, "a site's own threshold goes first"
    assert outcome(RACE, 6, 100, **{RACE.kind.name: 6.0}) is Outcome.PASSED, "also one of all checks of a kind"
    assert outcome(RACE, 6, 100, **{RACE.kind.name: 6.0, RACE.id: 5.0}) is Outcome.FAILED, "that of the check first"


def test_what_has_nothing_to_check_is_neither_right_nor_wrong() -> None:
    nothing = {
        "no row": Counts({RACE.id: Count(0, 0)}, {"person": 0}, {}),
        "a column of nothing": Counts({RACE.id: Count(0, 9)}, {"person": 9}, {"person": {"race_concept_id": 0}}),
        "not counted": Counts(),
    }
    for why, counts in nothing.items():
        (verdict,) = judged(applicable(counts, [RACE]), [RACE])
        assert verdict.outcome is Outcome.NOT_APPLICABLE, why


def test_people_without_a_row_are_missed_in_an_empty_table_too() -> None:
    """As the dashboard has it: who has conditions and no era fails where there is no era at all."""
    for name, table in (("measureConditionEraCompleteness", "condition_era"), ("measurePersonCompleteness", "death")):
        of_people = instance(name, table)
        for of, expected in ((9, Outcome.FAILED), (0, Outcome.NOT_APPLICABLE)):
            counts = Counts({of_people.id: Count(of, of)}, {"person": 9, table: 0})
            (verdict,) = judged(applicable(counts, [of_people]), [of_people])
            assert verdict.outcome is expected


def test_a_table_or_column_that_is_missing_fails() -> None:
    columns = {name: some for name, some in COLUMNS.items() if name != "note"} | {"person": ["person_id"]}
    verdicts = {v.check.id: v.outcome for v in judged(existing(instances(), columns), instances())}
    assert verdicts["table_cdmtable_note"] is Outcome.FAILED
    assert verdicts["field_cdmfield_person_race_concept_id"] is Outcome.FAILED
    assert verdicts["field_cdmfield_person_person_id"] is Outcome.PASSED

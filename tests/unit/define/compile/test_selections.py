"""Cohorts with their attrition, and measures, beside what memory counts"""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from medark.define import (
    Cohort,
    Criterion,
    Keep,
    Measure,
    conditions,
    days,
    drugs,
    everyone,
    index,
    measurements,
    months,
    person,
    visits,
)
from medark.define.compile import compile_cohort, compile_measure
from medark.define.memory import Record, attrition, entries
from medark.store.duckdb import DuckDB
from unit.define.compile.people import ASPIRIN, BLEEDING, RESOLVED, TODAY
from unit.define.compile.running import Tables, bind, run

COHORT = Cohort(
    "treated",
    drugs.of(ASPIRIN),
    [
        Criterion("a man", person.gender_concept_id == 8507),
        Keep("first"),
        Criterion("ill", conditions.of(BLEEDING).before(index.start, within=days(400), bounds="[]").exists()),
        Criterion("measured", measurements.exists()),
        Keep("last"),
    ],
    exit=index.start_date + days(30),
    era_gap=days(2),
    within=(dt.date(2023, 1, 1), dt.date(2024, 12, 31)),
)


def city(seed: int) -> Tables:
    """Thirty people with a few rows each, on days that touch and tie."""
    chance = random.Random(seed)
    people = range(1, 31)

    def events(stem: str, key: str, column: str, concept: int, most: int) -> dict[str, list[object]]:
        rows = [one for one in people for _ in range(chance.randint(0, most))]
        days_on = [dt.date(2022, 12, 20) + dt.timedelta(chance.choice([0, 1, 15, 33, 34, 300])) for _ in rows]
        concepts = [chance.choice([concept, concept, 9]) for _ in rows]
        return {key: list(range(len(rows))), "person_id": rows, f"{stem}_date": days_on, column: concepts}

    made = {
        "drug_exposure": events("drug_exposure_start", "drug_exposure_id", "drug_concept_id", 2, 4),
        "condition_occurrence": events("condition_start", "condition_occurrence_id", "condition_concept_id", 3, 3),
        "measurement": events("measurement", "measurement_id", "measurement_concept_id", 1, 1),
    }
    sexes = [chance.choice([8507, 8507, 8532]) for _ in people]
    return {"person": {"person_id": list(people), "gender_concept_id": sexes}, **made}


def records(tables: Tables) -> list[Record]:
    held: dict[int, dict[str, dict[str, list[object]]]] = {one: {} for one in tables["person"]["person_id"]}
    for table, columns in tables.items():
        for whose, rows in held.items():
            places = [at for at, one in enumerate(columns["person_id"]) if one == whose]
            rows[table] = {name: [cells[at] for at in places] for name, cells in columns.items()}
    return [Record.of(whose, rows) for whose, rows in held.items()]


def test_stays_and_attrition_are_those_of_memory(tmp_path: Path) -> None:
    reached = 0
    for seed in range(4):
        tables = city(seed)
        with DuckDB(tmp_path, threads=1).session() as session:
            bind(session, tables)
            plan = compile_cohort(COHORT, RESOLVED, today=TODAY)
            stays = {tuple(row.values()) for row in run(session, plan)}
            counts = session.query("SELECT * FROM attrition ORDER BY step_no").to_pylist()
        people = records(tables)
        assert stays == {e for r in people for e in entries(COHORT.population, RESOLVED, r, today=TODAY)}
        wanted = attrition(COHORT.population, RESOLVED, people, today=TODAY)
        assert [(row["name"], row["entries"], row["persons"]) for row in counts] == [tuple(left) for left in wanted]
        assert [row["step_no"] for row in counts] == list(range(len(COHORT.inclusion) + 1))
        reached += len(stays)
    assert reached > 3


def test_nobody_left(tmp_path: Path) -> None:
    with DuckDB(tmp_path, threads=1).session() as session:
        bind(session, {})
        plan = compile_cohort(COHORT, RESOLVED, today=TODAY)
        assert run(session, plan) == []
        counts = session.query("SELECT DISTINCT entries, persons FROM attrition").to_pylist()
        assert counts == [{"entries": 0, "persons": 0}]


def test_a_measure_counts_by_group_and_period(tmp_path: Path) -> None:
    measure = Measure(
        "measured",
        everyone(on=dt.date(2024, 2, 29)),
        numerator=measurements.exists(),
        denominator=visits.exists(),
        exclusions=drugs.exists(),
        by={"sex": person.gender_concept_id},
        intervals=months(3),
    )
    tables = {
        "person": {"person_id": [1, 2, 3, 4, 5], "gender_concept_id": [8507, 8507, 8507, 8532, None]},
        "visit_occurrence": {
            "visit_occurrence_id": [1, 2, 3, 4],
            "person_id": [1, 2, 3, 4],
            "visit_start_date": [dt.date(2024, 1, 1)] * 4,
        },
        "measurement": {
            "measurement_id": [1, 2],
            "person_id": [1, 3],
            "measurement_date": [dt.date(2024, 1, 1)] * 2,
        },
        "drug_exposure": {
            "drug_exposure_id": [1],
            "person_id": [3],
            "drug_exposure_start_date": [dt.date(2024, 1, 1)],
        },
    }
    with DuckDB(tmp_path, threads=1).session() as session:
        bind(session, tables)
        rows = run(session, compile_measure(measure, {}, today=TODAY))
    first = dt.date(2024, 1, 1)
    assert sorted((tuple(row.values()) for row in rows), key=str) == [
        (first, 8507, 2, 1, 1),
        (first, 8532, 1, 0, 0),
        (first, None, 0, 0, 0),
    ]

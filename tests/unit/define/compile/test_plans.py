"""What a plan looks like: passes over tables, what is kept, who is asked for"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot

from medark.define import Dataset, Series, conditions, days, drugs, everyone, index, measurements, person
from medark.define import concepts as concept_set
from medark.define.compile import CONCEPTS, Plan, compile_dataset
from medark.define.definitions import Dataset as DatasetNode
from medark.errors import DefinitionError
from medark.sql.linter import lint
from medark.store.duckdb import DuckDB
from unit.define.compile.people import ASPIRIN, EVERYTHING, POTASSIUM, RESOLVED, TABLES, TODAY
from unit.define.compile.running import bind, run
from unit.define.compile.test_datasets import ADMITTED, LABS, NUMBER, RUNS

GOLDEN = Path(__file__).parent / "golden"
WEEK = LABS.before(index.start, within=days(7))
GOLDENS = {
    "everyone": Dataset(everyone(), {"n": LABS.count(), "last": LABS.last().value_as_number.of_any_unit()}),
    "windows": Dataset(ADMITTED, {"n": WEEK.count(), "most": WEEK.max(NUMBER), "age": person.age_on(index.start)}),
    "levels": Dataset(everyone(), {"after": LABS.after(RUNS.first().start).exists()}),
    "lists": Dataset(everyone(), {"a": measurements.of(EVERYTHING).exists(), "b": LABS.exists()}),
    "at_each": Dataset(everyone(), {"n": RUNS.where(RUNS.at_each(LABS.after(index.start).exists())).count()}),
}


def compiled(dataset: DatasetNode, people: str | None = None) -> Plan:
    return compile_dataset(dataset, RESOLVED, today=TODAY, people=people)


def pretty(sql: str) -> str:
    return sqlglot.parse_one(sql, read="duckdb").sql(dialect="duckdb", pretty=True)


def readers(plan: Plan, relation: str) -> int:
    return sum(len(re.findall(rf"(?:FROM|JOIN) {relation}\b", step.sql)) for step in plan.steps)


@pytest.mark.parametrize("name", GOLDENS)
def test_sql_is_as_written_down(name: str) -> None:
    """`golden/<name>.sql`: delete it and run this to write it again; the next run, and the reader, judge it."""
    path = GOLDEN / f"{name}.sql"
    plan = compiled(GOLDENS[name])
    text = "\n\n".join(f"-- {step.name}{' (kept)' * step.keep}\n{pretty(step.sql)}" for step in plan.steps) + "\n"
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} was not there: look it over")
    assert path.read_text(encoding="utf-8") == text


def test_a_table_is_scanned_once_for_all_that_needs_it() -> None:
    many: dict[str, Series] = {f"n{n}": LABS.before(index.start, within=days(n)).count() for n in range(20)}
    many |= {f"last{n}": LABS.before(index.start, within=days(n)).last().key for n in range(20)}
    assert readers(compiled(Dataset(ADMITTED, many)), "measurement") == 1


def test_equal_values_are_worked_out_once() -> None:
    heavy = (LABS.sum(NUMBER) + 1) * (LABS.count() + 2) / 7
    one = compiled(Dataset(everyone(), {"a": heavy}))
    two = compiled(Dataset(everyone(), {"a": heavy, "b": heavy, "c": heavy > 3}))
    assert one.steps[:-1] == two.steps[:-1]
    assert two.steps[-1].sql.count("* ") == one.steps[-1].sql.count("* ")


def test_rows_of_everyone_are_not_joined_with_entries() -> None:
    (scan,) = [step for step in compiled(GOLDENS["everyone"]).steps if "FROM measurement" in step.sql]
    assert "JOIN" not in scan.sql


def test_what_is_read_twice_is_kept() -> None:
    for step in (plan := compiled(GOLDENS["windows"])).steps:
        assert step.keep == (readers(plan, step.name) > 1)


def test_all_sets_of_a_scan_are_one_list() -> None:
    sets = [concept_set(f"s{n}", n) for n in range(30)]
    resolved = {one: RESOLVED[EVERYTHING] if n == 0 else RESOLVED[POTASSIUM] for n, one in enumerate(sets)}
    asked = Dataset(everyone(), {f"v{n}": conditions.of(one).exists() for n, one in enumerate(sets)})
    plan = compile_dataset(asked, resolved, today=TODAY)
    assert {row[0] for row in plan.concepts} == {1}
    assert len(plan.concepts) == 39
    assert readers(plan, CONCEPTS) == 1


def test_only_the_people_asked_for(tmp_path: Path) -> None:
    asked = {"n": LABS.count(), "kin": drugs.of(ASPIRIN).paired_with(LABS, within=days(9)).count()}
    with DuckDB(tmp_path, threads=1).session() as session:
        bind(session, TABLES)
        session.table("few", "SELECT 1 AS person_id")
        rows = run(session, compiled(Dataset(everyone(), asked), "few"))
        assert [row["person_id"] for row in rows] == [1]
        everywhere = [step.sql for step in compiled(Dataset(ADMITTED, asked), "few").steps]
    read = [table for sql in everywhere for table in re.findall(r"FROM (\w+) AS rows_of_all WHERE EXISTS", sql)]
    assert set(read) == {"visit_occurrence", "measurement", "drug_exposure"}


def test_a_long_chain_and_a_deep_share() -> None:
    total = LABS.count()
    for _ in range(30):  # without sharing this would be written 2 ** 30 times
        total = total * total - total
    many = LABS.exists()
    for _ in range(120):
        many = many & LABS.exists()
    plan = compiled(Dataset(everyone(), {"a": total, "b": many}))
    assert sum(len(step.sql) for step in plan.steps) < 20_000
    assert all(lint(step.sql) == () for step in plan.steps)


def test_words_of_the_engine_may_name_variables(tmp_path: Path) -> None:
    names = ("order", "group", "end", "select", "user", "table")
    with DuckDB(tmp_path, threads=1).session() as session:
        bind(session, TABLES)
        rows = run(session, compiled(Dataset(everyone(), {name: LABS.count() for name in names})))
    assert set(names) <= rows[0].keys()


def test_a_set_that_is_not_resolved_is_told() -> None:
    with pytest.raises(DefinitionError, match='"k" has not been resolved'):
        compile_dataset(GOLDENS["everyone"], {}, today=TODAY)

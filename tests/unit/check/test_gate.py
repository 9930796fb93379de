"""What the gate keeps back; tests/golden/domains has the cases that need no more than rows"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from golden.domains.drawn import _TYPES, PARAMETERS, Drawn, bind, run
from medark.check import gate
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.sql.render import render
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

TABLES = [table for table in tables() if table not in VOCABULARY_TABLES]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with DuckDB(tmp_path, threads=1).session() as session:
        yield session


def _reasons(session: Session, table: str) -> list[str | None]:
    return sorted(session.query(f"SELECT reason FROM {table}_checked")["reason"].to_pylist(), key=str)


def _shifted(people: int, future: int, known: int = 0) -> Drawn:
    """Visits of as many people, some of them in the year 2130; `known`: of these the lake has one each."""
    visits = [[f"v{i}", f"p{i}", "AMB", "2130-01-01" if i < future else "2020-01-01"] for i in range(people)]
    held = [[str(1000 + i), str(i), "2130-02-01", "2130-02-01"] for i in range(known)]
    return {
        "staged_person": (["person_key", "birth_time"], [[f"p{i}", "1980"] for i in range(people)]),
        "staged_visit": (["visit_key", "person_key", "class_code", "start_time"], visits),
        "lake_visit_occurrence": (["visit_occurrence_id", "person_id", "visit_start_date", "visit_end_date"], held),
    }


@pytest.mark.parametrize(
    ("people", "future", "known", "kept_back"),
    [
        (30, 29, 0, 0),  # most of many lie ahead: the source's dates are shifted
        (30, 10, 0, 10),  # some of many: these are wrong
        (3, 3, 0, 3),  # all of few: a wrong clock can't be told from shifted dates
        (3, 3, 3, 0),  # but the lake has such days of them
    ],
)
def test_the_future_is_judged_unless_dates_are_shifted(
    session: Session, people: int, future: int, known: int, kept_back: int
) -> None:
    drawn = _shifted(people, future, known)
    bind(session, drawn)
    run(session, drawn, ["visit_occurrence_checked"], _parameters())
    assert _reasons(session, "visit_occurrence").count("date in the future") == kept_back


@pytest.mark.parametrize("year", ["2130", "2020"])
def test_other_sources_people_say_nothing_of_this_ones_dates(session: Session, year: str) -> None:
    """A lake full of shifted (or true) dates does not make this wave's true (or shifted) ones wrong."""
    drawn = _shifted(30, 1 if year == "2130" else 30)
    others = [[str(5000 + i), str(900 + i), f"{year}-01-01", f"{year}-01-01"] for i in range(200)]
    drawn["lake_visit_occurrence"] = (drawn["lake_visit_occurrence"][0], others)
    bind(session, drawn)
    run(session, drawn, ["visit_occurrence_checked"], _parameters())
    assert _reasons(session, "visit_occurrence").count("date in the future") == (1 if year == "2130" else 0)


def test_shifted_births_are_no_reason(session: Session) -> None:
    """MIMIC moves births to the years after 2016, and those of people over 89 back by 300 years."""
    years = ["1844", *(str(2030 + i) for i in range(25))]
    drawn: Drawn = {"staged_person": (["person_key", "birth_time"], [[f"p{i}", year] for i, year in enumerate(years)])}
    bind(session, drawn)
    run(session, drawn, ["person_checked"], _parameters())
    assert _reasons(session, "person") == [None] * 26


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_checks_of_all_tables_are_portable(engine: str) -> None:
    for check in gate.checks(TABLES):
        assert render(check.sql, engine, _parameters())  # type: ignore[arg-type]


def test_every_table_passes_through_with_its_columns_and_types(session: Session) -> None:
    bind(session, {})
    for table in TABLES:
        session.table(f"{table}_rows", f"SELECT *, CAST(0 AS INTEGER) AS part_no FROM lake_{table}")
    for check in gate.checks(TABLES):
        session.table(check.name, render(check.sql, parameters=_parameters()))
    for table in TABLES:
        found = {field.name: field.type for field in session.query(f"SELECT * FROM {table}_checked").schema}
        own = dict.fromkeys(("reason", "place", "unlinked"), "string") | {"part_no": "int32"}
        wanted = {c.name.strip('"'): str(_TYPES[c.type]) for c in lake_columns(table)} | own
        assert {name: str(kind) for name, kind in found.items()} == wanted, table


def test_a_check_needs_only_what_was_made_before_it() -> None:
    made = {f"{table}_rows" for table in TABLES}
    for check in gate.checks(TABLES):
        words = {word.strip("(),") for word in check.sql.split()}
        needed = {word for word in words if word.startswith(("known_", "told_")) or word.endswith("_checked")}
        assert needed <= made | {"known_id"}, check.name
        made.add(check.name)


def test_rows_that_arrive_as_omop_pass_the_same_gate(session: Session) -> None:
    """Negative ids, a day of birth that is none, a required concept missing; two rows that say the same are one."""
    drawn: Drawn = {
        "person_rows": (
            ["person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth", "race_concept_id",
             "ethnicity_concept_id", "medark_record_no", "medark_row_no"],
            [["-5", "8507", "1980", "2", "30", "0", "0", "1", "0"], ["6", "", "1980", "2", "3", "0", "0", "1", "1"]],
        ),
        "fact_relationship_rows": (
            ["domain_concept_id_1", "fact_id_1", "domain_concept_id_2", "fact_id_2", "relationship_concept_id",
             "medark_person_id", "medark_record_no", "medark_row_no"],
            [["21", "1", "21", "2", "581436", "-5", "1", "0"], ["21", "1", "21", "2", "581436", "-5", "1", "1"]],
        ),
    }  # fmt: skip
    bind(session, drawn)
    run(session, drawn, ["person_checked"], _parameters())
    assert _reasons(session, "person") == [None, "required value missing"]
    assert _reasons(session, "fact_relationship") == [None, "replaced"]


def test_of_rows_from_one_place_exactly_one_stands(session: Session) -> None:
    """Two rows of one message may be alike in everything, or in everything but what they say: none is lost for that."""
    columns = ["location_id", "city", "medark_record_no", "medark_row_no"]
    same = [
        ["1", "A", "1", "0"],
        ["1", "A", "1", "0"],
        ["1", "B", "1", "0"],
        ["2", "C", "1", "0"],
        ["1", "Z", "0", "9"],
    ]
    drawn: Drawn = {"location_rows": (columns, same)}
    bind(session, drawn)
    run(session, drawn, ["location_checked"], _parameters())
    assert _reasons(session, "location") == [None, None, "replaced", "replaced", "replaced"]
    standing = session.query("SELECT city FROM location_checked WHERE reason IS NULL ORDER BY location_id")
    assert standing["city"].to_pylist() == ["A", "C"]


def test_the_tally_adds_up(session: Session) -> None:
    drawn = _shifted(30, 10)
    bind(session, drawn)
    run(session, drawn, ["visit_occurrence_checked"], _parameters())
    tally = session.query(gate.tally_sql("visit_occurrence")).to_pylist()
    assert {row["reason"]: row["row_count"] for row in tally} == {None: 20, "date in the future": 10}


def _parameters() -> dict[str, str]:
    return dict(PARAMETERS)

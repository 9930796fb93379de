"""The language of maps: what it refuses, where it says the fault is, and what it proposes instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from medark.errors import MappingError
from medark.sql.render import render
from medark.standardise.maps.reading import read_source

SOURCE = """
name = "clinic"
title = "A clinic"
documentation = "none"
time = "local"
tables = ["visits", "people"]
"""
PEOPLE = """
about = "People."
needs = ["id", "sex"]

[[person]]
person_key = "id"
gender = "sex"
"""
VISITS = """
about = "Visits."
needs = ["no", "person", "began"]
may_have = ["ended"]

[join.who]
table = "people"
on = { id = "person" }

[[issue]]
when = "who.id is null"
outcome = "quarantined"
reason = "person not told"

[[visit]]
fixed = { type = "ehr", class_code = "AMB" }
visit_key = "no"
person_key = "who.id"
start_time = "began"
end_time = "ended"
"""


@pytest.fixture
def folder(tmp_path: Path):
    def written(**files: str) -> Path:
        place = tmp_path / "clinic"
        place.mkdir(exist_ok=True)
        for name, text in ({"source": SOURCE, "people": PEOPLE, "visits": VISITS} | files).items():
            (place / f"{name}.toml").write_text(text, encoding="utf-8")
        return place

    return written


def test_a_map_reads_and_compiles(folder):
    source = read_source(folder())
    queries = source.staging({"visits": ["no", "person", "began"], "people": ["id", "sex"]})
    assert [(q.staging, q.reads) for q in queries] == [
        ("visit", ("raw_visits", "raw_people")),
        ("unit_issue", ("raw_visits", "raw_people")),
        ("unit_count", ("raw_visits",)),
        ("person", ("raw_people",)),
        ("unit_issue", ("raw_people",)),
        ("unit_count", ("raw_people",)),
    ]
    assert all(render(query.sql, engine) for query in queries for engine in ("duckdb", "spark"))


def test_columns_that_are_read(folder):
    source = read_source(folder())
    assert source.columns("people") == {"id", "sex"}
    assert source.columns("visits") == {"no", "person", "began", "ended"}


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("people", 'gender = "sex"', 'gendr = "sex"', "at=person[0]). Try: perhaps gender"),
        ("people", 'gender = "sex"', 'gender = "sxe"', "at=person[0].gender). Try: perhaps sex"),
        ("people", "[[person]]", "[[persn]]", "there is no key 'persn' (file=clinic/people.toml). Try: perhaps person"),
        ("people", 'person_key = "id"', "", "person needs person_key"),
        ("people", 'gender = "sex"', 'gender = "sex from x"', "this is not one expression"),
        ("people", 'gender = "sex"', 'gender = "(select 1)"', "is not allowed in a map"),
        ("people", 'gender = "sex"', 'gender = "max(sex)"', "is not allowed in a map"),
        ("people", 'gender = "sex"', 'gender = "sex)"', "this is not SQL that can be read"),
        ("people", 'gender = "sex"', 'gender = "icd9cm(sex, id)"', "icd9cm takes 1 arguments"),
        ("visits", 'table = "people"', 'table = "persons"', "there is no table 'persons'"),
        ("visits", '{ id = "person" }', '{ idd = "person" }', "there is no column 'idd'"),
        ("visits", 'person_key = "who.id"', 'person_key = "hwo.id"', "there is no join 'hwo'"),
        ("visits", 'person_key = "who.id"', 'person_key = "who.name"', "there is no column of who 'name'"),
        ("visits", '"quarantined"', '"dropped"', "there is no outcome 'dropped'"),
        ("visits", 'type = "ehr"', 'type = "her"', "there is no type 'her'"),
        ("visits", 'about = "Visits."', "about = 7", "about is missing"),
        ("visits", 'about = "Visits."', "about = ", "not TOML"),
        ("source", '"people"]', '"people", "labs"]', "a map's file is missing"),
        ("source", '["visits", "people"]', '["visits"]', "people.toml is not listed"),
    ],
)  # fmt: skip
def test_a_fault_is_told_where_it_is(folder, file, old, new, says):
    texts = {"source": SOURCE, "people": PEOPLE, "visits": VISITS}
    assert old in texts[file]
    with pytest.raises(MappingError) as caught:
        read_source(folder(**{file: texts[file].replace(old, new)}))
    assert says in str(caught.value)


def test_a_table_that_gives_nothing_says_why(folder):
    with pytest.raises(MappingError, match="must say why"):
        read_source(folder(people='about = "People."\nneeds = ["id"]\n'))


def test_the_17th_event_of_a_row_needs_a_key(folder):
    event = '[[event]]\nfixed = { kind = "condition" }\nperson_key = "id"\n'
    people = 'about = "People."\nneeds = ["id", "sex"]\n' + event * 16
    assert len(read_source(folder(people=people)).tables["people"].targets) == 16
    with pytest.raises(MappingError, match="17th"):
        read_source(folder(people=people + event))


def test_a_function_may_not_hide_one_of_sql(folder):
    with pytest.raises(MappingError, match="is a function of SQL"):
        read_source(folder(source=SOURCE + '[function.day]\narguments = ["x"]\nsql = ":x"\n'))


def test_what_all_targets_of_a_kind_share(folder):
    people = """
about = "People."
needs = ["id", "sex"]
[common.event]
fixed = { kind = "observation", code_system = "LOINC" }
person_key = "id"
[[event]]
fixed = { code = "1" }
[[event]]
fixed = { kind = "condition" }
code = "sex"
"""
    first, second = read_source(folder(people=people)).tables["people"].targets
    assert (first.columns["kind"].text, second.columns["kind"].text) == ("'observation'", "'condition'")
    assert (first.part_no, second.part_no) == (0, 1)
    assert second.columns["person_key"].columns == {("line", "id")}

"""Truth says what every code and unit in the exports means, how epidemics ran, and which effects were planted."""

from __future__ import annotations

import csv
import gzip
import re

from medark.synthetic.facts import keys, rows


def test_every_list_of_every_hospital_is_explained(city):
    told = set(city.rows("select organisation, kind from local_code"))
    for organisation in ("north", "south", "county"):
        for kind in ("disease", "drug", "test", "observation", "procedure", "fee_class", "department", "word"):
            assert (organisation, kind) in told
    assert city.rows("select count(*) from local_code where coalesce(code, '') = '' or coalesce(key, '') = ''") == [
        (0,)
    ]


def test_tests_and_diseases_have_concepts_and_drugs_unless_made_of_herbs(city):
    without = city.rows(
        "select kind, key from local_code where kind in ('test', 'drug', 'disease') and concept_code = '' group by all"
    )
    assert {kind for kind, _ in without} <= {"drug"}
    assert {key for _, key in without} == {row["key"] for row in rows("drugs") if not row["rxnorm"] and not row["atc"]}


def test_codes_of_pharmacies_are_those_that_tills_write(city):
    meant = dict(city.rows("select code, name from local_code where organisation = 'pharmacies'"))
    text = next((city.root / "raw/pharmacies/sales").glob("sales_001.csv")).read_text(encoding="utf-8")
    sold = {(row[3], row[4]) for row in csv.reader(text.splitlines()[1:], delimiter=";")}
    assert sold and all(meant[code] == name for code, name in sold)


def test_tests_that_laboratories_write_are_explained_with_their_units(city):
    for organisation, encoding in (("north", "gb18030"), ("south", "utf-8")):
        code = dict(
            city.rows(f"select code, key from local_code where organisation = '{organisation}' and kind = 'test'")
        )
        unit = dict(
            city.rows(f"select key, unit from written_unit where organisation = '{organisation}' and kind = 'test'")
        )
        (path, *_) = sorted((city.root / "raw" / organisation / "lis").glob("results_*.hl7.gz"))
        lines = re.findall(
            r"OBX\|\d+\|NM\|([^^]+)\^[^|]*\|\|[^|]*\|([^|]*)\|",
            gzip.decompress(path.read_bytes()).decode(encoding, "replace"),
        )
        assert lines and all(unit[code[written]] == said for written, said in lines)


def test_epidemics_are_told_as_they_ran(city):
    told = dict(city.rows("select event, sum(infections) from course group by event"))
    cases = dict(city.rows("select event::varchar, count(*) from infection group by 1"))
    assert told["outbreak"] > 0 and told["influenza"] > 0
    assert all(abs(cases[event] - count) <= 0.1 * count + 5 for event, count in told.items())  # some find nobody
    assert dict(city.rows("select name, value from course_parameter"))["r0"] == 2.2


def test_every_effect_is_told(city):
    planted = {name for (name,) in city.rows("select distinct planted from effect where planted is not null")}
    assert {
        "protective drug",
        "confounding by indication",
        "prophylaxis of VTE",
        "drug that raises a lab value",
    } <= planted
    assert city.rows("select count(*) from effect") == [(len(rows("effects")) + len(rows("risk_factors")),)]


def test_every_fact_table_is_kept_as_it_was(city):
    assert city.rows("select count(*) from fact_diseases") == [(len(keys("diseases")),)]

"""Registers of schools: who is absent, on which days, and why"""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from medark.synthetic.events.schools import open_schools


@pytest.fixture(scope="module")
def register(city) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for path in sorted((city.root / "raw" / "schools" / "absences").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def test_schools_write_on_days_on_which_they_are_open(city, register) -> None:
    is_open = open_schools(city.settings.start)
    days = {dt.date.fromisoformat(row["登记日期"]) for row in register}
    assert len(days) > 50
    assert all(is_open((day - city.settings.start).days) for day in days)


def test_absent_are_pupils_once_a_day_and_each_line_is_a_record_of_truth(city, register) -> None:
    pupils = dict(city.rows("""
        select p.identity_no, s.name_zh from person as p join fact_schools as s on s.key = p.school
        where s.kind <> 'university'"""))  # fmt: skip
    assert all(pupils[row["身份证号"]] == row["学校"] for row in register)
    assert len({(row["身份证号"], row["登记日期"]) for row in register}) == len(register)
    ((records,),) = city.rows("select count(distinct record_id) from record where kind = 'absence'")
    assert records == len(register)


def test_pupils_who_fall_ill_on_a_school_day_are_absent(city, register) -> None:
    ill = city.rows("""
        select p.identity_no, (i.onset + interval 6 hour)::date from infection as i join person as p using (person)
        join fact_schools as s on s.key = p.school and s.kind <> 'university'
        where i.event in ('influenza', 'outbreak') and i.severity in ('mild', 'severe')
            and p.moved_in is null and p.moved_out is null
            and i.onset::date >= p.birth + s.from_age::integer * interval 1 year""")  # fmt: skip
    absent = {(row["身份证号"], row["登记日期"]): row["症状"] for row in register}
    is_open = open_schools(city.settings.start)
    told = [absent.get((who, str(day))) for who, day in ill if is_open((day - city.settings.start).days)]
    assert len(told) > 5
    assert set(told) <= {"发热", "呕吐腹泻", "咳嗽"}  # of two illnesses on one day one is told
    assert told.count("发热") > len(told) / 2

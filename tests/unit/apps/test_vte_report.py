"""The single-disease report: filled from data, with the day of the evidence, and a list of what is missing."""

from __future__ import annotations

from medark.model.page import Block, DataTable, KeyFigures, Text
from medark.sdk.testing import Patient, TinyLake
from vte_ward import answer, gave, made, ward


def gone(lake: TinyLake, at_risk: bool = True) -> Patient:
    who = lake.person("1954-01-01")
    lake.visited(who, "inpatient stay", "2024-05-01 09:00", "2024-05-10")
    if at_risk:
        answer(lake, who, "previous_vte", at="2024-05-01 10:00")
    return who


def fields(page: tuple[Block, ...]) -> dict[str, tuple[object, object]]:
    (table,) = [one for one in page if isinstance(one, DataTable)]
    return {str(row[0]): (row[1], row[2]) for row in table.rows}


def test_only_stays_at_risk_are_reported() -> None:
    lake = ward()
    gone(lake, at_risk=False)
    wanted = gone(lake)
    assert [row["person_id"] for row in lake.dataset(made(), "report")] == [wanted.person_id]


def test_each_field_is_filled_from_data_and_says_from_which_day() -> None:
    lake = ward()
    who = gone(lake)
    answer(lake, who, "assessed", at="2024-05-02")
    lake.measured(who, "creatinine", 1.0, "mg/dL", "2024-05-03 07:00")
    gave(lake, who, "依诺肝素钠注射液", "2024-05-02")
    lake.diagnosed(who, "sepsis", "2024-05-04")
    told = fields(lake.page(made(), "report", {"person_id": str(who.person_id)}))
    assert told["Day of discharge"] == ("2024-05-10", None)
    assert told["Sex"] == ("female", None)
    assert told["Creatinine, µmol/L"] == ("88.4017", "2024-05-03")
    assert told["Risk of thrombosis"] == ("high", None)
    assert told["Risk assessed on"] == ("2024-05-02", None)
    assert told["First anticoagulant"] == ("2024-05-02", None)
    assert told["Sepsis"] == ("2024-05-04", None)


def test_what_is_missing_is_listed_and_what_may_not_have_happened_is_not() -> None:
    lake = ward()
    who = gone(lake)
    page = lake.page(made(), "report", {"person_id": str(who.person_id)}, "zh")
    (figures,) = [one for one in page if isinstance(one, KeyFigures)]
    assert figures.figures[0].value == 6
    listed = next(one.markdown for one in page if isinstance(one, Text))
    assert listed == "风险评估日期; 出血风险评估日期; 体重指数; 血小板，10⁹/L; 肌酐，μmol/L; D-二聚体，mg/L"
    assert fields(page)["脓毒症"] == ("未见记录", None)


def test_the_list_of_reports_begins_with_the_most_incomplete() -> None:
    lake = ward()
    fuller, empty = gone(lake), gone(lake)
    answer(lake, fuller, "assessed", at="2024-05-02")
    (table,) = [one for one in lake.page(made(), "report") if isinstance(one, DataTable)]
    assert [(row[0], row[4]) for row in table.rows] == [(empty.person_id, 6), (fuller.person_id, 5)]

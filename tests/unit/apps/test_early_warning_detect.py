"""Early warning: its facts, what each channel counts, and the law's deadlines, at every edge"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from medark.sdk import App
from medark.sdk.testing import Patient, TinyLake, app_in, contract_tests, tiny_lake

HERE = Path(__file__).parents[3] / "src" / "medark" / "apps" / "early_warning"
TestContract = contract_tests(HERE)
EHR, CLAIM, REPORT = 32817, 32810, 32848
POSITIVE, NEGATIVE, INCONCLUSIVE = 45884084, 45878583, 45884091


@cache
def made(linked: bool = False) -> App:
    """The application; `linked`: hospitals' people are those of the report cards."""
    return app_in(HERE, {"people_are_linked": linked})[1]


def facts(name: str) -> list[dict[str, str]]:
    with (HERE / "facts" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def lake() -> TinyLake:
    return tiny_lake(now="2024-07-10 08:00")


def somebody(lake: TinyLake, born: str = "1980-01-01", district: str = "西湖区") -> Patient:
    who = lake.person(born)
    if district:
        observed(lake, who, f"district:{district}", "2020-01-01")
    return who


def diagnosed(lake: TinyLake, who: Patient, code: str, at: str, kind: int = EHR, **more: Any) -> None:
    lake.row(
        "condition_occurrence", who, "any", at=at, condition_source_value=code, condition_type_concept_id=kind, **more
    )


def observed(lake: TinyLake, who: Patient, what: str, at: str, **more: Any) -> None:
    lake.row("observation", who, "any", at=at, observation_source_value=what, **more)


def rows(lake: TinyLake, name: str, *columns: str, linked: bool = False) -> list[tuple[Any, ...]]:
    return [tuple(row[column] for column in columns) for row in lake.dataset(made(linked), name)]


# -- facts ---------------------------------------------------------------------------------------------


def test_no_code_tells_two_syndromes_or_two_diseases() -> None:
    for name in ("syndromes", "diseases"):
        codes = [code for row in facts(name) for code in row["codes"].split(";")]
        assert len(codes) == len(set(codes)), name


def test_every_fact_has_words_in_both_languages_and_a_source() -> None:
    for name in ("syndromes", "diseases", "medicines", "complaints", "targets", "symptoms"):
        for row in facts(name):
            assert row["name_en"] and row["name_zh"] and row["source"], (name, row)


def test_diseases_deadlines_and_classes_are_those_of_the_law(shared_reference: Path) -> None:
    path = shared_reference / "06_syndromes" / "cn_notifiable_diseases.csv"
    with path.open(encoding="utf-8") as file:
        law = {row["id"]: (row["legal_class"], row["report_limit_hours"]) for row in csv.DictReader(file)}
    ours = {row["disease"]: (row["legal_class"], row["limit_hours"]) for row in facts("diseases")}
    assert {name: told for name, told in ours.items() if name in law} == law
    assert len(law) == 42
    assert {name: told for name, told in ours.items() if name not in law} == {
        "NID-B-013-S001": ("B", "2"), "new_respiratory": ("B", "2"),
    }  # fmt: skip


def test_each_signal_belongs_to_one_of_seven_systems() -> None:
    systems = facts("systems")
    assert len(systems) == 7
    watched = [name for row in systems for name in row["signals"].split(";")]
    assert sorted(watched) == sorted(made().published()["signals"])
    assert all(row["source"] and float(row["due_hours"]) in (2, 24) for row in systems)


# -- channels ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "syndrome"),
    [
        ("J06.900", "influenza_like"), ("J069", "influenza_like"), ("R50.9", "influenza_like"),
        ("J18.900", "lower_respiratory"), ("J12.900", "lower_respiratory"), ("J12.800", "covid_like"),
        ("B34.900", "covid_like"), ("A09.901", "gastrointestinal"), ("B08.401", "hfmd"), ("B08.200", "febrile_rash"),
        ("A92.0", "haemorrhagic_fever"), ("G61.0", "afp"), ("B17.100", "jaundice"), ("H10.900", "conjunctivitis"),
    ],
)  # fmt: skip
def test_the_longest_code_decides_the_syndrome(lake: TinyLake, code: str, syndrome: str) -> None:
    diagnosed(lake, somebody(lake), code, "2024-07-01 08:10")
    assert rows(lake, "visits", "syndrome", "code", "district") == [(syndrome, code, "西湖区")]


def test_what_insurers_and_report_cards_repeat_is_no_visit(lake: TinyLake) -> None:
    who = somebody(lake)
    diagnosed(lake, who, "J06.900", "2024-07-01", CLAIM)
    diagnosed(lake, who, "J10.100", "2024-07-01", REPORT)
    diagnosed(lake, who, "I10.x00x002", "2024-07-01")
    assert rows(lake, "visits", "syndrome") == []


def test_the_district_is_the_last_that_was_told_by_then(lake: TinyLake) -> None:
    who = somebody(lake, district="")
    diagnosed(lake, who, "J06.900", "2024-07-01")
    assert rows(lake, "visits", "district") == [(None,)]
    observed(lake, who, "district:余杭区", "2024-07-05")
    assert rows(lake, "visits", "district") == [("余杭区",)]  # told later only: better than nothing
    observed(lake, who, "district:西湖区", "2023-01-01")
    assert rows(lake, "visits", "district") == [("西湖区",)]


@pytest.mark.parametrize(("celsius", "found"), [(37.9, 0), (38.0, 1)])
@pytest.mark.parametrize(("kind", "counts"), [("outpatient and emergency", True), ("inpatient stay", False)])
def test_a_fever_is_38_degrees_at_an_outpatient_visit(
    lake: TinyLake, celsius: float, found: int, kind: str, counts: bool
) -> None:
    who = somebody(lake)
    visit = lake.visited(who, kind, at="2024-07-01 08:00")
    lake.row(
        "measurement", who, "body temperature", at="2024-07-01 08:05", value_as_number=celsius, unit_concept_id=586323,
        visit_occurrence_id=visit,
    )  # fmt: skip
    assert rows(lake, "fevers", "temperature") == [(celsius,)] * (found * counts)


def test_medicines_are_known_by_words_of_their_names(lake: TinyLake) -> None:
    who = somebody(lake)
    for name, kind in (("布洛芬缓释胶囊", EHR), ("奥司他韦胶囊", EHR), ("阿莫西林胶囊", CLAIM), ("二甲双胍片", EHR)):
        lake.row("drug_exposure", who, "any", at="2024-07-01", drug_source_value=name, drug_type_concept_id=kind)
    found = rows(lake, "medicines", "drug_class")
    assert len(found) == 2  # of four: one is told by an insurer, one is not watched


def test_sales_are_those_of_watched_items_by_the_district_of_their_shop(lake: TinyLake) -> None:
    for item, quantity, place, district in (
        ("布洛芬缓释胶囊", 2, "甲大药房", "西湖区"), ("奥美拉唑肠溶胶囊", 1, "甲大药房", "西湖区"),
        ("连花清瘟胶囊", 1, "乙大药房", "滨江区"),
    ):  # fmt: skip
        lake.counted(item, quantity, "2024-07-01", place, district)
    assert rows(lake, "sales", "drug_class", "quantity", "place", "district") == [
        ("antipyretic", 2.0, "甲大药房", "西湖区"), ("cough_cold", 1.0, "乙大药房", "滨江区"),
    ]  # fmt: skip
    assert "person_id" not in lake.dataset(made(), "sales")[0]


def test_the_shops_and_items_behind_a_signal_of_sales(lake: TinyLake) -> None:
    for day, item, quantity, place in (
        ("2024-07-01", "布洛芬缓释胶囊", 2, "甲大药房"), ("2024-07-02", "布洛芬缓释胶囊", 3, "丙大药房"),
        ("2024-07-02", "对乙酰氨基酚片", 2, "甲大药房"), ("2024-06-01", "布洛芬缓释胶囊", 50, "甲大药房"),
        ("2024-07-02", "蒙脱石散", 40, "甲大药房"),
    ):  # fmt: skip
        lake.counted(item, quantity, day, place, "西湖区")
    query = {
        "signal": "sales",
        "drug_class": "antipyretic",
        "district": "西湖区",
        "from": "2024-06-17",
        "to": "2024-07-02",
    }
    page = next(one for one in made().pages if one.path == "signal")
    view = lake.view(made(), "signal", query)
    assert [(row["place"], row["quantity"]) for row in view["sold_by_shop"]] == [("甲大药房", 4.0), ("丙大药房", 3.0)]
    assert [(row["item"], row["quantity"]) for row in view["sold_by_item"]] == [
        ("布洛芬缓释胶囊", 5.0), ("对乙酰氨基酚片", 2.0),
    ]  # fmt: skip
    other = lake.view(made(), "signal", query | {"signal": "calls"})
    assert page.shows.keys() == other.answers.keys() and other["sold_by_shop"].total == 0


def test_calls_are_told_by_the_complaints_of_the_centre(lake: TinyLake) -> None:
    who = somebody(lake)
    observed(lake, who, "fever", "2024-07-01 10:00", value_as_number=3.0)
    observed(lake, who, "outcome", "2024-07-01 10:00")
    assert rows(lake, "calls", "complaint", "priority", "district") == [("fever", 3.0, "西湖区")]


def test_a_test_that_is_to_be_repeated_is_none_yet(lake: TinyLake) -> None:
    for finding in (POSITIVE, NEGATIVE, INCONCLUSIVE):
        lake.row(
            "measurement", somebody(lake), "any", at="2024-07-01", measurement_source_value="85477-8",
            value_as_concept_id=finding,
        )  # fmt: skip
    assert rows(lake, "tests", "target", "is_positive") == [("influenza", True), ("influenza", False)]


def test_an_absence_says_school_and_symptom(lake: TinyLake) -> None:
    observed(lake, somebody(lake, "2014-01-01"), "absence:fever", "2024-07-01", qualifier_source_value="一小")
    assert rows(lake, "absences", "school", "symptom", "age_band") == [("一小", "fever", "05-14")]


def test_a_card_says_its_class_limit_and_day(lake: TinyLake) -> None:
    who = somebody(lake)
    diagnosed(lake, who, "A00.900", "2024-07-01", REPORT, condition_status_source_value="临床诊断病例")
    observed(lake, who, "report", "2024-07-02 09:00")
    ((disease, legal_class, limit, said, day),) = rows(
        lake, "cards", "disease", "legal_class", "limit_hours", "case_class", "reported"
    )
    assert (disease, legal_class, limit, said, str(day)) == ("NID-A-002", "A", 2, "临床诊断病例", "2024-07-02")


# -- deadlines ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "came", "standing"),
    [
        ("J10.100", "2024-07-02 08:00", "in_time"),  # 24 hours of 24
        ("J10.100", "2024-07-02 08:01", "late"),
        ("A00.900", "2024-07-01 10:00", "in_time"),  # 2 hours of 2
        ("A00.900", "2024-07-01 10:01", "late"),
        ("A22.100", "2024-07-01 10:01", "late"),  # pulmonary anthrax: managed as class A
        ("A22.000", "2024-07-01 10:01", "in_time"),  # of the skin: not
    ],
)
def test_a_card_is_in_time_up_to_its_limit(lake: TinyLake, code: str, came: str, standing: str) -> None:
    who = somebody(lake)
    diagnosed(lake, who, code, "2024-07-01 08:00")
    diagnosed(lake, who, code, "2024-06-30", REPORT)
    observed(lake, who, "report", came)
    assert rows(lake, "duties", "standing") == [(standing,)]


@pytest.mark.parametrize(
    ("day", "linked", "standing"),
    [
        ("2024-07-08 09:00", True, "missed"),
        ("2024-07-09 09:00", True, "waiting"),  # a day of 24 hours is not over
        ("2024-07-08 09:00", False, "unlinked"),
    ],
)
def test_without_a_card_it_is_missed_waited_for_or_not_to_be_told(
    lake: TinyLake, day: str, linked: bool, standing: str
) -> None:
    diagnosed(lake, somebody(lake), "J10.100", day)
    assert rows(lake, "duties", "standing", linked=linked) == [(standing,)]


@pytest.mark.parametrize(("before", "standing"), [("2024-05-03 08:00", "repeat"), ("2024-05-02 08:00", "missed")])
def test_a_diagnosis_within_60_days_of_one_before_is_the_same_illness(
    lake: TinyLake, before: str, standing: str
) -> None:
    who = somebody(lake)
    diagnosed(lake, who, "J10.100", before)
    diagnosed(lake, who, "J11.100", "2024-07-01 08:00")
    assert rows(lake, "duties", "standing", linked=True)[-1] == (standing,)


def test_the_card_of_another_disease_is_none(lake: TinyLake) -> None:
    who = somebody(lake)
    diagnosed(lake, who, "J10.100", "2024-07-01 08:00")
    diagnosed(lake, who, "B08.401", "2024-07-01", REPORT)
    observed(lake, who, "report", "2024-07-01 09:00")
    assert rows(lake, "duties", "standing", "reported_at", linked=True) == [("missed", None)]


@pytest.mark.parametrize(("code", "rule"), [("J10.100", "report_in_24_hours"), ("A00.900", "report_in_2_hours")])
def test_a_fresh_diagnosis_without_a_card_is_a_task_until_it_comes(lake: TinyLake, code: str, rule: str) -> None:
    fresh, old, told = somebody(lake), somebody(lake), somebody(lake)
    diagnosed(lake, fresh, code, "2024-07-09 08:00")
    diagnosed(lake, old, code, "2024-07-05 08:00")
    diagnosed(lake, told, code, "2024-07-09 08:00")
    diagnosed(lake, told, code, "2024-07-08", REPORT)
    assert lake.tasks(made(True), rule) == [fresh]
    other = {"report_in_24_hours": "report_in_2_hours", "report_in_2_hours": "report_in_24_hours"}[rule]
    assert lake.tasks(made(True), other) == []
    assert made(False).tasks == ()

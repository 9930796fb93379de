"""Facts of health: codes that exist, keys that are there, numbers in their places"""

from __future__ import annotations

import csv
import re

import pytest

from medark.synthetic.facts.read import by_key, keys, rows
from medark.synthetic.health.risks import HABITS, chronic

_SOURCED = (
    "diseases", "drugs", "tests", "panels", "prevalence", "risk_factors", "mortality", "lethality", "causes",
    "long_term", "effects", "lab_effects", "lab_age", "vitals",
)  # fmt: skip
_VALUES = {*keys("tests"), *keys("vitals")}


@pytest.mark.parametrize("name", _SOURCED)
def test_every_row_has_a_key_of_its_own_a_source_and_a_confidence(name: str) -> None:
    assert len(set(keys(name))) == len(rows(name)) > 0
    assert next(iter(rows(name)[0])) == "key"
    assert list(rows(name)[0])[-2:] == ["source", "confidence"]
    assert all(row["source"] and row["confidence"] for row in rows(name))


@pytest.mark.parametrize(
    ("name", "column", "known"),
    [
        ("diseases", "panels", keys("panels")),
        ("diseases", "drugs", keys("drugs")),
        ("diseases", "begins", keys("diseases")),
        ("panels", "tests", keys("tests")),
        ("tests", "panel", keys("panels")),
        ("prevalence", "disease", chronic()),
        ("risk_factors", "disease", keys("diseases")),
        ("risk_factors", "factor", (*keys("diseases"), *HABITS)),
        ("lethality", "key", chronic()),
        ("causes", "disease", keys("diseases")),
        ("long_term", "disease", chronic()),
        ("long_term", "drug", keys("drugs")),
        ("lab_effects", "disease", keys("diseases")),
        ("lab_effects", "test", tuple(_VALUES)),
        ("lab_age", "test", tuple(_VALUES)),
    ],
)
def test_words_are_keys_of_other_facts(name: str, column: str, known: tuple[str, ...]) -> None:
    assert {word for row in rows(name) for word in row[column].split()} <= set(known)


def test_every_long_term_disease_has_prevalences_of_both_sexes() -> None:
    assert {(row["disease"], row["sex"]) for row in rows("prevalence")} == {(d, s) for d in chronic() for s in "MF"}


def test_chinese_codes_are_those_of_the_insurance_table(shared_reference) -> None:
    with (shared_reference / "08_drg/chs_drg_1_1/icd10_cn_insurance.csv").open(encoding="utf-8") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert {row["icd10_cn"] for row in rows("diseases")} <= codes


def test_american_codes_are_those_of_the_year(shared_reference) -> None:
    with (shared_reference / "08_drg/ms_drg_v43_1/dx_feature.csv").open(encoding="utf-8") as file:
        codes = {row["icd10cm"] for row in csv.DictReader(file)}
    assert {row["icd10_cm"].replace(".", "") for row in rows("diseases")} <= codes


def test_drugs_have_the_codes_of_the_reference(shared_reference) -> None:
    with (shared_reference / "05_drugs/drugs.csv").open(encoding="utf-8") as file:
        reference = {row["name_inn"]: row for row in csv.DictReader(file)}
    found = [row for row in rows("drugs") if row["name_en"] in reference]
    assert len(found) > 100
    for row in found:
        assert row["atc"] == reference[row["name_en"]]["atc"], row["key"]
        assert row["rxnorm"] == (reference[row["name_en"]]["rxcui_ingredient"] or row["rxnorm"]), row["key"]


def test_codes_are_written_as_their_systems_write_them() -> None:
    for row in rows("diseases"):
        assert re.fullmatch(r"[A-Z]\d\d\.([x\d]\d\d)(x\d{3})?", row["icd10_cn"]), row["key"]
    for row in (*rows("tests"), *rows("vitals")):
        assert re.fullmatch(r"\d{1,5}-\d", row["loinc"]), row["key"]
    for row in rows("drugs"):
        assert re.fullmatch(r"([A-Z]\d\d[A-Z]{1,2}(\d\d)?)?", row["atc"]), row["key"]


def test_conventional_units_change_numbers_only_where_the_factor_says_so() -> None:
    crea, glu, crp = (by_key("tests")[key] for key in ("crea", "glu", "crp"))
    assert (float(crea["factor"]), crea["unit_conventional"]) == (88.42, "mg/dL")
    assert float(glu["factor"]) == pytest.approx(0.0555, abs=1e-4)
    assert float(crp["factor"]) == 10
    assert all(float(row["factor"]) > 0 for row in rows("tests") if row["kind"] == "quantitative")


def test_the_middle_of_the_healthy_lies_in_the_reference_range() -> None:
    for row in rows("tests"):
        for sex in "mf":
            low, high = row[f"low_{sex}"], row[f"high_{sex}"]
            if row["kind"] == "quantitative":
                assert float(low or "-inf") <= float(row[f"centre_{sex}"]) <= float(high or "inf"), row["key"]


def test_shares_are_shares() -> None:
    for row in rows("prevalence"):
        assert 0 <= float(row["prevalence"]) < 0.97
        assert 0 <= float(row["incidence"] or 0) < 0.1
    for row in rows("diseases"):
        assert 0 <= float(row["fatal"]) < 0.5
        assert 0 < float(row["aware"] or 1) <= 1

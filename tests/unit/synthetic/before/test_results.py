"""Laboratory values in two systems of units, with ranges and flags."""

from __future__ import annotations

import csv

import pytest

from medark.synthetic.before.chance import stream
from medark.synthetic.before.facts import tests as laboratory
from medark.synthetic.before.results import flag, lab_results, range_text, reported


def test_units_are_converted():
    assert reported(laboratory()["glu"], 5.551, conventional=True) == "100"  # mmol/L to mg/dL
    assert reported(laboratory()["hgb"], 140, conventional=True) == "14.0"  # g/L to g/dL
    assert reported(laboratory()["k"], 4.126, conventional=False) == "4.13"


def test_flags_are_against_the_range_of_the_sex():
    hgb = laboratory()["hgb"]
    assert [flag(hgb, sex, 120) for sex in "MF"] == ["L", "N"]
    assert flag(hgb, "F", 151) == "H"
    assert [flag(laboratory()["ldl"], "M", value) for value in (3.4, 3.41)] == ["N", "H"]


@pytest.mark.parametrize(
    ("key", "wide", "text"), [("k", False, "3.50-5.30"), ("crp", False, "<10.0"), ("hdl", True, ">39")]
)
def test_ranges_as_reports_print_them(key, wide, text):
    assert range_text(laboratory()[key], "M", wide) == text


@pytest.mark.parametrize("key", ["wbc", "hgb", "plt", "k", "na", "crea"])
def test_most_of_the_healthy_are_within_the_range(key):
    test = laboratory()[key]
    values = [lab_results(9, n, "F", (), (key,), None, stream(n, "t"))[0].value for n in range(400)]
    assert sum(flag(test, "F", value) == "N" for value in values) > 0.8 * len(values)


def test_facts_are_those_of_the_reference_table(shared_reference):
    """Ranges, codes and factors as published; what is ours is said in the source column."""
    with (shared_reference / "04_labs" / "lab_tests.csv").open(encoding="utf-8", newline="") as file:
        known = {row["key"]: row for row in csv.DictReader(file)}
    for key, test in laboratory().items():
        told = known[key]
        assert (test.loinc, test.unit, test.loinc_conventional) == (
            told["loinc_si"], told["unit_ucum"], told["loinc_conventional"],
        ), key  # fmt: skip
        ends = [test.low["M"], test.high["M"], test.low["F"], test.high["F"]]
        names = ["ref_low_male", "ref_high_male", "ref_low_female", "ref_high_female"]
        assert ends == [float(told[name]) if told[name] else None for name in names], key
        assert (test.cvi, test.cvg) == (float(told["cvi_percent"]), float(told["cvg_percent"])), key
        assert test.factor == float(told["factor_conventional_to_si"]), key

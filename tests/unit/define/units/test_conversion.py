"""Values from unit to unit: by hand, as the reference tables have them, and as properties"""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from math import inf, isnan, nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.define.units import SHIPPED_UNITS, Linear, analytes, between, conversions, convert, parse
from medark.define.units.analytes import named
from medark.errors import DefinitionError
from medark.model.units import unit_concepts


@pytest.mark.parametrize(
    ("value", "given_unit", "wanted_unit", "analyte", "result"),
    [
        (5, "g/dL", "g/L", None, 50),
        (120, "mg/dL", "g/L", None, 1.2),
        (4500, "/uL", "10*9/L", None, 4.5),
        (4.5, "10*3/uL", "10*9/L", None, 4.5),
        (40, "%", "L/L", None, 0.4),
        (1, "wk", "d", None, 7),
        (1440, "mg/(24.h)", "mg/min", None, 1),
        (0.5, "kat", "U", None, 3e7),
        (16, "kPa", "mm[Hg]", None, 120.00985213530501),
        (70, "kg", "[lb_av]", None, 154.32358352941433),
        (98.6, "[degF]", "Cel", None, 37),
        (-40, "Cel", "[degF]", None, -40),
        (0, "K", "Cel", None, -273.15),
        (10, "u[IU]/mL", "m[IU]/L", None, 10),
        (180.156, "mg/dL", "mmol/L", "glucose", 10),
        (10, "mmol/L", "mg/dL", "glucose", 180.156),
        (180.156, "g", "mol", "GLU", 1),
        (18.0156, "mg/(24.h)", "mmol/(24.h)", "葡萄糖", 0.1),
        (1, "mg/dL", "umol/L", "creatinine", 88.4016973125884),
        (28.014, "mg/dL", "mmol/L", "BUN", 10),
        (140, "meq/L", "mmol/L", "sodium", 140),
        (5, "meq/L", "mmol/L", "calcium", 2.5),
        (5, "meq/L", "mg/dL", "calcium", 10.0195),
        (10.0195, "mg/dL", "meq/L", "calcium", 5),
        (2, "mg/dL", "mmol/L", "magnesium", 20 / 24.305),
        (35, "[IU]/L", "U/L", "ALT", 35),
        (60, "U/L", "ukat/L", "ALT", 1),
        (6.5, "%", "mmol/mol", "HbA1c", 47.519292),
        (48, "mmol/mol", "%", "hemoglobin A1c", 48 / 10.929 + 2.152),
        (0.065, "1", "mmol/mol", "HbA1c", 47.519292),
        (250, "ng/mL{DDU}", "mg/L{FEU}", "D-dimer", 0.5),
        (500, "ng{FEU}/mL", "ng/mL{DDU}", "D-dimer", 250),
        (10, "u[IU]/mL", "pmol/L", "insulin", 60),
        (30, "mg/g", "mg/mmol", "UACR", 3.3936),
        (4, "g/dL", "g/L", "albumin", 40),
    ],
)
def test_by_hand(value: float, given_unit: str, wanted_unit: str, analyte: str | None, result: float) -> None:
    assert convert(value, given_unit, wanted_unit, analyte) == pytest.approx(result, rel=1e-12)


def test_a_value_is_rounded_once() -> None:
    assert convert(98.6, "[degF]", "Cel") == 37.0
    assert convert(0.1, "g/L", "mg/L") == 100.0
    assert convert(inf, "g", "mg") == inf
    assert isnan(convert(nan, "g", "mg"))


# The reference tables write units as people do.
SPELLED = {
    "mg/dL (as N)": "mg/dL", "mg/dL (urea nitrogen)": "mg/dL", "% (NGSP)": "%", "mmol/mol (IFCC)": "mmol/mol",
    "ng/mL DDU": "ng/mL{DDU}", "ng/mL FEU": "ng/mL{FEU}",
}  # fmt: skip
CALLED = {
    "urea nitrogen -> urea": "urea nitrogen", "cholesterol (TC, HDL, LDL)": "cholesterol",
    "triglycerides (as triolein)": "triglycerides", "phosphate (as P)": "phosphate", "pressure": None,
    "temperature": None,
}  # fmt: skip
FORMULAS = {"(F-32)*5/9": lambda f: (f - 32) * 5 / 9, "10.929*(x-2.152)": lambda x: 10.929 * (x - 2.152)}


def test_every_row_of_the_table_of_conversions(shared_reference: Path) -> None:
    rows = read(shared_reference / "04_labs" / "unit_conversions.csv")
    assert len(rows) == 31
    for row in rows:
        given_unit, wanted = (SPELLED.get(row[name], row[name]) for name in ("from_unit", "to_unit"))
        analyte = CALLED.get(row["analyte"], row["analyte"])
        if formula := FORMULAS.get(row["multiply_by"]):
            assert convert(7.5, given_unit, wanted, analyte) == pytest.approx(formula(7.5))
            continue
        line = between(given_unit, wanted, analyte)
        assert not line.offset
        assert float(line.factor) == as_listed(row["multiply_by"]), analyte
        if row["molar_mass_g_mol"]:
            assert between("g", "mol", analyte).factor == 1 / Fraction(row["molar_mass_g_mol"])


def test_every_row_of_the_table_of_tests_that_has_two_units(shared_reference: Path) -> None:
    """Where a mass becomes an amount, the analyte is found by the test's names."""
    checked = bridged = 0
    for row in read(shared_reference / "04_labs" / "lab_tests.csv"):
        # U/mL of a tumour marker is arbitrary, not the enzyme unit that UCUM means by it.
        if row["factor_conventional_to_si"] and "arb'U" not in row["unit_ucum"]:
            given_unit, wanted = (SPELLED.get(row[n], row[n]) for n in ("conventional_unit", "unit_ucum"))
            same = parse(given_unit).dimension == parse(wanted).dimension
            analyte = None if same else found(["urea nitrogen"] if row["key"] == "urea" else names(row))
            factor = between(given_unit, wanted, analyte).factor
            assert float(factor) == as_listed(row["factor_conventional_to_si"]), row["key"]
            checked, bridged = checked + 1, bridged + (not same)
    assert (checked, bridged) == (93, 26)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_listed(factor: str) -> object:
    """What a factor of the tables may be: they are rounded, and made with molar masses of four or five digits."""
    return pytest.approx(float(factor), rel=3e-4, abs=0.5 * 10.0 ** -len(factor.partition(".")[2]))


def names(row: dict[str, str]) -> list[str]:
    return [row["name_en"], row["name_zh"], *row["aliases"].split("|")]


def found(words: list[str]) -> str:
    for word in words:
        try:
            return named(word)
        except DefinitionError:
            continue
    raise AssertionError(words)


codes = st.sampled_from([unit.code for unit in unit_concepts()])
some_analyte = st.sampled_from(sorted(analytes()))
values = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000)


@st.composite
def alike(draw: st.DrawFn, count: int) -> tuple[str, list[str]]:
    """An analyte, and units of it that lead to one another."""
    analyte, one = draw(some_analyte), draw(codes)
    near = [code for code in SHIPPED_UNITS.values() if exact(one, code, analyte) is not None]
    return analyte, draw(st.lists(st.sampled_from(near), min_size=count, max_size=count))


@given(alike(2), values)
def test_there_and_back_is_where_it_was(drawn: tuple[str, list[str]], value: Fraction) -> None:
    analyte, (one, other) = drawn
    both = between(one, other, analyte).then(between(other, one, analyte))
    assert both.factor * value + both.offset == value


@given(alike(3))
def test_by_a_third_unit_or_straight_is_the_same(drawn: tuple[str, list[str]]) -> None:
    analyte, (one, middle, other) = drawn
    assert between(one, middle, analyte).then(between(middle, other, analyte)) == between(one, other, analyte)


@given(codes, codes, some_analyte)
def test_where_there_is_a_way_there_is_one_back(one: str, other: str, analyte: str) -> None:
    assert (exact(one, other, analyte) is None) == (exact(other, one, analyte) is None)


@given(codes)
def test_a_unit_is_itself(code: str) -> None:
    line = between(code, code)
    assert (line.factor, line.offset) == (1, 0)


def exact(one: str, other: str, analyte: str | None) -> Linear | None:
    try:
        return between(one, other, analyte)
    except DefinitionError:
        return None


def test_conversions_are_what_convert_says() -> None:
    for target, analyte in (("mmol/L", "glucose"), ("Cel", None), ("10*9/L", None), ("%", "HbA1c"), ("U/L", "AST")):
        table = conversions(target, analyte=analyte)
        assert list(table) == sorted(table, key=lambda one: one.unit_concept_id)
        for one in table:
            code = SHIPPED_UNITS[one.unit_concept_id]
            assert 7.0 * one.factor + one.offset == pytest.approx(convert(7, code, target, analyte))
        others = set(SHIPPED_UNITS) - {one.unit_concept_id for one in table}
        assert others and all(exact(SHIPPED_UNITS[other], target, analyte) is None for other in others)


def test_which_units_lead_to_a_target() -> None:
    codes_of = {
        target: {SHIPPED_UNITS[c.unit_concept_id] for c in conversions(target)} for target in ("Cel", "U/L", "[pH]")
    }
    assert codes_of == {"Cel": {"Cel", "[degF]"}, "U/L": {"[U]/L", "[U]/mL", "10*-6.[U]/mL"}, "[pH]": {"pH"}}
    weighed = {c.unit_concept_id for c in conversions("mmol/L")}
    assert {c.unit_concept_id for c in conversions("mmol/L", analyte="glucose")} > weighed
    assert 9557 not in weighed  # meq/L: of what charge?


def test_fractions_of_different_kinds_are_not_mixed() -> None:
    """48 mmol/mol of haemoglobin is 6.5 %, not 4.8 %."""
    assert 9579 not in {one.unit_concept_id for one in conversions("%")}
    assert 9579 in {one.unit_concept_id for one in conversions("%", analyte="HbA1c")}
    assert 8723 not in {one.unit_concept_id for one in conversions("mmol/mol")}


def test_codes_of_omop_that_mean_another_unit_to_ucum() -> None:
    thousands = {8848: "10*3/uL", 8792: "K/uL", 8903: "K/mm3", 9523: "K"}
    assert [(c.unit_concept_id, c.factor) for c in conversions("10*9/L", units=thousands)] == [
        (8792, 1.0), (8848, 1.0), (8903, 1.0),
    ]  # fmt: skip


def test_own_units_of_a_site_take_part_and_what_is_no_unit_does_not() -> None:
    own = {2_000_000_001: "ug/mL", 2_000_000_002: "sticks", 2_000_000_003: "mm"}
    assert [(c.unit_concept_id, c.factor) for c in conversions("mg/L", units=own)] == [(2_000_000_001, 1.0)]


@pytest.mark.parametrize(
    ("ask", "what", "fix"),
    [
        (lambda: conversions("mg/dll"), "'mg/dll' is no UCUM unit", "'mg/dL'"),
        (lambda: conversions("lx"), "no unit that rows have leads to lx", "mg/dL"),
        (lambda: conversions("mmol/L", analyte="glucos"), "nothing is known of the analyte 'glucos'", "these: glucose"),
        (lambda: conversions("mmol/L", analyte="?"), "nothing is known of the analyte '?'", "of these: glucose, crea"),
        (lambda: convert(1, "mg", "mmol/"), "'mmol/' is no UCUM unit", "'mmol'"),
        (
            lambda: convert(1, "mg/dL", "mmol/L"),
            "mg/dL measures mass per volume, mmol/L amount per volume",
            "say of what it is: give analyte='glucose', or another of the 23 that are known",
        ),
        (lambda: convert(1, "u[IU]/mL", "pmol/L"), "u[IU]/mL measures [iU] per volume", "give analyte='insulin'"),
        (lambda: convert(1, "mg/dL", "mm[Hg]"), "mg/dL measures mass per volume, mm[Hg] pressure", "measures the same"),
        (lambda: convert(1, "mg/dL", "U/L", "ALT"), "from mg/dL (mass per volume) to U/L", "measures the same"),
        (lambda: convert(1, "10*3/uL", "mmol/mol", "HbA1c"), "number per volume", "measures the same"),
    ],
)  # fmt: skip
def test_what_is_said_of_what_can_not_be(ask, what: str, fix: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        ask()
    assert what in caught.value.what
    assert fix in caught.value.fix


def test_every_analyte_is_found_by_each_of_its_names() -> None:
    folder = Path(__file__).resolve().parents[4] / "src" / "medark" / "define" / "units"
    rows = read(folder / "analyte.csv")
    for row in rows:
        for word in (row["analyte"], *filter(None, row["aliases"].split("|"))):
            assert named(word) == named(word.upper()) == row["analyte"], word
        assert bool(row["source"]) == bool(row["from_unit"])
    assert list(dict.fromkeys(row["analyte"] for row in rows)) == list(analytes())


def test_the_page_about_units_names_every_analyte_and_its_examples_are_right() -> None:
    page = (Path(__file__).resolve().parents[4] / "docs" / "reference" / "units.md").read_text(encoding="utf-8")
    assert [name for name in analytes() if f"`{name}`" not in page] == []
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    for call, result in re.findall(r"^(convert\(.+?\)) +# ([\d.]+)$", code, re.MULTILINE):
        assert eval(call, {"convert": convert}) == float(result)


def test_kidney_function_is_per_body_surface() -> None:
    assert [SHIPPED_UNITS[one.unit_concept_id] for one in conversions("mL/min/{1.73_m2}")] == ["mL/min/1.73.m2"]
    assert "mL/min/1.73.m2" not in {SHIPPED_UNITS[one.unit_concept_id] for one in conversions("mL/min")}

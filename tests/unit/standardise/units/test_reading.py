"""Units as people write them: hundreds of spellings of real exports and of Chinese ones, and what must not be read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.define.units import parse
from medark.define.units.atoms import omop_codes
from medark.define.units.grammar import known
from medark.model.units import unit_codes
from medark.standardise.units import read, ucum, unit_readings
from medark.standardise.units.readings import spellings
from medark.standardise.units.tidy import tidied

CASES = tuple(csv.DictReader(Path(__file__).with_name("spellings.csv").read_text(encoding="utf-8").splitlines()))
ATOMS = ("g", "mg", "ug", "ng", "pg", "kg", "L", "mL", "dL", "uL", "mol", "mmol", "umol", "m", "cm", "mm", "h", "min",
         "s", "d", "[IU]", "m[IU]", "U", "meq", "mosm", "mm[Hg]", "kPa", "10*9", "10*6", "%", "Cel")  # fmt: skip
BELOW = ("L", "mL", "dL", "uL", "min", "h", "kg", "m2", "mol", "g", "(24.h)", "[HPF]")


def meaning(code: str) -> object:
    unit = parse(omop_codes().get(code, code))
    return unit.dimension, unit.line


def test_there_are_hundreds_and_each_is_read() -> None:
    assert len(CASES) > 700
    wrong = {
        case["unit"]: read(case["unit"])
        for case in CASES
        if not read(case["unit"]) or meaning(read(case["unit"])[0]) != meaning(case["ucum"])
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "unit",
    ["", "  ", "null", "None", "阴性", "whatever", "Pos/Neg", "S/CO", "COI", "RU/mL", "md/dL", "mg/actuat", "见备注",
     "-", "+/-", "//", "mg//dL", "x" * 200],
)  # fmt: skip
def test_what_nobody_knows_stays_unknown(unit: str) -> None:
    assert read(unit) == ()
    assert ucum(unit) is None


def test_what_may_be_two_things_says_so() -> None:
    assert read("G/L") == ("10*9/L", "g/L")
    assert read("g/L") == ("g/L",)
    assert read("mM") == ("mmol/L",) and read("mm") == ("mm",)


def test_every_unit_of_omop_is_read_as_itself() -> None:
    thousands = {"K/uL", "K/mm3", "K[iU]/mL"}  # kelvin to UCUM
    for code in set(unit_codes().values()) - thousands:
        assert meaning(read(code)[0]) == meaning(code), code


@given(above=st.sampled_from(ATOMS), below=st.lists(st.sampled_from(BELOW), max_size=2))
def test_what_is_printed_is_read_back(above: str, below: list[str]) -> None:
    code = "/".join([above, *below])
    stands_for_another = above in ("m", "mm") and below  # m/uL are millions, mm/L millimoles: no test is so in metres
    if known(code) is not None and not stands_for_another:
        assert meaning(read(code)[0]) == meaning(code)


@given(st.text(max_size=20))
def test_no_text_breaks_it_and_all_that_is_read_is_ucum(text: str) -> None:
    assert all(known(code) is not None for code in read(text))
    assert tidied(tidied(text)) == tidied(tidied(tidied(text)))


def test_a_wave_is_told_every_spelling_that_the_vocabulary_may_have() -> None:
    rows = unit_readings(["mEq/L", "nothing", "µIU/mL"]).to_pylist()
    codes = {unit: [r["ucum_code"] for r in rows if r["unit"] == unit] for unit in ("mEq/L", "nothing", "µIU/mL")}
    assert codes["mEq/L"] == ["mEq/L", "meq/L", "10*-3.eq/L"]
    assert codes["nothing"] == ["nothing"]
    assert codes["µIU/mL"][:3] == ["µIU/mL", "u[IU]/mL", "10*-6.[iU]/mL"]
    assert spellings("1") == ("1",)
    assert unit_readings([]).num_rows == 0

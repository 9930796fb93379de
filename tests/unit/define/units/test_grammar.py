"""Units read from their codes: by hand, by the definitions of UCUM, and what is refused"""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from math import prod
from pathlib import Path

import pytest

from medark.define.units import Linear, parse
from medark.define.units.atoms import omop_codes
from medark.define.units.dimension import Dimension, called
from medark.define.units.grammar import known
from medark.errors import DefinitionError
from medark.model.units import unit_concepts

PER_VOLUME, MASS_DENSITY = (("m", -3),), (("g", 1), ("m", -3))


@pytest.mark.parametrize(
    ("code", "factor", "dimension"),
    [
        ("1", 1, ()),
        ("%", "1/100", ()),
        ("10*9/L", 10**12, PER_VOLUME),
        ("10*3/uL", 10**12, PER_VOLUME),
        ("10^3/uL", 10**12, PER_VOLUME),
        ("/mm3", 10**9, PER_VOLUME),
        ("/uL", 10**9, PER_VOLUME),
        ("{cells}/uL", 10**9, PER_VOLUME),
        ("mg/dL", 10, MASS_DENSITY),
        ("mg/dl", 10, MASS_DENSITY),
        ("g%", 10**4, MASS_DENSITY),
        ("mg.dL-1", 10, MASS_DENSITY),
        ("mg{total}/dL", 10, MASS_DENSITY),
        ("mmol/L", 1, (("m", -3), ("mol", 1))),
        ("mosm/kg", "1e-6", (("g", -1), ("osm", 1))),
        ("10*-3.eq/L", 1, (("eq", 1), ("m", -3))),
        ("meq/L", 1, (("eq", 1), ("m", -3))),
        ("kg/m2", 1000, (("g", 1), ("m", -2))),
        ("mm[Hg]", "133322.387415", (("g", 1), ("m", -1), ("s", -2))),
        ("cm[H2O]", "98066.5", (("g", 1), ("m", -1), ("s", -2))),
        ("[in_i'H2O]", "249088.91", (("g", 1), ("m", -1), ("s", -2))),
        ("[in_i'Hg]", "3386388.640341", (("g", 1), ("m", -1), ("s", -2))),
        ("kPa", 10**6, (("g", 1), ("m", -1), ("s", -2))),
        ("[Cal]", 4184000, (("g", 1), ("m", 2), ("s", -2))),
        ("mg/(24.h)", "1e-3 / 86400", (("g", 1), ("s", -1))),
        ("mg/(2.h)/L", "1 / 7200", (("g", 1), ("m", -3), ("s", -1))),
        ("/(24.h)", "1 / 86400", (("s", -1),)),
        ("/min.m", "1 / 60", (("m", 1), ("s", -1))),  # a leading solidus inverts what directly follows it
        ("1.5", 5, ()),  # a dot is a product: UCUM has no fractions
        ("m/s/s", 1, (("m", 1), ("s", -2))),
        ("m/(s/s)", 1, (("m", 1),)),
        ("U/L", "1e-3 / 60", (("m", -3), ("mol", 1), ("s", -1))),
        ("[U]/L", "1e-3 / 60", (("m", -3), ("mol", 1), ("s", -1))),
        ("nkat/L", "1e-6", (("m", -3), ("mol", 1), ("s", -1))),
        ("m[IU]/L", 1, (("[iU]", 1), ("m", -3))),
        ("10*-6.[iU]/mL", 1, (("[iU]", 1), ("m", -3))),
        ("/[HPF]", 1, (("[HPF]", -1),)),
        ("pH", 1, (("[pH]", 1),)),
        ("R", "2.58e-7", (("C", 1), ("g", -1))),
        ("J/kg", 1, (("m", 2), ("s", -2))),
        ("mo", "365.25 * 86400 / 12", (("s", 1),)),
        ("a_t", "365.24219 * 86400", (("s", 1),)),
        ("[lb_av]", "453.59237", (("g", 1),)),
        ("[lb_us]", "453.59237", (("g", 1),)),
        ("[in_i]", "0.0254", (("m", 1),)),
        ("[gal_us]", "0.003785411784", (("m", 3),)),
        ("mg/g", "1/1000", (("g/g", 1),)),
        ("mmol/mol", "1/1000", (("mol/mol", 1),)),
        ("ug/kg/min", "1e-9 / 60", (("g/g", 1), ("s", -1))),
        ("ng/mL{FEU}", "1e-3", (("g", 1), ("m", -3), ("{FEU}", 1))),
        ("ng{FEU}/mL", "1e-3", (("g", 1), ("m", -3), ("{FEU}", 1))),
        ("mL/min/{1.73_m2}", "1e-6 / 60", (("m", 3), ("s", -1), ("{1.73_m2}", 1))),
        ("mL/min/(173.10*-2.m2)", "1e-6 / 60", (("m", 3), ("s", -1), ("{1.73_m2}", 1))),
        ("mL/min/1.73.m2", "1e-6 / 60", (("m", 3), ("s", -1), ("{1.73_m2}", 1))),
    ],
)
def test_by_hand(code: str, factor: int | str, dimension: Dimension) -> None:
    unit = parse(code)
    assert unit.line == Linear(reckoned(factor))
    assert tuple(sorted(unit.dimension)) == tuple(sorted(dimension))


def reckoned(factor: int | str) -> Fraction:
    """A fraction, or a product and quotient of some."""
    if isinstance(factor, int):
        return Fraction(factor)
    above, *below = factor.split(" / ")
    number = Fraction(1)
    for part in above.split(" * "):
        number *= Fraction(part)
    for part in below:
        number /= Fraction(part)
    return number


def test_temperatures_have_an_offset_and_stand_alone() -> None:
    assert parse("Cel").line == Linear(Fraction(1), Fraction("273.15"))
    assert parse("[degF]").line == Linear(Fraction(5, 9), Fraction("459.67") * 5 / 9)
    for code in ("Cel/h", "mg.Cel", "Cel2", "kCel", "/Cel"):
        assert known(code) is None


@pytest.mark.parametrize(
    "code",
    ["", " ", "mg /dL", " mg", "MG/DL", "mg//dL", "mg/", ".mg", "mg..dL", "(mg", "mg)", "()", "mg/dL)", "{unclosed",
     "[unclosed", "[]", "mg[Hg]", "unit", "0", "0.5", "mg-", "mg/-1", "g100", "m0", "μg", "克", "kmin", "dag%x",
     "mg{a b}", "mg{a}{b}", "10*9l/", "_", "m" * 101, "(" * 60, "Ym9", "ym.ym.ym.ym.ym.ym.ym"],
)  # fmt: skip
def test_what_is_no_unit(code: str) -> None:
    with pytest.raises(DefinitionError, match="is no UCUM unit") as caught:
        parse(code)
    assert caught.value.fix


@pytest.mark.parametrize(
    ("code", "fix"),
    [("MG/DL", "'mg/dL'"), ("mmol/l ", "'mmol/l'"), ("µg/L", "'ug/L'"), ("μmol / L", "'umol/L'"), ("mmHg", "'mm[Hg]'"),
     ("10^9 /L", "'10^9/L'"), ("什么", "'10*9/L'")],
)  # fmt: skip
def test_a_wrong_code_is_told_a_right_one(code: str, fix: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(code)
    assert fix in caught.value.fix


def test_every_shipped_unit_concept_is_read() -> None:
    assert [unit for unit in unit_concepts() if known(unit.code) is None] == []


def test_most_units_of_omop_are_read_and_measure_what_their_names_say(shared_reference: Path) -> None:
    """Of the 1,042 concepts of its UCUM vocabulary. The others are logarithms, things that are no units, old trades."""
    with (shared_reference / "14_terminology" / "omop_concepts_open.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["vocabulary_id"] == "UCUM"]
    codes = {row["concept_code"]: omop_codes().get(row["concept_code"], row["concept_code"]) for row in rows}
    assert omop_codes().keys() <= codes.keys()
    assert len(rows) == 1042
    assert sum(known(code) is not None for code in codes.values()) == 806
    checked = 0
    for row in rows:
        unit = known(codes[row["concept_code"]])
        if unit is not None and (factor := said(row["concept_name"].lower())) is not None:
            assert unit.line.factor == factor, row["concept_code"]
            checked += 1
    assert checked > 150


PREFIX = {"pico": -12, "nano": -9, "micro": -6, "milli": -3, "centi": -2, "deci": -1, "kilo": 3, "": 0}
NOUN = {"gram": 1, "mole": 1, "liter": Fraction(1, 1000), "meter": 1, "equivalent": 1, "osmole": 1, "katal": 1,
        "second": 1, "minute": 60, "hour": 3600, "day": 86400}  # fmt: skip
WORD = re.compile(f"({'|'.join(PREFIX)})({'|'.join(NOUN)})")


def said(name: str) -> Fraction | None:
    """The factor of a unit by its name: nanogram per milliliter per hour."""
    found = [WORD.fullmatch(word) for word in name.split(" per ")]
    if not all(found):
        return None
    factors = [Fraction(10) ** PREFIX[word[1]] * NOUN[word[2]] for word in found if word]
    return factors[0] / prod(factors[1:])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("%", "a plain number"),
        ("10*9/L", "number per volume"),
        ("mg/dL", "mass per volume"),
        ("mmol/L", "amount per volume"),
        ("meq/L", "equivalents per volume"),
        ("mm[Hg]", "pressure"),
        ("kcal", "energy"),
        ("kg/m2", "mass per area"),
        ("mL/min", "volume per time"),
        ("m/s2", "length per time^2"),
        ("[IU]/mL", "[iU] per volume"),
        ("mg/g", "mass fraction"),
        ("mmol/mol", "amount fraction"),
        ("mL/min/{1.73_m2}", "volume per time {1.73_m2}"),
        ("cd.m.s", "light times length times time"),
    ],
)
def test_dimensions_in_words(code: str, words: str) -> None:
    assert called(parse(code).dimension) == words

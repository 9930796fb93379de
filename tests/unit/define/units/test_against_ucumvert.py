"""Atoms, prefixes and the grammar against another reader of UCUM (ucumvert on pint), which shares nothing with ours

What differs on purpose is left out: to UCUM arbitrary units, equivalents and pH are numbers or amounts, here each is a
dimension of its own, as are fractions of masses and of amounts.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ucumvert import InvalidUcumError, PintUcumRegistry, parse_ucum

from medark.define.units import parse
from medark.define.units.atoms import PREFIXES, atoms
from medark.define.units.dimension import Dimension, product
from medark.errors import DefinitionError

PINT = {"[length]": "m", "[time]": "s", "[mass]": "g", "[substance]": "mol", "[temperature]": "K", "[luminosity]": "cd"}
NOT_UCUM = {"pH", "[U]", "[lb_us]", "[score]", "{score}", "{1.73_m2}", "{FEU}", "{DDU}"}
ROUNDED = {"a_t", "mo_s", "m[Hg]"}  # pint has more digits, or fewer, than UCUM
# Where pint goes by a namesake: a calorie of 4.184 J, mercury and water at 60 degrees Fahrenheit, the gas constant,
# Planck's in "hbar", gram times percent. See test_grammar for these. And pH is OMOP's spelling here, no picohenry.
NAMESAKES = {"[Cal]", "[in_i'Hg]", "[in_i'H2O]", "R", "g%"}


def shared() -> list[str]:
    """Codes that both know, and that both take for the same."""
    arbitrary = {code for code, atom in atoms().items() if not atom.unit} - {"m", "s", "g", "K", "C", "cd", "mol"}
    return sorted(atoms().keys() - NOT_UCUM - ROUNDED - NAMESAKES - arbitrary - {"[IU]", "Cel", "[degF]"})


@cache
def registry() -> PintUcumRegistry:
    return PintUcumRegistry()


def theirs(code: str) -> tuple[float, Dimension]:
    """How many of the base units (with gram and coulomb, as ours), and of which."""
    quantity = registry().from_ucum(code).to_base_units()
    sizes = {name: round(exponent) for name, exponent in quantity.dimensionality.items()}
    current = sizes.pop("[current]", 0)
    others = tuple((PINT[name], exponent) for name, exponent in sizes.items())
    measured = product(others, (("C", 1), ("s", -1)), current)
    return quantity.magnitude * 1000.0 ** dict(measured).get("g", 0), measured


def ours(code: str) -> tuple[float, Dimension]:
    """The same of ours, with angles and fractions as numbers."""
    unit = parse(code)
    assert not unit.line.offset
    return float(unit.line.factor), tuple(pair for pair in unit.dimension if pair[0] not in {"rad", "g/g", "mol/mol"})


def agree(code: str) -> bool:
    (mine, measured), (other, dimension) = ours(code), theirs(code)
    return measured == dimension and mine == pytest.approx(other, rel=1e-9)


@pytest.mark.parametrize("code", shared())
def test_every_atom(code: str) -> None:
    assert agree(code)


@pytest.mark.parametrize("code", sorted(ROUNDED))
def test_where_definitions_are_rounded(code: str) -> None:
    assert ours(code)[1] == theirs(code)[1]
    assert ours(code)[0] == pytest.approx(theirs(code)[0], rel=1e-7)


def test_temperatures() -> None:
    for code in ("Cel", "[degF]"):
        line = parse(code).line
        for value in (-40.0, 0.0, 37.0, 98.6):
            kelvin = registry().Quantity(value, registry().from_ucum(code).units).to("kelvin").magnitude
            assert float(Fraction(value) * line.factor + line.offset) == pytest.approx(kelvin)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_on_every_atom_that_takes_one(prefix: str) -> None:
    metric = {prefix + code for code in shared() if atoms()[code].metric} - {"hbar", "pH"}
    assert [code for code in sorted(metric) if not agree(code)] == []


def test_what_takes_no_prefix() -> None:
    plain = {"k" + code for code in shared() if not atoms()[code].metric}
    assert [code for code in sorted(plain) if is_ours(code) or is_theirs(code)] == []


def is_ours(code: str) -> bool:
    try:
        return bool(parse(code))
    except DefinitionError:
        return False


def is_theirs(code: str) -> bool:
    try:
        return bool(parse_ucum(code))
    except InvalidUcumError:
        return False


exponents = st.sampled_from(["", "", "2", "-1", "3", "-2"])
simple = st.builds(
    lambda prefix, code, exponent, note: (prefix if atoms()[code].metric else "") + code + exponent + note,
    st.sampled_from(["", "", "k", "m", "u", "da"]), st.sampled_from(shared()), exponents,
    st.sampled_from(["", "", "{wet}"]),
)  # fmt: skip
component = simple | st.sampled_from(["24", "10*9", "10*-6", "3"])
terms = st.recursive(
    component,
    lambda inner: st.builds("{}{}({})".format, inner, st.sampled_from("./"), inner),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(terms, st.booleans())
def test_drawn_terms(term: str, below: bool) -> None:
    # Without brackets: by UCUM a leading solidus inverts the unit that directly follows, by ucumvert all that follows.
    code = f"/({term})" if below else term
    if len(code) <= 100:
        assert agree(code)

"""Paths: what they find, what is not known, and what is refused before anything is asked."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.define.fhirpath import compiled, parse, plain
from medark.errors import DefinitionError

PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "birthDate": "1970-06",
    "active": True,
    "multipleBirthInteger": 2,
    "deceasedDateTime": "2020-01-01T08:00:00+08:00",
    "name": [{"use": "official", "family": "Li", "given": ["An", "Bo"]}, {"use": "usual", "family": "Wang"}],
    "link": [{"other": {"reference": "Patient/p2/_history/3"}}],
    "extension": [{"url": "urn:x", "valueCode": "F"}],
}


def found(path: str, **constants: object) -> list[object]:
    return [plain(one) for one in compiled(path, constants)([PATIENT], {"resource": PATIENT, **constants})]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("name.family", ["Li", "Wang"]),
        ("Patient.name[1].family", ["Wang"]),
        ("name[2].family", []),
        ("name.where(use = 'official').given", ["An", "Bo"]),
        ("name.where($this.use = 'usual').exists()", [True]),
        ("name.exists(family = 'Li') and active", [True]),
        ("name.all(family.exists())", [True]),
        ("name.given.count()", [2]),
        ("name.given.last()", ["Bo"]),
        ("name.given.join(',')", ["An,Bo"]),
        ("multipleBirth.ofType(integer) + 1", [3]),
        ("multipleBirth.ofType(boolean)", []),
        ("2 + 3 * 4 - 1", [13]),
        ("-(2) - 1", [-3]),
        ("7 div 2", [3]),
        ("7 mod 2", [1]),
        ("1 / 0", []),
        ("1 / 4", [Decimal("0.25")]),
        ("'a' & {}", ["a"]),
        ("'it\\'s \\u0041'", ["it's A"]),
        ("%resource.id", ["p1"]),
        ("birthDate < @1971", [True]),
        ("birthDate = @1970-06-01", []),
        ("birthDate > @1970-07-02", [False]),
        ("deceased.ofType(dateTime) = @2020-01-01T00:00:00Z", [True]),
        ("birthDate.lowBoundary()", ["1970-06-01"]),
        ("@2024-02.highBoundary()", ["2024-02-29"]),
        ("@T12:30.highBoundary()", ["12:30:59.999"]),
        ("1.587.lowBoundary()", [Decimal("1.5865")]),
        ("link.other.getReferenceKey(Patient)", ["p2"]),
        ("link.other.getReferenceKey(Group)", []),
        ("extension('urn:x').value.ofType(code)", ["F"]),
        ("{} and false", [False]),
        ("{} and true", []),
        ("{} or true", [True]),
        ("true xor false", [True]),
        ("false implies {}", [True]),
        ("(gender = 'male').not()", []),
        ("name.family = 'Li'", [False]),
        ("`name`.family.first()", ["Li"]),
    ],
)
def test_a_path_finds(path, expected):
    assert found(path) == expected


@pytest.mark.parametrize(
    "path",
    ["@@", "name.", "name..given", "(", "name[", "name[0", "1 +", "foo()", "%nobody", "name.where()", "join('a', 'b')",
     "ofType(1)", "'open", "a" * 5000, "(" * 100 + "1" + ")" * 100, "-" * 2000 + "1", "name name", "and"],
)  # fmt: skip
def test_what_is_no_path_is_refused_before_it_is_asked(path):
    with pytest.raises(DefinitionError):
        compiled(path)


@pytest.mark.parametrize("path", ["name.family < 'A'", "name['a']", "1 < 'a'", "-'a'", "name.join()", "name and true"])
def test_what_makes_no_sense_of_these_values_is_refused(path):
    with pytest.raises(DefinitionError) as caught:
        found(path)
    assert "Li" not in str(caught.value)


@given(st.text(alphabet="abc.()[]'`@T:-0123456789 =<>%$&+*/{},\\", max_size=40))
def test_any_text_is_a_path_or_a_definition_error(text):
    try:
        parse(text)
    except DefinitionError as error:
        assert error.where


def test_a_hostile_path_costs_no_time():
    begun = time.perf_counter()
    for path in ("'" + "\\'" * 1900, "a." * 1999 + "a", "@2000-01-01T" * 300, "1+" * 1999 + "1"):
        try:
            compiled(path)([PATIENT], {})
        except DefinitionError:
            continue
    assert time.perf_counter() - begun < 1

"""Which unit numbers are in: by ranges, by what is printed beside them, by other sources; and numbers among others."""

from __future__ import annotations

import csv
import math
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from medark.define.units import concept_units, line_to, parse
from medark.standardise.units.candidates import candidates
from medark.standardise.units.likely import Seen, likely
from medark.standardise.units.mixed import Spread, mixed
from medark.standardise.units.suspect import Fault, Group, suspects

STEPS = 40


def spread(numbers: Iterable[float]) -> Spread:
    return Spread(Counter(math.floor(STEPS * math.log(n)) for n in numbers), STEPS)


def group(loinc: str, said: str, numbers: Iterable[float], source: str = "north/lis") -> Group:
    return Group(source, f"T{loinc}", said, 1, loinc, "test", spread(numbers))


def lognormal(middle: float, by: float, count: int, seed: int = 5) -> list[float]:
    dice = random.Random(seed)
    return [middle * dice.lognormvariate(0, by) for _ in range(count)]


def test_facts_are_sound() -> None:
    for loinc, concept in concept_units().items():
        parse(concept.ucum)
        assert all(line_to(unit, concept) is not None for unit in concept.usual), loinc
        assert concept.low is None or concept.high is None or concept.low < concept.high, loinc
        assert math.isclose(sum(one.weight for one in candidates(loinc)), 1), loinc
        assert candidates(loinc)[0].ucum == concept.ucum


@pytest.mark.parametrize(
    ("loinc", "unit", "factor"),  # computed from molar masses by others: conventional factors of the SI
    [
        ("14749-6", "mg/dL", 0.05551), ("14682-9", "mg/dL", 88.42), ("14933-6", "mg/dL", 59.48),
        ("14631-6", "mg/dL", 17.104), ("14647-2", "mg/dL", 0.02586), ("14927-8", "mg/dL", 0.01129),
        ("2000-8", "mg/dL", 0.2495), ("14879-1", "mg/dL", 0.3229), ("2601-3", "mg/dL", 0.4114),
        ("14798-3", "ug/dL", 0.1791), ("14920-3", "ng/dL", 12.87), ("14928-6", "pg/mL", 1.536),
        ("22664-7", "mg/dL", 0.357), ("718-7", "g/dL", 10.0), ("4544-3", "%", 0.01), ("6690-2", "10*3/uL", 1.0),
        ("1988-5", "mg/dL", 10.0), ("3255-7", "mg/dL", 0.01), ("2524-7", "mg/dL", 0.11101),
    ],
)  # fmt: skip
def test_units_lead_to_the_concepts_own(loinc: str, unit: str, factor: float) -> None:
    line = line_to(unit, concept_units()[loinc])
    assert line is not None and float(line.factor) == pytest.approx(factor, rel=2e-3) and not line.offset


def test_ranges_are_those_of_the_reference(reference_labs: dict[str, dict[str, str]]) -> None:
    for loinc, concept in concept_units().items():
        told = reference_labs.get(loinc)
        if told is None or not told["ref_high_male"] or told["key"] == "glu_random":
            continue
        high = max(float(told[f"ref_high_{sex}"]) for sex in ("male", "female") if told[f"ref_high_{sex}"])
        line = line_to(concept.ucum, concept_units()[told["loinc_si"] or loinc]) if told["loinc_si"] else None
        if line is not None and concept.high and not line.offset:
            assert float(line.factor) * concept.high == pytest.approx(high, rel=0.01), loinc


@pytest.fixture
def reference_labs(shared_reference: Path) -> dict[str, dict[str, str]]:
    """Rows of the reference by LOINC code, both of them."""
    file = shared_reference / "04_labs" / "lab_tests.csv"
    found: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        found |= {row[name]: row for name in ("loinc_conventional", "loinc_si") if row[name]}
    return found


@pytest.mark.parametrize(
    ("loinc", "middle", "unit"),
    [
        ("2345-7", 120.0, "mg/dL"), ("2345-7", 5.8, "mmol/L"), ("14682-9", 71.0, "umol/L"), ("14682-9", 0.9, "mg/dL"),
        ("718-7", 13.1, "g/dL"), ("718-7", 131.0, "g/L"), ("4544-3", 41.0, "%"), ("4544-3", 0.41, "L/L"),
        ("6690-2", 7.1, "10*9/L"), ("6690-2", 7100.0, "10*6/L"), ("8310-5", 98.4, "[degF]"), ("8310-5", 36.8, "Cel"),
        ("4548-4", 5.6, "%"), ("4548-4", 38.0, "mmol/mol"), ("2093-3", 190.0, "mg/dL"), ("2093-3", 4.9, "mmol/L"),
        ("8302-2", 1.68, "m"), ("29463-7", 150.0, "[lb_av]"),
    ],
)  # fmt: skip
def test_the_unit_is_told_by_the_middle(loinc: str, middle: float, unit: str) -> None:
    first, *others = likely(Seen(loinc, 200, middle))
    assert unit in (first.ucum, *first.same)
    assert math.isclose(first.probability + sum(one.probability for one in others), 1)


def test_magnesium_in_mg_and_in_meq_can_hardly_be_told_apart() -> None:
    assert likely(Seen("2601-3", 500, 2.0))[0].probability < 0.9


def test_a_printed_range_and_other_sources_make_it_surer() -> None:
    alone = likely(Seen("3094-0", 100, 24.0))[0]
    printed = likely(Seen("3094-0", 100, 24.0, range_low=7, range_high=22))[0]
    peers = likely(Seen("3094-0", 100, 24.0), [22.0, 25.0])[0]
    assert alone.ucum == printed.ucum == peers.ucum == "mg/dL"
    assert alone.probability < peers.probability < printed.probability


def test_a_unit_that_is_written_is_believed_until_numbers_contradict_it() -> None:
    assert likely(Seen("1988-5", 100, 60.0, said="mg/L"))[0].ucum == "mg/L"
    assert likely(Seen("2345-7", 100, 5.6, said="mg/dL"))[0].ucum == "mmol/L"


def test_nothing_is_said_of_what_nothing_is_known_of() -> None:
    assert likely(Seen("99999-9", 100, 5.0)) == ()
    assert likely(Seen("2345-7", 100, 0.0)) == ()


def test_numbers_among_others_are_found_with_their_limits() -> None:
    numbers = lognormal(5.4, 0.25, 3000) + lognormal(97, 0.15, 12, seed=6)
    (found,) = mixed("14749-6", "mmol/L", spread(numbers))
    assert found.ucum == "mg/dL" and found.count == 12
    assert found.low < 60 and found.high > 140 and found.probability > 0.9


def test_high_numbers_are_no_other_unit() -> None:
    dice = random.Random(7)
    diabetics = lognormal(5.4, 0.2, 800) + [dice.uniform(8, 30) for _ in range(200)]
    assert mixed("14749-6", "mmol/L", spread(diabetics)) == ()
    assert mixed("14749-6", "mmol/L", spread([*lognormal(5.4, 0.2, 20), 97.0])) == ()  # too few to say so


def test_each_fault_is_called_by_its_name() -> None:
    glucose = lognormal(5.6, 0.2, 200)
    told = [
        group("14749-6", "", glucose), group("14749-6", "凡是", glucose), group("14749-6", "mmHg", glucose),
        group("14749-6", "mg/dL", glucose), group("14749-6", "mmol/L", glucose + [99.0] * 5),
        group("14749-6", "mmol/L", glucose, "south/lis"), group("2951-2", "mEq/L", lognormal(139, 0.02, 200)),
    ]  # fmt: skip
    assert {(one.group.said, one.fault) for one in suspects(told)} == {
        ("", Fault.MISSING), ("凡是", Fault.UNKNOWN), ("mmHg", Fault.OTHER_KIND), ("mg/dL", Fault.WRONG),
        ("mmol/L", Fault.MIXED),
    }  # fmt: skip
    assert {one.group.said for one in suspects(told) if one.is_clear} == {"", "凡是"}


def test_a_unit_with_two_meanings_is_decided_by_the_test() -> None:
    hemoglobin, cells = lognormal(135, 0.1, 60), lognormal(6.5, 0.3, 60)
    (found,) = suspects([group("718-7", "G/L", hemoglobin), group("6690-2", "G/L", cells)])  # giga of cells, gram of Hb
    assert (found.group.loinc, found.likely[0].ucum, found.is_clear) == ("718-7", "g/L", True)


def test_what_is_found_does_not_depend_on_the_order() -> None:
    told = [group("14749-6", said, lognormal(5.6, 0.2, 60)) for said in ("", "mg/dL", "mmol/L")]
    assert suspects(told) == suspects(told[::-1])

"""Numbers of a test, held against all others of the same test, source and unit: missing, far off, in another unit

Limits are the data's own: the quartiles of the logarithms, as Tukey's fences take them (Tukey 1977, Exploratory Data
Analysis, chapter 2); where a source has few of a test, those of all sources in that unit together. Which tests have
other units in use: `define/units/concept.csv`.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import permutations
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.further.checks import ORIGIN, Family, Found, Tallied, Tally, check_of, is_of_source, source_named
from medark.check.further.histogram import BINS, bin_sql, quantile
from medark.define.units import Linear, concept_units, line_to

TABLE, NUMBER = "measurement", "value_as_number"
# Numbers of a test below which nothing is called unusual. Source: CLSI EP28-A3c, which verifies a range by twenty.
LEAST: Final = 20
_MOSTLY: Final = 0.8  # the share of a test's rows with a number from which one is expected
_WRITTEN_OUT: Final = 0.85  # the share with a decimal point from which one is expected
_TIMES: Final = 8.0  # so many times the middle, or less than one so-manieth of it, is far
_FENCE, _FAR, _NARROWEST = 1.5, 5.0, 0.08  # quartile distances; the least quartile distance, as a logarithm
_THRESHOLD: Final = 0.05  # per cent
_GROWS: Final = {"height", "weight", "waist", "urine_output"}  # a child's numbers are an adult's in another unit

Test = tuple[int, str, str]  # concept, the source's code where the concept is 0, the unit as written

VALUES = Tally(
    "values",
    f"""
select
  o.source_no, o.delivery, t.measurement_concept_id as concept_id,
  case when t.measurement_concept_id = 0 then t.measurement_source_value end as code,
  t.unit_source_value as unit, t.unit_concept_id,
  case when t.value_as_number > 0 then {bin_sql("t.value_as_number")} end as bin,
  t.value_as_number is not null as has_number,
  coalesce(contains(t.value_source_value, '.'), false) as has_point, count(*) as n
from measurement as t {ORIGIN}
group by
  o.source_no, o.delivery, t.measurement_concept_id,
  case when t.measurement_concept_id = 0 then t.measurement_source_value end, t.unit_source_value, t.unit_concept_id,
  case when t.value_as_number > 0 then {bin_sql("t.value_as_number")} end, t.value_as_number is not null,
  coalesce(contains(t.value_source_value, '.'), false)
""",
)


@cache
def other_units() -> Mapping[str, tuple[Linear, ...]]:
    """LOINC code to the lines from each unit in use of its test to each other in which numbers differ.

    >>> [float(line.factor) for line in other_units()["718-7"]]
    [0.1, 10.0]
    """
    found: dict[str, tuple[Linear, ...]] = {}
    for loinc, concept in concept_units().items():
        to_own = {line for unit in (concept.ucum, *concept.usual) if (line := line_to(unit, concept)) is not None}
        ordered = sorted(to_own, key=lambda line: (line.factor, line.offset))
        if len(ordered) > 1 and concept.test not in _GROWS:
            found[loinc] = tuple(dict.fromkeys(one.then(other.inverse()) for one, other in permutations(ordered, 2)))
    return found


LOINC = Tally(
    "tests with two units",
    "select c.concept_id, c.concept_code from concept as c where c.vocabulary_id = 'LOINC' and c.concept_code in ("
    + ", ".join(f"'{code}'" for code in other_units())
    + ")",
)


@dataclass(slots=True)
class Numbers:
    """What was counted of a test in one unit at one source: numbers by bin, and of them those without a point."""

    bins: Counter[int] = field(default_factory=Counter)
    whole: Counter[int] = field(default_factory=Counter)
    missing: int = 0
    rows: int = 0

    @property
    def limits(self) -> tuple[float, float, float]:
        """The lower quartile, the middle, the upper quartile; logarithms, at least _NARROWEST apart."""
        low, middle, high = (quantile(self.bins, share) for share in (0.25, 0.5, 0.75))
        spare = max(0.0, _NARROWEST - (high - low)) / 2
        return low - spare, middle, high + spare


Bounds = tuple[float, float]  # logarithms: bins from one up to the other


def by_test(tallied: Tallied) -> dict[int | None, dict[Test, Numbers]]:
    """What was counted, by source number and test."""
    found: dict[int | None, dict[Test, Numbers]] = defaultdict(lambda: defaultdict(Numbers))
    for row in tallied[VALUES.name]:
        numbers, n = found[row["source_no"]][_test(row)], int(row["n"])
        numbers.rows += n
        if not row["has_number"]:
            numbers.missing += n
        elif row["bin"] is not None:
            numbers.bins[row["bin"]] += n
            numbers.whole[row["bin"]] += 0 if row["has_point"] else n
    return found


def _test(row: object) -> Test:
    return row["concept_id"] or 0, row["code"] or "", row["unit"] or ""  # type: ignore[index]


def _found(tallied: Tallied, sources: Sequence[str]) -> Iterator[Found]:
    lines, counted = _lines(tallied), by_test(tallied)
    pooled = _pooled(counted)
    for number, tests in sorted(counted.items(), key=lambda one: (one[0] is None, one[0])):
        source = source_named(sources, number)
        expected = _expected(tests) | (_expected(pooled) & {test[:2] for test in tests})
        missing = sum(numbers.missing for test, numbers in tests.items() if test[:2] in expected)
        rows = sum(numbers.rows for test, numbers in tests.items() if test[:2] in expected)
        yield _check("numberMissing", source), Count(missing, rows)
        known = {test: (numbers, usual) for test, numbers, usual in _usual(tests, pooled)}
        total = sum(numbers.bins.total() for numbers, _ in known.values())
        for kind in ("valueOutlying", "pointLost", "unitMistaken"):
            bad = sum(
                (numbers.whole if kind == "pointLost" else numbers.bins)[place]
                for test, (numbers, usual) in known.items()
                for bounds in [_bounds(kind, test, usual, lines)]
                for place in numbers.bins
                if any(low <= place / BINS < high for low, high in bounds)
            )
            yield _check(kind, source), Count(bad, total)


def _check(kind: str, source: str) -> Check:
    return check_of(kind, TABLE, NUMBER, source, threshold=_THRESHOLD)


def _pooled(counted: Mapping[int | None, Mapping[Test, Numbers]]) -> dict[Test, Numbers]:
    """The same of all sources together; codes of one source alone mean nothing elsewhere."""
    found: dict[Test, Numbers] = defaultdict(Numbers)
    for tests in counted.values():
        for test, numbers in tests.items():
            if test[0]:
                found[test].bins += numbers.bins
                found[test].whole += numbers.whole
                found[test].missing += numbers.missing
                found[test].rows += numbers.rows
    return found


def _usual(tests: Mapping[Test, Numbers], pooled: Mapping[Test, Numbers]) -> Iterator[tuple[Test, Numbers, Numbers]]:
    """Each test with its numbers and those that say what is usual, where there are enough of them."""
    for test, numbers in sorted(tests.items()):
        usual = numbers if numbers.bins.total() >= LEAST else pooled.get(test, numbers)
        if numbers.bins and usual.bins.total() >= LEAST:
            yield test, numbers, usual


def _expected(tests: Mapping[Test, Numbers]) -> set[tuple[int, str]]:
    """Tests that mostly come with a number; of whatever unit."""
    rows, missing = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for test, numbers in tests.items():
        rows[test[:2]] += numbers.rows
        missing[test[:2]] += numbers.missing
    return {test for test, n in rows.items() if n >= LEAST and n - missing[test] >= _MOSTLY * n}


def _lines(tallied: Tallied) -> Mapping[int, tuple[Linear, ...]]:
    return {row["concept_id"]: other_units()[row["concept_code"]] for row in tallied[LOINC.name]}


def _bounds(kind: str, test: Test, numbers: Numbers, lines: Mapping[int, tuple[Linear, ...]]) -> list[Bounds]:
    """Where the numbers lie that violate a check: each from one logarithm up to another."""
    low, middle, high = numbers.limits
    width, far = high - low, math.log(_TIMES)
    if kind == "valueOutlying":
        return [
            (-math.inf, min(low - _FAR * width, middle - far)),
            (max(high + _FAR * width, middle + far), math.inf),
        ]
    if kind == "pointLost":
        without = numbers.whole.total() / numbers.bins.total()
        return [(high + _FENCE * width, math.inf)] if without <= 1 - _WRITTEN_OUT else []
    inner = (low - _FENCE * width, high + _FENCE * width)
    moved = (tuple(_moved(end, line) for end in inner) for line in lines.get(test[0], ()))
    return [(start, end) for start, end in moved if end < inner[0] or start > inner[1]]


def _moved(end: float, line: Linear) -> float:
    """The logarithm of a number in another unit, of its logarithm."""
    number = math.exp(end) * float(line.factor) + float(line.offset)
    return math.log(number) if number > 0 else -math.inf


def _violating(check: Check, tallied: Tallied, sources: Sequence[str]) -> str:
    number = sources.index(check.source) if check.source in sources else None
    counted, lines = by_test(tallied), _lines(tallied)
    tests = counted[number]
    if check.kind.name == "numberMissing":
        expected = _expected(tests) | (_expected(_pooled(counted)) & {test[:2] for test in tests})
        conditions = [f"{_is_test(test)} and t.value_as_number is null" for test in sorted(expected)]
    else:
        conditions = [
            f"{_is_test(test[:2])} and coalesce(t.unit_source_value, '') = '{_quoted(test[2])}' and {between}"
            for test, _, usual in _usual(tests, _pooled(counted))
            for between in _between(check.kind.name, _bounds(check.kind.name, test, usual, lines))
        ]
    either = " or ".join(f"({condition})" for condition in conditions) or "1 = 0"
    return f"from measurement as t {ORIGIN} where {is_of_source(check, sources)} and ({either})"


def _is_test(test: tuple[int, str]) -> str:
    concept, code = test
    own = f" and t.measurement_source_value = '{_quoted(code)}'" if code else ""
    return f"t.measurement_concept_id = {concept}{own}"


def _between(kind: str, bounds: Sequence[Bounds]) -> Iterator[str]:
    """The same limits as on bins: a bin is in where its lower end is."""
    bin_ = bin_sql("t.value_as_number")
    for low, high in bounds:
        parts = ["t.value_as_number > 0"]
        parts += [f"{bin_} >= {math.ceil(low * BINS)}"] if low > -math.inf else []
        parts += [f"{bin_} < {math.ceil(high * BINS)}"] if high < math.inf else []
        parts += ["not coalesce(contains(t.value_source_value, '.'), false)"] if kind == "pointLost" else []
        yield " and ".join(parts)


def _quoted(text: str) -> str:
    return text.replace("'", "''")


VALUE_FAMILY: Final = Family("values", (VALUES, LOINC), _found, _violating)

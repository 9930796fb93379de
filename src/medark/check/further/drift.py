"""Values unlike those that were delivered before, and unlike those of other places

Numbers: the Kolmogorov-Smirnov distance of kept histograms, the largest share by which one distribution has more below
a value than the other. Words and codes: the Jensen-Shannon distance. Both run from 0 to 1 and are told as a share of
the rows. A distance that as many rows have by chance (1 in 100) counts as none. Where the rows are: on the side of that
value where there are more than expected; of words, those that are more frequent than before.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.further.checks import (
    ORIGIN,
    Family,
    Found,
    Tallied,
    Tally,
    check_of,
    is_of_source,
    source_named,
)
from medark.check.further.histogram import Histogram, bin_sql, farthest, jensen_shannon, kolmogorov_smirnov
from medark.check.further.values import NUMBER, TABLE, VALUES

LEAST_NUMBERS: Final = 100  # on each side
LEAST_ROWS: Final = 200
_BY_CHANCE: Final = 1.63  # of the root of (n + m) / nm. Source: Smirnov 1948, Ann Math Stat 19:279, at 1 per cent
_BEFORE, _ELSEWHERE, _MIX = 20.0, 40.0, 30.0  # per cent
MIXES: Final = (
    ("visit_occurrence", "visit_source_value"), ("condition_occurrence", "condition_source_value"),
    ("drug_exposure", "drug_source_value"), ("procedure_occurrence", "procedure_source_value"),
    ("measurement", "measurement_source_value"), ("observation", "observation_source_value"),
)  # fmt: skip

MIX_TALLIES: Final = tuple(
    Tally(
        f"mix of {table}",
        f"""
select o.source_no, o.delivery, t.{column} as value, count(*) as n
from {table} as t {ORIGIN}
where o.source_no is not null
group by o.source_no, o.delivery, t.{column}
""",
    )
    for table, column in MIXES
)

Concept = tuple[int, str, int]  # concept, the source's code where it is 0, the unit's concept
Places = Mapping[int, tuple[Counter[int], Counter[int]]]  # by source, numbers before and in the newest delivery


def apart(one: Histogram, other: Histogram) -> float:
    """How far two histograms are apart, 0 where chance would do as much."""
    first, second = sum(one.values()), sum(other.values())
    distance = kolmogorov_smirnov(one, other)
    return distance if distance > _BY_CHANCE * math.sqrt((first + second) / (first * second)) else 0.0


def _found(tallied: Tallied, sources: Sequence[str]) -> Iterator[Found]:
    by_concept = _histograms(tallied)
    for concept, places in sorted(by_concept.items()):
        for number, (before, now) in sorted(places.items()):
            if min(before.total(), now.total()) >= LEAST_NUMBERS:
                yield _check("unlikeBefore", sources, number, concept, _BEFORE), _share(apart(before, now), now.total())
        if concept[0]:  # a source's own codes mean nothing elsewhere
            yield from _elsewhere(concept, {n: before + now for n, (before, now) in places.items()}, sources)
    yield from _mixes(tallied, sources)


def _histograms(tallied: Tallied) -> dict[Concept, dict[int, tuple[Counter[int], Counter[int]]]]:
    """Numbers before and in the newest delivery, by concept and source."""
    found: dict[Concept, dict[int, tuple[Counter[int], Counter[int]]]] = defaultdict(
        lambda: defaultdict(lambda: (Counter(), Counter()))
    )
    for row in tallied[VALUES.name]:
        if row["bin"] is not None and row["source_no"] is not None:
            concept = (row["concept_id"] or 0, row["code"] or "", row["unit_concept_id"] or 0)
            found[concept][row["source_no"]][row["delivery"]][row["bin"]] += int(row["n"])
    return found


def _elsewhere(concept: Concept, places: Mapping[int, Counter[int]], sources: Sequence[str]) -> Iterator[Found]:
    enough = {number: numbers for number, numbers in sorted(places.items()) if numbers.total() >= LEAST_NUMBERS}
    for number, numbers in enough.items():
        others = sum((one for n, one in enough.items() if n != number), Counter[int]())
        if others:
            check = _check("unlikeElsewhere", sources, number, concept, _ELSEWHERE)
            yield check, _share(apart(others, numbers), numbers.total())


def _check(kind: str, sources: Sequence[str], number: int, concept: Concept, threshold: float) -> Check:
    known, code, unit = concept
    about = "-".join(str(part) for part in (code, unit) if part)
    return check_of(kind, TABLE, NUMBER, source_named(sources, number), about, threshold, (known,) if known else ())


def _share(distance: float, rows: int) -> Count:
    return Count(round(distance * rows), rows)


def _mixes(tallied: Tallied, sources: Sequence[str]) -> Iterator[Found]:
    for table, column in MIXES:
        for number, (before, now) in sorted(_sides(tallied, table).items()):
            if min(before.total(), now.total()) >= LEAST_ROWS:
                expected = _by_chance(len({*before, *now}), before.total(), now.total())
                distance = jensen_shannon(before, now)
                check = check_of("mixUnlikeBefore", table, column, source_named(sources, number), threshold=_MIX)
                yield check, _share(distance if distance > expected else 0.0, now.total())


def _sides(tallied: Tallied, table: str) -> Mapping[int, tuple[Counter[str], Counter[str]]]:
    """Words before and in the newest delivery, by source."""
    sides: dict[int, tuple[Counter[str], Counter[str]]] = defaultdict(lambda: (Counter(), Counter()))
    for row in tallied[f"mix of {table}"]:
        sides[row["source_no"]][row["delivery"]][row["value"] or ""] += int(row["n"])
    return sides


def _by_chance(values: int, before: int, now: int) -> float:
    """The distance of two samples of one distribution over so many values, about: the divergence in nats is a
    chi-square over 8 times the harmonic size. Source: Grosse 2002, Phys Rev E 65:041905.
    """
    harmonic = before * now / (before + now)
    return math.sqrt(2 * max(values - 1, 1) / (2 * harmonic * math.log(2)) / 4)


def _violating(check: Check, tallied: Tallied, sources: Sequence[str]) -> str:
    number = sources.index(check.source) if check.source in sources else None
    if number is None:
        return ""
    if check.kind.name == "mixUnlikeBefore":
        return _of_mix(check, tallied, sources)
    for concept, places in sorted(_histograms(tallied).items()):
        if number in places and _check(check.kind.name, sources, number, concept, check.threshold).id == check.id:
            return _of_numbers(check, concept, places, sources)
    return ""


def _of_numbers(check: Check, concept: Concept, places: Places, sources: Sequence[str]) -> str:
    """Rows of a concept on the side where there are more than expected."""
    number, (known, code, unit) = sources.index(check.source), concept
    before, now = places[number]
    if check.kind.name == "unlikeElsewhere":
        now = before + now
        before = sum((one + other for n, (one, other) in places.items() if n != number), Counter[int]())
    cut, is_below = farthest(before, now)
    where = [
        is_of_source(check, sources), f"t.measurement_concept_id = {known}", f"coalesce(t.unit_concept_id, 0) = {unit}",
        f"t.value_as_number > 0 and {bin_sql('t.value_as_number')} {'<=' if is_below else '>'} {cut}",
        *(["o.delivery = 1"] if check.kind.name == "unlikeBefore" else []),
        *([f"t.measurement_source_value = '{_quoted(code)}'"] if code else []),
    ]  # fmt: skip
    return f"from measurement as t {ORIGIN} where {' and '.join(where)}"


def _of_mix(check: Check, tallied: Tallied, sources: Sequence[str]) -> str:
    """Rows of the newest delivery whose word is more frequent than before."""
    before, now = _sides(tallied, check.table)[sources.index(check.source)]
    more = sorted(one for one, n in now.items() if n * before.total() > before[one] * now.total())
    words = ", ".join(f"'{_quoted(one)}'" for one in more) or "''"
    where = f"{is_of_source(check, sources)} and o.delivery = 1 and coalesce(t.{check.column}, '') in ({words})"
    return f"from {check.table} as t {ORIGIN} where {where}"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


DRIFT_FAMILY: Final = Family("drift", (VALUES, *MIX_TALLIES), _found, _violating)

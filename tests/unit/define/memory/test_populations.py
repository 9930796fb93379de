"""Populations: which entries a person has, and what becomes of them"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from medark.define import (
    Cohort,
    Criterion,
    Dataset,
    Keep,
    Series,
    conditions,
    days,
    drugs,
    either,
    every,
    everyone,
    everyone_each,
    index,
    measurements,
    months,
    nodes,
    visits,
)
from medark.define.memory import Entry, attrition, compiled, entries
from medark.define.memory.populations import key_hash
from medark.define.nodes import Every, Population, Selected, Table
from unit.define.memory.people import ASPIRIN, BLEEDING, RESOLVED, TODAY, d, drug, ill, lab, person, stay

RECORD = person(
    drug(1, d(1, 1), d(1, 10)), drug(2, d(1, 12), d(1, 20)), drug(3, d(2, 20), d(2, 10)), drug(4, d(1, 1), concept=9),
    stay(31, d(1, 5), d(1, 8)), lab(5, d(1, 6), visit_occurrence_id=31), ill(6, d(1, 13)), lab(8, None),
)  # fmt: skip
ON_ASPIRIN = every(drugs.of(ASPIRIN))
CLOSE = Criterion("a bleed within a week", conditions.of(BLEEDING).after(index.start, within=days(7)).exists())
TRUE = Series(nodes.literal(True)).node


def spans(population: Population) -> list[tuple[Any, Any, Any]]:
    """Entries as (id, start, end), in order."""
    found = entries(population, RESOLVED, RECORD, today=TODAY)
    return sorted((e.entry_id, e.start, e.end) for e in found)


def stays(population: Selected) -> list[tuple[Any, Any]]:
    """Whole days, in order, with ids as they are to be."""
    found = sorted((e.start.date(), e.end.date(), e) for e in entries(population, RESOLVED, RECORD, today=TODAY))
    assert all(e.entry_id == key_hash(f"7|{first}|{last}") for first, last, e in found)
    assert all((e.start.time(), e.end.time(), e.visit_occurrence_id) == (dt.time(), dt.time(), None) for *_, e in found)
    return [(first, last) for first, last, _ in found]


def test_everyone_is_there_once() -> None:
    assert spans(everyone()) == [(7, d(3, 1, 0), d(3, 1, 0))]
    assert spans(everyone(on=d(1, 2))) == [(7, d(1, 2, 0), d(1, 2, 0))]


def test_periods_end_on_their_last_day() -> None:
    found = spans(everyone_each(months(1), d(1, 31), 2))
    assert sorted(span[1:] for span in found) == [(d(1, 31, 0), d(2, 28, 0)), (d(2, 29, 0), d(3, 30, 0))]
    assert {span[0] for span in found} == {key_hash("7|2024-01-31"), key_hash("7|2024-02-29")}


def test_periods_stop_where_the_calendar_does() -> None:
    assert len(spans(everyone_each(months(1), dt.date(9999, 11, 1), 5))) == 1


def test_every_row_is_an_entry_in_its_visit() -> None:
    assert spans(ON_ASPIRIN)[0] == (1, d(1, 1, 0), d(1, 10, 0))
    assert len(spans(ON_ASPIRIN)) == 3
    (found,) = entries(every(measurements), RESOLVED, RECORD, today=TODAY)
    assert found == Entry(5, 7, d(1, 6, 0), d(1, 6, 0), 31)
    assert [e.visit_occurrence_id for e in entries(every(visits), RESOLVED, RECORD, today=TODAY)] == [31]


def test_an_entry_may_start_and_end_on_other_days() -> None:
    population = every(visits, start=visits.end_date, end=visits.end_date + days(30))
    assert spans(population) == [(31, d(1, 8, 0), d(2, 7, 0))]


def test_entries_of_several_kinds_have_ids_of_their_own() -> None:
    found = spans(either(every(visits), every(conditions)))
    assert {span[0] for span in found} == {key_hash("0|31"), key_hash("1|6")}


def test_steps_are_taken_one_after_another() -> None:
    first_then = Selected(ON_ASPIRIN, (Keep("first"), CLOSE))
    then_first = Selected(ON_ASPIRIN, (CLOSE, Keep("first")))
    assert spans(first_then) == []
    assert [span[0] for span in spans(then_first)] == [2]
    assert [span[0] for span in spans(Selected(ON_ASPIRIN, (Keep("last"),)))] == [3]


def test_a_tie_of_starts_goes_by_id() -> None:
    at_once = Every(Table("drug_exposure"))
    assert [span[0] for span in spans(Selected(at_once, (Keep("first"),)))] == [1]


def test_an_exit_ends_an_entry_unless_it_is_missing_or_too_early() -> None:
    leaving = Selected(ON_ASPIRIN, (), (index.start_date + days(3)).node)
    assert [span[2] for span in spans(leaving)] == [d(1, 4, 0), d(1, 15, 0), d(2, 23, 0)]
    early = Selected(ON_ASPIRIN, (), (index.start_date - days(1)).node)
    assert spans(early) == spans(ON_ASPIRIN)
    bleed = Selected(ON_ASPIRIN, (), conditions.of(BLEEDING).after(index.start).first().start_date.node)
    assert [span[2] for span in spans(bleed)] == [d(1, 13, 0), d(1, 13, 0), d(2, 10, 0)]


def test_an_exit_on_the_first_day_does_not_come_before_the_start() -> None:
    record = person(lab(1, d(1, 5, 9)))
    same_day = Selected(every(measurements), (), index.start_date.node)
    (found,) = entries(same_day, RESOLVED, record, today=TODAY)
    assert (found.start, found.end) == (d(1, 5, 9), d(1, 5, 9))


def test_stays_run_together_over_a_gap() -> None:
    assert stays(Cohort("c", ON_ASPIRIN).population) == [
        (d(1, 1), d(1, 10)),
        (d(1, 12), d(1, 20)),
        (d(2, 20), d(2, 20)),
    ]
    assert stays(Cohort("c", ON_ASPIRIN, era_gap=days(2)).population) == [(d(1, 1), d(1, 20)), (d(2, 20), d(2, 20))]


def test_only_some_days_count() -> None:
    """What is left of stays that have run together: not what would have run together of what is left."""
    within = Cohort("c", ON_ASPIRIN, era_gap=days(2), within=(d(1, 3), d(1, 11))).population
    assert stays(within) == [(d(1, 3), d(1, 11))]
    assert stays(Cohort("c", ON_ASPIRIN, within=(d(1, 11), d(1, 11))).population) == []


def test_a_cohort_is_a_population() -> None:
    stay = Cohort("c", ON_ASPIRIN, era_gap=days(2))
    rows = compiled(Dataset(stay, {"labs": measurements.between(index.start, index.end).count()}), RESOLVED)  # type: ignore[arg-type]
    found = rows.rows(RECORD, today=TODAY)
    assert [row["labs"] for row in sorted(found, key=lambda row: row["entry_start"])] == [1, 0]
    assert list(found[0]) == ["entry_id", "person_id", "entry_start", "entry_end", "visit_occurrence_id", "labs"]


def test_attrition_counts_entries_and_persons() -> None:
    other = person(drug(1, d(2, 1)), person_id=8)
    nobody = person(person_id=9)
    population = Selected(ON_ASPIRIN, (Criterion("any", TRUE), CLOSE, Keep("last")))
    found = attrition(population, RESOLVED, [RECORD, other, nobody], today=TODAY)
    assert [tuple(one) for one in found] == [("entry", 4, 2), ("any", 4, 2), (CLOSE.name, 1, 1), ("last", 1, 1)]


@pytest.mark.parametrize(
    "kind", [one for one in vars(nodes).values() if isinstance(one, type) and issubclass(one, Population)]
)
def test_every_kind_of_population_is_evaluated(kind: type[Population]) -> None:
    examples = (
        everyone(),
        everyone_each(months(1), d(1, 1), 1),
        ON_ASPIRIN,
        either(ON_ASPIRIN, everyone()),
        Selected(ON_ASPIRIN, ()),
    )
    for example in examples:
        if type(example) is kind or kind is Population:
            assert entries(example, RESOLVED, RECORD, today=TODAY)
            break
    else:
        pytest.fail(f"no example of {kind.__name__}")

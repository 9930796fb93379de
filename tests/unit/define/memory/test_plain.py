"""Values and frames: each node on a person small enough to see the answer"""

from __future__ import annotations

from typing import Any

import pytest

from medark.define import (
    Dataset,
    Series,
    at_least_n_of,
    case,
    conditions,
    date_of,
    days,
    death,
    drugs,
    everyone,
    greatest,
    hours,
    index,
    measurements,
    missing,
    months,
    nodes,
    visits,
    when,
)
from medark.define import person as the_person
from medark.define import today as this_day
from medark.define.memory import Record, compiled
from medark.define.memory.aggregates import AGGREGATES as COMPUTED
from medark.define.nodes import Aggregate, Column, Frame, InUnit, Pick, Root, Table, Value, literal
from medark.define.operators import AGGREGATES
from medark.errors import DefinitionError
from unit.define.memory.people import (
    ASPIRIN,
    BLEEDING,
    NOTHING,
    POTASSIUM,
    TODAY,
    d,
    drug,
    ill,
    lab,
    person,
    stay,
    told,
)

ABSTRACT = {Value, Frame, Root}
VALUES_AND_FRAMES = {
    one for one in vars(nodes).values() if isinstance(one, type) and issubclass(one, Value | Frame | Pick)
} - ABSTRACT
LABS = measurements.of(POTASSIUM)
NUMBER = LABS.value_as_number.of_any_unit()
VALUE, UNIT = (Column(Table("measurement"), name) for name in ("value_as_number", "unit_concept_id"))
IN_UNIT = InUnit(VALUE, UNIT, "mmol/L", ((1, 0.5, 1.0), (2, 1e300, 0.0)))
ASSUMED = InUnit(VALUE, UNIT, "mmol/L", ((1, 0.5, 1.0),), (2.0, 0.25))
PAIRS = LABS.paired_with(LABS, within=hours(48))
ERAS = drugs.run_together(gap=days(3))

SERIES = person(
    lab(1, d(2, 1), 3.0), lab(2, d(2, 3, 7), 4.0), lab(3, d(2, 3, 7), None), lab(4, d(2, 9), 9.0, concept=5),
    lab(5, None, 7.0), lab(6, d(2, 3), 5.0, measurement_source_concept_id=11),
)  # fmt: skip
NAMED = person(lab(1, d(2, 1), 3.0, measurement_source_value="serum K+"))
IN_VISIT = person(stay(1, d(1, 1), d(1, 2)), lab(1, d(1, 1), visit_occurrence_id=1), lab(2, d(1, 1)))


def of_unit(unit: int | None, value: float) -> Record:
    return person(lab(1, d(1, 1), value, unit_concept_id=unit))


CASES: list[tuple[str, Any, Series, Any]] = [
    ("a constant", person(), Series(literal("x")), "x"),
    ("missing", person(), missing(Series(literal(1))), None),
    ("today", person(), this_day, TODAY),
    ("the index of everyone", person(), index.start, d(3, 1, 0)),
    ("no visit", person(), index.visit, None),
    ("the person", person(person_id=12), the_person.person_id, 12),
    ("born in a year", person(), the_person.birth_date, date_of(1960, 7, 1)),
    ("born in a month", person(month_of_birth=2), the_person.birth_date, date_of(1960, 2, 1)),
    ("born on a day", person(month_of_birth=2, day_of_birth=29), the_person.birth_date, date_of(1960, 2, 29)),
    ("born on no day", person(month_of_birth=2, day_of_birth=30), the_person.birth_date, None),
    ("born at a time", person(birth_datetime=d(1, 1, 5)), the_person.birth_date, date_of(2024, 1, 1)),
    ("age", person(month_of_birth=3, day_of_birth=2), the_person.age_on(this_day), 63),
    ("not dead", person(), death.start, None),
    ("count", SERIES, LABS.count(), 5),
    ("exists", SERIES, measurements.of(BLEEDING).exists(), False),
    ("of source concepts", SERIES, measurements.of(POTASSIUM, source=True).count(), 1),
    ("sum skips missing", SERIES, LABS.sum(NUMBER), 19.0),
    ("sum of nothing", SERIES, conditions.sum(Series(literal(1))), None),
    ("sum of a whole number", SERIES, LABS.sum(Series(literal(2))), 10),
    ("mean", SERIES, LABS.mean(NUMBER), 4.75),
    ("min", SERIES, LABS.min(LABS.start), d(2, 1, 0)),
    ("max", SERIES, LABS.max(LABS.start_date), d(2, 3)),
    ("max of nothing", SERIES, conditions.max(conditions.start), None),
    ("count_distinct", SERIES, LABS.count_distinct(LABS.start_date), 2),
    ("count_distinct of nothing", SERIES, conditions.count_distinct(conditions.start), 0),
    ("a row without a start is a row", SERIES, LABS.where(LABS.start.is_missing()).count(), 1),
    ("first", SERIES, LABS.first().key, 1),
    ("last, ties to the greatest key", SERIES, LABS.last().key, 3),
    ("first by, ties to the least key", SERIES, LABS.first_by(LABS.start_date.day).key, 1),
    ("last by day, ties to the greatest key", SERIES, LABS.last_by(LABS.start_date).key, 6),
    ("last by value skips the missing", SERIES, LABS.last_by(NUMBER).key, 5),
    ("first of nothing", SERIES, conditions.first().start, None),
    ("where: missing does not stay", SERIES, LABS.where(NUMBER > 3.5).count(), 3),
    ("except_where: missing stays", SERIES, LABS.except_where(NUMBER > 3.5).count(), 2),
    ("from, closed", SERIES, LABS.between(index.start - days(29), index.start).count(), 4),
    ("from, open", SERIES, LABS.between(index.start - days(29), index.start, bounds="(]").count(), 3),
    ("up to a time", SERIES, LABS.before(index.start - days(27) + hours(7)).count(), 2),
    ("up to a time, closed", SERIES, LABS.before(index.start - days(27) + hours(7), bounds="[]").count(), 4),
    ("up to a day", SERIES, LABS.before(date_of(2024, 2, 3), bounds="[]").count(), 4),
    ("up to nothing", SERIES, LABS.before(conditions.first().start).count(), 0),
    ("a chosen value", SERIES, when(LABS.count() > 9).then("many").otherwise("few"), "few"),
    ("no branch", SERIES, case((LABS.count() > 9, 1)), None),
    ("a missing condition is passed over", SERIES,
     case((LABS.last().value_as_number.of_any_unit() > 1, 1), otherwise=2), 2),
    ("a whole number beside a number", SERIES, case((LABS.exists(), 1), otherwise=0.5), 1.0),
    ("greatest whole number beside a number", SERIES, greatest(LABS.count(), 0.5), 5.0),
    ("at least two", SERIES, at_least_n_of(2, LABS.exists(), conditions.exists(), drugs.exists()), False),
    ("is in", SERIES, LABS.count().is_in([5, 6]), True),
    ("is in nothing", SERIES, LABS.count().is_in([]), False),
    ("missing is in nothing", SERIES, conditions.first().start_date.is_in([]), None),
    ("is a concept", SERIES, LABS.first().concept.is_in(POTASSIUM), True),
    ("the code of a name", NAMED, LABS.first().measurement_source_value.code_of({"K": 1, "K+": 2}), 2),
    ("in a unit", of_unit(1, 4.0), measurements.max(Series(IN_UNIT)), 3.0),
    ("in a unit, past the largest", of_unit(2, 1e300), measurements.max(Series(IN_UNIT)), None),
    ("in an unknown unit", of_unit(3, 4.0), measurements.max(Series(IN_UNIT)), None),
    ("without a unit", of_unit(0, 4.0), measurements.max(Series(IN_UNIT)), None),
    ("without a unit, assumed", of_unit(0, 4.0), measurements.max(Series(ASSUMED)), 8.25),
    ("missing unit, assumed", of_unit(None, 4.0), measurements.max(Series(ASSUMED)), 8.25),
    ("at each", SERIES, LABS.where(LABS.at_each(LABS.after(index.start, within=days(3)).exists())).count(), 2),
    ("at each, of some rows", SERIES,
     LABS.where(LABS.where(NUMBER > 3.5).at_each(LABS.exists()).is_missing()).count(), 2),
    ("at each, from another day", SERIES,
     LABS.where(LABS.at_each(index.end_date == date_of(2024, 2, 6), end=LABS.start_date + days(3))).count(), 3),
    ("in the visit of a row", IN_VISIT,
     visits.where(visits.at_each(measurements.in_visit().count() == 1)).count(), 1),
]  # fmt: skip

P = person(lab(1, d(2, 1, 8)), lab(2, d(2, 1, 8)), lab(3, d(2, 3, 8)), lab(4, d(2, 3, 9)), lab(5, None))
D = person(
    drug(1, d(2, 1), d(2, 5)),
    drug(2, d(2, 5), d(2, 9)),
    drug(3, d(2, 13)),
    drug(4, d(2, 20), d(2, 10)),
    ill(1, d(2, 9)),
)
CASES += [
    ("after, within hours", P, PAIRS.count(), 3),
    ("after, within one second less", P, LABS.paired_with(LABS, within=hours(47)).count(), 1),
    ("not before", P, LABS.paired_with(LABS, within=hours(1), order="not_before").count(), 3),
    ("before", P, LABS.paired_with(LABS, within=hours(48), order="before").count(), 3),
    ("any, either way round", P, LABS.paired_with(LABS, within=hours(0), order="any").count(), 2),
    ("within days, whatever the hour", P, LABS.paired_with(LABS, within=days(2)).count(), 5),
    ("within months", P, LABS.paired_with(LABS, within=months(1)).count(), 5),
    ("sides of a pair", P, PAIRS.last().right.key, 4),
    ("first pair by its keys", P, PAIRS.first_by(PAIRS.left.start_date).left.key, 1),
    ("overlap at one moment", D, drugs.paired_with(drugs, order="overlap").count(), 2),
    ("overlap of two tables", D, drugs.paired_with(conditions, order="overlap").count(), 1),
    ("a key of another table is another row", D, drugs.paired_with(conditions, within=days(9), order="any").count(), 3),
    ("eras, touching and apart by less than the gap", D, ERAS.count(), 3),
    ("rows of an era", D, ERAS.first().events, 2),
    ("the last day of an era", D, ERAS.first().end_date, d(2, 9)),
    ("a row that ends before it starts", D, ERAS.last().end, d(2, 20, 0)),
    ("eras ending elsewhere", D, drugs.run_together(gap=days(0), end=drugs.start_date + days(30)).count(), 1),
    ("eras of some rows", D, drugs.of(BLEEDING).run_together(gap=days(0)).exists(), False),
    ("an era as index", D, ERAS.where(ERAS.at_each(conditions.between(index.start, index.end).exists())).count(), 1),
    ("overlapping days", D, drugs.overlapping(date_of(2024, 2, 5), date_of(2024, 2, 12)).count(), 2),
    ("the end of a row", D, drugs.of(ASPIRIN).before(date_of(2024, 2, 10), by="end").count(), 2),
]  # fmt: skip


@pytest.mark.parametrize(("record", "value", "answer"), [pytest.param(*rest, id=name) for name, *rest in CASES])
def test_what_it_gives(record: Any, value: Series, answer: Any) -> None:
    found = told(record, value)
    expected = told(person(), answer) if isinstance(answer, Series) else answer
    assert (type(found), found) == (type(expected), expected)


def test_every_kind_of_value_and_frame_has_a_case() -> None:
    assert {type(node) for _, _, value, _ in CASES for node in value.node.walk()} >= VALUES_AND_FRAMES


def test_every_aggregate_has_a_case() -> None:
    met = {node.name for _, _, value, _ in CASES for node in value.node.walk() if isinstance(node, Aggregate)}
    assert met == AGGREGATES.keys() == COMPUTED.keys()


def test_a_set_that_was_not_resolved_is_told_at_once() -> None:
    with pytest.raises(DefinitionError, match='"potassium" has not been resolved'):
        compiled(Dataset(everyone(), {"n": LABS.count()}), NOTHING)

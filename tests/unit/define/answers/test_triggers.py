"""What makes a definition worth asking again."""

from __future__ import annotations

import datetime as dt

import pytest

from medark.define import (
    Card,
    Dataset,
    Frame,
    Rule,
    Series,
    any_of,
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
    procedures,
    today,
    visits,
)
from medark.define.answers import TIME, Trigger, reads, triggers
from medark.define.definitions import Definition
from unit.define.answers.examples import ASPIRIN, DIABETES, EXAMPLES, HEART_FAILURE, METFORMIN, POTASSIUM, WARFARIN

CARD = Card("提示", "a hint")


def ask(condition: Series) -> set[Trigger]:
    """What triggers a rule with this condition."""
    return set(triggers(Rule("r", condition, CARD)))


def rows(frame: Frame) -> set[Trigger]:
    return ask(frame.exists())


def test_rows_of_a_set_are_all_that_counts() -> None:
    assert rows(conditions.of(DIABETES)) == {Trigger("condition_occurrence", DIABETES)}
    assert rows(conditions.of(HEART_FAILURE, source=True)) == {Trigger("condition_occurrence", HEART_FAILURE, True)}


def test_the_columns_own_name_is_the_role() -> None:
    stored = conditions.where(conditions.condition_concept_id.is_in(DIABETES))
    assert rows(stored) == {Trigger("condition_occurrence", DIABETES)}


def test_a_table_without_a_set_is_triggered_by_each_row() -> None:
    assert rows(conditions.before(index.start)) == {Trigger("condition_occurrence")}


def test_other_conditions_leave_the_set() -> None:
    frame = measurements.of(POTASSIUM).before(index.start, within=days(2)).where(measurements.value_in("mmol/L") > 5)
    assert rows(frame) == {Trigger("measurement", POTASSIUM)}
    assert rows(measurements.where((measurements.value_in("mmol/L") > 5) & measurements.concept.is_in(POTASSIUM))) == {
        Trigger("measurement", POTASSIUM)
    }


def test_of_two_sets_the_shorter_will_do() -> None:
    assert len(WARFARIN.items) == 1
    wide = drugs.of(WARFARIN).where(any_of(drugs.concept.is_in(ASPIRIN), drugs.concept.is_in(METFORMIN)))
    assert rows(wide) == {Trigger("drug_exposure", WARFARIN)}


def test_either_set_counts() -> None:
    either = drugs.where(drugs.concept.is_in(ASPIRIN) | drugs.concept.is_in(WARFARIN))
    assert rows(either) == {Trigger("drug_exposure", ASPIRIN), Trigger("drug_exposure", WARFARIN)}


@pytest.mark.parametrize(
    "frame",
    [
        drugs.where(~drugs.concept.is_in(ASPIRIN)),
        drugs.except_where(drugs.concept.is_in(ASPIRIN)),
        drugs.where(drugs.concept.is_in(ASPIRIN) | (drugs.days_supply > 3)),
        drugs.where(drugs.concept.is_in(ASPIRIN).is_missing()),
        drugs.where(drugs.concept.is_in(ASPIRIN).if_missing(True)),
        drugs.where(drugs.route_concept_id.is_in(ASPIRIN)),
        drugs.where(drugs.source_concept.is_in(ASPIRIN)),  # a standard set looked up among source concepts
        drugs.where(drugs.concept.is_in(ASPIRIN, source=True)),
    ],
)
def test_what_is_no_set_of_the_rows_concept_counts_for_nothing(frame: Frame) -> None:
    assert rows(frame) == {Trigger("drug_exposure")}


def test_no_row_of_a_frame_that_is_always_empty() -> None:
    assert rows(drugs.where(any_of())) == set()


def test_pairs_and_eras_are_triggered_by_what_they_are_made_of() -> None:
    pairs = drugs.of(WARFARIN).paired_with(drugs.of(ASPIRIN), within=days(3))
    assert rows(pairs) == {Trigger("drug_exposure", WARFARIN), Trigger("drug_exposure", ASPIRIN)}
    assert rows(drugs.of(WARFARIN).run_together(gap=days(3))) == {Trigger("drug_exposure", WARFARIN)}


def test_rows_that_are_an_index_are_triggered_like_others_and_by_what_is_asked_there() -> None:
    asked = conditions.of(DIABETES).at_each(procedures.after(index.start, within=days(7)).exists())
    both = {Trigger("condition_occurrence", DIABETES), Trigger("procedure_occurrence")}
    assert rows(conditions.of(DIABETES).where(asked)) == both
    assert rows(conditions.where(asked)) == both
    plain = conditions.at_each(procedures.exists())
    assert rows(conditions.of(DIABETES).where(plain)) == both


def test_values_inside_a_condition_trigger_too() -> None:
    late = drugs.of(WARFARIN).where(drugs.start > conditions.of(DIABETES).min(conditions.start))
    assert rows(late) == {Trigger("drug_exposure", WARFARIN), Trigger("condition_occurrence", DIABETES)}


def test_a_whole_table_says_it_all() -> None:
    assert ask(drugs.of(WARFARIN).exists() & (drugs.count() > 3)) == {Trigger("drug_exposure")}


def test_time_is_a_trigger_where_today_is_used() -> None:
    assert ask(visits.where(visits.start_date == today).exists()) == {TIME, Trigger("visit_occurrence")}
    assert triggers(Dataset(everyone(), {})) == {TIME, Trigger("person")}
    assert triggers(Dataset(everyone(dt.date(2024, 1, 1)), {})) == {Trigger("person")}
    assert triggers(Dataset(everyone_each(months(1), dt.date(2024, 1, 1), 3), {})) == {Trigger("person")}


def test_entries_trigger() -> None:
    ill, treated = Trigger("condition_occurrence", DIABETES), Trigger("drug_exposure", METFORMIN)
    assert triggers(Dataset(every(conditions.of(DIABETES)), {})) == {ill}
    assert triggers(Dataset(either(every(conditions.of(DIABETES)), every(drugs.of(METFORMIN))), {})) == {ill, treated}


@pytest.mark.parametrize("definition", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_what_triggers_is_read_and_what_is_read_triggers(definition: Definition) -> None:
    assert {one.table for one in triggers(definition) - {TIME}} == set(reads(definition))

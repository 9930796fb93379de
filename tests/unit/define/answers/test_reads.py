"""The columns that a definition reads: no more and no less."""

from __future__ import annotations

import pytest

from medark.define import (
    Dataset,
    Item,
    Score,
    conditions,
    days,
    drugs,
    every,
    everyone,
    hours,
    index,
    measurements,
    person,
    visit_details,
    visits,
)
from medark.define.answers import reads
from medark.define.definitions import Definition
from medark.model import omop
from unit.define.answers.examples import EXAMPLES, POTASSIUM


def ask(**columns: object) -> dict[str, set[str]]:
    """What a dataset over everyone reads, without the table that everyone is taken from."""
    found = reads(Dataset(everyone(), columns))
    return {table: set(read) for table, read in found.items() if table != "person"}


def test_counting_rows_reads_whose_they_are() -> None:
    assert ask(n=conditions.count()) == {"condition_occurrence": {"person_id"}}


def test_a_role_is_read_by_the_columns_that_it_is_made_of() -> None:
    assert ask(n=visits.where(visits.end > index.start).exists()) == {
        "visit_occurrence": {
            "person_id", "visit_start_date", "visit_start_datetime", "visit_end_date", "visit_end_datetime"
        }
    }  # fmt: skip


def test_a_day_is_read_without_the_time_of_day() -> None:
    assert ask(n=drugs.before(index.start_date).exists()) == {
        "drug_exposure": {"person_id", "drug_exposure_start_date"}
    }


def test_a_birth_date_is_read_from_all_that_may_say_it() -> None:
    found = reads(Dataset(everyone(), {"age": person.age_on(index.start)}))
    assert found["person"] == {"person_id", "birth_datetime", "year_of_birth", "month_of_birth", "day_of_birth"}


def test_a_picked_row_is_read_by_its_key() -> None:
    assert ask(d=conditions.first_by(conditions.start_date).start_date)["condition_occurrence"] == {
        "person_id", "condition_start_date", "condition_occurrence_id"
    }  # fmt: skip


def test_a_value_is_read_with_its_unit_unless_any_will_do() -> None:
    labs = measurements.of(POTASSIUM)
    one = ask(k=labs.max(labs.value_in("mmol/L")))["measurement"]
    any_unit = ask(k=labs.max(labs.value_as_number.of_any_unit()))["measurement"]
    assert one - any_unit == {"unit_concept_id"}


def test_a_pair_of_one_table_is_read_by_keys_and_of_two_tables_is_not() -> None:
    one = ask(n=drugs.paired_with(drugs, within=hours(4)).exists())["drug_exposure"]
    assert one == {"person_id", "drug_exposure_start_date", "drug_exposure_start_datetime", "drug_exposure_id"}
    two = ask(n=drugs.paired_with(conditions, within=hours(4)).exists())
    assert "drug_exposure_id" not in two["drug_exposure"]
    assert "condition_occurrence_id" not in two["condition_occurrence"]


def test_pairs_that_share_a_moment_are_read_by_both_ends() -> None:
    assert {"drug_exposure_end_date", "drug_exposure_end_datetime"} <= ask(
        n=drugs.paired_with(conditions, order="overlap").exists()
    )["drug_exposure"]


def test_eras_are_read_by_days_alone() -> None:
    assert ask(n=drugs.run_together(gap=days(30)).count()) == {
        "drug_exposure": {"person_id", "drug_exposure_start_date", "drug_exposure_end_date"}
    }
    own_end = drugs.run_together(gap=days(30), end=drugs.start_date + days(7))
    assert ask(n=own_end.count()) == {"drug_exposure": {"person_id", "drug_exposure_start_date"}}


def test_a_row_as_index_is_read_by_what_is_asked_of_it() -> None:
    ill = conditions.at_each(drugs.after(index.start_date, within=days(7)).exists())
    found = ask(n=conditions.where(ill).exists())
    assert {"condition_start_date", "condition_start_datetime"} <= found["condition_occurrence"]  # the day of the time
    assert not {"condition_end_date", "visit_occurrence_id"} & found["condition_occurrence"]
    inner = visits.where(visits.at_each(drugs.in_visit().exists()))
    nested = conditions.where(conditions.at_each(inner.exists()))
    assert "visit_occurrence_id" not in ask(n=nested.exists())["condition_occurrence"]  # asked of the visits alone


def test_entries_are_read_by_times_key_and_visit() -> None:
    assert reads(Dataset(every(visits), {}))["visit_occurrence"] == {
        "person_id", "visit_occurrence_id", "visit_start_date", "visit_start_datetime", "visit_end_date",
        "visit_end_datetime",
    }  # fmt: skip
    assert "visit_occurrence_id" in reads(Dataset(every(visit_details), {}))["visit_detail"]


def test_other_days_of_entries_are_read_in_place_of_their_own() -> None:
    other = every(visits, start=visits.start_date + days(1), end=visits.start_date + days(2))
    assert reads(Dataset(other, {}))["visit_occurrence"] == {"person_id", "visit_occurrence_id", "visit_start_date"}
    until = conditions.at_each(drugs.before(index.end).exists(), end=conditions.start_date + days(3))
    assert "condition_end_date" not in ask(n=conditions.where(until).exists())["condition_occurrence"]


def test_a_score_reads_what_its_items_and_points_read() -> None:
    score = Score("s", [Item("a", conditions.exists(), drugs.count())])
    assert set(reads(score)) == {"condition_occurrence", "drug_exposure"}


@pytest.mark.parametrize("definition", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_what_is_read_is_stored(definition: Definition) -> None:
    for table, columns in reads(definition).items():
        assert columns <= {column.name for column in omop.lake_columns(table)}


def test_rows_chosen_by_a_value_of_persons_are_read_with_the_persons() -> None:
    first = conditions.where(conditions.key == conditions.first().key)
    assert reads(Dataset(every(first), {}))["person"] == {"person_id"}
    assert "person" not in reads(Dataset(every(conditions.where(conditions.at_each(visits.exists()))), {}))

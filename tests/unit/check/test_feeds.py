"""Which columns checks are made of, said by hand of some of each sort."""

from __future__ import annotations

import pytest

from medark.check.dqd import instances
from medark.check.feeds import Column, made_of
from medark.check.further import FAMILY_OF, check_of
from medark.model.omop import tables

M, P = "measurement", "person"


@pytest.mark.parametrize(
    ("id_", "columns"),
    [
        ("field_isrequired_person_person_id", {(P, "person_id")}),
        ("field_plausiblestartbeforeend_visit_occurrence_visit_start_date",
         {("visit_occurrence", "visit_start_date"), ("visit_occurrence", "visit_end_date")}),
        ("field_withinvisitdates_measurement_measurement_date",
         {(M, "measurement_date"), ("visit_occurrence", "visit_start_date"), ("visit_occurrence", "visit_end_date")}),
        ("field_plausiblebeforedeath_measurement_measurement_date",
         {(M, "measurement_date"), ("death", "death_date")}),
    ],
)  # fmt: skip
def test_a_check_of_the_dashboard_is_made_of_its_column_and_of_what_that_is_compared_with(
    id_: str, columns: set[Column]
) -> None:
    (check,) = (one for one in instances() if one.id == id_)
    assert made_of(check) == columns


@pytest.mark.parametrize(
    ("kind", "table", "column", "among"),
    [
        ("sexBound", "condition_occurrence", "condition_source_value", (P, "gender_concept_id")),
        ("ageBound", "condition_occurrence", "condition_source_value", (P, "year_of_birth")),
        ("activeAfterDeath", M, "measurement_date", ("death", "death_date")),
        ("staysOverlap", "visit_occurrence", "visit_start_date", ("visit_occurrence", "visit_end_date")),
        ("drugOfAllergy", "drug_exposure", "drug_source_value", ("observation", "value_as_string")),
        ("valueOutlying", M, "value_as_number", (M, "unit_concept_id")),
        ("birthAtOdds", P, "birth_datetime", (P, "year_of_birth")),
    ],
)
def test_a_check_beyond_it_is_made_of_what_its_counts_read(kind: str, table: str, column: str, among: Column) -> None:
    found = made_of(check_of(kind, table, column, "north/lis"))
    assert {(table, column), among} <= found
    if kind in ("sexBound", "staysOverlap"):
        assert (P, "year_of_birth") not in found


@pytest.mark.parametrize("kind", sorted(FAMILY_OF))
def test_every_kind_is_made_of_columns_that_there_are(kind: str) -> None:
    found = made_of(check_of(kind, M, "value_as_number", "north/lis"))
    assert all(not column or column in tables()[table].column_names for table, column in found)

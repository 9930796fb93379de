"""Meanings and what fields become: of every table and column, and of nothing that there is not."""

from __future__ import annotations

import csv
import re
from importlib.resources import files

import pytest

from medark.catalog.became import columns_of, fields_of_format
from medark.catalog.meanings import of_column, of_table
from medark.model.omop import lake_columns, tables
from medark.model.staging import KINDS, STAGING

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files("medark.catalog").joinpath(name).read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("table", tables())
def test_every_table_and_column_says_what_it_means_in_both_languages(table: str) -> None:
    told = [of_table(table), *(of_column(table, column.name) for column in lake_columns(table))]
    assert all(one.en and not CHINESE.search(one.en) for one in told)
    assert all(one.told("zh") for one in told)


def test_no_meaning_is_of_something_that_there_is_not() -> None:
    names = {column.name for table in tables() for column in lake_columns(table)}
    exact = [row for row in rows("meanings.csv") if row["table"]]
    assert [row for row in exact if row["table"] != "*" and row["table"] not in tables()] == []
    assert [row["column"] for row in exact if row["column"] and row["column"] not in names] == []


def test_what_staging_becomes_is_there_on_both_sides() -> None:
    for row in rows("became.csv"):
        staging, _, kind = row["staging"].partition(":")
        assert row["column"] in STAGING[staging].column_names and kind in ("", *KINDS), row
        for place in row["becomes"].split():
            table, _, column = place.partition(".")
            assert column in tables()[table].column_names, place


@pytest.mark.parametrize("format_", ["hl7v2", "fhir", "fhir-ndjson", "cda", "dicom", "note"])
def test_every_field_of_a_format_becomes_something(format_: str) -> None:
    fields = fields_of_format(format_)
    assert fields and all(field.becomes and field.meaning.en and field.meaning.zh for field in fields)


def test_fields_of_tables_are_told_by_their_maps() -> None:
    assert fields_of_format("delimited") == () == columns_of("event", "person_key", "drug")


def test_of_an_event_of_any_kind_all_that_it_may_become_is_told() -> None:
    told = columns_of("event", "unit")
    assert "measurement.unit_source_value" in told and "observation.unit_source_value" in told

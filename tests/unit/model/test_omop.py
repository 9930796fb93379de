"""The model is OMOP's, column for column; what the platform adds is named apart"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from medark.model.omop import (
    DERIVED_TABLES,
    EXTENSION_TABLES,
    RESULT_TABLES,
    VOCABULARY_TABLES,
    lake_columns,
    person_column,
    tables,
)  # fmt: skip
from medark.model.source import Source
from medark.model.staging import KINDS, OUTCOMES, PLACE, STAGING
from medark.model.table import Column, TableSpec, Type


def specified(folder: Path) -> dict[str, list[dict[str, str]]]:
    """OHDSI's own list of fields of CDM 5.4, by table."""
    path = folder / "omop_cdm/inst/csv/OMOP_CDMv5.4_Field_Level.csv"
    found: dict[str, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["cdmTableName"].lower(), []).append(row)
    return found


def test_every_table_and_column_is_omops(shared_data: Callable[[str], Path]) -> None:
    wanted = specified(shared_data("omop_specs"))
    assert set(tables()) == set(wanted) | set(EXTENSION_TABLES)
    for name, rows in wanted.items():
        spec = tables()[name]
        assert list(spec.column_names) == [row["cdmFieldName"].strip('"').lower() for row in rows], name
        required = {row["cdmFieldName"].strip('"').lower() for row in rows if row["isRequired"].lower() == "yes"}
        assert {c.name for c in spec.columns if c.required} == required, name
        keys = [row["cdmFieldName"].lower() for row in rows if row["isPrimaryKey"].lower() == "yes"]
        assert [c.name for c in spec.columns if c.primary_key] == keys, name


def test_keys_are_wide_and_concepts_are_not() -> None:
    for name, spec in tables().items():
        for column in spec.columns:
            if column.name.endswith("concept_id") and name not in VOCABULARY_TABLES:
                assert column.type is Type.INTEGER, (name, column.name)
            if column.primary_key and name not in VOCABULARY_TABLES and column.type is not Type.TEXT:
                assert column.type in (Type.BIGINT, Type.INTEGER), (name, column.name)


def test_every_row_says_where_it_came_from_and_whose_it_is() -> None:
    for name in tables():
        own = [c.name for c in lake_columns(name) if c.name.startswith("medark_")]
        assert own == ([] if name in VOCABULARY_TABLES else own)
        if name not in VOCABULARY_TABLES:
            assert own[-2:] == ["medark_record_no", "medark_row_no"]
        person = person_column(name)
        assert person is None or person in {c.name for c in lake_columns(name)}
    assert {n for n in tables() if person_column(n) == "medark_person_id"} == {
        "cost", "fact_relationship", "note_nlp", "episode_event",
    }  # fmt: skip
    assert set(DERIVED_TABLES) | set(RESULT_TABLES) <= set(tables())


def test_staging_rows_begin_with_their_place_and_name_people_only_where_said() -> None:
    for spec in STAGING.values():
        assert spec.columns[:3] == PLACE
        assert len(set(spec.column_names)) == len(spec.columns)
    assert "value" in STAGING["identifier"].column_names
    assert set(OUTCOMES) == {"loaded", "quarantined", "not_understood", "excluded"}
    assert "measurement" in KINDS


def test_a_table_knows_its_columns() -> None:
    spec = TableSpec("t", (Column("k", Type.BIGINT, primary_key=True), Column("v", Type.TEXT)))
    assert (spec.primary_key, spec.column("v").type) == ("k", Type.TEXT)
    assert TableSpec("u", ()).primary_key is None
    with pytest.raises(KeyError, match="t has no column x"):
        spec.column("x")


def test_people_are_shared_by_the_systems_of_an_organisation() -> None:
    assert Source("north/lis").people == Source("north/his").people == "north"
    assert Source("x", own_people="city").people == "city"

"""Recognising tables by their columns."""

from __future__ import annotations

import pyarrow as pa
import pytest

from medark.model.omop import tables
from medark.model.staging import STAGING
from medark.sql.render import render
from medark.standardise.maps import known_sources, recognise
from medark.store.duckdb import DuckDB


def test_all_sources_read():
    assert set(known_sources()) == {"clif", "eicu", "mimic3", "synthea"}
    assert all(source.time.strip() and source.title for source in known_sources().values())


def test_each_table_is_recognised_by_its_own_columns():
    for source in known_sources().values():
        for table in source.tables.values():
            found = recognise(table.known, f"{table.name}.csv")
            assert found is not None and (found[0].name, found[1]) == (source.name, table.name)


@pytest.mark.parametrize("name", known_sources())
def test_every_query_of_every_map_runs(name, tmp_path):
    """Also of tables that no data set at hand has, with every column and with none but those needed, joins or not."""
    source = known_sources()[name]
    place = {"record_no": [1], "row_no": [0]}
    with DuckDB(tmp_path).session() as session:
        for choose in (lambda table: table.readable, lambda table: table.needs):
            for table in source.tables.values():
                text = {column: pa.array(["1"], pa.string()) for column in sorted(choose(table))}
                session.bind_arrow(f"raw_{table.name}", pa.table(text | place))
            there = {table.name: choose(table) for table in source.tables.values()}
            for present in (there, *({n: c} for n, c in there.items())):
                for query in source.staging(present):
                    rows = session.query(render(query.sql))
                    assert set(rows.column_names) <= set(STAGING[query.staging].column_names)
                    assert render(query.sql, "spark")


def test_a_name_decides_only_between_twins():
    columns = ["row_id", "subject_id", "hadm_id", "seq_num", "icd9_code"]
    assert recognise(columns) is None
    assert recognise(columns, "DIAGNOSES_ICD.csv")[1] == "diagnoses_icd"
    assert (
        recognise(["hospitalid", "numbedscategory", "teachingstatus", "region"], "diagnoses_icd.csv")[1] == "hospital"
    )


@pytest.mark.parametrize(
    "columns",
    [
        [],
        ["id", "name"],
        # MIMIC-IV's laboratory: another source with the same words
        ["labevent_id", "subject_id", "hadm_id", "itemid", "charttime", "value", "valueuom", "flag"],
        ["date", "patient", "encounter", "code", "description", "x1", "x2", "x3"],
    ],
)
def test_another_table_is_not_taken_for_a_known_one(columns):
    assert recognise(columns) is None


def test_omop_is_no_known_source_of_staging():
    assert not [name for name, spec in tables().items() if recognise(spec.column_names)]

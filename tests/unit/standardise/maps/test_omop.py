"""OMOP as it comes: recognised in both versions, brought to 5.4, values and ids as they were."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from medark.model.omop import EXTENSION_TABLES, lake_columns, tables
from medark.model.record import Format
from medark.sql.render import render
from medark.standardise.formats import tabular
from medark.standardise.maps.omop import omop_table, unreadable_sql, upgrade_sql
from medark.store.duckdb import DuckDB

MADE_UP = ("cohort_attribute", "attribute_definition")


@pytest.fixture
def session(tmp_path: Path):
    with DuckDB(tmp_path).session() as opened:
        yield opened


def fields(shared_data: Callable, version: str) -> dict[str, list[str]]:
    """Table -> its columns, from the field list of a version."""
    file = shared_data("omop_specs") / f"omop_cdm/inst/csv/OMOP_CDMv{version}_Field_Level.csv"
    found: dict[str, list[str]] = {}
    with file.open(encoding="utf-8-sig") as text:
        for row in csv.DictReader(text):
            found.setdefault(row["cdmTableName"].lower(), []).append(row["cdmFieldName"].strip('"').lower())
    return found


@pytest.mark.parametrize("version", ["5.3", "5.4"])
def test_every_table_of_both_versions_is_recognised(version, shared_data):
    for table, columns in fields(shared_data, version).items():
        assert omop_table([c.upper() for c in columns]) == (None if table in MADE_UP else table)


@pytest.mark.parametrize("version", ["5.3", "5.4"])
def test_every_table_upgrades_to_what_the_lake_stores(version, shared_data, session):
    for table, columns in fields(shared_data, version).items():
        if table in MADE_UP:
            continue
        text = {name: pa.array([], pa.string()) for name in columns}
        place = {name: pa.array([], pa.int64()) for name in ("record_no", "row_no")}
        session.bind_arrow(f"raw_{table}", pa.table(text | place))
        session.view("rows", render(upgrade_sql(table, columns)))
        described = session.query("DESCRIBE rows")
        types = dict(zip(described["column_name"].to_pylist(), described["column_type"].to_pylist(), strict=True))
        assert types == {c.name: str(c.type) for c in lake_columns(table)}
        assert session.query(render(unreadable_sql(table, columns))).num_rows == 0
        assert render(upgrade_sql(table, columns), "spark")


def test_renamed_columns_keep_their_values(session):
    row = {
        "visit_occurrence_id": "-4406053801395356975", "person_id": "4783904755296699562", "visit_concept_id": "9201",
        "visit_start_date": "20200102", "visit_start_datetime": "2020-01-02 11:05:00", "visit_end_date": "2020-01-03",
        "visit_type_concept_id": "32817.0", "admitting_source_value": "ER", "discharge_to_concept_id": "8536",
    }  # fmt: skip
    session.bind_arrow(
        "raw_visit_occurrence", pa.table({k: [v] for k, v in row.items()} | {"record_no": [3], "row_no": [9]})
    )
    (found,) = session.query(render(upgrade_sql("visit_occurrence", list(row)))).to_pylist()
    assert found["visit_occurrence_id"] == -4406053801395356975
    assert found["person_id"] == 4783904755296699562
    assert (found["admitted_from_source_value"], found["discharged_to_concept_id"]) == ("ER", 8536)
    assert found["visit_type_concept_id"] == 32817
    assert (str(found["visit_start_date"]), str(found["visit_start_datetime"])) == ("2020-01-02", "2020-01-02 11:05:00")
    assert (found["medark_record_no"], found["medark_row_no"], found["care_site_id"]) == (3, 9, None)


def test_what_is_not_of_its_type_is_told_without_its_value(session):
    rows = {
        "person_id": ["1", "x7", "3"],
        "death_date": ["2020-01-01", "2020-01-01", "yesterday"],
        "death_type_concept_id": [""] * 3,
    }
    session.bind_arrow("raw_death", pa.table(rows | {"record_no": [1] * 3, "row_no": [0, 1, 2]}))
    found = session.query(render(unreadable_sql("death", list(rows)))).to_pylist()
    assert sorted((f["row_no"], f["outcome"], f["place"]) for f in found) == [
        (1, "quarantined", "person_id"),
        (2, "quarantined", "death_date"),
    ]
    assert "x7" not in str(found) and "yesterday" not in str(found)


def test_a_cost_belongs_to_the_person_of_what_it_is_about(session):
    session.bind_arrow(
        "raw_cost",
        pa.table(
            {
                "cost_id": ["1", "2"],
                "cost_event_id": ["5", "5"],
                "cost_domain_id": ["Visit", "Drug"],
                "cost_type_concept_id": ["0", "0"],
                "record_no": [1, 1],
                "row_no": [0, 1],
            }
        ),
    )
    session.bind_arrow("raw_visit_occurrence", pa.table({"visit_occurrence_id": ["5"], "person_id": ["77"]}))
    columns = ["cost_id", "cost_event_id", "cost_domain_id", "cost_type_concept_id"]
    sql = upgrade_sql("cost", columns, {"visit_occurrence": ["visit_occurrence_id", "person_id"]})
    found = session.query(render(sql)).to_pylist()
    assert sorted((f["cost_id"], f["medark_person_id"]) for f in found) == [(1, 77), (2, None)]


def test_mimic4_omop_loads_as_it_is(shared_data, session):
    """Twenty-one real tables of 5.3.1: rows and keys as csv counts them, nothing unreadable."""
    folder = shared_data("omop_mimic_iv_demo") / "omop_mimic_iv_demo/1_omop_data_csv"
    seen = set()
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            lines = list(csv.DictReader(text))
        with file.open("rb") as content:
            table = tabular.shape(content.read(65536), Format.DELIMITED)
        name = omop_table(table.columns)
        if name is None:
            assert file.stem in MADE_UP
            continue
        seen.add(name)
        session.bind_delimited("bound", [file], table.form, row_number="row_no")
        session.view(f"raw_{name}", "SELECT *, CAST(1 AS BIGINT) AS record_no FROM bound")
        rows = session.query(render(upgrade_sql(name, table.columns)))
        assert rows.num_rows == len(lines)
        assert session.query(render(unreadable_sql(name, table.columns))).num_rows == 0, name
        key = tables()[name].primary_key
        if key is not None and lines and key in lines[0]:
            assert set(map(str, rows[key].to_pylist())) == {line[key] for line in lines}
        if "person_id" in rows.column_names:
            assert {str(v) for v in rows["person_id"].to_pylist()} == {line["person_id"] for line in lines}
    assert len(seen) == 28


def test_eunomia_5_4_is_recognised_whole(shared_data):
    found = set()
    with zipfile.ZipFile(shared_data("eunomia") / "eunomia/Synthea27Nj/Synthea27Nj_5.4.zip") as archive:
        for name in archive.namelist():
            if name.lower().endswith(".csv") and not name.startswith("__MACOSX"):
                table = tabular.shape(archive.read(name)[:65536], Format.DELIMITED)
                assert omop_table(table.columns) == Path(name).stem.lower()
                found.add(Path(name).stem.lower())
    assert found == set(tables()) - set(EXTENSION_TABLES)


def test_parquet_whose_header_became_its_first_row(shared_data):
    """GiBleed's empty tables: a tool made up names, and the real ones are the only row."""
    folder = shared_data("eunomia") / "eunomia/GiBleed"
    for file in sorted(folder.glob("*.parquet")):
        (table,) = tabular.shapes(io.BytesIO(file.read_bytes()), Format.PARQUET)
        really = {"ontime": "source_to_concept_map"}.get(file.stem, file.stem)  # by its columns
        assert omop_table(table.columns) == (None if file.stem in MADE_UP else really)
    (table,) = tabular.shapes(io.BytesIO((folder / "death.parquet").read_bytes()), Format.PARQUET)
    assert table.header
    assert (
        sum(batch.num_rows for batch in tabular.rows(io.BytesIO((folder / "death.parquet").read_bytes()), table)) == 0
    )

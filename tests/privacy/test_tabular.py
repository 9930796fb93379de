"""A canary in every identifying column of every known source: it reaches identifier rows and keys, nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pytest

from medark.errors import MedarkError
from medark.model.record import Format
from medark.model.staging import STAGING
from medark.sql.render import render
from medark.standardise.formats import tabular
from medark.standardise.maps import known_sources
from medark.store.duckdb import DuckDB

CANARY = "Zzyzx-Canary-0417"
# What tells who somebody is, by the words of the sources.
IDENTIFYING = {
    "synthea": {
        "patients": ["ssn", "drivers", "passport", "first", "last", "middle", "maiden", "address", "birthplace", "city",
                     "county", "lat", "lon"],
        "payer_transitions": ["memberid", "ownername"],
        "claims_transactions": ["notes", "linenote"],
        "organizations": ["phone"],
        "providers": ["name", "address"],
    },
    "clif": {"hospitalization": ["zipcode_nine_digit", "zipcode_five_digit", "census_tract", "census_block_code"]},
}  # fmt: skip
CASES = [(s, t, c) for s, tables in IDENTIFYING.items() for t, columns in tables.items() for c in columns]


def staged(tmp_path: Path, source: str, table: str, row: dict[str, str]) -> dict[str, list[dict]]:
    with DuckDB(tmp_path).session() as session:
        names = sorted(known_sources()[source].tables[table].known | row.keys())
        cells = {name: pa.array([row.get(name, "1")], pa.string()) for name in names}
        session.bind_arrow(f"raw_{table}", pa.table(cells | {"record_no": [1], "row_no": [0]}))
        found: dict[str, list[dict]] = {}
        for query in known_sources()[source].staging({table: names}):
            found.setdefault(query.staging, []).extend(session.query(render(query.sql)).to_pylist())
        return found


@pytest.mark.parametrize(("source", "table", "column"), CASES)
def test_an_identifying_column_reaches_identifiers_only(tmp_path, source, table, column):
    found = staged(tmp_path, source, table, {column: CANARY})
    leaks = [
        (staging, name)
        for staging, rows in found.items()
        if staging != "identifier"
        for row in rows
        for name, value in row.items()
        if CANARY in str(value)
    ]
    assert leaks == []


def test_the_postcode_of_a_home_is_cut_to_three_digits(tmp_path):
    found = staged(tmp_path, "synthea", "patients", {"zip": "02155", "state": "MA"})
    assert [row["zip"] for row in found["location"]] == ["021"]
    assert "02155" not in str({k: v for k, v in found.items() if k != "identifier"})


def test_the_serial_number_of_a_device_is_left_out(tmp_path):
    udi = "(01)13465995954590(11)760704(17)010719(10)LOT77(21)SERIAL9"
    (event,) = staged(tmp_path, "synthea", "devices", {"udi": udi})["event"]
    assert event["device_id"] == "13465995954590"
    assert "SERIAL9" not in str(event) and "LOT77" not in str(event)


def test_no_map_puts_a_name_or_address_of_a_person_outside_identifiers():
    """Every column of a person's own that a target reads, by the table of people of each source."""
    for source in known_sources().values():
        for table in source.tables.values():
            for target in table.targets:
                if target.staging in ("person", "visit", "event", "death", "coverage"):
                    read = {column for e in target.columns.values() for _, column in e.columns}
                    assert not read & {"first", "last", "maiden", "ssn", "drivers", "passport", "address", "ownername"}


def test_staging_of_a_canary_in_every_column_keeps_the_contract_columns(tmp_path):
    rows = staged(tmp_path, "synthea", "patients", dict.fromkeys(("first", "last", "ssn"), CANARY))
    assert rows.keys() <= set(STAGING)
    assert {r["kind"] for r in rows["identifier"] if CANARY in r["value"]} == {"name", "SS"}


HOSTILE = [
    (Format.DELIMITED, f'a,b\n"x",2\n1,"{CANARY}'.encode()),
    (Format.DELIMITED, f"a,b\n1,{CANARY}\0".encode()),
    (Format.FIXED_WIDTH, f"id  name\n1   {CANARY}\0\n".encode()),
    (Format.PARQUET, b"PAR1" + CANARY.encode() * 20 + b"PAR1"),
    (Format.XLSX, b"PK\x03\x04" + CANARY.encode() * 20),
]


@pytest.mark.parametrize(("fmt", "content"), HOSTILE)
def test_errors_hold_no_value(fmt, content):
    with pytest.raises(MedarkError) as caught:
        (table,) = tabular.shapes(io.BytesIO(content), fmt)
        for _ in tabular.cut(io.BytesIO(content), table) if table.form else tabular.rows(io.BytesIO(content), table):
            pass
    chain = [
        caught.value,
        caught.value.__cause__,
        None if caught.value.__suppress_context__ else caught.value.__context__,
    ]
    assert not [e for e in chain if e is not None and CANARY in str(e) + repr(e)]


def test_a_block_does_not_show_its_content():
    content = f"id,name\n1,{CANARY}\n".encode()
    (block,) = tabular.cut(io.BytesIO(content), tabular.shape(content, Format.DELIMITED))
    assert CANARY not in repr(block)

"""FHIR resources and the staging rows they become: one pair of files a rule.

A new case is two files in tests/golden/fhir: `NAME.in.json` (or `.in.ndjson`) and `NAME.out`. Write the first and run
the test: it fails and shows the rows it got; read them, and if they are right, they are the second.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.fhir import READER

CASES = sorted((Path(__file__).parent / "fhir").glob("*.in.*"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.split(".")[0])
def test_resources_become_these_rows(case: Path) -> None:
    expected = case.with_name(case.name.split(".")[0] + ".out")
    rows = shown(case)
    assert expected.is_file(), f"no {expected.name} yet; the rows are:\n{rows}"
    assert rows == expected.read_text(encoding="utf-8")


def test_every_expectation_has_its_case() -> None:
    assert {out.stem for out in (CASES[0].parent).glob("*.out")} == {case.name.split(".")[0] for case in CASES}


def shown(case: Path) -> str:
    """Every staging row of a file: its table and place, then one line for each column that holds something."""
    content = case.read_bytes()
    kind = Format.FHIR_NDJSON if case.suffix == ".ndjson" else Format.FHIR_JSON
    record = RawRecord(1, "0" * 64, "golden", case.name, len(content), kind, 1)
    found = []
    for chunk in READER.chunks(record, io.BytesIO(content)):
        for table, rows in READER.stage(chunk, Source("golden")).rows.items():
            found += [(row.row_no, table, row.part_no, row) for row in rows]
    return "\n".join(_row(*entry) for entry in sorted(found, key=lambda entry: entry[:3]))


def _row(row_no: int, table: str, part_no: int, row: tuple) -> str:
    said = zip(row._fields[3:], row[3:], strict=True)
    return f"{row_no}.{part_no} {table}\n" + "".join(
        f"    {column} = {json.dumps(value, ensure_ascii=False)}\n" for column, value in said if value is not None
    )

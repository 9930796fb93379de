"""A made-up message file in, its staging rows out: one pair a case, `hl7v2/<case>.in` and `<case>.out`.

A new case needs no Python: write the .in file, run this test, read what it prints, and keep it as the .out file if it
is right. A line is `table row.part`, then each column that says something.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.model.staging import STAGING
from medark.standardise.formats.hl7v2 import READER

CASES = sorted((Path(__file__).parent / "hl7v2").glob("*.in"))
SOURCE = Source("north/his", "Asia/Shanghai", authorities=("NORTH",))


def staged(content: bytes) -> str:
    """All staging rows of a file as text, by message, then table, then part."""
    tables = READER.stage(Chunk(1, content), SOURCE).tables()
    order = {name: at for at, name in enumerate(STAGING)}
    rows = [
        (row.pop("row_no"), order[name], row.pop("part_no"), name, row)
        for name, table in tables.items()
        for row in table.drop_columns("record_no").to_pylist()
    ]
    return "".join(map(line, sorted(rows, key=lambda row: row[:3])))


def line(row: tuple[int, int, int, str, dict[str, object]]) -> str:
    row_no, _, part_no, table, columns = row
    said = " ".join(f"{name}={word(value)}" for name, value in columns.items() if value is not None)
    return f"{table} {row_no}.{part_no} {said}\n"


def word(value: object) -> str:
    text = str(value)
    return text if text and not any(c.isspace() or c in '"=' for c in text) else json.dumps(text, ensure_ascii=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_staging_rows(case: Path) -> None:
    expected = case.with_suffix(".out")
    rows = staged(case.read_bytes())
    assert expected.exists(), f"no {expected.name} yet; the rows are now:\n{rows}"
    assert rows == expected.read_text(encoding="utf-8")


def test_there_are_cases() -> None:
    assert len(CASES) > 15

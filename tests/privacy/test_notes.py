"""A marker in the naming lines of a note reaches identifiers and keys, and nothing else"""

from __future__ import annotations

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.notes import READER

_MARK = "CANARYFF17"
_KEYS = ("patient_id", "病案号", "病历号", "患者编号", "visit_id", "住院号", "note_id", "name", "姓名", "患者姓名",
         "地址", "电话", "phone", "id card")  # fmt: skip


@pytest.mark.parametrize("key", _KEYS)
def test_naming_lines_reach_identifiers_and_keys_only(key: str) -> None:
    named = "" if key in ("patient_id", "病案号", "病历号", "患者编号") else "patient_id: 7\n"
    staged = READER.stage(Chunk(1, f"{named}{key}: {_MARK}\ntype: note\n\nWell.".encode()), Source("north"))
    assert len(staged.rows["note"]) == 1
    reached = {
        (table, column)
        for table, rows in staged.rows.items()
        for row in rows
        for column, value in row._asdict().items()
        if _MARK in str(value)
    }
    assert {p for p in reached if p != ("identifier", "value") and not p[1].endswith("_key")} == set()


@pytest.mark.parametrize("text", [_MARK, f"name: {_MARK}\n\nWell.", f"patient_id: {_MARK}\n\n", f"{_MARK}\0"])
def test_no_verdict_quotes_a_value(text: str) -> None:
    staged = READER.stage(Chunk(1, text.encode()), Source("north"))
    assert staged.rows["unit_issue"]
    assert not [row for rows in staged.rows.values() for row in rows if _MARK in str(row)]

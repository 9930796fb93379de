"""Erasing a unit: that unit is gone, every other byte is where it was."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.fhir import READER

GOLDEN = Path(__file__).resolve().parents[4] / "golden" / "fhir"
RESOURCES = st.builds(
    lambda own, word: {"resourceType": "Patient", "id": own, "gender": word},
    st.text("abc123-", min_size=1), st.text(max_size=8),
)  # fmt: skip


def rows_of(content: bytes, kind: Format) -> list[tuple]:
    record = RawRecord(1, "0" * 64, "s", "n", len(content), kind, 1)
    return [
        (table, *row)
        for chunk in READER.chunks(record, io.BytesIO(content))
        for table, rows in READER.stage(chunk, Source("s")).rows.items()
        for row in rows
    ]


def survives(content: bytes, kind: Format, gone: set[int]) -> None:
    emptied = READER.blanked(content, gone)
    before, after = rows_of(content, kind), rows_of(emptied, kind)
    kept = [row for row in before if row[2] not in gone or row[0] == "unit_count"]
    assert [row for row in after if row[2] not in gone or row[0] == "unit_count"] == kept
    for row in after:
        if row[2] in gone and row[0] not in ("unit_count",):
            assert row[0] == "unit_issue"


@given(st.lists(RESOURCES, min_size=1, max_size=6), st.sets(st.integers(0, 7)), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_lines(resources: list[dict], gone: set[int], end: str) -> None:
    survives((end.join(map(json.dumps, resources)) + end).encode(), Format.FHIR_NDJSON, gone)


@given(st.lists(RESOURCES, min_size=1, max_size=6), st.sets(st.integers(0, 7)), st.sampled_from([None, 2]))
def test_entries(resources: list[dict], gone: set[int], indent: int | None) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in resources]}
    survives(json.dumps(bundle, indent=indent).encode(), Format.FHIR_JSON, gone)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_single_resource(indent: int | None) -> None:
    content = json.dumps({"resourceType": "Patient", "id": "p1"}, indent=indent).encode() + b"\n"
    assert READER.blanked(content, {0}) == b"{}\n"
    assert READER.blanked(content, {1}) == content


@pytest.mark.parametrize("case", sorted(GOLDEN.glob("*.in.*")), ids=lambda case: case.name)
def test_golden_records_lose_the_first_unit_only(case: Path) -> None:
    content = case.read_bytes()
    kind = Format.FHIR_NDJSON if case.suffix == ".ndjson" else Format.FHIR_JSON
    emptied = READER.blanked(content, {0})
    before = [row for row in rows_of(content, kind) if row[0] == "unit_count"]
    after = rows_of(emptied, kind)
    assert [row for row in after if row[0] == "unit_count"] == before
    assert all(row[0] in ("unit_issue", "unit_count") for row in after if row[2] == 0)


def test_a_bundle_cut_short_keeps_its_number_of_units() -> None:
    whole = b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"1"}},{"resource":{"resou'
    for gone in ({0}, {1}, {0, 1}):
        counts = [row[-1] for row in rows_of(READER.blanked(whole, gone), Format.FHIR_JSON) if row[0] == "unit_count"]
        assert counts == [2]
    assert b"resou" not in READER.blanked(whole, {1})[60:]

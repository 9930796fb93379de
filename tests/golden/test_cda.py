"""Sections of clinical documents and the staging rows they give: a case is a pair of files in golden/cda

`NAME.in` holds sections (the runner puts a header around them); `NAME.out` has a line a row: row_no.part_no, table,
columns. Keys of the event are left out; a parent is shown by its place. To add a case, write the .in, run this once
with MEDARK_GOLDEN=write in the environment, and read what came out before you keep it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.cda import READER
from medark.standardise.formats.staged import Staged

CASES = sorted((Path(__file__).parent / "cda").glob("*.in"))
_HEADER = """<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="1.2.3.4" extension="D1"/><effectiveTime value="20240310"/><languageCode code="en-US"/>
<recordTarget><patientRole><id root="1.2.3" extension="P1"/>
<patient><birthTime value="19600102"/></patient></patientRole></recordTarget>
<componentOf><encompassingEncounter><id root="1.2.5" extension="V1"/>
<effectiveTime><low value="20240301"/><high value="20240310"/></effectiveTime></encompassingEncounter></componentOf>
<component><structuredBody>"""
_FOOTER = "</structuredBody></component></ClinicalDocument>"
_OF_THE_HEADER = ("person", "identifier", "visit")  # the same in every case
_HIDDEN = ("record_no", "row_no", "part_no", "event_key", "person_key")


def _lines(staged: Staged) -> Iterator[str]:
    places = {event.event_key: f"{event.row_no}.{event.part_no}" for event in staged.rows["event"]}
    for table, rows in staged.rows.items():
        for row in rows:
            if row.row_no == 0 and table in _OF_THE_HEADER:
                continue
            said = {name: value for name, value in row._asdict().items() if value is not None and name not in _HIDDEN}
            if "parent_key" in said:
                said["parent_key"] = places[said["parent_key"]]
            columns = " | ".join(f"{name}={value!r}" for name, value in said.items())
            yield f"{row.row_no}.{row.part_no} {table} | {columns}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_sections_give_these_rows(case: Path) -> None:
    content = (_HEADER + case.read_text("utf-8") + _FOOTER).encode()
    found = "\n".join(_lines(READER.stage(Chunk(1, content), Source("north")))) + "\n"
    expected = case.with_suffix(".out")
    if os.environ.get("MEDARK_GOLDEN") == "write":
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


def test_every_case_has_its_pair() -> None:
    folder = Path(__file__).parent / "cda"
    assert {p.stem for p in folder.glob("*.in")} == {p.stem for p in folder.glob("*.out")} != set()

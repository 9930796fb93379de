"""Notes in two languages: header, then prose that names nobody."""

from __future__ import annotations

import pytest

from medark.standardise.formats.notes.heading import iso_time, note_type, split

ENCODINGS = {"north": "gb18030", "south": "utf-8"}


@pytest.mark.parametrize("place", ENCODINGS)
def test_notes_say_whose_they_are_and_their_text_names_nobody(written, place):
    people = {row["person"]: row for row in written.truth("people")}
    true = {row["note_no"]: row for row in written.truth("notes") if row["organisation"] == place}
    seen = set()
    for path in (written.root / "raw" / place / "emr").glob("*-*ion.txt"):
        header, body = split(path.read_bytes().decode(ENCODINGS[place]))
        row = true[header["note_id"]]
        assert header["visit_id"] == row["visit_no"]
        assert iso_time(header["date"])
        assert (
            note_type(header["type"])
            == f"ehr_{'admission_note' if row['kind'] == 'admission' else 'discharge_summary'}"
        )
        assert header["name"] not in body
        assert people[row["person"]]["name"] not in body
        assert len(body) > 30
        seen.add(header["note_id"])
    seen |= {split(path.read_bytes().decode(ENCODINGS[place]))[0]["note_id"]
             for path in (written.root / "raw" / place / "emr").glob("*-*e.txt")}  # fmt: skip
    assert seen == set(true)

"""The city on disk: the same seed, the same bytes; truth apart; every error where it is said to be."""

from __future__ import annotations

import io
import zipfile

import pytest

from medark.synthetic.before import make_city, write_city
from medark.synthetic.before.places import SYSTEMS


def test_the_same_seed_gives_the_same_bytes(written, bytes_of, tmp_path):
    planted = write_city(make_city(), tmp_path)
    assert planted == written.planted
    first, second = bytes_of(written.root), bytes_of(tmp_path)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_another_seed_gives_other_bytes(written, bytes_of, tmp_path):
    write_city(make_city(7, 60), tmp_path)
    first, second = bytes_of(written.root), bytes_of(tmp_path)
    assert first["truth/people.csv"] != second["truth/people.csv"]


def test_every_system_writes_and_truth_is_apart(written):
    systems = {f"{path.parent.name}/{path.name}" for path in written.root.glob("raw/*/*")}
    assert systems == set(SYSTEMS)
    assert {path.name for path in written.root.iterdir()} == {"raw", "truth"}


def test_every_planted_error_names_a_file_that_is_there(written):
    places = {(error.source, error.file, error.row_no) for error in written.planted}
    assert len(places) == len(written.planted) > 30
    for error in written.planted:
        outer, _, inner = error.file.partition("!/")
        content = written.raw(f"{error.source}/{outer}")
        if inner:
            assert inner in zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_planted_rows_are_where_they_are_said_to_be(written):
    """Of the two hospitals' tables: the row holds what makes it wrong."""
    marks = {"the 30th of February": "2025/02/30", "a diagnosis of 2099": "2099/", "a day of zeros": "0000-00-00",
             "a birth in 1750": "1750/01/01", "a diagnosis of a patient nobody knows": "999999"}  # fmt: skip
    checked = 0
    for error in written.planted:
        if error.what in marks:
            encoding = "gb18030" if error.source == "north/his" else "utf-8"
            lines = written.raw(f"{error.source}/{error.file}").decode(encoding).splitlines()
            assert marks[error.what] in lines[1 + error.row_no]
            checked += 1
    assert checked == len(marks) + 1


@pytest.mark.parametrize(
    "name",
    ["people", "patients", "encounters", "diagnoses", "results", "drugs", "operations", "fees", "notes", "planted"],
)
def test_truth_has_rows(written, name):
    assert written.truth(name)


def test_truth_tables_name_each_other(written):
    people = {row["person"] for row in written.truth("people")}
    visits = {(row["person"], row["organisation"], row["visit_no"]) for row in written.truth("encounters")}
    assert {row["person"] for row in written.truth("patients")} == people
    for name in ("diagnoses", "results", "drugs", "notes"):
        assert {(row["person"], row["organisation"], row["visit_no"]) for row in written.truth(name)} <= visits


def test_a_small_city_can_be_written_too(tmp_path):
    assert write_city(make_city(3, 40), tmp_path)

"""Notes of stays: text files that the platform's reader takes whole."""

from __future__ import annotations

import io
import zipfile
from collections import Counter

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.notes import READER
from medark.synthetic.feeds import emr

FILE = "notes_0001.zip"
TYPES = {
    "admission": "ehr_admission_note", "progress": "ehr_note", "operation": "ehr_note",
    "discharge": "ehr_discharge_summary",
}  # fmt: skip


@pytest.fixture(scope="module")
def exported(export):
    return export(emr)


@pytest.fixture(scope="module", params=["north", "south"])
def read(request, exported):
    """The hospital, and by document what the platform's reader stages."""
    source = Source(f"{request.param}/emr", "Asia/Shanghai")
    with zipfile.ZipFile(io.BytesIO(exported.files(source.name)[FILE])) as archive:
        documents = {name: archive.read(name) for name in archive.namelist()}
    staged = {
        name: {
            table: rows.to_pylist() for table, rows in READER.stage(Chunk(1, content, name), source).tables().items()
        }
        for name, content in documents.items()
    }
    return request.param, staged


def test_every_note_is_read_with_its_text(read, exported):
    hospital, staged = read
    assert not any("unit_issue" in tables for tables in staged.values())
    written = Counter(note["text"].strip() for note in exported.rows("note", hospital))
    assert Counter(tables["note"][0]["text"].strip() for tables in staged.values()) == written
    assert written


def test_kinds_are_recognised(read, exported):
    hospital, staged = read
    wanted = Counter(TYPES[note["kind"]] for note in exported.rows("note", hospital))
    assert Counter(tables["note"][0]["type"] for tables in staged.values()) == wanted


def test_truth_names_every_document_in_order(read, exported):
    hospital, staged = read
    records = [record for record in exported.records if record["source"] == f"{hospital}/emr"]
    assert [f"{record['record_id']}.txt" for record in records] == list(staged)
    assert [record["row_no"] for record in records] == list(range(len(records)))


def test_the_number_in_a_note_is_the_one_in_its_header(read, exported):
    hospital, staged = read
    said = Counter()
    for note in exported.rows("note", hospital):
        said.update(note["text"][s["start"] : s["end"]] for s in note["spans"] if s["kind"] == "patient_no")
    assert said == Counter(tables["note"][0]["person_key"] for tables in staged.values())

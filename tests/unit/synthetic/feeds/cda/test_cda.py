"""Discharge summaries of the south hospital: read without a fault, one a stay, in one stored archive."""

from __future__ import annotations

import io
import zipfile
from collections import Counter

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.cda import READER
from medark.synthetic.facts import by_key
from medark.synthetic.feeds import cda, his_south

SOURCE = "south/cda"
FILE = "discharge_0001.zip"


@pytest.fixture(scope="module")
def exported(export):
    return export(cda)


@pytest.fixture(scope="module")
def documents(exported):
    with zipfile.ZipFile(io.BytesIO(exported.files(SOURCE)[FILE])) as archive:
        return {name.removesuffix(".xml"): archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def read(documents):
    """Staging rows of each document by table."""
    source = Source(SOURCE, "Asia/Shanghai", ("SBGH",))
    return {
        name: {
            table: rows.to_pylist() for table, rows in READER.stage(Chunk(1, content, name), source).tables().items()
        }
        for name, content in documents.items()
    }


@pytest.fixture(scope="module")
def ended(exported):
    stays = [e for e in exported.rows("encounter", "south") if e["kind"] == "inpatient" and not e["cancelled"]]
    return {e["encounter"]: e for e in stays if e["end"] is not None}


def test_there_is_a_summary_of_each_stay_that_ended(exported, documents, ended):
    assert len(documents) == len(ended) > 0
    assert exported.ids(FILE) == list(documents)
    assert Counter(r["person"] for r in exported.records) == Counter(e["person"] for e in ended.values())


def test_the_archive_is_stored_and_carries_no_time(exported):
    with zipfile.ZipFile(io.BytesIO(exported.files(SOURCE)[FILE])) as archive:
        assert {(i.compress_type, i.date_time) for i in archive.infolist()} == {
            (zipfile.ZIP_DEFLATED, (1980, 1, 1, 0, 0, 0))
        }


def test_the_reader_faults_nothing(read):
    assert not [issue for tables in read.values() for issue in tables.get("unit_issue", ())]


def test_people_and_visits_are_called_as_in_the_hospital_s_own_system(read, export):
    south = export(his_south)
    visits = {str(record["record_id"]) for record in south.records if record["kind"] == "visit"}
    people = {str(record["record_id"]) for record in south.records if record["kind"] == "patient"}
    staff = {str(record["record_id"]) for record in south.records if record["kind"] in ("staff", "department")}
    for name, tables in read.items():
        assert [visit["visit_key"] for visit in tables["visit"]] == [name]
        assert {person["person_key"] for person in tables["person"]} <= people
        assert {row["provider_key"] for row in tables["provider"]} <= staff
        assert tables["visit"][0]["care_site_key"] in staff
    assert read.keys() <= visits


def test_diagnoses_operations_drugs_and_results_are_told(read, exported, ended):
    kinds = Counter(event["kind"] for tables in read.values() for event in tables["event"])
    stays = ended.keys()
    told = [
        row for row in exported.rows("diagnosis", "south") if row["encounter"] in stays and row["kind"] != "outpatient"
    ]
    assert kinds["condition"] == len(told) > 0
    assert kinds["procedure"] == sum(row["encounter"] in stays for row in exported.rows("operation", "south")) > 0
    assert kinds["drug"] > 0
    assert kinds["measurement"] > 0


def test_results_are_in_conventional_units(read):
    tests = by_key("tests").values()
    units = {row["loinc_conventional"] or row["loinc"]: row["unit_conventional"] for row in tests}
    measured = [
        event
        for tables in read.values()
        for event in tables["event"]
        if event["kind"] == "measurement" and event["unit"]
    ]
    assert all(event["unit"] == units[event["code"]] for event in measured)
    assert {"mg/dL", "g/dL"} & {event["unit"] for event in measured}


def test_each_section_has_words_in_chinese(read):
    for tables in read.values():
        titles = [note["title"] for note in tables["note"]]
        assert titles == ["入院诊断", "出院诊断", "住院经过", "手术及操作", "异常检验结果", "出院带药"]
        assert all(note["text"] for note in tables["note"])


def test_the_same_city_gives_the_same_bytes(exported, export):
    assert export(cda).files(SOURCE) == exported.files(SOURCE)

"""Radiologies: messages that the platform's own reader stages whole; pictures that it reads too."""

from __future__ import annotations

import dataclasses

import pydicom
import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats import dicom as dicom_format
from medark.standardise.formats import hl7v2
from medark.synthetic.city import found
from medark.synthetic.feeds import pacs
from medark.synthetic.feeds.desk import Desk
from medark.synthetic.settings import CitySettings, Part
from medark.synthetic.write import live

HOSPITALS = {"north": "NORTH", "south": "SBGH"}
PICTURES = 12


@pytest.fixture(scope="module")
def exported(export):
    return export(pacs)


@pytest.fixture(scope="module", params=HOSPITALS)
def staged(request, exported):
    """The hospital, its file of messages, and the staging rows of the platform's reader."""
    ((name, content),) = exported.files(f"{request.param}/pacs").items()
    source = Source(f"{request.param}/pacs", "Asia/Shanghai", (HOSPITALS[request.param],))
    tables = hl7v2.READER.stage(Chunk(1, content, name), source).tables()
    return request.param, name, {table: rows.to_pylist() for table, rows in tables.items()}


def test_nothing_in_the_messages_is_not_understood(staged):
    assert not staged[2].get("unit_issue")


def test_each_report_is_a_message_and_a_note_with_its_text(staged, exported):
    hospital, _, rows = staged
    studies = exported.rows("imaging", hospital)
    truth = [record for record in exported.records if record["source"] == f"{hospital}/pacs"]
    assert len(truth) == len(studies) == rows["unit_count"][0]["units"] > 0
    texts = sorted(note["text"] for note in rows["note"])
    assert texts == sorted(study["report"] for study in studies)
    assert {note["type"] for note in rows["note"]} == {"ehr_radiology"}


def test_each_study_is_a_procedure(staged, exported):
    hospital, _, rows = staged
    done = [row for row in rows["event"] if row["kind"] == "procedure"]
    assert len(done) == len(exported.rows("imaging", hospital))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder in which both archives have written pictures, and the records of truth."""
    part = Part(1, 1, 60)
    city = found(CitySettings(people=part.count, pictures=PICTURES))
    root = tmp_path_factory.mktemp("pictures")
    world = live(city, part)
    desk = Desk(city, part, world, root)
    for system in pacs.SYSTEMS:
        desk.system = system.name
        system.write(desk)
    yield sorted((root / "raw").rglob("*.dcm")), desk.records().to_pylist(), world
    desk.close()


def test_the_first_studies_have_pictures(pictures):
    files, records, _ = pictures
    read = [pydicom.dcmread(file) for file in files]
    assert len({data.StudyInstanceUID for data in read}) == PICTURES
    truth = {record["record_id"] for record in records if record["file"].endswith(".dcm")}
    assert truth == {data.SOPInstanceUID for data in read}


def test_the_platform_reads_whose_picture_it_is(pictures):
    files, records, world = pictures
    names = {row["person"]: row["name_zh"] for row in world["person"].to_pylist()}
    person = {record["record_id"]: record["person"] for record in records}
    for file in files:
        content = file.read_bytes()
        source = Source("north/pacs", "Asia/Shanghai")
        rows = dicom_format.READER.stage(Chunk(1, content, file.name), source).tables()
        assert "unit_issue" not in rows
        data = pydicom.dcmread(file)
        said = data.PatientName.ideographic.replace("^", "")
        assert said == names[person[data.SOPInstanceUID]]
        assert data.AccessionNumber in file.name


def test_the_same_city_gives_the_same_messages(export, exported):
    assert export(pacs).files("south/pacs") == exported.files("south/pacs")
    assert dataclasses.asdict(pacs.NORTH)["version"] == "2.3.1"

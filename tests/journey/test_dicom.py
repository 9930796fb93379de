"""173 DICOM files of all sorts (and what lies between them), read by pydicom."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from journey import raw
from journey.walked import (
    Walked,
    assert_everything_is_accounted_for,
    assert_nothing_new,
    assert_rebuild_gives_the_same,
    walk,
    written,
)
from medark.model.omop import VOCABULARY_TABLES

FEWEST = 10  # elements: pydicom, made to, reads anything as a data set of one element
DIRECTORY = "1.2.840.10008.1.3.10"
DATES = ("SeriesDate", "StudyDate", "AcquisitionDate", "ContentDate")

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom's, of what is wrong in these files


@pytest.fixture(scope="module")
def walked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(archives / "dicom.zip", tmp_path_factory.mktemp("dicom"))


@pytest.fixture(scope="module")
def files(archives: Path) -> dict[str, bytes]:
    return raw.members(archives / "dicom.zip")


@pytest.fixture(scope="module")
def data_sets(files: dict[str, bytes]) -> list[Dataset]:
    """One of each content that is DICOM, with a preamble or without one."""
    contents = {hashlib.sha256(content).digest(): content for content in files.values()}
    return [found for content in contents.values() if (found := _data_set(content)) is not None]


def _data_set(content: bytes) -> Dataset | None:
    try:
        return pydicom.dcmread(io.BytesIO(content), stop_before_pixels=True)
    except InvalidDicomError:
        bare = pydicom.dcmread(io.BytesIO(content), stop_before_pixels=True, force=True)
        return bare if len(bare) >= FEWEST else None


@pytest.fixture(scope="module")
def images(data_sets: list[Dataset]) -> list[Dataset]:
    """Those that are somebody's."""
    return [d for d in data_sets if not _is_directory(d) and d.get("PatientID")]


def _is_directory(data_set: Dataset) -> bool:
    meta = getattr(data_set, "file_meta", {})
    return meta.get("MediaStorageSOPClassUID") == DIRECTORY or "DirectoryRecordSequence" in data_set


def test_every_file_is_accounted_for(
    walked: Walked, files: dict[str, bytes], data_sets: list[Dataset], images: list[Dataset]
) -> None:
    assert_everything_is_accounted_for(walked, files)
    assert walked.first["units"]["dicom"]["units"] == len(data_sets)
    assert walked.first["units"]["unknown"]["units"] == walked.first["files"]["landed"] - len(data_sets)
    directories = sum(map(_is_directory, data_sets))
    told = walked.reasons()
    assert told["directory of other files"] == walked.first["units"]["dicom"]["excluded"] == directories
    assert told["patient has no identifier"] == len(data_sets) - directories - len(images)


def test_the_same_again_changes_nothing(walked: Walked) -> None:
    assert_nothing_new(walked)


def _born(images: list[Dataset]) -> dict[tuple[str, str], str]:
    """The day of birth of each patient of whom a true one is told (1804 is how a phantom was entered)."""
    return {
        _patient(d): d.PatientBirthDate for d in images if d.get("PatientBirthDate") and d.PatientBirthDate > "1850"
    }


def _patient(data_set: Dataset) -> tuple[str, str]:
    return data_set.PatientID, data_set.get("IssuerOfPatientID") or ""


def test_people_whose_birth_is_told(walked: Walked, images: list[Dataset]) -> None:
    born = _born(images)
    found = walked.rows("SELECT year_of_birth, month_of_birth, day_of_birth FROM person")
    assert Counter(found) == Counter((int(b[:4]), int(b[4:6]), int(b[6:8])) for b in born.values())
    # OMOP has no person without a year of birth: the others are in quarantine until somebody tells it.
    people = {_patient(d) for d in images}
    assert walked.table("person") == {
        "table": "person", "staged": len(people), "loaded": len(born), "replaced": 0,
        "quarantined": len(people) - len(born),
    }  # fmt: skip


def test_one_row_a_series(walked: Walked, images: list[Dataset]) -> None:
    series = {(d.StudyInstanceUID, d.SeriesInstanceUID) for d in images}
    told = walked.table("image_occurrence")
    assert (told["staged"], told["replaced"]) == (len(series), 0)
    born = _born(images)
    dated = {
        (d.StudyInstanceUID, d.SeriesInstanceUID)
        for d in images
        if _patient(d) in born and any(d.get(name) for name in DATES)
    }
    found = walked.rows("SELECT image_study_uid, image_series_uid FROM image_occurrence")
    assert sorted(found) == sorted(dated)
    assert len(dated) > 0


def test_days_of_series(walked: Walked, images: list[Dataset]) -> None:
    days: dict[str, set[str]] = {}
    for image in images:
        days.setdefault(image.SeriesInstanceUID, set()).update(image[n].value for n in DATES if image.get(n))
    for uid, day in walked.rows("SELECT image_series_uid, image_occurrence_date FROM image_occurrence"):
        assert day.strftime("%Y%m%d") in days[uid]


def test_nobody_is_named(walked: Walked, images: list[Dataset]) -> None:
    """Names and numbers of patients are in the crosswalk; the lake's files hold none of them."""
    names = {part for d in images for part in str(d.get("PatientName", "")).split("^") if len(part) > 5}
    names |= {d.PatientID for d in images if len(d.PatientID) > 6}
    said = b"".join(written(walked.lake[table]) for table in walked.lake.rows() if table not in VOCABULARY_TABLES)
    assert names
    assert not [name for name in names if name.encode() in said]


def test_rebuild(walked: Walked) -> None:
    assert_rebuild_gives_the_same(walked)

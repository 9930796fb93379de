"""DICOM files: whole, true to the study, the same for the same study; the finding is seen in the pixels."""

from __future__ import annotations

import dataclasses
import datetime as dt
from io import BytesIO

import pydicom
import pytest

from medark.synthetic.facts import rows
from medark.synthetic.reports.dicom import Study, image

STUDY = Study(
    key="1/7", characters="GB18030", patient_no="A1", name="Ye^Xiaoyan=叶^小燕", sex="F", birth=dt.date(1980, 2, 3),
    accession_no="R17", visit="V1", performed=dt.datetime(2024, 5, 6, 7, 8, 9), modality="CT", body_part="chest",
    dicom_part="CHEST", sop_class="1.2.840.10008.5.1.4.1.1.2",
    description="胸部CT平扫", radiologist="曾艳", findings=(),
)  # fmt: skip
NODULE = {"finding": "nodule", "present": True, "side": "right", "size_mm": 30.0}


def opened(content: bytes) -> pydicom.Dataset:
    return pydicom.dcmread(BytesIO(content))


@pytest.mark.parametrize("kind", rows("studies"), ids=lambda row: row["key"])
def test_every_kind_of_study_opens_with_its_pixels(kind):
    study = dataclasses.replace(
        STUDY, modality=kind["modality"], body_part=kind["body_part"], sop_class=kind["sop_class"]
    )
    data = opened(image(study, 1)[1])
    assert data.pixel_array.shape == (data.Rows, data.Columns)
    assert data.pixel_array.max() > data.pixel_array.min()
    assert data.Modality == kind["modality"]


@pytest.mark.parametrize("characters", ["GB18030", "ISO_IR 192"])
def test_the_name_is_said_in_both_scripts(characters):
    data = opened(image(dataclasses.replace(STUDY, characters=characters), 1)[1])
    assert data.PatientName.ideographic == "叶^小燕"
    assert data.PatientName.alphabetic == "Ye^Xiaoyan"
    assert data.StudyDescription == "胸部CT平扫"


def test_the_same_study_gives_the_same_bytes_and_another_one_other_uids():
    assert image(STUDY, 1) == image(STUDY, 1)
    first, second, other = (opened(image(study, number)[1]) for study, number in (
        (STUDY, 1), (STUDY, 2), (dataclasses.replace(STUDY, key="1/8"), 1)
    ))  # fmt: skip
    assert first.StudyInstanceUID == second.StudyInstanceUID != other.StudyInstanceUID
    assert first.SeriesInstanceUID == second.SeriesInstanceUID
    assert first.SOPInstanceUID != second.SOPInstanceUID


def test_a_nodule_of_the_right_lung_is_on_the_left_of_the_picture():
    with_nodule, without = (
        opened(image(dataclasses.replace(STUDY, findings=found), 1)[1]).pixel_array.astype(int)
        for found in ((NODULE,), ())
    )
    _, columns = (with_nodule - without > 100).nonzero()
    assert len(columns) > 0
    assert columns.max() < with_nodule.shape[1] / 2

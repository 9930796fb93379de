"""Both hospitals' tables: readable, and each but the strange ones of a shape that the platform's map knows."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

from medark.standardise.maps import recognise

TABLES = {
    "north/his": {"患者信息.csv": "north_patient", "就诊记录.csv": "north_visit", "诊断信息.csv": "north_diagnosis",
                  "手术记录.csv": "north_operation", "费用明细.csv": "north_fee", "排班表.csv": None},
    "south/his": {"patients.csv": "south_patient", "encounters.csv": "south_encounter",
                  "diagnoses.csv": "south_diagnosis", "procedures.csv": "south_procedure",
                  "medications.csv": "south_medication", "bed_counts.csv": None},
}  # fmt: skip
ARCHIVED = {"north/his/处方归档.zip": ("处方明细.csv", "north_prescription"),
            "south/his/billing/charges.zip": ("charges.csv", "south_charge")}  # fmt: skip
ENCODINGS = {"north/his": "gb18030", "south/his": "utf-8"}


def table(content: bytes, encoding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline="")))


@pytest.mark.parametrize(("source", "name"), [(s, n) for s, names in TABLES.items() for n in names])
def test_a_table_is_whole_and_known(written, source, name):
    header, *rows = table(written.raw(f"{source}/{name}"), ENCODINGS[source])
    assert {len(row) for row in rows} <= {len(header)}
    found = recognise(header)
    assert (found and (found[0].name, found[1])) == (TABLES[source][name] and ("city", TABLES[source][name]))


@pytest.mark.parametrize("archive", ARCHIVED)
def test_archived_tables_are_known(written, archive):
    member, name = ARCHIVED[archive]
    with zipfile.ZipFile(io.BytesIO(written.raw(archive))) as opened:
        header, *rows = table(opened.read(member), ENCODINGS[archive[:9]])
    assert rows
    found = recognise(header)
    assert found
    assert found[1] == name


def test_chinese_is_written_in_gb_18030(written):
    content = written.raw("north/his/患者信息.csv")
    assert content.startswith("病案号".encode("gb18030"))
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_an_archive_cut_short_can_not_be_opened(written):
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(written.raw("south/his/billing/charges-old.zip")))


def test_charges_are_money(written):
    with zipfile.ZipFile(io.BytesIO(written.raw("south/his/billing/charges.zip"))) as opened:
        _, *rows = table(opened.read("charges.csv"), "utf-8")
    assert all(float(row[4]) > 0 for row in rows)

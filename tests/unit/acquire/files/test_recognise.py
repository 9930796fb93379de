"""Formats by content: a golden pair a case (`NAME.in`, `NAME.out`; NAME is the file's name), and real archives"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.acquire.files import Found, Limits, Refused, recognise, walk
from medark.model.record import Format

GOLDEN = Path(__file__).parents[3] / "golden" / "recognise"
CASES = sorted(path.stem for path in GOLDEN.glob("*.in"))


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    content = (GOLDEN / f"{name}.in").read_bytes()
    found = recognise(content[: 1 << 16], name, len(content))
    wanted, _, kind = (GOLDEN / f"{name}.out").read_text("utf-8").rstrip("\n").partition(" ")
    assert (found.format.value, found.kind) == (wanted, kind.replace("\\t", "\t").replace("\\n", "\n"))


def test_every_format_has_a_case() -> None:
    cased = {(GOLDEN / f"{name}.out").read_text("utf-8").split(" ")[0] for name in CASES}
    # A workbook needs its directory: below. Answers are never files: applications' forms are filed as what they are.
    assert cased == {f.value for f in Format} - {Format.XLSX.value, Format.ANSWERS.value}


@settings(max_examples=300, deadline=2000)
@given(st.binary(max_size=3000), st.sampled_from(["a.csv", "b.txt", "c", "d.ndjson", "e.hl7"]), st.integers(0, 1 << 50))
def test_nothing_makes_it_fail(head: bytes, name: str, more: int) -> None:
    recognise(head, name, len(head) + more)


STARTS = [
    b"MSH|^~\\&|",
    b"{",
    b"<a ",
    b"<!DOCTYPE [",
    b"PK\3\4",
    b"id,name\n",
    b'a,"',
    b"\xff\xfe",
    b"\x08\x00\x05\x00",
    b"# ",
]
FILL = [
    b"^",
    b"|",
    b'"',
    b",",
    b"{",
    b"[",
    b"<",
    b"-",
    b"\0",
    b"\n",
    b"\r",
    b" ",
    b"a",
    b'"a",',
    b"\xb0\xa1",
    b"] >",
    b"/* ",
]


@pytest.mark.parametrize("start", STARTS)
def test_separator_bombs_cost_no_time(start: bytes) -> None:
    import time

    for fill in FILL:
        head = (start + fill * (1 << 16))[: 1 << 16]
        before = time.process_time()
        recognise(head, "bomb.csv", 1 << 31)
        assert time.process_time() - before < 1.0, fill


@pytest.mark.parametrize("writer", ["xlsxwriter", "openpyxl"])
def test_a_workbook_is_a_table_not_an_archive(tmp_path: Path, writer: str) -> None:
    path = tmp_path / "labs.zip"
    if writer == "xlsxwriter":
        with xlsxwriter.Workbook(path) as book:
            book.add_worksheet().write(0, 0, "id")
    else:
        openpyxl.Workbook().save(path)
    (found,) = walk(path, Limits(), tmp_path / "scratch")
    assert isinstance(found, Found)
    assert found.recognised.format is Format.XLSX


def test_other_documents_in_zips_are_not_opened(tmp_path: Path) -> None:
    for name, members in (
        ("a.docx", ["[Content_Types].xml", "word/document.xml"]),
        ("b.odt", ["mimetype", "content.xml"]),
    ):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            for member in members:
                file.writestr(member, "x")
        (tmp_path / name).write_bytes(packed.getvalue())
    told = {f.name: f.recognised.kind for f in walk(tmp_path, Limits(), tmp_path / "s") if isinstance(f, Found)}
    assert told == {"a.docx": "office", "b.odt": "opendocument"}


def test_a_line_longer_than_the_head(tmp_path: Path) -> None:
    """A resource of 100 kB a line; one document without a line end; a resourceType that comes late."""
    resource = b'{"id":"%d","text":"' + b"x" * 100_000 + b'","resourceType":"DocumentReference"}'
    (tmp_path / "lines.json").write_bytes(b"\n".join(resource % n for n in range(3)))
    (tmp_path / "one.json").write_bytes(resource % 1)
    told = {
        f.name: (f.recognised.format, f.kind) for f in walk(tmp_path, Limits(), tmp_path / "s") if isinstance(f, Found)
    }
    assert told == {
        "lines.json": (Format.FHIR_NDJSON, "DocumentReference"),
        "one.json": (Format.FHIR_JSON, "DocumentReference"),
    }


def test_gigabyte_lines_and_nuls(tmp_path: Path) -> None:
    for name, start in (
        ("line.csv", b"a,b\n1,"),
        ("line.ndjson", b'{"a":"'),
        ("nul.bin", b""),
        ("line.hl7", b"MSH|^~\\&|"),
    ):
        with (tmp_path / name).open("wb") as file:
            file.write(start)
            file.truncate(1 << 30)  # a hole: NULs that take no room
    formats = {f.name: f.recognised.format for f in walk(tmp_path, Limits(), tmp_path / "s") if isinstance(f, Found)}
    assert formats["line.hl7"] is Format.HL7V2
    assert formats["nul.bin"] is Format.UNKNOWN
    assert len(formats) == 4


# What each real archive holds, counted from its listing and its contents by other means.
REAL: dict[str, dict[tuple[Format, str], int]] = {
    "mimic3_demo": {(Format.DELIMITED, ","): 24, (Format.UNKNOWN, ""): 2},
    "synthea27": {(Format.DELIMITED, ","): 28, (Format.UNKNOWN, ""): 1},
    "mimic4_fhir_demo": {
        (Format.FHIR_NDJSON, "Patient"): 1,
        (Format.FHIR_NDJSON, "Location"): 1,
        (Format.FHIR_NDJSON, "Encounter"): 2,
        (Format.FHIR_NDJSON, "Condition"): 1,
        (Format.UNKNOWN, ""): 1,
    },
    "hl7v2_messages": {(Format.HL7V2, ""): 139, (Format.UNKNOWN, ""): 1},
    "ccda_examples": {(Format.CDA, ""): 446 + 22, (Format.UNKNOWN, ""): 242 + 1},
    # 173 with the mark, 3 data sets without preamble, one in zipMR.gz, one in GREYSCALE_CINE.zip
    "dicom": {(Format.DICOM, ""): 178, (Format.UNKNOWN, ""): 10},
    "omop_mimic_iv_demo": {(Format.DELIMITED, ","): 30, (Format.UNKNOWN, ""): 2},
    "clif_mimic4_demo": {(Format.PARQUET, ""): 28},
    "eicu_demo_subset": {(Format.DELIMITED, ","): 8},
    "cgm_series": {(Format.DELIMITED, ","): 3, (Format.UNKNOWN, ""): 1},
    "chinese_ehr_notes": {(Format.JSON_LINES, ""): 1, (Format.UNKNOWN, ""): 2},
    "mtsamples": {(Format.DELIMITED, ","): 1},
    "chs_drg_tables": {(Format.DELIMITED, " "): 9, (Format.UNKNOWN, ""): 1},
    "febrl_1_2": {(Format.DELIMITED, ","): 2, (Format.UNKNOWN, ""): 1},
}


@pytest.mark.parametrize("archive", REAL)
def test_real_archives(shared_data: Callable[[str], Path], tmp_path: Path, archive: str) -> None:
    folder = shared_data(archive)
    told: Counter[tuple[Format, str]] = Counter()
    for found in walk(folder, Limits(), tmp_path):
        assert isinstance(found, Found), found
        if found.name == ".complete":
            continue
        hint = found.kind if found.recognised.format in (Format.DELIMITED, Format.FHIR_NDJSON) else ""
        told[found.recognised.format, hint] += 1
    assert told == REAL[archive]


def test_nested_zip_of_eunomia(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    """Every member with a table's ending is a table of that kind; resource forks beside them are not."""
    for found in walk(shared_data("eunomia"), Limits(), tmp_path):
        assert isinstance(found, Found), found
        leaf = found.name.rpartition("/")[2]
        if leaf.startswith("._") or not leaf.endswith((".csv", ".parquet")):
            assert found.recognised.format is Format.UNKNOWN
        else:
            assert found.recognised.format is (Format.PARQUET if leaf.endswith(".parquet") else Format.DELIMITED), leaf


def test_no_synthea_bundle_is_misjudged(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    found = [f for f in walk(shared_data("fhir_synthea_r4"), Limits(), tmp_path) if f.name != ".complete"]
    assert len(found) == 617
    assert all(isinstance(f, Found) and f.recognised.format is Format.FHIR_JSON and f.kind == "Bundle" for f in found)


def test_kinds_let_patients_come_first(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"resourceType":"Condition"}')
    (tmp_path / "b.json").write_text('{"resourceType":"Patient"}')
    found = [f for f in walk(tmp_path, Limits(), tmp_path / "s") if not isinstance(f, Refused)]
    assert [f.kind for f in sorted(found, key=lambda f: f.kind != "Patient")] == ["Patient", "Condition"]

"""C-CDA documents and fragments, read by the standard library's parser."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET  # what is read here is a fixed set of examples, and an oracle must be another parser
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from journey import raw
from journey.walked import (
    Walked,
    assert_everything_is_accounted_for,
    assert_nothing_new,
    assert_rebuild_gives_the_same,
    walk,
)

RESULTS, VITAL_SIGNS = "30954-2", "8716-3"
LOINC = "2.16.840.1.113883.6.1"
PREFIXES = ("xsi", "sdtc", "voc", "cda")
GENDERS = {"M": 8507, "F": 8532}


@pytest.fixture(scope="module")
def walked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(archives / "ccda_examples.zip", tmp_path_factory.mktemp("ccda"))


@pytest.fixture(scope="module")
def files(archives: Path) -> dict[str, bytes]:
    return raw.members(archives / "ccda_examples.zip")


@pytest.fixture(scope="module")
def documents(files: dict[str, bytes]) -> list[ET.Element | None]:
    """The root of each distinct document or fragment, without namespaces; None for what is not well-formed."""
    contents = {hashlib.sha256(c).digest(): c for n, c in files.items() if n.endswith((".xml", ".ccda"))}
    return [_root(content) for content in contents.values()]


def _root(content: bytes) -> ET.Element | None:
    text = content.decode("utf-8-sig")
    try:
        root = ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except ET.ParseError:
        # A fragment cut out of a document has lost the declarations of its prefixes.
        declared = " ".join(f'xmlns:{prefix}="urn:{prefix}"' for prefix in PREFIXES)
        try:
            (root,) = ET.fromstring(f"<x {declared}>{re.sub(r'<[?]xml[^>]*[?]>', '', text)}</x>")
        except (ET.ParseError, ValueError):
            return None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rsplit("}", 1)[-1]
    return root


def _patient(root: ET.Element) -> ET.Element | None:
    target = root if root.tag == "recordTarget" else root.find("recordTarget")
    return target.find("patientRole") if target is not None else None


def _number(patient: ET.Element) -> tuple[str, str] | None:
    for identifier in patient.findall("id"):
        if identifier.get("root") and not identifier.get("nullFlavor"):
            return identifier.get("root", ""), identifier.get("extension", "")
    return None


@pytest.fixture(scope="module")
def placed(documents: list[ET.Element | None]) -> list[tuple[tuple[str, str], ET.Element]]:
    """Documents that are somebody's, with whose."""
    known = ((_patient(root), root) for root in documents if root is not None)
    return [(number, root) for patient, root in known if patient is not None and (number := _number(patient))]


def test_every_file_and_entry_is_accounted_for(
    walked: Walked, files: dict[str, bytes], documents: list[ET.Element | None]
) -> None:
    assert_everything_is_accounted_for(walked, files)
    others = walked.first["files"]["landed"] - len(documents)
    assert walked.first["units"]["unknown"]["units"] == others  # README.md of every example, licences
    units = sum(1 + _entries(root) for root in documents if root is not None) + documents.count(None)
    assert walked.first["units"]["cda"]["units"] == units
    broken = sum(n for reason, n in walked.reasons().items() if reason.startswith("not well-formed"))
    assert broken == documents.count(None)


def _entries(root: ET.Element) -> int:
    """Entries of sections, and bodies that are no XML."""
    return sum(len(s.findall("entry")) for s in root.iter("section")) + sum(1 for _ in root.iter("nonXMLBody"))


def test_fragments_without_a_patient_are_kept_back(walked: Walked, documents: list[ET.Element | None]) -> None:
    nobodys = [root for root in documents if root is not None and _patient(root) is None]
    assert walked.reasons()["no patient in the document"] == sum(1 + _entries(root) for root in nobodys)


def test_the_same_again_changes_nothing(walked: Walked) -> None:
    assert_nothing_new(walked)


def test_people(walked: Walked, placed: list[tuple[tuple[str, str], ET.Element]]) -> None:
    said: dict[tuple[str, str], set[tuple[int, str]]] = {}
    for number, root in placed:
        born = root.find(".//patientRole/patient/birthTime[@value]")
        gender = root.find(".//patientRole/patient/administrativeGenderCode[@code]")
        if born is not None:
            concept = GENDERS[gender.get("code")] if gender is not None else 0
            said.setdefault(number, set()).add((concept, born.get("value")[:8]))
    found = walked.rows(
        "SELECT gender_concept_id, strftime(make_date(year_of_birth, month_of_birth, day_of_birth), '%Y%m%d')"
        " FROM person"
    )
    assert len(found) == len(said)
    certain = Counter(next(iter(told)) for told in said.values() if len(told) == 1)
    assert certain <= Counter(found)
    assert set(found) <= set().union(*said.values())


def _measured(placed: list[tuple[tuple[str, str], ET.Element]], section_code: str) -> Iterator[tuple[str, float, str]]:
    """(code, value, unit) of completed observations with a quantity, of documents that are somebody's."""
    for _, root in placed:
        for section in root.iter("section"):
            code = section.find("code")
            if code is None or code.get("code") != section_code:
                continue
            for observation in section.iter("observation"):
                value, name = observation.find("value"), observation.find("code")
                status = observation.find("statusCode")
                if value is None or not value.get("value") or status is None or status.get("code") != "completed":
                    continue
                yield name.get("code"), float(value.get("value")), value.get("unit")


@pytest.mark.parametrize("section", [RESULTS, VITAL_SIGNS])
def test_values(walked: Walked, placed: list[tuple[tuple[str, str], ET.Element]], section: str) -> None:
    """Every laboratory result and vital sign with a number is there with that number and unit."""
    sent = set(_measured(placed, section))
    found = set(walked.rows(
        "SELECT measurement_source_value, value_as_number, unit_source_value FROM measurement"
        " UNION SELECT observation_source_value, value_as_number, unit_source_value FROM observation"
    ))  # fmt: skip
    assert len(sent) > 10
    assert sent - found == set()


def test_nothing_is_measured_that_no_document_says(
    walked: Walked, placed: list[tuple[tuple[str, str], ET.Element]]
) -> None:
    values = {
        float(v.get("value"))
        for _, root in placed for v in root.iter("value")
        if v.get("value") and re.fullmatch(r"-?[0-9.]+", v.get("value"))
    }  # fmt: skip
    found = walked.rows("SELECT DISTINCT value_as_number FROM measurement WHERE value_as_number IS NOT NULL")
    assert {value for (value,) in found} <= values


def test_rebuild(walked: Walked) -> None:
    assert_rebuild_gives_the_same(walked)

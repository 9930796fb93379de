"""Real clinical documents, with counts worked out by another parser"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.cda import READER
from medark.standardise.formats.cda.parse import DOCUMENT_BYTES
from medark.standardise.formats.staged import Staged

_NAMESPACES = {b"xsi": b"http://www.w3.org/2001/XMLSchema-instance", b"sdtc": b"urn:hl7-org:sdtc"}
_MEDICATIONS = {"10160-0", "10183-2", "75311-1", "42346-7", "59774-0", "29549-3", "11369-6"}


def _with_namespaces(root: re.Match[bytes]) -> bytes:
    name, _, rest = root[0].partition(b" ")
    missing = [b' xmlns:%s="%s"' % (p, uri) for p, uri in _NAMESPACES.items() if b"xmlns:%s=" % p not in root[0]]
    return name + b"".join(missing) + b" " + rest


def _documents(folder: Path) -> Iterator[tuple[bytes, ElementTree.Element | None]]:
    """Every document with its tree by the standard library's parser, missing namespaces declared, names made bare."""
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".xml", ".ccda")):
        content = path.read_bytes()
        declared = re.sub(rb"<(?![?!/])[\w:]+[^>]*", _with_namespaces, content, count=1)
        try:
            root = ElementTree.fromstring(declared)
        except ElementTree.ParseError:
            yield content, None
            continue
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        yield content, root


def _entries(root: ElementTree.Element) -> list[tuple[str, ElementTree.Element]]:
    sections = [(s.find("code"), s) for s in root.iter("section")]
    found = [((c.get("code") or "") if c is not None else "", e) for c, s in sections for e in s.findall("entry")]
    return found + [("", e) for e in root.iter("nonXMLBody")]


def _stage(content: bytes, record_no: int = 1) -> Staged:
    return READER.stage(Chunk(record_no, content), Source("north"))


@pytest.fixture(scope="module")
def documents(shared_data: Callable[[str], Path]) -> list[tuple[bytes, ElementTree.Element | None, Staged]]:
    return [(content, root, _stage(content)) for content, root in _documents(shared_data("ccda_examples"))]


def test_every_document_is_accounted_for(documents: list[tuple[bytes, ElementTree.Element | None, Staged]]) -> None:
    assert len(documents) == 468
    for _, root, staged in documents:
        expected = 1 + len(_entries(root)) if root is not None else 1
        (count,) = staged.rows["unit_count"]
        issues = [row.row_no for row in staged.rows["unit_issue"]]
        assert count.units == expected
        assert len(set(issues)) == len(issues) and all(0 <= row_no < expected for row_no in issues)
        said = {row.row_no for table, rows in staged.rows.items() if table != "unit_count" for row in rows}
        assert said == set(range(expected))  # every unit gave rows or has a reason


def test_patients_are_those_the_documents_name(
    documents: list[tuple[bytes, ElementTree.Element | None, Staged]],
) -> None:
    for _, root, staged in documents:
        ids = root.findall(".//patientRole/id") if root is not None else []
        named = root is not None and (root.tag == "recordTarget" or root.find("recordTarget/patientRole") is not None)
        known = named and any(i.get("nullFlavor") is None and (i.get("extension") or i.get("root")) for i in ids)
        assert len(staged.rows["person"]) == int(known)
        if not known:
            assert {row.outcome for row in staged.rows["unit_issue"]} == {"quarantined"}


def _given(statement: ElementTree.Element) -> bool:
    said = statement.find("statusCode")
    return (
        statement.get("negationInd") != "true"
        and statement.get("moodCode") in ("EVN", "INT", "RQO")
        and (said is None or said.get("code") not in ("cancelled", "nullified", "held", "new", "obsolete"))
    )


def test_medications_and_vaccines_are_as_many_as_were_given_or_prescribed(
    documents: list[tuple[bytes, ElementTree.Element | None, Staged]],
) -> None:
    expected = found = 0
    for _, root, staged in documents:
        if root is None or not staged.rows["person"]:
            continue
        lists = [entry for code, entry in _entries(root) if code in _MEDICATIONS]
        # Directly in the entry, or in the act that says "discharge medication".
        paths = ("substanceAdministration", "act/entryRelationship/substanceAdministration")
        expected += sum(map(_given, (drug for entry in lists for path in paths for drug in entry.findall(path))))
        found += sum(row.kind == "drug" and row.type != "ehr_dispensing" for row in staged.rows["event"])
    assert found == expected > 40


def test_vital_signs_are_all_there_with_their_numbers_and_units(
    documents: list[tuple[bytes, ElementTree.Element | None, Staged]],
) -> None:
    expected: Counter[tuple[str | None, ...]] = Counter()
    found: Counter[tuple[str | None, ...]] = Counter()
    for _, root, staged in documents:
        if root is None or not staged.rows["person"]:
            continue
        for code, entry in _entries(root):
            for vital in entry.iter("observation") if code == "8716-3" else ():
                value, said = vital.find("value"), vital.find("code")
                if value is not None and said is not None and value.get("value"):
                    expected[said.get("code"), value.get("value"), value.get("unit")] += 1
        found.update(
            (row.code, row.value, row.unit)
            for row in staged.rows["event"]
            if row.type == "ehr_physical_exam" and row.kind == "measurement" and row.value
        )
    assert found == expected
    assert expected.total() > 100


def test_no_negated_problem_becomes_a_condition(
    documents: list[tuple[bytes, ElementTree.Element | None, Staged]],
) -> None:
    seen = 0
    for _, root, staged in documents:
        if root is None or not staged.rows["person"]:
            continue
        negated = [o for o in root.iter("observation") if o.get("negationInd") == "true"]
        ids = {i.get("root", "") + "^" + i.get("extension", "") for o in negated for i in o.findall("id")}
        positive = {
            i.get("root", "") + "^" + i.get("extension", "")
            for o in root.iter("observation")
            if o.get("negationInd") != "true"
            for i in o.findall("id")
        }
        seen += len(negated)
        keys = [row.event_key for row in staged.rows["event"]]
        assert not [key for key in keys for i in ids - positive - {"^"} if i in key.split("|")]
    assert seen > 5


def test_emptied_entries_leave_every_other_byte_alone(
    documents: list[tuple[bytes, ElementTree.Element | None, Staged]],
) -> None:
    for content, _, staged in documents:
        units = staged.rows["unit_count"][0].units
        if not staged.rows["person"] or units < 4:
            continue
        emptied = READER.blanked(content, [2])
        assert READER.blanked(content, []) == content
        again = _stage(emptied)
        assert again.rows["unit_count"] == staged.rows["unit_count"]
        for table, rows in staged.rows.items():
            if table != "unit_issue":
                kept = [row for row in rows if row.row_no != 2]
                assert [row for row in again.rows[table] if row.row_no != 2] == kept
        assert [row.reason for row in again.rows["unit_issue"] if row.row_no == 2] == [
            "nothing in this entry has a rule"
        ]
        start = next(i for i, (a, b) in enumerate(zip(content, emptied, strict=False)) if a != b)
        end = next(i for i, (a, b) in enumerate(zip(content[::-1], emptied[::-1], strict=False)) if a != b)
        assert content[:start] + content[len(content) - end :] == emptied[:start] + emptied[len(emptied) - end :]
        assert b"<" not in emptied[start : len(emptied) - end]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_an_entry_is_emptied_in_any_encoding_and_behind_any_markup(encoding: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!-- <entry> --><h:section xmlns:h="urn:hl7-org:v3" a="&gt;<\'">'
        "<h:text><![CDATA[<entry>]]>病</h:text><h:entry typeCode='DRIV'><h:act/>甲</h:entry>"
        "<h:entry>乙</h:entry></h:section>"
    ).replace("<'", "'")
    found = READER.blanked(text.encode(encoding), [1]).decode(encoding)
    assert found == text.replace("<h:entry typeCode='DRIV'><h:act/>甲</h:entry>", "<h:entry/>")


def test_erasing_the_header_leaves_nothing() -> None:
    assert READER.blanked(b"<ClinicalDocument/>", [0, 3]) == b""


def test_a_body_of_text_is_a_note_and_a_pdf_is_listed() -> None:
    document = (
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Consult</title><recordTarget><patientRole><id root="1" '
        'extension="2"/></patientRole></recordTarget><component><nonXMLBody><text mediaType="{}" representation="B64">'
        "{}</text></nonXMLBody></component></ClinicalDocument>"
    )
    words = base64.b64encode("好转".encode()).decode()
    (note,) = _stage(document.format("text/plain", words).encode()).rows["note"]
    assert (note.row_no, note.title, note.text) == (1, "Consult", "好转")
    staged = _stage(document.format("application/pdf", words).encode())
    assert [(row.row_no, row.outcome) for row in staged.rows["unit_issue"]] == [(1, "not_understood")]


def test_a_document_is_one_chunk_and_a_giant_is_refused() -> None:
    record = RawRecord(3, "", "north", "a.xml", 1, Format.CDA, 1)
    (chunk,) = READER.chunks(record, BytesIO(b"<a/>"))
    assert (chunk.record_no, chunk.content, chunk.last) == (3, b"<a/>", True)
    (giant,) = READER.chunks(record, BytesIO(b"<a>" + b" " * DOCUMENT_BYTES + b"</a>"))
    assert len(giant.content) == DOCUMENT_BYTES + 1
    assert [row.reason for row in READER.stage(giant, Source("north")).rows["unit_issue"]] == ["document too large"]


def test_the_same_entry_sent_again_has_the_same_key_and_copied_ids_lose_nothing() -> None:
    entry = (
        '<entry><observation classCode="OBS" moodCode="EVN"><id root="1.9" extension="x"/><code code="{}"/>'
        '<effectiveTime value="20240101"/></observation></entry>'
    )
    document = (
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="{}"/><recordTarget><patientRole>'
        '<id root="1" extension="2"/></patientRole></recordTarget>'
        "<component><section>{}</section></component></ClinicalDocument>"
    )
    first = _stage(document.format("1.1", entry.format("a") + entry.format("b")).encode())
    later = _stage(document.format("1.2", entry.format("a")).encode(), 2)
    keys = [row.event_key for row in first.rows["event"]]
    assert len(set(keys)) == 2
    assert [row.event_key for row in later.rows["event"]] == keys[:1]
    twins = _stage(document.format("1.1", entry.format("a") * 2).encode())
    assert len({row.event_key for row in twins.rows["event"]}) == 2

"""Whose document it is, and what its header gives"""

from __future__ import annotations

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.cda import READER
from medark.standardise.formats.staged import Staged

_SSN = '<id root="2.16.840.1.113883.4.1" extension="111-22-3333"/>'
_MRN = '<id root="1.2.3" extension="P1" assigningAuthorityName="NORTH"/>'
_DOC = (
    '<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc"><id root="9.9"/><code code="18842-5"/>{}'
    "</ClinicalDocument>"
)


def _staged(inside: str, source: Source | None = None) -> Staged:
    return READER.stage(Chunk(5, _DOC.format(inside).encode()), source or Source("north"))


def _record_target(ids: str, patient: str = "") -> str:
    return f"<recordTarget><patientRole>{ids}<patient>{patient}</patient></patientRole></recordTarget>"


def _issues(staged: Staged) -> list[tuple[str, str]]:
    return [(issue.outcome, issue.reason) for issue in staged.rows["unit_issue"]]


@pytest.mark.parametrize(
    ("ids", "source", "key"),
    [
        (_MRN, Source("north"), "P1|1.2.3"),
        (_SSN + _MRN, Source("north"), "P1|1.2.3"),
        (_MRN, Source("north", authorities=("1.2.3",)), "P1"),
        (_MRN, Source("north", authorities=("NORTH",)), "P1"),
        ('<id nullFlavor="UNK"/><id root="2.25.77"/>', Source("north"), "2.25.77"),
        (_SSN, Source("north"), "111-22-3333|2.16.840.1.113883.4.1"),
    ],
)
def test_the_person_key_is_the_first_number_that_tells_people_apart(ids: str, source: Source, key: str) -> None:
    staged = _staged(_record_target(ids), source)
    assert [person.person_key for person in staged.rows["person"]] == [key]
    assert {row.person_key for row in staged.rows["identifier"]} == {key}


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("", "no patient in the document"),
        (_record_target('<id nullFlavor="NI"/>'), "patient has no identifier"),
        (_record_target(_MRN) + _record_target(_SSN), "more than one patient in the document"),
    ],
)
def test_a_document_that_is_nobodys_is_quarantined_whole(inside: str, reason: str) -> None:
    body = "<component><section><text>words</text><entry/><entry/></section></component>"
    staged = _staged(inside + body)
    assert [row.units for row in staged.rows["unit_count"]] == [3]
    assert _issues(staged) == [("quarantined", reason)] * 3
    assert {name for name, rows in staged.rows.items() if rows} == {"unit_count", "unit_issue"}


def test_a_person_is_coarse_and_identifiers_are_apart() -> None:
    ids = _MRN + (
        "<addr><streetAddressLine>1 High St</streetAddressLine><city>Salem</city><state>OR</state>"
        "<postalCode>97301</postalCode><country>US</country></addr>"
        '<telecom value="tel:+1-555"/><telecom value="mailto:a@b.org"/>'
    )
    patient = (
        "<name><given>Eve</given><family>Everywoman</family></name><administrativeGenderCode code='F'/>"
        "<birthTime value='19750501'/><raceCode code='2106-3'/><ethnicGroupCode code='2186-5'/>"
        "<sdtc:deceasedInd value='true'/><sdtc:deceasedTime value='20240501'/>"
    )
    staged = _staged(_record_target(ids, patient))
    (person,), (death,), (home,) = staged.rows["person"], staged.rows["death"], staged.rows["location"]
    assert (person.gender, person.birth_time, person.race, person.ethnicity) == ("F", "1975-05-01", "2106-3", "2186-5")
    assert death.death_time == "2024-05-01"
    assert (home.state, home.zip, home.country, home.city, home.address_1) == ("OR", "973", "US", None, None)
    assert [(row.kind, row.value) for row in staged.rows["identifier"]] == [
        ("MR", "P1"),
        ("name", "Eve Everywoman"),
        ("address", "1 High St Salem OR 97301 US"),
        ("phone", "+1-555"),
        ("email", "a@b.org"),
    ]


def test_who_keeps_and_writes_it_and_the_stay_it_is_of() -> None:
    staged = _staged(
        _record_target(_MRN)
        + '<author><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="77"/><code code="207Q"/>'
        "<assignedPerson><name>Dr No</name></assignedPerson></assignedAuthor></author>"
        "<custodian><assignedCustodian><representedCustodianOrganization><id root='1.8'/><name>Good Health</name>"
        "<addr><city>Salem</city></addr></representedCustodianOrganization></assignedCustodian></custodian>"
        "<componentOf><encompassingEncounter><id root='1.5' extension='V1'/><code code='IMP' "
        "codeSystem='2.16.840.1.113883.5.4'/>"
        "<effectiveTime><low value='20240301'/><high value='20240310'/></effectiveTime>"
        "<dischargeDispositionCode code='01'/></encompassingEncounter></componentOf>"
        "<component><section><title>Course</title><text>Uneventful.</text></section></component>"
    )
    (visit,), (note,) = staged.rows["visit"], staged.rows["note"]
    assert (visit.visit_key, visit.class_code, visit.discharged_to) == ("P1|1.2.3|V1|1.5", "IMP", "01")
    assert (visit.start_time, visit.end_time, visit.care_site_key) == ("2024-03-01", "2024-03-10", "1.8")
    assert (note.text, note.type, note.visit_key) == ("Uneventful.", "ehr_discharge_summary", visit.visit_key)
    assert [row.name for row in staged.rows["care_site"]] == ["Good Health"]
    assert [row.provider_key for row in staged.rows["provider"]] == ["77|2.16.840.1.113883.4.6"]
    assert _issues(staged) == []

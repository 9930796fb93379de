"""The patient module: a person, and every direct identifier for the crosswalk only"""

from __future__ import annotations

from collections.abc import Iterator

from pydicom.dataset import Dataset
from pydicom.valuerep import PersonName

from medark.model.source import Source
from medark.standardise.formats.dicom.attributes import items, text, texts, when
from medark.standardise.formats.staged import Identifier, Person, Staged

_NAMES = ("PatientName", "OtherPatientNames", "PatientBirthName")
_WAYS = (("PatientAddress", "address"), ("PatientTelephoneNumbers", "phone"), ("AccessionNumber", "ACSN"))


def person_key(dataset: Dataset, source: Source) -> str | None:
    """The patient id, with its issuer unless that is the source's own."""
    number, issuer = text(dataset, "PatientID"), text(dataset, "IssuerOfPatientID")
    if number is None or issuer is None or issuer in source.authorities:
        return number
    return f"{number}|{issuer}"


def add_patient(dataset: Dataset, key: str, record_no: int, staged: Staged) -> None:
    """A person row and its identifiers."""
    staged.add(
        Person(
            record_no,
            0,
            0,
            person_key=key,
            birth_time=when(dataset, "PatientBirth"),
            gender=text(dataset, "PatientSex"),
            race=text(dataset, "EthnicGroup"),  # PS3.3 C.7.1.3: "ethnic group or race", free text
        )
    )
    for part_no, (kind, system, value) in enumerate(_identifiers(dataset)):
        staged.add(Identifier(record_no, 0, part_no, person_key=key, kind=kind, system=system, value=value))


def _identifiers(dataset: Dataset) -> Iterator[tuple[str, str | None, str]]:
    number = text(dataset, "PatientID")
    if number is not None:
        yield "MR", text(dataset, "IssuerOfPatientID"), number
    for other in items(dataset, "OtherPatientIDsSequence"):
        if (value := text(other, "PatientID")) is not None:
            yield text(other, "TypeOfPatientID") or "MR", text(other, "IssuerOfPatientID"), value
    for value in texts(dataset, "OtherPatientIDs"):
        yield "MR", None, value
    for keyword in _NAMES:
        for name in texts(dataset, keyword):
            yield from (("name", None, words) for words in _readings(name))
    for keyword, kind in _WAYS:
        yield from ((kind, None, value) for value in texts(dataset, keyword))


def _readings(name: str) -> Iterator[str]:
    """A name in each of its ways of writing: alphabetic, ideographic, phonetic (`Wang^XiaoDong=王^小东`)."""
    for group in str(PersonName(name)).split("="):
        if words := " ".join(part for part in group.split("^") if part.strip()):
            yield words

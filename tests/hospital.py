"""One made-up hospital's folder, small and of every format: each patient's identifying words hold a mark of theirs"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pydicom
import xlsxwriter
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

SOURCE = "north/all"
CDA_AUTHORITY = "1.2.3.4"
CANARY = "Qzx"  # what every mark begins with
DOCTOR = f"{CANARY}doctor"


@dataclass(frozen=True)
class Patient:
    """Everything that could tell who somebody is begins with `mark`."""

    mark: str
    number: int

    def __getattr__(self, field: str) -> str:
        if field.startswith("_"):
            raise AttributeError(field)
        return f"{self.mark}{field}"

    @property
    def uid(self) -> str:
        """The study's number: no text can be in it."""
        return f"1.2.826.0.1.{self.number}"


PATIENTS = (Patient("Qzxann", 1), Patient("Qzxbob", 2), Patient("Qzxcyd", 3))


def write(folder: Path, patients: Sequence[Patient] = PATIENTS) -> Path:
    """The folder, filled."""
    for name, content in files(patients).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def files(patients: Sequence[Patient] = PATIENTS) -> dict[str, bytes]:
    """Each file's path and content."""
    found = {
        "lis/feed.hl7": b"".join(message for p in patients for message in messages(p)),
        "fhir/feed.ndjson": _lines(resource for p in patients for resource in resources(p)),
        "his/patients.csv": _csv(map(_patient_row, patients)),
        "his/encounters.csv": _csv(map(_encounter_row, patients)),
        "his/conditions.csv": _csv(map(_condition_row, patients)),
        "his/payer_transitions.csv": _csv(map(_coverage_row, patients)),
        "desk/calls.csv": _csv({"card": p.ssn, "who": f"{p.given} {p.family}", "remark": p.remark} for p in patients),
        "desk/cards.xlsx": _workbook(("card", "remark"), ((p.ssn, p.remark) for p in patients)),
        "desk/keys.parquet": _parquet({"subject": [p.key for p in patients], "remark": [p.remark for p in patients]}),
        "desk/visits.jsonl": _lines({"patient": p.key, "remark": p.remark} for p in patients),
        "desk/drives.jsonl": _lines(map(_drive, patients)),
        "desk/cards.xml": _cards(patients),
        "desk/his.sql": _dump(patients),
    }
    for p in patients:
        found[f"fhir/{p.given}_{p.family}.json"] = json.dumps(bundle(p)).encode()
        found[f"emr/{p.given} {p.family}.xml"] = document(p)
        found[f"emr/{p.key}.txt"] = note(p)
        found[f"pacs/{p.key}.dcm"] = picture(p)
        found[f"scans/{p.family}.pdf"] = f"%PDF-1.4\n%scan of {p.key}\n".encode()
        found[f"mail/{p.key}.zip"] = packed({f"{p.family}/last.hl7": messages(p, "Z")[1]})
    return found


def _drive(p: Patient) -> dict[str, object]:
    """A call to the ambulance: who, where and whom to call stand in objects and in an array."""
    said = {"street": p.street, "phones": [p.phone, {"of": p.family, "card": p.ssn}]}
    return {"call": p.number, "caller": said, "patient": {"name": f"{p.given} {p.family}", "key": p.key}}


def _cards(patients: Sequence[Patient]) -> bytes:
    """Report cards in XML: who it is stands in texts and in attributes."""
    cards = (
        f'''<Card no="{p.number}"><Patient key="{p.key}"><Name>{p.given} {p.family}</Name></Patient>'''
        f'''<Contact><Phone of="{p.family}">{p.phone}</Phone><Phone>{p.ssn}</Phone></Contact></Card>'''
        for p in patients
    )
    return f"<Cards>\n{''.join(cards)}\n</Cards>\n".encode()


def _dump(patients: Sequence[Patient]) -> bytes:
    """A table of a PostgreSQL dump."""
    rows = "".join(f'{p.key}\t\\N\t{p.given}, "{p.family}"\\n{p.street}\n' for p in patients)
    head = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n"
    return f"{head}COPY public.brjbxx (patient_id, bed, said) FROM stdin;\n{rows}\\.\n".encode()


# -- HL7 v2 ------------------------------------------------------------------------------------------------------------


def messages(p: Patient, suffix: str = "") -> list[bytes]:
    """An admission, a report, one of a type that is not read, and one whose patient has no number."""
    head = rf"MSH|^~\&|LIS|NORTH|||20260301||{{}}|{p.number}{suffix}|P|2.5"
    pid = (
        f"PID|1|{p.ext}|{p.key}^^^^MR|{p.alt}|{p.family}^{p.given}|{p.mother}|19610412|F|{p.alias}|2106-3|"
        f"{p.street} 1^^{p.city}^MA^01234^USA||{p.phone}|{p.work}||||{p.account}|{p.ssn}|{p.licence}||||{p.birthplace}"
    )
    kin = f"NK1|1|{p.kin}^{p.kingiven}|MTH|{p.kinstreet}|{p.kinphone}"
    visit = f"PV1|1|I|MED||||77^{DOCTOR}|||||||||||||V{p.key}|||||||||||||||||||||||||20260301"
    insured = f"IN1|1|HMO|C1|Payer||||||||||||||{p.insured}|||{p.insuredstreet}"
    admission = (head.format("ADT^A01"), "EVN|A01|20260301", pid, kin, visit, insured, "DG1|1||I10^Hypertension^I10")
    report = (
        head.format("ORU^R01"), pid, visit, f"ORC|RE||F{p.number}{suffix}",
        f"OBR|1||F{p.number}{suffix}|CBC^^L|||20260301||||{p.collector}||||||88^{p.ordering}",
        f"OBX|1|NM|718-7^HGB^LN||{11 + p.number}|g/dL|||||F",
    )  # fmt: skip
    unread = (head.format("QRY^Q01"), pid)
    nameless = (head.format("ADT^A08"), f"PID|1||||{p.family}^{p.given}||19610412|F||||||||||||{p.ssn}")
    return ["\r".join([*segments, ""]).encode() for segments in (admission, report, unread, nameless)]


# -- FHIR --------------------------------------------------------------------------------------------------------------


def resources(p: Patient) -> list[dict[str, object]]:
    """What a feed sends of one patient: also what is not realised, not read, or can't be read."""
    me = {"reference": f"Patient/{p.key}", "display": f"{p.given} {p.family}"}
    contact = [{"system": "phone", "value": p.phone}, {"system": "email", "value": f"{p.mail}@example.org"}]
    address = [
        {"use": "home", "line": [p.street], "city": p.city, "state": "MA", "postalCode": "01234", "country": "US"}
    ]
    result = {"code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]}, "subject": me,
              "effectiveDateTime": "2026-03-01"}  # fmt: skip
    return [
        {"resourceType": "Patient", "id": p.key, "gender": "female", "birthDate": "1961-04-12",
         "identifier": [{"system": "urn:ssn", "value": p.ssn}, {"system": "urn:card", "value": p.card}],
         "name": [{"family": p.family, "given": [p.given]}], "telecom": contact, "address": address,
         "contact": [{"name": {"text": p.kin}, "telecom": [{"system": "phone", "value": p.kinphone}]}],
         "extension": [{"url": "urn:birthplace", "valueAddress": {"city": p.birthplace}}]},
        {"resourceType": "Encounter", "id": f"E{p.number}", "status": "finished", "class": {"code": "AMB"},
         "subject": me, "period": {"start": "2026-03-01T08:00:00Z", "end": "2026-03-01T09:00:00Z"}},
        {"resourceType": "Observation", "id": f"O{p.number}", "status": "final", "valueQuantity":
         {"value": 4 + p.number, "unit": "mmol/L"}, "encounter": {"reference": f"Encounter/E{p.number}"}, **result},
        {"resourceType": "Observation", "id": f"X{p.number}", "status": "entered-in-error", **result},
        {"resourceType": "CarePlan", "id": f"C{p.number}", "status": "active", "intent": "plan", "subject": me,
         "description": p.plan},
        {"resourceType": "RelatedPerson", "id": f"R{p.number}", "patient": me, "name": [{"text": p.kin}]},
        {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [{"linkId": p.ssn}]},
    ]  # fmt: skip


def bundle(p: Patient) -> dict[str, object]:
    """A transaction of one patient with what others share: a hospital and a physician."""
    shared: list[dict[str, object]] = [
        {"resourceType": "Organization", "id": "north", "name": "North Hospital"},
        {"resourceType": "Practitioner", "id": "dr1", "name": [{"family": DOCTOR}]},
    ]
    about = [{**r, "id": f"B{r['id']}"} if r["resourceType"] != "Patient" else r for r in resources(p)[:3]]
    about[2]["encounter"] = {"reference": f"Encounter/BE{p.number}"}  # nothing refers to what comes in a later file
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "self", "url": f"https://ehr.example/Observation?patient={p.key}"}],
        "entry": [
            {"fullUrl": f"https://ehr.example/{r['resourceType']}/{r['id']}", "resource": r} for r in (*shared, *about)
        ],
    }


# -- documents and pictures --------------------------------------------------------------------------------------------


def document(p: Patient) -> bytes:
    """A clinical document with one problem."""
    name = f"<name><given>{p.given}</given><family>{p.family}</family></name>"
    home = f'<addr><streetAddressLine>{p.street}</streetAddressLine></addr><telecom value="tel:{p.phone}"/>'
    return f"""<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/><id root="1.1" extension="D{p.number}"/>
<code code="34133-9"/><recordTarget><patientRole><id root="{CDA_AUTHORITY}" extension="{p.key}"/>{home}
<patient>{name}<birthTime value="19610412"/>
<guardian>{home}<guardianPerson><name>{p.kin}</name></guardianPerson></guardian>
<birthplace><place><addr><city>{p.birthplace}</city></addr></place></birthplace></patient></patientRole></recordTarget>
<author><time value="20260301"/><assignedAuthor><id root="1.7" extension="9"/><assignedPerson><name>{DOCTOR}</name>
</assignedPerson></assignedAuthor></author>
<component><structuredBody><component><section><code code="11450-4"/>
<entry><observation classCode="OBS" moodCode="EVN">
<templateId root="2.16.840.1.113883.10.20.22.4.4"/><id root="1.9" extension="o{p.number}"/>
<effectiveTime><low value="2020"/></effectiveTime>
<value xsi:type="CD" code="44054006" codeSystem="2.16.840.1.113883.6.96"/></observation></entry>
</section></component></structuredBody></component></ClinicalDocument>""".encode()


def note(p: Patient) -> bytes:
    """A note that names nobody in its text."""
    return (
        f"patient_id: {p.key}\nname: {p.given} {p.family}\nphone: {p.phone}\naddress: {p.street}\ndate: 2026-03-01\n"
        f"type: progress note\n\nFeels well today, number {p.number}.\n"
    ).encode()


def picture(p: Patient) -> bytes:
    """A header of a CT."""
    dataset = Dataset()
    dataset.PatientID, dataset.PatientName = p.key, f"{p.family}^{p.given}"
    dataset.PatientAddress, dataset.PatientTelephoneNumbers, dataset.OtherPatientNames = p.street, p.phone, p.alias
    dataset.AccessionNumber, dataset.ReferringPhysicianName, dataset.InstitutionAddress = p.acc, DOCTOR, p.city
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID = p.uid, f"{p.uid}.1", f"{p.uid}.1.1"
    dataset.StudyDate, dataset.PatientBirthDate, dataset.PatientSex, dataset.Modality = (
        "20260301",
        "19610412",
        "F",
        "CT",
    )
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    dataset.file_meta.MediaStorageSOPInstanceUID = f"{p.uid}.1.1"
    out = io.BytesIO()
    pydicom.dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


# -- tables ------------------------------------------------------------------------------------------------------------


def _patient_row(p: Patient) -> dict[str, str]:
    home = {"ADDRESS": p.street, "CITY": p.city, "COUNTY": p.county, "STATE": "MA", "ZIP": "01234", "LAT": "42.1"}
    names = {"FIRST": p.given, "LAST": p.family, "MAIDEN": p.maiden}
    numbers = {"SSN": p.ssn, "DRIVERS": p.licence, "PASSPORT": p.passport}
    born = {"BIRTHDATE": "1961-04-12", "DEATHDATE": "", "BIRTHPLACE": p.birthplace}
    return {"Id": p.key, **born, **numbers, **names, "RACE": "white", "ETHNICITY": "hispanic", "GENDER": "F", **home}


def _encounter_row(p: Patient) -> dict[str, str]:
    when = {"START": "2026-03-02T08:00:00Z", "STOP": "2026-03-02T09:00:00Z"}
    what = {"ENCOUNTERCLASS": "ambulatory", "CODE": "185345009", "DESCRIPTION": "Encounter for symptom"}
    return {"Id": f"S{p.number}", **when, "PATIENT": p.key, "ORGANIZATION": "org", "PROVIDER": "dr", **what}


def _condition_row(p: Patient) -> dict[str, str]:
    what = {"CODE": "38341003", "DESCRIPTION": "Hypertension"}
    return {"START": "2026-03-02", "STOP": "", "PATIENT": p.key, "ENCOUNTER": f"S{p.number}", **what}


def _coverage_row(p: Patient) -> dict[str, str]:
    years = {"START_YEAR": "2020", "END_YEAR": "2021"}
    return {
        "PATIENT": p.key,
        "MEMBERID": p.member,
        **years,
        "PAYER": "payer1",
        "OWNERSHIP": "Self",
        "OWNERNAME": p.owner,
    }


def _csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    out = io.StringIO()
    (first, *rest) = rows
    writer = csv.DictWriter(out, list(first), lineterminator="\n")
    writer.writeheader()
    writer.writerows([first, *rest])
    return out.getvalue().encode()


def _workbook(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate((columns, *rows)):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def _parquet(columns: Mapping[str, Sequence[str]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), out)
    return out.getvalue()


def _lines(documents: Iterable[Mapping[str, object]]) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()

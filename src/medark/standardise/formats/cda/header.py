"""The header of a document: whose it is, who wrote and keeps it, and the encounter it documents"""

from __future__ import annotations

from collections.abc import Iterator

from medark.model.source import Source
from medark.standardise.formats.cda.document import Document, Visit
from medark.standardise.formats.cda.identifiers import SSN, Identifier, first_key, identifiers
from medark.standardise.formats.cda.narrative import Passages
from medark.standardise.formats.cda.organisation import add_organisation, add_provider
from medark.standardise.formats.cda.parse import SDTC, Element
from medark.standardise.formats.cda.times import moment, span
from medark.standardise.formats.cda.unit import Unit
from medark.standardise.formats.cda.visits import visit_class, visit_key
from medark.standardise.formats.staged import Death, Location, Person
from medark.standardise.formats.staged import Identifier as IdentifierRow
from medark.standardise.formats.staged import Visit as VisitRow

# Document types whose notes have a provenance of their own (LOINC).
_NOTE_TYPES = {
    "18842-5": "ehr_discharge_summary",
    "18748-4": "ehr_radiology",
    "11526-1": "ehr_pathology",
    "34117-2": "ehr_admission_note",
}


class Unplaced(Exception):  # noqa: N818  a verdict about the document
    """A document that can't be given to a person: a fixed phrase says why, and where to look."""


def document_of(root: Element, source: Source, unit: Unit) -> Document:
    """Stage the header; what the entries need of it comes back. Unplaced when there is no patient to give it to."""
    roles = root.findall("recordTarget/patientRole") or root.findall("patientRole")
    if not roles:
        raise Unplaced("no patient in the document", "recordTarget")
    if len(roles) > 1:
        raise Unplaced("more than one patient in the document", "recordTarget")
    role = roles[0]
    known = identifiers(role.findall("id"))
    if not known:
        raise Unplaced("patient has no identifier", "recordTarget/patientRole/id")
    person_key = _chosen(known).key(source)
    written_by = add_provider(root.find("author/assignedAuthor"), source, unit)
    kept_by = add_organisation(root.find("custodian/assignedCustodian/representedCustodianOrganization"), source, unit)
    home = add_organisation(role.find("providerOrganization"), source, unit)
    _person(role, person_key, unit, written_by, home or kept_by)
    _identifiers(role, known, person_key, unit)
    code, language = root.find("code"), root.find("languageCode")
    key = first_key(root, source) or f"record {unit.record_no}"
    visit = _visit(root.find("componentOf/encompassingEncounter"), person_key, key, source, unit, kept_by)
    return Document(
        key=f"{person_key}|{key}",
        person_key=person_key,
        source=source,
        passages=Passages(root),
        time=moment(root.find("effectiveTime")),
        visit=visit,
        provider_key=written_by,
        language=language.get("code") if language is not None else None,
        note_type=_NOTE_TYPES.get(code.get("code", ""), "ehr_note") if code is not None else "ehr_note",
    )


def _chosen(known: list[Identifier]) -> Identifier:
    """The identifier that people are told apart by: the first that is not a social security number."""
    return next((identifier for identifier in known if identifier.root != SSN), known[0])


def _code(patient: Element, name: str) -> str | None:
    element = patient.find(name)
    return element.get("code") if element is not None else None


def _person(role: Element, person_key: str, unit: Unit, provider_key: str | None, care_site_key: str | None) -> None:
    patient = role.find("patient")
    if patient is None:
        unit.add(Person, person_key=person_key, care_site_key=care_site_key)
        return
    unit.add(
        Person,
        person_key=person_key,
        birth_time=moment(patient.find("birthTime")),
        gender=_code(patient, "administrativeGenderCode"),
        race=_code(patient, "raceCode"),
        ethnicity=_code(patient, "ethnicGroupCode"),
        location_key=_home(role, unit),
        provider_key=provider_key,
        care_site_key=care_site_key,
    )
    said_dead, died = patient.find(SDTC + "deceasedInd"), moment(patient.find(SDTC + "deceasedTime"))
    if died or (said_dead is not None and said_dead.get("value") == "true"):
        unit.add(Death, person_key=person_key, death_time=died, type="ehr")


def _home(role: Element, unit: Unit) -> str | None:
    """Of a home only the state, the first three digits of the postal code, and the country."""
    for address in role.findall("addr"):
        state, zip_code, country = (address.findtext(part, "").strip() for part in ("state", "postalCode", "country"))
        if state or zip_code or country:
            zip3 = zip_code[:3] if zip_code[:3].isdigit() else ""
            key = "|".join(("home", country, state, zip3))
            unit.add(Location, location_key=key, state=state or None, zip=zip3 or None, country=country or None)
            return key
    return None


def _identifiers(role: Element, known: list[Identifier], person_key: str, unit: Unit) -> None:
    for identifier in known:
        kind = "SS" if identifier.root == SSN else "MR"
        system = identifier.root if identifier.extension else None
        unit.add(IdentifierRow, person_key=person_key, kind=kind, system=system, value=identifier.value)
    for kind, value in _direct(role):
        unit.add(IdentifierRow, person_key=person_key, kind=kind, value=value)


def _direct(role: Element) -> Iterator[tuple[str, str]]:
    """Names, addresses and telecoms of the patient, for the crosswalk only."""
    patient = role.find("patient")
    named = [("name", name) for name in patient.findall("name")] if patient is not None else []
    for kind, element in [*named, *(("address", address) for address in role.findall("addr"))]:
        words = " ".join(" ".join(element.itertext()).split())
        if words:
            yield kind, words
    for telecom in role.findall("telecom"):
        if (value := telecom.get("value", "").strip()) != "":
            yield ("email" if value.startswith("mailto:") else "phone"), value.partition(":")[2] or value


def _visit(
    encounter: Element | None, person_key: str, document_key: str, source: Source, unit: Unit, kept_by: str | None
) -> Visit | None:
    if encounter is None:
        return None
    key = visit_key(encounter, person_key, source) or f"{person_key}|{document_key}|encounter"
    start, end = span(encounter.find("effectiveTime"))
    facility = encounter.find("location/healthCareFacility")
    responsible = encounter.find("responsibleParty/assignedEntity")
    attending = responsible if responsible is not None else encounter.find("encounterParticipant/assignedEntity")
    discharge = encounter.find("dischargeDispositionCode")
    unit.add(
        VisitRow,
        visit_key=key,
        person_key=person_key,
        **visit_class(encounter),
        start_time=start,
        end_time=end,
        provider_key=add_provider(attending, source, unit),
        care_site_key=add_organisation(facility, source, unit) or kept_by,
        discharged_to=discharge.get("code") if discharge is not None else None,
        type="ehr_encounter",
    )
    return Visit(key, start, end)

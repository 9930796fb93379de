"""Which handler reads which resource, and the decoders that know them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Union

from msgspec import Raw, defstruct, json

from medark.standardise.formats.fhir.elements import Element, Resource
from medark.standardise.formats.fhir.issue import excluded
from medark.standardise.formats.fhir.resources import unmapped
from medark.standardise.formats.fhir.resources.attachments import Binary
from medark.standardise.formats.fhir.resources.claims import Claim, ExplanationOfBenefit, benefit_rows, claim_rows
from medark.standardise.formats.fhir.resources.conditions import (
    AllergyIntolerance,
    Condition,
    allergy_rows,
    condition_rows,
)
from medark.standardise.formats.fhir.resources.coverage import Coverage, coverage_rows
from medark.standardise.formats.fhir.resources.documents import (
    DiagnosticReport,
    DocumentReference,
    document_rows,
    report_rows,
)
from medark.standardise.formats.fhir.resources.encounters import Encounter, encounter_rows
from medark.standardise.formats.fhir.resources.medications import (
    Immunization,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    administration_rows,
    dispense_rows,
    immunization_rows,
    medication_rows,
    request_rows,
    statement_rows,
)
from medark.standardise.formats.fhir.resources.observations import Observation, observation_rows
from medark.standardise.formats.fhir.resources.people import Patient, patient_rows
from medark.standardise.formats.fhir.resources.places import (
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
    location_rows,
    organization_rows,
    practitioner_role_rows,
    practitioner_rows,
)
from medark.standardise.formats.fhir.resources.procedures import Procedure, procedure_rows
from medark.standardise.formats.fhir.resources.products import NO_EVENT
from medark.standardise.formats.fhir.resources.things import (
    Device,
    DeviceUseStatement,
    ImagingStudy,
    Specimen,
    device_rows,
    device_use_rows,
    imaging_rows,
    specimen_rows,
)
from medark.standardise.formats.fhir.unit import Unit

Rows = Iterator[tuple[Any, ...]]
Handler = Callable[[Any, Unit], Rows]


def _definition(resource: Resource, at: Unit) -> Rows:
    raise excluded(NO_EVENT)


HANDLERS: Mapping[type[Resource], Handler] = MappingProxyType({
    AllergyIntolerance: allergy_rows,
    Binary: _definition,
    Claim: claim_rows,
    Condition: condition_rows,
    Coverage: coverage_rows,
    Device: device_rows,
    DeviceUseStatement: device_use_rows,
    DiagnosticReport: report_rows,
    DocumentReference: document_rows,
    Encounter: encounter_rows,
    ExplanationOfBenefit: benefit_rows,
    Immunization: immunization_rows,
    ImagingStudy: imaging_rows,
    Location: location_rows,
    Medication: medication_rows,
    MedicationAdministration: administration_rows,
    MedicationDispense: dispense_rows,
    MedicationRequest: request_rows,
    MedicationStatement: statement_rows,
    Observation: observation_rows,
    Organization: organization_rows,
    Patient: patient_rows,
    Practitioner: practitioner_rows,
    PractitionerRole: practitioner_role_rows,
    Procedure: procedure_rows,
    Specimen: specimen_rows,
})  # fmt: skip


class Nested(Resource, tag="Bundle", tag_field="resourceType"):
    """A Bundle that is itself an entry or a line: its entries share that unit."""

    entry: list[Raw] | None = None


class Request(Element):
    method: str | None = None


_Inner: Any = Union[(*HANDLERS, *unmapped.TYPES, Nested)]


Entry: Any = defstruct(
    "Entry",
    [
        ("resource", _Inner | None, None),
        ("full_url", str | None, None),
        ("request", Request | None, None),
        ("resource_type", str | None, None),
    ],
    bases=(Element,),
    module=__name__,
)
Bundle: Any = defstruct(
    "Bundle",
    [("entry", list[Entry] | None, None)],
    bases=(Resource,),
    tag="Bundle",
    tag_field="resourceType",
    module=__name__,
)
Document: Any = Union[(*HANDLERS, *unmapped.TYPES, Bundle)]

KNOWN_TYPES = frozenset(kind.__name__ for kind in HANDLERS) | unmapped.REASONS.keys() | {"Bundle"}

decode_document = json.Decoder(Document).decode
decode_resource = json.Decoder(_Inner).decode
decode_entry = json.Decoder(Entry).decode
decode_entries = json.Decoder(list[Entry]).decode

"""Rows of OMOP as FHIR R4 resources: one module a resource, columns in and resources out"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from medark.serve.fhir.resources import (
    allergy_intolerance,
    condition,
    device,
    encounter,
    imaging_study,
    medications,
    notes,
    observation,
    organisations,
    patient,
    procedure,
)
from medark.serve.fhir.resources.kind import Kind, Making, Part, Resource

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({
    kind.type: kind
    for kind in sorted(
        (
            patient.KIND, encounter.KIND, condition.KIND, observation.KIND, *medications.KINDS, procedure.KIND,
            notes.REPORT, notes.DOCUMENT, imaging_study.KIND, allergy_intolerance.KIND, device.KIND,
            organisations.ORGANIZATION, organisations.PRACTITIONER,
        ),
        key=lambda kind: kind.type,
    )
})  # fmt: skip

__all__ = ["KINDS", "Kind", "Making", "Part", "Resource"]

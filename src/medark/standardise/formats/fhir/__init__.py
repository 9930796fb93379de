"""FHIR R4: Bundles, NDJSON and single resources to staging rows."""

from medark.standardise.formats.fhir.reader import FhirReader

READER = FhirReader()

__all__ = ["READER", "FhirReader"]

"""Text to staging rows, one module a standard: hl7v2 fhir cda dicom tabular notes."""

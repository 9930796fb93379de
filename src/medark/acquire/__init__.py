"""Bytes in, raw records out: files hl7v2-mllp fhir database dicom devices streams."""

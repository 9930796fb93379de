"""FHIR R4 over the lake: read and search, and views of SQL on FHIR, all through the gate"""

"""FHIR resources to staging rows, one module an area of care; each handler is a pure function of one resource."""

"""Raw records to OMOP rows: formats, then lookups, then domains."""

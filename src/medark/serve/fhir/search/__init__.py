"""FHIR's search: parameters with their modifiers and prefixes, as conditions over columns"""

from medark.serve.fhir.search.asked import Search, searched

__all__ = ["Search", "searched"]

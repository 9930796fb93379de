"""Concept sets: written by id or by code, read from CSV and ATLAS, resolved through the vocabulary"""

from medark.define.concepts.atlas import from_atlas, to_atlas
from medark.define.concepts.csv_text import from_csv
from medark.define.concepts.set import CodeItem, ConceptItem, ConceptSet
from medark.define.concepts.written import codes, concepts, without

__all__ = [
    "CodeItem",
    "ConceptItem",
    "ConceptSet",
    "codes",
    "concepts",
    "from_atlas",
    "from_csv",
    "to_atlas",
    "without",
]

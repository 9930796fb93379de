"""Concept sets: written by id or by code, read from CSV and ATLAS, resolved through the vocabulary"""

from medark.define.concepts.set import CodeItem, ConceptItem, ConceptSet

__all__ = ["CodeItem", "ConceptItem", "ConceptSet"]

"""Notes read: sections, entities, and how each is meant, in Chinese and English; rules and words, no download"""

from medark.standardise.notes.lexicon import Lexicon, Name
from medark.standardise.notes.nouns import Context, Kind, Mention, Reading, Section, Span
from medark.standardise.notes.reading import read
from medark.standardise.notes.sections import section_kinds

__all__ = [
    "Context", "Kind", "Lexicon", "Mention", "Name", "Reading", "Section", "Span", "read", "section_kinds",
]  # fmt: skip

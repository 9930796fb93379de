"""What a column is called, and what that may mean."""

from medark.standardise.propose.names.index import Index
from medark.standardise.propose.names.lexicon import Element, Entry, Lexicon, NameScore, elements, entries
from medark.standardise.propose.names.paths import scored
from medark.standardise.propose.names.words import concepts, folded, is_initials, is_pinyin, normal, tokens

__all__ = [
    "Element",
    "Entry",
    "Index",
    "Lexicon",
    "NameScore",
    "concepts",
    "elements",
    "entries",
    "folded",
    "is_initials",
    "is_pinyin",
    "normal",
    "scored",
    "tokens",
]

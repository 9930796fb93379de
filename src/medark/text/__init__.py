"""Texts in Chinese and English: the words of one, what a misspelt word may have been, what means the same"""

from medark.text.initials import apart_in_sound, initials
from medark.text.spelling import Spelling, allowed, distance
from medark.text.synonyms import Part, Synonyms
from medark.text.words import folded, is_chinese, is_pair, words

__all__ = [
    "Part", "Spelling", "Synonyms", "allowed", "apart_in_sound", "distance", "folded", "initials", "is_chinese",
    "is_pair", "words",
]  # fmt: skip

"""What the words of a staging column may mean: those that the lookups behind it know, and a word for each meaning"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from medark.standardise.lookups.data import words_of

# Of a staging column, the set of words that is looked up in behind it.
SETS: Final[Mapping[str, str]] = {
    "gender": "gender", "class_text": "visit", "admitted_from": "admitted_from", "discharged_to": "discharged_to",
    "status": "condition_status", "route": "route", "qualifier": "qualifier", "race": "race", "ethnicity": "ethnicity",
}  # fmt: skip
FIELDS: Final[Mapping[str, str]] = {  # of a slot, the staging column that it fills
    "gender": "gender", "class_text": "class_text", "admitted_from": "admitted_from", "discharged_to": "discharged_to",
    "diag.status": "status", "drug.route": "route", "meas.flag": "qualifier", "race": "race", "ethnicity": "ethnicity",
}  # fmt: skip


def meaning_of(field: str, word: str) -> str:
    """What a word of a staging column is looked up as; "" if it is not known.

    >>> meaning_of("class_text", "急诊"), meaning_of("gender", "X9")
    ('Emergency Room Visit', '')
    """
    return words_of(SETS[field]).get(word.strip().lower(), "") if field in SETS else ""


def meanings(field: str) -> tuple[str, ...]:
    """Everything that a value of a staging column may be read as, by name."""
    return tuple(sorted(_words(field)))


def word_for(field: str, meaning: str) -> str:
    """A word that is looked up as a meaning. KeyError.

    >>> word_for("gender", "FEMALE")
    'f'
    """
    return _words(field)[meaning]


@cache
def _words(field: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for word, meaning in words_of(SETS[field]).items() if field in SETS else ():
        found.setdefault(meaning, word)
    return found

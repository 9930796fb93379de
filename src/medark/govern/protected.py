"""Conditions that the law protects, by their ICD-10 codes, and people under 14, of whom everything is more sensitive"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

MOST: Final = 5  # nothing is more sensitive
ADULT: Final = 14  # years. Source: PIPL Art. 28: all personal information of those under 14 is sensitive
CHILDS_STEP: Final = 1  # levels that a child's columns are more sensitive by
_AGE: Final = "age"


@dataclass(frozen=True, slots=True)
class Condition:
    """A kind of condition, its codes and ranges of codes of ICD-10, and how sensitive a row is that says it.

    Where the source gives two levels the higher is taken.
    """

    id: str
    name_en: str
    name_zh: str
    icd10: str
    level: int
    source: str

    @property
    def codes(self) -> frozenset[str]:
        """Its codes without the dot, ranges written out: categories of three characters and parts of them of four."""
        return frozenset(code for part in self.icd10.split() for code in _written_out(part.replace(".", "")))


@cache
def conditions() -> tuple[Condition, ...]:
    """All kinds of conditions that are protected."""
    return tuple(
        Condition(row["id"], row["name_en"], row["name_zh"], row["icd10"], int(row["level"]), row["source"])
        for row in _lines()
        if not row["icd10"].startswith(_AGE)
    )


@cache
def levels_of_codes() -> Mapping[str, int]:
    """Code of three or four characters to its level. Of several kinds that it is of, the narrowest decides.

    >>> levels_of_codes()["B20"], levels_of_codes()["F32"], levels_of_codes()["F71"], "I10" in levels_of_codes()
    (5, 5, 4, False)
    """
    widest_first = sorted(conditions(), key=lambda condition: -len(condition.codes))
    return MappingProxyType({code: one.level for one in widest_first for code in one.codes})


@cache
def hidden_codes(level: int) -> frozenset[str]:
    """The codes that are more sensitive than a level opens."""
    return frozenset(code for code, told in levels_of_codes().items() if told > level)


def is_child(year: int | None, month: int | None, day: int | None, today: dt.date) -> bool:
    """Is somebody born then under 14 today? Of what is not known of a date of birth the latest is taken.

    >>> is_child(2012, 5, 3, dt.date(2026, 5, 3)), is_child(2012, 5, 4, dt.date(2026, 5, 3))
    (False, True)
    """
    return year is not None and born(year, month, day) > youngest_adult(today)


def born(year: int, month: int | None, day: int | None) -> int:
    """A date of birth as one number, such as 20120503."""
    return year * 10000 + (12 if month is None else month) * 100 + (31 if day is None else day)


def youngest_adult(today: dt.date) -> int:
    """The last date of birth of those who are 14 by now, as one number."""
    return born(today.year - ADULT, today.month, today.day)


# Who is a child, as `is_child` has it. Parameter: youngest_adult.
CHILDREN_SQL: Final = """
SELECT person_id FROM {person}
WHERE year_of_birth * 10000 + coalesce(month_of_birth, 12) * 100 + coalesce(day_of_birth, 31) > :youngest_adult
"""


def childs_level(level: int) -> int:
    """The level of a column in a row about a child."""
    return min(MOST, level + CHILDS_STEP)


def _lines() -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath("protected_conditions.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _written_out(part: str) -> Iterator[str]:
    """`B20-B24` as B20 … B24, `Z614-Z615` as both; a code by itself as it is."""
    first, _, last = part.partition("-")
    stem, start = first[0], int(first[1:])
    for number in range(start, int((last or first)[1:]) + 1):
        yield f"{stem}{number:0{len(first) - 1}}"


# Concepts that say a hidden code: of ICD-10 in any of its forms, what these are mapped to, and all kinds of that;
# and those whose name tells it ({named}: see `signs`), with all kinds of those.
HIDDEN_CONCEPT_SQL: Final = """
WITH coded AS (
  SELECT c.concept_id FROM concept AS c WHERE c.vocabulary_id LIKE 'ICD10%' AND c.vocabulary_id <> 'ICD10PCS'
    AND EXISTS (SELECT 1 FROM hidden_code AS f WHERE f.code = SUBSTR(REPLACE(c.concept_code, '.', ''), 1, 3))
  UNION
  SELECT c.concept_id FROM concept AS c WHERE c.vocabulary_id LIKE 'ICD10%' AND c.vocabulary_id <> 'ICD10PCS'
    AND EXISTS (SELECT 1 FROM hidden_code AS f WHERE f.code = SUBSTR(REPLACE(c.concept_code, '.', ''), 1, 4))
), meant AS (
  SELECT r.concept_id_2 AS concept_id FROM concept_relationship AS r JOIN coded AS c ON c.concept_id = r.concept_id_1
  WHERE r.relationship_id = 'Maps to'
  UNION
  SELECT m.target_concept_id AS concept_id FROM source_to_concept_map AS m WHERE m.source_vocabulary_id LIKE 'ICD10%'
    AND EXISTS (SELECT 1 FROM hidden_code AS f WHERE f.code = SUBSTR(REPLACE(m.source_code, '.', ''), 1, 3))
  UNION
  {named}
)
SELECT concept_id FROM coded WHERE concept_id <> 0
UNION
SELECT concept_id FROM meant WHERE concept_id <> 0
UNION
SELECT a.descendant_concept_id AS concept_id FROM concept_ancestor AS a
JOIN meant AS m ON m.concept_id = a.ancestor_concept_id WHERE m.concept_id <> 0
"""
VOCABULARY: Final = (
    "concept",
    "concept_relationship",
    "concept_ancestor",
    "concept_synonym",
    "source_to_concept_map",
)  # what it reads

"""What becomes of a pair: one person, for somebody to look at, or nothing"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SAME, UNSURE = "same", "unsure"
# Levels as in levels.toml.
_OTHER_NUMBER: Final = "coalesce(level_ni = 2, false)"  # two numbers that both can be
_NUMBERED: Final = "(coalesce(level_ni = 0, false) OR coalesce(level_insurance = 0, false))"
_OTHER_SEX: Final = "coalesce(level_sex = 1, false)"
_AS_TWINS: Final = "coalesce(level_name = 5, false)"  # the family name alone is the same
_NAME: Final = "coalesce(level_name, 0) <= 4"
_BIRTH: Final = "coalesce(level_birth, 0) <= 3"
_HOME: Final = "(coalesce(level_address <= 1, false) OR coalesce(level_phone <= 1, false))"
_TWO_OF_THREE: Final = f"(({_NAME}) AND ({_BIRTH}) OR ({_NAME}) AND {_HOME} OR ({_BIRTH}) AND {_HOME})"
_BORNE_OUT: Final = f"NOT {_OTHER_SEX} AND NOT {_AS_TWINS} AND (coalesce(level_name, 9) <= 1 OR {_TWO_OF_THREE})"
_AGAINST: Final = f"({_OTHER_SEX} OR NOT ({_BIRTH}) OR coalesce(level_name, 0) > 3)"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Bits of evidence from which on a pair is one person's by itself, and from which on somebody looks at it."""

    same: float = 12.0
    unsure: float = 4.0


def judged_sql(levelled: str, thresholds: Thresholds) -> str:
    """The pairs with `verdict` (SAME, UNSURE) and `why`; pairs of two people are left out.

    Numbers first. With the same identity or insurance number two records are one person's if it is borne out: by the
    name, or by two of name, birth and home; not if the sex differs, nor if only the given names do, for so do twins
    whose numbers were mixed up: then a person decides. Two different numbers that both can be are never one person's
    by themselves. Without the same number the weight decides, but no weight makes one person of two whose names, births
    or sexes differ: so differ twins, and parents and children.
    """
    certain, possible = f"match_weight >= {thresholds.same}", f"match_weight >= {thresholds.unsure}"
    return f"""
SELECT *, CASE
    WHEN {_OTHER_NUMBER} THEN CASE WHEN {certain} THEN '{UNSURE}' END
    WHEN {_NUMBERED} AND {_BORNE_OUT} THEN '{SAME}'
    WHEN {_NUMBERED} THEN '{UNSURE}'
    WHEN {certain} AND NOT {_AGAINST} THEN '{SAME}'
    WHEN {possible} THEN '{UNSURE}' END AS verdict,
  CASE
    WHEN {_OTHER_NUMBER} THEN 'other number'
    WHEN {_NUMBERED} AND {_BORNE_OUT} THEN 'number'
    WHEN {_NUMBERED} THEN 'number, but'
    WHEN {_AGAINST} THEN 'against'
    ELSE 'weight' END AS why
FROM ({levelled}) AS levelled"""

"""What becomes of a pair: one person, for somebody to look at, or nothing"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SAME, UNSURE = "same", "unsure"
# Levels as in levels.toml: the worst that still says the same thing of two records.
_NAME_AGREES: Final = "coalesce(level_name, 0) <= 2"
_BIRTH_AGREES: Final = "coalesce(level_birth, 0) <= 3"
_NUMBER: Final = "coalesce(level_ni = 0, false) OR coalesce(level_insurance = 0, false)"
_OTHER_NUMBER: Final = "coalesce(level_ni = 2, false)"  # two numbers that both can be


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Bits of evidence from which on a pair is one person's by itself, and from which on somebody looks at it."""

    same: float = 13.0
    unsure: float = 4.0


def judged_sql(levelled: str, thresholds: Thresholds) -> str:
    """The pairs with `verdict` (SAME, UNSURE) and `why`; pairs of two people are left out.

    Numbers first: with the same identity or insurance number, two records whose sex, birth and name don't speak
    against it are one person's, however rare the rest; where something does, a person decides. Two different numbers
    that both can be are never one person's by themselves. Without numbers the weight decides, but no weight makes one
    person of two whose given names, births or sexes differ: so differ twins, and parents and children.
    """
    numbered, against = (
        f"({_NUMBER})",
        f"coalesce(level_sex = 1, false) OR NOT ({_BIRTH_AGREES}) OR NOT ({_NAME_AGREES})",
    )
    certain, possible = f"match_weight >= {thresholds.same}", f"match_weight >= {thresholds.unsure}"
    return f"""
SELECT *, CASE
    WHEN {_OTHER_NUMBER} THEN CASE WHEN {certain} THEN '{UNSURE}' END
    WHEN {numbered} AND NOT ({against}) THEN '{SAME}'
    WHEN {numbered} THEN '{UNSURE}'
    WHEN {certain} AND NOT ({against}) THEN '{SAME}'
    WHEN {possible} THEN '{UNSURE}' END AS verdict,
  CASE
    WHEN {_OTHER_NUMBER} THEN 'other number'
    WHEN {numbered} AND NOT ({against}) THEN 'number'
    WHEN {numbered} THEN 'number, but'
    WHEN {against} THEN 'against'
    ELSE 'weight' END AS why
FROM ({levelled}) AS levelled"""

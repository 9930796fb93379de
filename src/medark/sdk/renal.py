"""How well kidneys filter, from creatinine"""

from __future__ import annotations

from typing import Final

from medark.define import Series, case, person

_MALE: Final = 8507
_FEMALE: Final = 8532


def filtration(creatinine: Series, age: Series) -> Series:
    """eGFR, mL/min/1.73 m², of a creatinine in mg/dL at an age in years; missing where that or the sex is not known.

    Source: Inker 2021, N Engl J Med 385:1737, CKD-EPI 2021 without race.
    """
    ratio = creatinine / _by_sex(0.7, 0.9)
    exponent = case((ratio <= 1, _by_sex(-0.241, -0.302)), otherwise=-1.200)
    aged = (age * -0.006219574).exp()  # 0.9938 to the power of the age: ln 0.9938
    return _by_sex(142.0 * 1.012, 142.0) * ratio**exponent * aged


def clearance(creatinine: Series, weight: Series, age: Series) -> Series:
    """Clearance, mL/min, of a creatinine in mg/dL, a weight in kg and an age in years; missing where one is not known.

    Source: Cockcroft 1976, Nephron 16:31.
    """
    return (140 - age) * weight * _by_sex(0.85, 1.0) / (72.0 * creatinine)


def _by_sex(female: float, male: float) -> Series:
    return case((person.gender_concept_id == _FEMALE, female), (person.gender_concept_id == _MALE, male))

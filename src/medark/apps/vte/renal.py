"""Glomerular filtration from creatinine"""

from __future__ import annotations

from typing import Final

from medark.define import Series, case, greatest, least, person

_MALE: Final = 8507
_FEMALE: Final = 8532


def filtration(creatinine: Series, day: Series) -> Series:
    """eGFR, mL/min/1.73 m², of a creatinine in mg/dL on a day; missing where sex or birth is not known.

    Source: Inker 2021, N Engl J Med 385:1737, CKD-EPI 2021 without race.
    """
    age = person.age_on(day)
    sex = person.gender_concept_id
    return case(
        (sex == _FEMALE, _of_sex(creatinine, age, 0.7, -0.241) * 1.012),
        (sex == _MALE, _of_sex(creatinine, age, 0.9, -0.302)),
    )


def _of_sex(creatinine: Series, age: Series, kappa: float, alpha: float) -> Series:
    ratio = creatinine / kappa
    aged = (age * -0.006219574).exp()  # 0.9938 to the power of the age: ln 0.9938
    low, high = when_known(ratio, least(ratio, 1.0)), when_known(ratio, greatest(ratio, 1.0))
    return 142.0 * low**alpha * high**-1.200 * aged


def when_known(of: Series, value: Series) -> Series:
    """A value, missing where another is: the least and the greatest leave out what is missing."""
    return case((of.is_known(), value))

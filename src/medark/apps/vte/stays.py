"""The stay that is asked about, and the windows of time before and in it"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.define import Frame, Series, any_of, concepts, days, index, visits

INPATIENT = concepts("inpatient stay", 9201, 262, 8717, source="OMOP Visit")
INTENSIVE_CARE = concepts("intensive care", 32037, source="OMOP Visit: intensive care unit stay")
_END_NOT_TOLD: Final = 32882  # OMOP type of a visit whose end is made up, for it is still open
_LONGEST: Final = days(180)  # ours: an open stay that began before it was never closed in its system

day = index.start_date


def _lasts() -> Frame:
    here = visits.of(INPATIENT)
    is_open = (here.visit_type_concept_id == _END_NOT_TOLD) & (here.start_date >= day - _LONGEST)
    return here.where(here.start_date <= day, any_of((here.end_date >= day).is_true(), is_open.is_true()))


stay = _lasts().last()
in_hospital: Series = stay.exists()
admitted: Series = stay.start_date.if_missing(day)

# Days back from the day asked for. Months are of 30 days, as the scores' own forms count them.
WINDOWS: Final[Mapping[str, int]] = {
    "day": 1, "week": 7, "four_weeks": 28, "month": 30, "twelve_weeks": 84, "quarter": 90, "half_year": 183,
    "year": 366, "five_years": 1826,
}  # fmt: skip
BEFORE_STAY: Final[Mapping[str, int]] = {"month_before_stay": 30, "quarter_before_stay": 90}


def within(rows: Frame, window: str) -> Frame:
    """The rows that start in a window: of WINDOWS or BEFORE_STAY, in the stay, before it, or ever."""
    if window == "stay":
        return rows.between(admitted, day)
    if window == "before_stay":
        return rows.where(rows.start_date < admitted)
    if window in BEFORE_STAY:
        return rows.between(admitted - days(BEFORE_STAY[window]), admitted, bounds="[)")
    if window in WINDOWS:
        return rows.between(day - days(WINDOWS[window]), day)
    return rows.where(rows.start_date <= day)

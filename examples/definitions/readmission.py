"""Readmission within 30 days of discharge, by month of admission and sex"""

from medark.define import (
    Measure,
    concepts,
    days,
    death,
    every,
    index,
    months,
    person,
    visits,
)

INPATIENT = concepts("inpatient", 9201, 262, 8717)  # inpatient visit; emergency and inpatient visit; inpatient hospital
stays = visits.of(INPATIENT)
again = stays.after(index.end, within=days(30)).exists()

readmission = Measure(
    "readmission_30_days",
    every(stays),
    numerator=again,
    exclusions=death.start_date <= index.end_date,  # nobody who died in hospital comes back
    by={"sex": person.gender_concept_id},
    intervals=months(12),
    source="Window: CMS hospital-wide readmission measure. Planned readmissions are not taken out here.",
)

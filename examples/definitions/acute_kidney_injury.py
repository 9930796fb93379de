"""Acute kidney injury of each admission by serum creatinine"""

from medark.define import Dataset, case, concepts, days, every, hours, index, measurements, visits

# LOINC 2160-0 (mass) and 14682-9 (substance), creatinine in serum or plasma.
CREATININE = concepts("serum creatinine", 3016723, 3020564)

tests = measurements.of(CREATININE).between(index.start, index.end)
value = tests.value_in("umol/L", analyte="creatinine")
tests = tests.where(value.is_known())

soon = tests.paired_with(tests, within=hours(48))
rise = soon.max(
    soon.right.value_in("umol/L", analyte="creatinine") - soon.left.value_in("umol/L", analyte="creatinine")
)
week = tests.paired_with(tests, within=days(7))
ratio = week.max(
    week.right.value_in("umol/L", analyte="creatinine") / week.left.value_in("umol/L", analyte="creatinine")
)
highest = tests.max(value)

injured = (rise >= 26.5) | (ratio >= 1.5)
stage = case(
    (injured & ((ratio >= 3) | (highest >= 353.6)), 3),
    (injured & (ratio >= 2), 2),
    (injured, 1),
    (tests.exists(), 0),
)

# Source: KDIGO 2012, Kidney Int Suppl 2:1, chapter 2.1, tables 2 and 3; the urine criterion is not looked at.
kidney_injury = Dataset(every(visits), {"tests": tests.count(), "rise": rise, "ratio": ratio, "stage": stage})

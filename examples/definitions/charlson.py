"""The Charlson comorbidity index of each admission"""

from comorbidity import items

from medark.define import Score, every, visits

charlson = Score(
    "charlson",
    list(items("charlson")),
    source="Codes: Quan 2005, Med Care 43:1130, tables 1 and 2. Weights: Charlson 1987, J Chronic Dis 40:373, table 3.",
)
admissions = charlson.on(every(visits))

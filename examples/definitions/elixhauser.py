"""The Elixhauser comorbidities of each admission, weighted as one score"""

from comorbidity import items

from medark.define import Score, every, visits

elixhauser = Score(
    "elixhauser",
    list(items("elixhauser")),
    source="Codes: Quan 2005, Med Care 43:1130, table 2. Weights: van Walraven 2009, Med Care 47:626, table 2.",
)
admissions = elixhauser.on(every(visits))

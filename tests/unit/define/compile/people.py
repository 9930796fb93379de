"""Three people by hand: what is drawn here is what the expected values are worked out from

Person 1 has four potassium values (the last two at one moment), two aspirin runs, a bleed between them and a stay.
Person 2 has one value in another unit, one without, and nothing else. Person 3 has no rows at all.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from medark.define.concepts import ConceptItem, ConceptSet
from medark.define.concepts.ids import ConceptIds

TODAY = dt.date(2024, 6, 1)
POTASSIUM, ASPIRIN, BLEEDING = (ConceptSet(name, (ConceptItem(n),)) for n, name in enumerate(("k", "asa", "bleed"), 1))
EVERYTHING = ConceptSet("everything", (ConceptItem(99),))  # so large that it is joined, not written out
RESOLVED = {
    POTASSIUM: ConceptIds(frozenset({1})),
    ASPIRIN: ConceptIds(frozenset({2})),
    BLEEDING: ConceptIds(frozenset({3}), frozenset({30})),
    EVERYTHING: ConceptIds(frozenset(range(1, 40))),
}
MMOL, MG = 8753, 8840


def d(month: int, day: int) -> dt.date:
    return dt.date(2024, month, day)


def t(month: int, day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2024, month, day, hour, minute)


def columns(names: str, *rows: tuple[Any, ...]) -> dict[str, list[Any]]:
    return {name: [row[at] for row in rows] for at, name in enumerate(names.split())}


TABLES: dict[str, dict[str, list[Any]]] = {
    "person": columns(
        "person_id gender_concept_id year_of_birth month_of_birth day_of_birth",
        (1, 8507, 1960, 2, 29),
        (2, 8532, 2000, None, None),
        (3, 8532, 1990, 5, 31),
    ),
    "measurement": columns(
        "measurement_id person_id measurement_concept_id measurement_date measurement_datetime value_as_number "
        "unit_concept_id visit_occurrence_id",
        (11, 1, 1, d(1, 10), t(1, 10, 8), 4.0, MMOL, 50),
        (12, 1, 1, d(1, 11), None, 5.0, MMOL, 50),
        (13, 1, 1, d(2, 20), t(2, 20, 12), None, MMOL, None),
        (14, 1, 1, d(2, 20), t(2, 20, 12), 6.5, MMOL, None),
        (15, 1, 7, d(2, 21), t(2, 21, 12), 1.0, None, None),
        (21, 2, 1, d(3, 1), None, 100.0, MG, None),
        (22, 2, 1, d(3, 2), None, 9.0, None, None),
    ),
    "drug_exposure": columns(
        "drug_exposure_id person_id drug_concept_id drug_exposure_start_date drug_exposure_end_date days_supply",
        (61, 1, 2, d(1, 1), d(1, 5), 5),
        (62, 1, 2, d(1, 6), d(1, 20), 14),
        (63, 1, 2, d(1, 3), d(1, 4), 2),
        (64, 1, 2, d(3, 1), None, None),
    ),
    "condition_occurrence": columns(
        "condition_occurrence_id person_id condition_concept_id condition_source_concept_id condition_start_date "
        "condition_source_value",
        (71, 1, 3, 30, d(1, 25), "K92.2"),
        (72, 1, None, 31, d(1, 26), "k92"),
    ),
    "visit_occurrence": columns(
        "visit_occurrence_id person_id visit_concept_id visit_start_date visit_start_datetime visit_end_date",
        (50, 1, 9201, d(1, 10), t(1, 10, 7), d(1, 12)),
        (51, 1, 9202, d(2, 20), None, None),
    ),
    "death": columns("person_id death_date cause_concept_id", (1, d(5, 5), 3)),
}

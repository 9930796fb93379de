"""What a line list tells of a case beside its own row: the nucleic-acid result near it, and what became of them"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from medark.define import Series, concepts, days, death, index, measurements, today, visits, when

BEFORE: Final = 7  # days around the case's day in which a test is its own: ours
AFTER: Final = 14
DIED: Final = 60  # days after it in which a death is told: ours; it need not be the cause
_INPATIENT: Final = concepts("inpatient stay", 9201, 262, 8717, source="OMOP Visit")


def case_columns(targets: Collection[str], positive: int, negative: int) -> dict[str, Series]:
    """`targets`: the tests as data writes them; `positive`, `negative`: OMOP concepts of their results.

    `result`: positive if any test near the case was, else negative or inconclusive; missing where none was taken.
    `outcome`: died, in_hospital, left; missing for who was never admitted.
    """
    named = measurements.where(measurements.measurement_source_value.is_in(list(targets)))
    taken = named.between(index.start_date - days(BEFORE), index.start_date + days(AFTER))
    found = taken.value_as_concept_id
    result = (
        when(taken.where(found == positive).exists()).then("positive")
        .when(taken.where(found == negative).exists()).then("negative")
        .when(taken.exists()).then("inconclusive")
        .otherwise_missing()
    )  # fmt: skip
    return {"result": result, "outcome": _outcome()}


def _outcome() -> Series:
    stays = visits.of(_INPATIENT).between(index.start_date - days(1), index.start_date + days(DIED))
    died = (death.death_date >= index.start_date) & (death.death_date <= index.start_date + days(DIED))
    return (
        when(died.is_true()).then("died")
        .when(stays.where(stays.end_date >= today).exists()).then("in_hospital")
        .when(stays.exists()).then("left")
        .otherwise_missing()
    )  # fmt: skip

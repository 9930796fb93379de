"""What is told of whom an entry is about: age, sex, district"""

from __future__ import annotations

from typing import Final

from medark.define import Frame, Row, Series, band, index, observations, person, when

DISTRICT: Final = "district"
TOLD: Final = "district:"  # an observation "district:西湖区": where somebody lives, or a call came from
_FEMALE: Final = 8532
_MALE: Final = 8507

age_band: Series = band(
    person.age_on(index.start), (5, "05-14"), (15, "15-24"), (25, "25-59"), (60, "60+"), below="00-04"
)
sex: Series = (
    when(person.gender_concept_id == _FEMALE).then("F").when(person.gender_concept_id == _MALE).then("M")
    .otherwise_missing()
)  # fmt: skip


def own(rows: Frame) -> Row:
    """The row that made the entry: of those of the frame that start when it does."""
    return rows.where(rows.start == index.start).first()


def _district() -> Series:
    told = observations.where(observations.observation_source_value.beginning(len(TOLD)) == TOLD)
    known = told.where(told.start_date <= index.start_date).last().observation_source_value
    return known.if_missing(told.first().observation_source_value).without(TOLD)


district: Series = _district()
ABOUT: Final[dict[str, Series]] = {DISTRICT: district, "age_band": age_band, "sex": sex}

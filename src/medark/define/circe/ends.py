"""When a stay in the cohort ends: by its strategy, by a censoring event, at the latest with observation"""

from __future__ import annotations

from collections.abc import Sequence

from medark.define.circe.concept_sets import ConceptSets
from medark.define.circe.criterion_types import end_of_supply
from medark.define.circe.events import shifted
from medark.define.circe.format import Criterion, CustomEra, DateOffset, EndStrategy
from medark.define.circe.groups import matching
from medark.define.language.choices import when
from medark.define.language.durations import days
from medark.define.language.frames import Row
from medark.define.language.names import drugs, index
from medark.define.language.series import Series, any_of, least
from medark.errors import DefinitionError


def last_day(strategy: EndStrategy | None, censoring: Sequence[Criterion], period: Row, sets: ConceptSets) -> Series:
    """The earliest of the strategy's end, the first censoring event and the last day of observation.

    None of them lies before the start. It is missing where a date offset falls before the start and nothing censors.
    """
    return least(*_by_strategy(strategy, period, sets), *(_censored(one, period, sets) for one in censoring))


def may_miss_start(strategy: EndStrategy | None) -> bool:
    """Can the end fall before the start? Only by an offset to earlier days: events never end before they start."""
    return bool(strategy and strategy.date_offset and strategy.date_offset.offset < 0)


def _by_strategy(strategy: EndStrategy | None, period: Row, sets: ConceptSets) -> tuple[Series, ...]:
    """The days by which a stay ends without censoring."""
    match strategy:
        case None:
            return (period.end_date,)
        case EndStrategy(date_offset=DateOffset() as told, custom_era=None):
            return _offset(told, period)
        case EndStrategy(date_offset=None, custom_era=CustomEra() as told):
            return (period.end_date, _end_of_era(told, sets))
    raise DefinitionError("Circe: EndStrategy is neither DateOffset nor CustomEra", fix="choose one of the two")


def _offset(told: DateOffset, period: Row) -> tuple[Series, ...]:
    day = shifted(index.end_date if told.date_field == "EndDate" else index.start_date, told.offset)
    if told.offset >= 0:
        return (period.end_date, day)
    return (when(day >= index.start_date).then(least(period.end_date, day)).otherwise_missing(),)


def _end_of_era(told: CustomEra, sets: ConceptSets) -> Series:
    """The end of the exposures that run on from one another and cover the index; missing where none does.

    An exposure lasts as long as the drug's supply, and `offset` days; the next may begin `gap_days` after that.
    """
    of_drug = any_of(*(sets.holds(concept, told.drug_codeset_id, source=source)
                       for concept, source in ((drugs.concept, False), (drugs.source_concept, True))))  # fmt: skip
    override = told.days_supply_override
    ends = end_of_supply(drugs) if override is None else drugs.start_date + days(override)
    eras = drugs.where(of_drug).run_together(gap=days(told.gap_days), end=shifted(ends, told.offset))
    return eras.where(eras.start_date <= index.start_date, eras.end_date >= index.start_date).min(eras.end_date)


def _censored(criterion: Criterion, period: Row, sets: ConceptSets) -> Series:
    """The first event of a kind from the start of the stay on, while observed; missing where there is none."""
    found = matching(criterion, sets)
    during = found.where(found.start >= index.start_date, found.start <= period.end_date)
    return during.frame.min(during.start)

"""A Circe cohort expression as a cohort: who enters, which rules hold, when they leave"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from medark.define.circe.concept_sets import ConceptSets
from medark.define.circe.ends import last_day, may_miss_start
from medark.define.circe.format import Expression, Limit, ObservationWindow, expression
from medark.define.circe.groups import is_met, matching
from medark.define.circe.windows import observed
from medark.define.language.durations import days
from medark.define.language.frames import Row
from medark.define.language.populations import either, every
from medark.define.language.series import Series
from medark.define.nodes import Criterion, Keep, Population
from medark.errors import DefinitionError

SOURCE = "OHDSI Circe cohort expression"
_Step = Criterion | Keep


def circe_parts(told: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the cohort that a Circe cohort expression (ATLAS: Export, JSON) defines, by their names in `Cohort`.

    DefinitionError names the first key or feature that is not read; nothing is left out silently. What is read, and
    where the answers can differ from ATLAS's: docs/reference/circe.md.
    """
    read = expression(told)
    sets = ConceptSets(read.concept_sets or ())
    window = read.primary_criteria.observation_window
    period = observed(window.prior_days, window.post_days)
    end = last_day(read.end_strategy, read.censoring_criteria or (), period, sets)
    steps = tuple(_steps(read, period, sets))
    if may_miss_start(read.end_strategy):
        steps = (*steps, Criterion("ends no earlier than it starts", end.is_known().node))
    return {
        "entry": _entries(read, sets),
        "inclusion": steps,
        "exit": end,
        "era_gap": days(read.collapse_settings.era_pad),
        "within": _within(read),
        "source": SOURCE,
    }


def _entries(read: Expression, sets: ConceptSets) -> Population:
    if not read.primary_criteria.criteria_list:
        raise DefinitionError("Circe: PrimaryCriteria has no criteria", fix="name an event that people enter by")
    found = [matching(one, sets) for one in read.primary_criteria.criteria_list]
    return either(*(every(one.frame, start=one.start, end=one.end) for one in found))


def _steps(read: Expression, period: Row, sets: ConceptSets) -> Iterator[_Step]:
    """What entries must meet, in Circe's order. A limit of qualified events counts only with additional criteria."""
    primary = read.primary_criteria
    yield Criterion(_observation(primary.observation_window), period.exists().node)
    yield from _kept(primary.primary_criteria_limit)
    additional = read.additional_criteria
    if additional is not None:
        yield from _criterion("additional criteria", is_met(additional, period, sets))
        yield from _kept(read.qualified_limit)
    for number, rule in enumerate(read.inclusion_rules or (), start=1):
        yield from _criterion((rule.name or "").strip() or f"rule {number}", is_met(rule.expression, period, sets))
    yield from _kept(read.expression_limit)


def _criterion(name: str, condition: Series | None) -> Iterator[_Step]:
    if condition is not None:
        yield Criterion(name, condition.node)


def _kept(limit: Limit) -> Iterator[_Step]:
    if limit.type in ("First", "Last"):
        yield Keep(limit.type.lower())


def _observation(window: ObservationWindow) -> str:
    if not window.prior_days and not window.post_days:
        return "observed"
    return f"observed {window.prior_days} days before and {window.post_days} days after"


def _within(read: Expression) -> tuple[Any, Any]:
    window = read.censor_window
    return (None, None) if window is None else (window.start_date, window.end_date)

"""Groups of criteria: all, any, at least or at most so many of them are met by the index"""

from __future__ import annotations

from medark.define.circe.concept_sets import ConceptSets
from medark.define.circe.counts import occurs
from medark.define.circe.criteria import CORRELATED, events
from medark.define.circe.events import Events
from medark.define.circe.format import CorrelatedCriterion, Criterion, Demographics, Group, part
from medark.define.circe.ranges import in_range, one_of, selected
from medark.define.circe.windows import in_windows, observed
from medark.define.language.choices import at_least_n_of
from medark.define.language.frames import Row
from medark.define.language.names import index, person
from medark.define.language.series import Series, all_of, any_of
from medark.define.nodes import literal
from medark.errors import DefinitionError


def is_met(group: Group, period: Row, sets: ConceptSets) -> Series | None:
    """Does the index, observed in `period`, meet the group? Never missing; None where nothing is asked."""
    met = [_occurs(one, period, sets) for one in group.criteria_list or ()]
    met += [_is_such(one, sets) for one in group.demographic_criteria_list or ()]
    nested = [is_met(one, period, sets) for one in group.groups or ()]
    met += [Series(literal(True)) if one is None else one for one in nested]
    return _joined(group, met) if met else None


def matching(criterion: Criterion, sets: ConceptSets) -> Events:
    """The events that meet a criterion and its correlated criteria, asked with each event as the index.

    An event with correlated criteria must itself be observed.
    """
    found = events(criterion, sets)
    if CORRELATED not in found.told:
        return found
    period = observed()
    condition = is_met(part(found.told[CORRELATED], Group, CORRELATED), period, sets)
    if condition is None:
        return found
    around = all_of(period.exists(), condition)
    return found.where(found.frame.at_each(around, start=found.start, end=found.end))


def _occurs(told: CorrelatedCriterion, period: Row, sets: ConceptSets) -> Series:
    return occurs(in_windows(told, matching(told.criteria, sets), period), told.occurrence)


def _is_such(told: Demographics, sets: ConceptSets) -> Series:
    """Are person and index such? False where it can't be said."""
    conditions = [
        told.age and in_range(index.start.year - person.year_of_birth, told.age, whole=True),
        told.gender and one_of(person.gender_concept_id, told.gender),
        told.gender_cs and selected(person.gender_concept_id, told.gender_cs, sets),
        told.race and one_of(person.race_concept_id, told.race),
        told.race_cs and selected(person.race_concept_id, told.race_cs, sets),
        told.ethnicity and one_of(person.ethnicity_concept_id, told.ethnicity),
        told.ethnicity_cs and selected(person.ethnicity_concept_id, told.ethnicity_cs, sets),
        told.occurrence_start_date and in_range(index.start_date, told.occurrence_start_date),
        told.occurrence_end_date and in_range(index.end_date, told.occurrence_end_date),
    ]
    return all_of(*(condition for condition in conditions if isinstance(condition, Series))).is_true()


def _joined(group: Group, met: list[Series]) -> Series:
    if group.type == "ALL":
        return all_of(*met)
    if group.type == "ANY":
        return any_of(*met)
    if group.count is None:
        raise DefinitionError(f"Circe: a group {group.type} without Count", fix="say how many")
    if group.type == "AT_LEAST":
        return at_least_n_of(group.count, *met)
    return ~any_of(*met) if group.count == 0 else ~at_least_n_of(group.count + 1, *met)

"""What values of a table's columns are read as, for people: value, rows, meaning, who or what says so"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from medark.flows.propose.proposing import Proposal
from medark.flows.propose.words import meaning
from medark.flows.workspace import Workspace
from medark.govern.small_counts import is_small
from medark.messages import N_, _, phrase
from medark.standardise.propose.draft.parts import ValueMap, ValueRead
from medark.standardise.propose.draft.sets import FIELDS, meanings
from medark.standardise.propose.draft.states import STATE
from medark.standardise.propose.profile.states import KEPT, MEANINGS, PLANNED, VOID

_STATES: Final[Mapping[str, str]] = {
    KEPT: N_("the row stands"), VOID: N_("void: no row of the lake"), PLANNED: N_("planned: it has not happened"),
}  # fmt: skip
# What words of visits, places, diagnoses, sexes and results are looked up as: names of OMOP's concepts.
_LOOKED_UP: Final = (
    N_("Inpatient Visit"), N_("Outpatient Visit"), N_("Emergency Room Visit"), N_("Emergency Room and Inpatient Visit"),
    N_("Home Visit"), N_("Intensive Care"), N_("Observation Room"), N_("Telehealth"), N_("Pharmacy visit"),
    N_("Laboratory Visit"), N_("Ambulance Visit"), N_("Non-hospital institution Visit"), N_("MALE"), N_("FEMALE"),
    N_("Inpatient Hospital"), N_("Outpatient Hospital"), N_("Emergency Room - Hospital"),
    N_("Skilled Nursing Facility"), N_("Nursing Facility"), N_("Rehabilitation hospital"),
    N_("Long-term care hospital"), N_("Hospice"), N_("Left against medical advice"), N_("Patient died"),
    N_("Admission diagnosis"), N_("Discharge diagnosis"), N_("Preliminary diagnosis"), N_("Confirmed diagnosis"),
    N_("Primary diagnosis"), N_("Secondary diagnosis"), N_("High"), N_("Low"),
)  # fmt: skip
_OF_STATE: Final = N_("whether the row stands")
_SLOTS: Final = {field: slot for slot, field in FIELDS.items()}


@dataclass(frozen=True, slots=True)
class ValueShown:
    """A value. `rows`: None where they are too few to be told; `means`: "" where nobody knows; `by`: who said it."""

    value: str
    rows: int | None
    means: str
    text: str
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class ValuesShown:
    """The values of a column. `heading`: what they tell; `others`: rows with values that are not kept, None for few;
    `choices`: what a value may mean, each with its words; `is_state`: rows come in, or not, by it; `is_read`: some of
    them are read already.
    """

    column: str
    field: str
    heading: str
    values: tuple[ValueShown, ...]
    others: int | None
    choices: tuple[tuple[str, str], ...]
    asks: int
    is_state: bool
    is_read: bool


def values_of(workspace: Workspace, found: Proposal, name: str) -> list[ValuesShown]:
    """Of a table, every column whose values are short words that are read."""
    least = workspace.settings.access.least_count
    told = _said_by(found, name)
    return [_shown(one, found.drafts[name].kind, told, least) for one in found.drafts[name].read]


def text_of(field: str, means: str) -> str:
    """What a value means, in words."""
    if not means:
        return _("nobody knows yet") if field == STATE else _("as it is written")
    return _(_STATES[means]) if field == STATE else phrase(means)


def _shown(one: ValueMap, kind: str, told: Mapping[tuple[str, str], str], least: int) -> ValuesShown:
    known = MEANINGS if one.field == STATE else meanings(one.field)
    return ValuesShown(
        one.column,
        one.field,
        _(_OF_STATE) if one.field == STATE else meaning(_SLOTS[one.field], kind),
        tuple(_value(one, each, told.get((one.column, each.value), ""), least) for each in one.values),
        None if is_small(one.others, least) else one.others,
        tuple((means, text_of(one.field, means)) for means in known),
        len(one.asks),
        one.field == STATE,
        one.is_read,
    )


def _value(one: ValueMap, each: ValueRead, by: str, least: int) -> ValueShown:
    rows = None if is_small(each.rows, least) else each.rows
    return ValueShown(each.value, rows, each.means, text_of(one.field, each.means), phrase(each.why), by)


def _said_by(found: Proposal, name: str) -> dict[tuple[str, str], str]:
    """Who had the last word on each value."""
    said: list[dict[str, Any]] = [one for one in found.kept.said if one["act"] == "value" and one["table"] == name]
    return {(one["column"], one["value"]): one["by"] for one in said}

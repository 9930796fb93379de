"""How many events there must be, and of what they must differ"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from medark.define.circe.attributes import column, length
from medark.define.circe.events import Events
from medark.define.circe.format import Occurrence
from medark.define.language.names import drug_eras
from medark.define.language.series import Series, call
from medark.define.nodes import literal
from medark.errors import DefinitionError

_COMPARED = ("equal", "at_most", "at_least")  # exactly, at most, at least


def occurrences_of_era(events: Events) -> Series:
    """How many exposures or occurrences an era was made of."""
    is_of_drug = events.frame.node.root == drug_eras.node
    return column("drug_exposure_count" if is_of_drug else "condition_occurrence_count")(events)


# What events can be counted by where they must differ.
COLUMNS: Mapping[str, Callable[[Events], Series]] = {
    "DOMAIN_CONCEPT": column("concept"), "DOMAIN_SOURCE_CONCEPT": column("source_concept"),
    "START_DATE": lambda events: events.start, "END_DATE": lambda events: events.end, "DURATION": length,
    "VISIT_ID": column("visit"), "VISIT_DETAIL_ID": column("visit_detail_id"), "DAYS_SUPPLY": column("days_supply"),
    "QUANTITY": column("quantity"), "REFILLS": column("refills"), "RANGE_LOW": column("range_low"),
    "RANGE_HIGH": column("range_high"), "VALUE_AS_NUMBER": column("value_as_number"),
    "UNIT": column("unit_concept_id"), "GAP_DAYS": column("gap_days"), "ERA_OCCURRENCES": occurrences_of_era,
}  # fmt: skip


def occurs(events: Events, told: Occurrence) -> Series:
    """Are there so many? `count_column` counts only where events must differ, by default in their concept."""
    if told.is_distinct:
        number = events.frame.count_distinct(_counted(events, told.count_column or "DOMAIN_CONCEPT"))
        return call(_COMPARED[told.type], number, told.count)
    if (told.type, told.count) == (2, 0):
        return Series(literal(True))
    if (told.type, told.count) == (2, 1):
        return events.frame.exists()
    if told.type < 2 and told.count == 0:
        return ~events.frame.exists()
    return call(_COMPARED[told.type], events.frame.count(), told.count)


def _counted(events: Events, name: str) -> Series:
    if name not in COLUMNS:
        raise DefinitionError(f"Circe: events are not counted by {name}", fix=", ".join(COLUMNS))
    try:
        return COLUMNS[name](events)
    except DefinitionError as error:
        raise DefinitionError(f"Circe: CountColumn {name}: {error.what}", fix=error.fix) from None

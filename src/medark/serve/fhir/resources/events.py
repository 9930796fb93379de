"""What tables of events have alike: their columns, and by what they can be searched"""

from __future__ import annotations

from typing import Any, Final

from medark.serve.fhir.resources.kind import Date, Parameter, Reference, Token

SHARED: Final = ("person_id", "visit_occurrence_id", "provider_id", "medark_record_no")


def columns(*own: str) -> tuple[str, ...]:
    """The columns of an event: its own, and whose it is, in which visit, by whom, from which record."""
    return (*own, *SHARED)


def searched(
    named: str, day: str, moment: str, ends: tuple[str, str] | None = None, **more: Any
) -> dict[str, Parameter]:
    """By code, date, encounter and who did it. `named`: what its columns of codes begin with."""
    return {
        "code": Token((f"{named}_concept_id", f"{named}_source_concept_id"), (f"{named}_source_value",)),
        "date": Date((day, moment), ends),
        "encounter": Reference("visit_occurrence_id", "Encounter"),
        **{name.replace("_", "-"): parameter for name, parameter in more.items()},
    }

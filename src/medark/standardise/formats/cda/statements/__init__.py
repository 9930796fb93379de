"""Clinical statements of an entry, from the outermost in: each gives rows, or says why not"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from medark.standardise.formats.cda.document import Here
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.statements.acts import act
from medark.standardise.formats.cda.statements.drugs import substance_administration, supply
from medark.standardise.formats.cda.statements.encounters import encounter
from medark.standardise.formats.cda.statements.facts import not_a_fact
from medark.standardise.formats.cda.statements.observations import observation
from medark.standardise.formats.cda.statements.organizers import organizer
from medark.standardise.formats.cda.statements.procedures import procedure

Part = tuple[Element, Here]
Statement = Callable[[Element, Here], Iterable[Part]]  # the parts to stage next come back

STATEMENTS: Mapping[str, Statement] = MappingProxyType(
    {
        "act": act,
        "encounter": encounter,
        "observation": observation,
        "organizer": organizer,
        "procedure": procedure,
        "substanceAdministration": substance_administration,
        "supply": supply,
    }
)
_DEPTH = 16  # C-CDA nests five statements deep at most


def stage_entry(entry: Element, here: Here) -> None:
    """All rows of one entry, in document order."""
    if entry.get("nullFlavor") is not None:
        here.unit.issue("excluded", "no information", here.place)
    waiting: list[Part] = [(child, here.within(child)) for child in reversed(entry)]
    while waiting:
        statement, there = waiting.pop()
        waiting.extend(reversed(list(_parts(statement, there))))


def _parts(statement: Element, here: Here) -> Iterable[Part]:
    if (stage := STATEMENTS.get(statement.tag)) is None:
        return ()
    if here.depth > _DEPTH:
        here.unit.issue("quarantined", "statements nested too deep", here.place)
        return ()
    if (reason := not_a_fact(statement, here.rule)) is not None:
        here.unit.issue("excluded", reason, here.place)
        return ()
    return stage(statement, here)

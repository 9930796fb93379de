"""Who is meant by a number of the hospital's own: asked of the crosswalk, for who may see such numbers"""

from __future__ import annotations

from typing import Final

from medark.flows.gate import About, decide, person
from medark.model.access import Reader
from medark.serve.fhir.edge import Edge

# What opens the hospital's number of a person opens the search by it: they say the same of who somebody is.
NUMBER: Final = ("person", "person_source_value")


def people_of(edge: Edge, reader: Reader, value: str, system: str | None) -> frozenset[int]:
    """The people who are known by a number and whom the reader sees. AccessError if they may not see such numbers."""
    table, column = NUMBER
    reads = {table: frozenset({"person_id", column})}
    found = decide(edge.workspace, reader, reads)
    is_masked = found.allowed and found.views[table].columns.get(column) is not None
    if not found.allowed or is_masked:
        # Refused by the gate, so that the audit has it; a number behind a mask is no number to search by.
        person(edge.workspace, reader, 0, reads, About("fhir.identifier"))
        return frozenset()
    return frozenset(edge.workspace.crosswalk.find(value, system=system or None))

"""Who is meant by a number of the hospital's own: asked of the crosswalk, for who may see such numbers"""

from __future__ import annotations

from medark.flows.timeline import known_by
from medark.model.access import Reader
from medark.serve.fhir.edge import Edge


def people_of(edge: Edge, reader: Reader, value: str, system: str | None) -> frozenset[int]:
    """The people who are known by a number and whom the reader sees. AccessError if they may not see such numbers."""
    return known_by(edge.workspace, reader, value, system or None)

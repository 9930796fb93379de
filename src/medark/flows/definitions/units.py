"""The units that the rows of a workspace can have: what is shipped, and what a loaded vocabulary adds"""

from __future__ import annotations

from collections.abc import Mapping

from medark.define.units import SHIPPED_UNITS
from medark.flows.workspace import Workspace

_UNITS = "SELECT concept_id, concept_code FROM concept WHERE vocabulary_id = 'UCUM' AND concept_id <> 0"


def unit_codes(workspace: Workspace) -> Mapping[int, str]:
    """The UCUM code of every unit concept, for `define.units.conversions(…, units=…)`."""
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ["concept"])
        found = session.query(_UNITS)
    pairs = zip(found["concept_id"].to_pylist(), found["concept_code"].to_pylist(), strict=True)
    return {**SHIPPED_UNITS, **dict(pairs)}

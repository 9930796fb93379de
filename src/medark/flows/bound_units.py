"""What a wave is told of units: what each that it has may be, and what was decided for its source"""

from __future__ import annotations

import math

import pyarrow as pa

from medark.flows.workspace import Workspace
from medark.sql.render import render
from medark.standardise.lookups.data import UNIT_DECISION, UNIT_READING, UNITS_SAID
from medark.store.engine import Session


def bind_units(workspace: Workspace, source: str, session: Session) -> None:
    """The relations `unit_reading` and `unit_decision`, once the staging rows are bound."""
    said = session.query(render(UNITS_SAID, session.dialect))["unit"].to_pylist()
    session.bind_arrow("unit_reading", _read(said))
    session.bind_arrow("unit_decision", _decided(workspace, source))


def _read(said: list[str]) -> pa.Table:
    if not said:
        return UNIT_READING.empty_table()
    from medark.standardise.units import unit_readings  # all of UCUM: many waves have no unit

    return unit_readings(said)


def _decided(workspace: Workspace, source: str) -> pa.Table:
    """By the code and the unit as rows have them; without limits a decision is for every number."""
    told = [one for one in workspace.ledger.units.all(source) if one.concept_id]
    rows = {
        "code": [one.code for one in told],
        "said": [one.said for one in told],
        "low": [-math.inf if one.low is None else one.low for one in told],
        "high": [math.inf if one.high is None else one.high for one in told],
        "concept_id": [one.concept_id for one in told],
    }
    return pa.table({field.name: pa.array(rows[field.name], field.type) for field in UNIT_DECISION})

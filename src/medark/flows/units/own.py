"""From the units that numbers of a test have to the test's own, for whoever reads the lake with SQL"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medark.define.units import concept_units, line_to
from medark.define.units.atoms import omop_codes
from medark.flows.definitions.units import unit_codes
from medark.flows.raw import must_steward
from medark.flows.units.groups import bind, tested
from medark.flows.units.suspected import concept_of
from medark.flows.workspace import Workspace
from medark.sql.render import render

_COUNTED: Final = """
select t.concept_id, m.unit_concept_id, count(*) as n
from measurement as m
join tested as t on t.concept_id = coalesce(nullif(m.measurement_concept_id, 0), m.measurement_source_concept_id)
where m.value_as_number is not null and m.unit_concept_id > 0
group by t.concept_id, m.unit_concept_id
order by n desc, t.concept_id, m.unit_concept_id
"""


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """A number of `concept_id` with `unit_concept_id` is, times `factor` plus `offset`, in the concept's own unit."""

    concept_id: int
    unit_concept_id: int
    factor: float
    offset: float
    own_unit_concept_id: int
    loinc: str
    name: str
    unit: str
    own: str
    rows: int


def own_units(workspace: Workspace, by: str) -> list[OwnUnit]:
    """Of all tests and units that the lake has, the most rows first; units that do not lead there are left out.

    AccessError unless `by` is an owner or a steward.
    """
    must_steward(workspace, by, "units of tests listed")
    codes = unit_codes(workspace)
    with workspace.engine.session() as session:
        bind(workspace, session)
        names = tested(session)
        rows = session.query(render(_COUNTED, session.dialect)).to_pylist() if names else []
    keys = ((row["concept_id"], row["unit_concept_id"], row["n"]) for row in rows)
    found = (_own(workspace, each, unit, *names[each], codes.get(unit, ""), n) for each, unit, n in keys)
    return [one for one in found if one is not None]


def _own(
    workspace: Workspace, concept_id: int, unit_concept_id: int, loinc: str, name: str, code: str, rows: int
) -> OwnUnit | None:
    concept, unit = concept_units()[loinc], omop_codes().get(code, code)
    plain, mark, told = concept.ucum.partition("{")  # of D-dimer in FEU the vocabulary has mg/L alone
    own = concept_of(workspace, (concept.ucum, plain))
    line = line_to(unit, concept) or line_to(f"{unit}{mark}{told}", concept)
    if line is None or own is None:
        return None
    return OwnUnit(
        concept_id, unit_concept_id, float(line.factor), float(line.offset), own[1], loinc, name, unit, concept.ucum,
        rows,
    )  # fmt: skip

"""Units as sources write them, what each is read as, and in how many rows it is"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medark.flows.raw import must_steward
from medark.flows.units.groups import bind
from medark.flows.workspace import Workspace
from medark.sql.render import render
from medark.standardise.units import ucum

_COUNTED: Final = """
select s.source, coalesce(m.unit_source_value, '') as said, count(*) as n,
  count(case when m.unit_concept_id > 0 then 1 end) as known
from measurement as m
join record_source as s on m.medark_record_no between s.first and s.last
where m.value_as_number is not null
group by s.source, coalesce(m.unit_source_value, '')
order by n desc, s.source, said
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A unit beside numbers of a source ("": none). `ucum`: what it is read as, None if nobody can; `known`: rows that
    have a unit's concept, as read or as decided.
    """

    source: str
    said: str
    ucum: str | None
    rows: int
    known: int


def written(workspace: Workspace, by: str) -> list[Written]:
    """Of all measurements that are numbers, the most rows first. AccessError unless `by` is an owner or a steward."""
    must_steward(workspace, by, "units listed")
    with workspace.engine.session() as session:
        bind(workspace, session)
        rows = session.query(render(_COUNTED, session.dialect)).to_pylist()
    return [Written(row["source"], row["said"], ucum(row["said"]), row["n"], row["known"]) for row in rows]

"""Numbers whose unit nothing is said about: the test has no concept, or no unit is known of it; and what can be told"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from medark.flows.raw import must_steward
from medark.flows.units.groups import CONCEPT, bind, tested
from medark.flows.workspace import Workspace
from medark.sql.render import render
from medark.standardise.units import ucum
from medark.standardise.units.likely import PEERS
from medark.standardise.units.mixed import LEAST

_COUNTED: Final = f"""
select
  s.source, coalesce(m.measurement_source_value, '') as code, coalesce(m.unit_source_value, '') as said,
  max(case when coalesce({CONCEPT}, 0) = 0 then 0 else 1 end) as known, count(*) as n,
  avg(case when m.value_as_number > 0 then ln(m.value_as_number) end) as middle
from measurement as m
join record_source as s on m.medark_record_no between s.first and s.last
left join tested as t on t.concept_id = {CONCEPT}
where m.value_as_number is not null and t.concept_id is null
group by s.source, coalesce(m.measurement_source_value, ''), coalesce(m.unit_source_value, '')
"""


class Why(StrEnum):
    """Why nothing is said of the unit of numbers."""

    NO_CONCEPT = "no_concept"  # nobody has said what the source's code means
    NO_UNITS = "no_units"  # it is known what it means, and not which units that comes in


@dataclass(frozen=True, slots=True)
class Unjudged:
    """The numbers of a source's code beside one unit ("": none). `middle`: geometric, of those above 0; `ucum`: what
    the unit is read as; `like`: where none can be read, the unit of the same code's other numbers that lie there.
    """

    source: str
    code: str
    said: str
    why: Why
    rows: int
    middle: float | None = field(repr=False, default=None)
    ucum: str | None = None
    like: str | None = None


def unjudged(workspace: Workspace, by: str, source: str = "") -> list[Unjudged]:
    """Those of which nobody has decided (of a source), the most rows first. AccessError unless `by` is an owner or a
    steward.
    """
    must_steward(workspace, by, "units looked through", source=source)
    with workspace.engine.session() as session:
        bind(workspace, session)
        tested(session)
        rows = session.query(render(_COUNTED, session.dialect)).to_pylist()
    decided = {one.key for one in workspace.ledger.units.all()}
    found = [
        Unjudged(
            row["source"], row["code"], row["said"], Why.NO_UNITS if row["known"] else Why.NO_CONCEPT, row["n"],
            None if row["middle"] is None else math.exp(row["middle"]), ucum(row["said"]) if row["said"] else None,
        )
        for row in rows
        if source in ("", row["source"])
    ]  # fmt: skip
    return told_by_others(found, decided)


def told_by_others(found: Sequence[Unjudged], decided: Collection[tuple[str, str, str]]) -> list[Unjudged]:
    """The same but for what is decided, with what the same code's numbers beside other units tell."""
    others: dict[tuple[str, str], list[Unjudged]] = {}
    for one in found:
        if one.ucum and one.middle and one.rows >= LEAST:
            others.setdefault((one.source, one.code), []).append(one)
    left = (_told(one, others) for one in found if (one.source, one.code, one.said) not in decided)
    return sorted(left, key=lambda one: (-one.rows, one.source, one.code, one.said))


def _told(one: Unjudged, others: Mapping[tuple[str, str], Sequence[Unjudged]]) -> Unjudged:
    if one.ucum or not one.middle or one.rows < LEAST:
        return one
    place = math.log(one.middle)
    far = {other.ucum: abs(math.log(other.middle or 1) - place) for other in others.get((one.source, one.code), ())}
    near = [unit for unit, distance in far.items() if distance <= PEERS]
    like = near[0] if len(near) == 1 else None  # of two units that both fit nothing is told
    return Unjudged(one.source, one.code, one.said, one.why, one.rows, one.middle, None, like)

"""The numbers of tests of whose unit something is known, counted by source, code and the unit that is written"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any, Final

import pyarrow as pa

from medark.define.units import concept_units
from medark.flows.workspace import Workspace
from medark.sql.render import render
from medark.standardise.units.mixed import Spread
from medark.standardise.units.suspect import Group
from medark.store.engine import Session

STEPS: Final = 40  # bins to one natural logarithm: 2.5 per cent each
_BIN: Final = f"cast(floor({STEPS} * ln(m.value_as_number)) as integer)"
# Units are known of LOINC's concepts that OMOP has not made standard, too.
CONCEPT: Final = "coalesce(nullif(m.measurement_concept_id, 0), m.measurement_source_concept_id)"
_COUNTED: Final = f"""
select
  s.source, m.measurement_source_value as code, coalesce(m.unit_source_value, '') as said,
  {CONCEPT} as concept_id, {_BIN} as bin, count(*) as n,
  sum(case when m.range_low > 0 then ln(m.range_low) end) as low,
  count(case when m.range_low > 0 then 1 end) as lows,
  sum(case when m.range_high > 0 then ln(m.range_high) end) as high,
  count(case when m.range_high > 0 then 1 end) as highs
from measurement as m
join record_source as s on m.medark_record_no between s.first and s.last
join tested as t on t.concept_id = {CONCEPT}
where m.value_as_number > 0 and m.measurement_source_value is not null
group by s.source, m.measurement_source_value, coalesce(m.unit_source_value, ''), {CONCEPT}, {_BIN}
"""


def groups(workspace: Workspace) -> list[Group]:
    """All of the lake, in one scan."""
    with workspace.engine.session() as session:
        bind(workspace, session)
        names = tested(session)
        rows = session.query(render(_COUNTED, session.dialect)).to_pylist() if names else []
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["source"], row["code"], row["said"], row["concept_id"]].append(row)
    return [_group(key, parts, names) for key, parts in sorted(found.items())]


def bind(workspace: Workspace, session: Session) -> None:
    """`measurement`, `concept`, and `record_source`: the source of each run of records."""
    workspace.lake.snapshot().bind(session, "measurement")
    workspace.vocabulary.bind(session, ("concept",))
    origins = workspace.landing.origins()
    first, last, source = zip(*origins, strict=True) if origins else ((), (), ())
    session.bind_arrow("record_source", pa.table({
        "first": pa.array(first, pa.int64()), "last": pa.array(last, pa.int64()),
        "source": pa.array(source, pa.string()),
    }))  # fmt: skip


def tested(session: Session) -> dict[int, tuple[str, str]]:
    """LOINC code and name of the concepts of whose units something is known; they are the relation `tested` too."""
    codes = ", ".join(f"'{code}'" for code in concept_units())
    sql = f"""select concept_id, concept_code, concept_name from concept
        where vocabulary_id = 'LOINC' and concept_code in ({codes})"""
    rows = session.query(render(sql, session.dialect))
    session.bind_arrow("tested", rows)
    return {row["concept_id"]: (row["concept_code"], row["concept_name"]) for row in rows.to_pylist()}


def _group(key: tuple[Any, ...], parts: list[dict[str, Any]], names: dict[int, tuple[str, str]]) -> Group:
    source, code, said, concept_id = key
    loinc, name = names[concept_id]
    spread = Spread({part["bin"]: part["n"] for part in parts}, STEPS)
    return Group(
        source, code, said, concept_id, loinc, name, spread, _mean(parts, "low", "lows"), _mean(parts, "high", "highs")
    )


def _mean(parts: list[dict[str, Any]], total: str, count: str) -> float | None:
    """The geometric mean of what laboratories printed."""
    n = sum(part[count] for part in parts)
    return math.exp(sum(part[total] or 0 for part in parts) / n) if n else None

"""Two characterisations laid beside each other: which analyses differ, by how much, and where most"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from medark.check.achilles import STRATA, Analysis, analyses
from medark.flows.characterise.characterise import Characterised
from medark.flows.workspace import Workspace
from medark.sql.render import render
from medark.store.engine import Session

_ON: Final = " and ".join(f"coalesce(h.{name}, '') = coalesce(o.{name}, '')" for name in STRATA)
_KEYS: Final = ", ".join(f"coalesce(h.{name}, o.{name}) as {name}" for name in STRATA)
_EACH: Final = f"""
select coalesce(h.analysis_id, o.analysis_id) as analysis_id, {_KEYS},
  coalesce(h.amount, 0) as here, coalesce(o.amount, 0) as other,
  case when o.analysis_id is null then 1 else 0 end as only_here,
  case when h.analysis_id is null then 1 else 0 end as only_other
from {{here}} as h full join {{other}} as o on h.analysis_id = o.analysis_id and {_ON}
"""
_SUMMED: Final = """
select analysis_id, sum(here) as here, sum(other) as other, count(*) as strata,
  sum(case when here <> other then 1 else 0 end) as differing,
  sum(only_here) as only_here, sum(only_other) as only_other
from laid_beside group by analysis_id
"""
_MOST: Final = f"""
select analysis_id, {", ".join(STRATA)}, here, other from (
  select l.*, row_number() over (
    partition by analysis_id order by abs(here - other) desc, {", ".join(STRATA)}
  ) as place from laid_beside as l where here <> other
) as r where place = 1
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """An analysis of both. `here`, `other`: their counts in all (of distributions: medians, added up); `differing` of
    `strata` have another, some only on one side; `most`: the strata that differ most, and what each side says.
    """

    analysis: Analysis
    here: float
    other: float
    strata: int
    differing: int
    only_here: int
    only_other: int
    most: tuple[str, ...]
    most_here: float
    most_other: float

    @property
    def ratio(self) -> float | None:
        """Here to other; None if the other has nothing."""
        return self.here / self.other if self.other else None


def compared(workspace: Workspace, here: Characterised, other: Characterised) -> list[Difference]:
    """The analyses in which two characterisations differ, by number. Of the lake nothing is read."""
    with workspace.engine.session() as session:
        found = [*_laid_beside(session, here, other)]
    return sorted(found, key=lambda one: one.analysis.analysis_id)


def _laid_beside(session: Session, here: Characterised, other: Characterised) -> Iterator[Difference]:
    known = {one.analysis_id: one for one in analyses()}
    for side in (_counts, _medians):
        session.bind_arrow("side_here", side(here))
        session.bind_arrow("side_other", side(other))
        each = _EACH.format(here="side_here", other="side_other")
        session.table("laid_beside", render(each, session.dialect))
        most = {row["analysis_id"]: row for row in session.query(render(_MOST, session.dialect)).to_pylist()}
        rows = session.query(render(_SUMMED, session.dialect)).to_pylist()
        for row in rows:
            if row["differing"] and row["analysis_id"] in known:
                yield _difference(known[row["analysis_id"]], row, most[row["analysis_id"]])


def _difference(analysis: Analysis, row: dict[str, float], most: dict[str, float | str | None]) -> Difference:
    return Difference(
        analysis, float(row["here"]), float(row["other"]), int(row["strata"]), int(row["differing"]),
        int(row["only_here"]), int(row["only_other"]), tuple(str(most[name]) for name in STRATA if most[name]),
        float(most["here"] or 0), float(most["other"] or 0),
    )  # fmt: skip


def _counts(found: Characterised) -> pa.Table:
    return _side(found.counts, "count_value")


def _medians(found: Characterised) -> pa.Table:
    return _side(found.distributions, "median_value")


def _side(rows: pa.Table, amount: str) -> pa.Table:
    return rows.select(["analysis_id", *STRATA, amount]).rename_columns(["analysis_id", *STRATA, "amount"])

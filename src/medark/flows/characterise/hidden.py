"""A characterisation for who may not see counts of few people: they are left out, and what is told is told in steps

Nothing is told of a concept that few people have. Counts are rounded down to steps of `access.least_count`, so that
no difference of two of them tells a small one. Of a distribution a percentile is told where that many values lie on
either side of it; its ends, which are single values, never.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import analyses
from medark.check.achilles.plan import UNMAPPED
from medark.check.achilles.shape import PERCENTILES, TOLD_EXACTLY
from medark.flows.characterise.characterise import Characterised

_PEOPLE_BY_CONCEPT: Final = "people by concept"
_COSTS: Final = {15: 7, 16: 6}  # of drugs, of procedures
_ENDS: Final = ("min_value", "max_value")


def shown(found: Characterised, least: int) -> Characterised:
    """The same as far as it may be seen where counts under `least` may not; all of it for 1 or less."""
    if least <= 1:
        return found
    few = _of_few(found.counts, least)
    counts = _without(found.counts, few, least)
    exact = pa.array(sorted({UNMAPPED, *TOLD_EXACTLY}), pa.int32())
    counts = counts.filter(pc.invert(pc.is_in(counts["analysis_id"], exact)))
    distributions = _without(found.distributions, few, least)
    return replace(
        found, counts=_in_steps(counts, least), distributions=_in_steps(_placed(distributions, least), least)
    )


def _of_few(counts: pa.Table, least: int) -> pa.Table:
    """Families of analyses (by the hundreds of their numbers) and concepts that fewer people have: family, concept."""
    numbers = pa.array([one.analysis_id for one in analyses() if one.counts == _PEOPLE_BY_CONCEPT], pa.int32())
    by_concept = counts.filter(pc.is_in(counts["analysis_id"], numbers))
    small = by_concept.filter(pc.less(by_concept["count_value"], least))
    return pa.table({"key": _keys(small)})


def _keys(rows: pa.Table) -> pa.ChunkedArray:
    """The family and the first stratum of each row, as one text; costs are of the family of what was paid for."""
    family = pc.divide(rows["analysis_id"], 100)
    for costs, paid_for in _COSTS.items():
        family = pc.if_else(pc.equal(family, costs), paid_for, family)
    family = pc.cast(family, pa.string())
    return pc.binary_join_element_wise(family, pc.fill_null(rows["stratum_1"], "-"), " ")


def _without(rows: pa.Table, few: pa.Table, least: int) -> pa.Table:
    """Rows of enough people, or of none; of concepts that enough people have."""
    counts = rows["count_value"]
    is_enough = pc.or_(pc.equal(counts, 0), pc.greater_equal(counts, least))
    first = {one.analysis_id for one in analyses() if one.strata and one.strata[0].endswith("concept_id")}
    by_concept = pc.is_in(rows["analysis_id"], pa.array(sorted(first), pa.int32()))
    is_rare = pc.and_(by_concept, pc.is_in(_keys(rows), few["key"].combine_chunks()))
    return rows.filter(pc.and_(is_enough, pc.invert(is_rare)))


def _placed(rows: pa.Table, least: int) -> pa.Table:
    """Distributions without their ends, and without percentiles that few values lie beyond."""
    nothing = pa.nulls(rows.num_rows, pa.float64())
    for name in _ENDS:
        rows = rows.set_column(rows.column_names.index(name), name, nothing)
    for name, per_cent in PERCENTILES.items():
        column = f"{name}_value"
        beyond = pc.multiply(rows["count_value"], min(per_cent, 100 - per_cent))
        told = pc.if_else(pc.greater_equal(beyond, 100 * least), rows[column], None)
        rows = rows.set_column(rows.column_names.index(column), column, told)
    return rows


def _in_steps(rows: pa.Table, least: int) -> pa.Table:
    counts = pc.multiply(pc.divide(rows["count_value"], least), least)
    return rows.set_column(rows.column_names.index("count_value"), "count_value", counts)

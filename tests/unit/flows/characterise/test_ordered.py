"""Results of parts put together are in the order in which all of them would be sorted"""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from medark.check.achilles import STRATA
from medark.flows.characterise.counted import COUNTS
from medark.flows.characterise.ordered import in_order, together

ORDER = [(name, "ascending") for name in ("analysis_id", *STRATA)]


def drawn(seed: int, numbers: list[int], rows: int) -> pa.Table:
    draw = random.Random(seed)
    strata = {name: [draw.choice(["8507", "8532", "10", "9", None]) for _ in range(rows)] for name in STRATA}
    counts = [draw.randrange(1000) for _ in range(rows)]
    return pa.table(
        {"analysis_id": [draw.choice(numbers) for _ in range(rows)], **strata, "count_value": counts}, COUNTS
    )


@pytest.mark.parametrize("seed", range(5))
def test_they_are_in_order_also_where_an_analysis_is_of_two_parts(seed: int) -> None:
    parts = [drawn(seed, some, 60) for some in ([400, 2, 1900], [600, 601], [1900, 3], [7])]
    parts.append(COUNTS.empty_table())
    found = together(COUNTS, [in_order(one) for one in parts])
    keys = found.select([name for name, _ in ORDER]).to_pylist()
    assert keys == pa.concat_tables(parts).sort_by(ORDER).select([name for name, _ in ORDER]).to_pylist()
    assert sorted(map(str, found.to_pylist())) == sorted(map(str, pa.concat_tables(parts).to_pylist()))


def test_of_nothing_there_is_nothing() -> None:
    assert together(COUNTS, []).equals(COUNTS.empty_table())
    assert together(COUNTS, [COUNTS.empty_table()]).num_rows == 0

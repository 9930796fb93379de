"""Who was where people of some rows were, at the same time"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa

from medark.sdk.shows import Meetings

Query = Callable[..., pa.Table]
CASES: Final = "cases"
STAYS: Final = "stays"


def meetings(query: Query, needed: Meetings, quoted: Callable[[str], str]) -> pa.Table:
    """The meetings over the tables `cases` and `stays`, the latest first; the people of `cases` themselves left out."""
    place = quoted(needed.place)
    columns = "".join(f", s.{quoted(name)}" for name in needed.columns)
    return query(
        f"""
        WITH was AS (
          SELECT DISTINCT c.person_id AS "case", t.{place} AS place,
            t.entry_start - INTERVAL {int(needed.apart)} DAY AS entry_start,
            t.entry_end + INTERVAL {int(needed.apart)} DAY AS entry_end
          FROM {CASES} AS c JOIN {STAYS} AS t ON t.person_id = c.person_id
          WHERE t.{place} IS NOT NULL
            AND CAST(t.entry_end AS DATE) >= CAST(c.entry_start AS DATE) - {int(needed.before)}
            AND CAST(t.entry_start AS DATE) <= CAST(c.entry_start AS DATE) + {int(needed.after)}
        ),
        met AS (
          SELECT s.person_id, w."case", s.{place}, greatest(s.entry_start, w.entry_start) AS "first",
            least(s.entry_end, w.entry_end) AS "last"{columns}
          FROM was AS w JOIN {STAYS} AS s
            ON s.{place} = w.place AND s.entry_start <= w.entry_end AND s.entry_end >= w.entry_start
          WHERE s.person_id NOT IN (SELECT person_id FROM {CASES})
        )
        SELECT * FROM (
          SELECT *, row_number() OVER (
            PARTITION BY person_id, "case", {place} ORDER BY "last" - "first" DESC, "first") AS nth
          FROM met)
        WHERE nth = 1 ORDER BY "first" DESC, person_id, "case" LIMIT {needed.limit + 1}
        """
    )

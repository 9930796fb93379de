"""A tally as portable SQL: each item's kind is looked up once, however often it was counted"""

from __future__ import annotations

from sqlglot import exp

from medark.define.compile.draft import Draft, name_rows
from medark.define.compile.expressions import hit
from medark.define.compile.written import query
from medark.define.definitions.tally import Tally

_ITEMS = "SELECT event_count_source_value AS item FROM event_count GROUP BY event_count_source_value"
_ROWS = """
SELECT
    e.event_count_id AS entry_id,
    CAST(e.event_count_start_date AS TIMESTAMP) AS entry_start,
    CAST(e.event_count_end_date AS TIMESTAMP) AS entry_end,
    k.kind AS {by},
    e.event_count_source_value AS item,
    e.quantity,
    e.unit_source_value AS unit,
    COALESCE(s.care_site_name, s.care_site_source_value) AS place,
    COALESCE(o.county, l.county) AS district
FROM event_count AS e
JOIN {kinds} AS k ON k.item = e.event_count_source_value
LEFT JOIN care_site AS s ON s.care_site_id = e.care_site_id
LEFT JOIN location AS l ON l.location_id = s.location_id
LEFT JOIN location AS o ON o.location_id = e.location_id
"""


def tally_rows(draft: Draft, tally: Tally) -> exp.Select:
    """entry_id, entry_start, entry_end, and the tally's columns."""
    found = exp.column("name", table="n").eq(hit(tally.names, exp.column("item", table="i")))
    names = name_rows(draft.name_list(tally.names.codes), "n")
    kinds = exp.select("i.item", exp.column("code_text", table="n").as_("kind")).from_(query(_ITEMS).subquery("i"))
    return query(_ROWS, by=f'"{tally.by}"', kinds=draft.add("kinds", kinds.join(names, on=found), keep=True))

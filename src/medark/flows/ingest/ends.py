"""How rows and units of a wave ended record by record, so that each record's part can be taken back"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from medark.check import reasons
from medark.store.engine import Session
from medark.store.ledger import EndCount

UNLINKED: Final = "unlinked"  # the row is in the lake; `reason` names the columns left empty
_ENDS = """
SELECT '{table}' AS table_name, CASE WHEN reason IS NULL THEN 'loaded' WHEN reason = '{replaced}' THEN 'replaced'
  ELSE 'quarantined' END AS outcome, coalesce(nullif(reason, '{replaced}'), '') AS reason, record_no, row_count AS n
FROM {table}_tally
UNION ALL SELECT '{table}', '{unlinked}', unlinked, record_no, row_count FROM {table}_tally
WHERE reason IS NULL AND unlinked IS NOT NULL
"""
_UNIT_ENDS = "SELECT '' AS table_name, outcome, reason, record_no, units AS n FROM said"
_BY_RECORD = """
SELECT table_name, outcome, reason, record_no, CAST(sum(n) AS BIGINT) AS n FROM ({ends})
GROUP BY table_name, outcome, reason, record_no ORDER BY table_name, outcome, reason, record_no
"""


def ends_by_record(session: Session, tables: Sequence[str]) -> tuple[EndCount, ...]:
    """How they ended: rows of `<table>_tally` for each table, units of `said`."""
    told = [_ENDS.format(table=table, replaced=reasons.REPLACED.phrase, unlinked=UNLINKED) for table in tables]
    rows = session.query(_BY_RECORD.format(ends=" UNION ALL ".join([_UNIT_ENDS, *told])))
    kinds = rows.group_by(["table_name", "outcome", "reason"], use_threads=False)
    lists = kinds.aggregate([("record_no", "list"), ("n", "list")]).select(
        ["table_name", "outcome", "reason", "record_no_list", "n_list"]
    )
    return tuple(EndCount(*row.values()) for row in lists.to_pylist())

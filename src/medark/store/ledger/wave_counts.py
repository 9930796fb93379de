"""What each record added to its batch's account: kept by wave in few bytes, and taken back when it is judged again"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import and_, bindparam, delete, select, update

from medark.store.ledger.engine import put
from medark.store.ledger.outcome import EndCount
from medark.store.ledger.tables import reason_count, record_state, table_account, wave_count

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Database

_LOADED, _REPLACED, _QUARANTINED = "loaded", "replaced", "quarantined"
_ENDS = (_LOADED, _REPLACED, _QUARANTINED)  # how rows of a table end; units and rows without a reference have reasons
Key = tuple[int, str, str, str]  # batch, table, outcome, reason


def row_of(batch_no: int, ends: Sequence[EndCount]) -> list[dict[str, object]]:
    """The row that keeps what a wave added; none if that is nothing."""
    numbers = [number for end in ends for number in (end.records[0], end.records[-1])]
    if not numbers:
        return []
    return [{"batch_no": batch_no, "first_record": min(numbers), "last_record": max(numbers), "counts": _packed(ends)}]


def take_back(database: Database, connection: Connection, record_nos: Collection[int]) -> None:
    """Of some records nothing counts any more in their batches' accounts."""
    if not record_nos:
        return
    among, wanted = database.numbers(record_nos), set(record_nos)
    batches = select(record_state.c.batch_no).where(record_state.c.record_no.in_(among)).distinct()
    c, back = wave_count.c, Counter[Key]()
    near = and_(c.last_record >= min(wanted), c.first_record <= max(wanted))
    for row in connection.execute(select(wave_count).where(c.batch_no.in_(batches), near)).all():
        ends = _unpacked(row.counts)
        kept = [left for end in ends if (left := _without(end, wanted)) is not None]
        if kept != ends:
            back.update(_sums(row.batch_no, ends))
            back.subtract(_sums(row.batch_no, kept))
            _keep(connection, row.wave_no, row.batch_no, kept)
    _subtract(connection, {key: count for key, count in back.items() if count})


def _keep(connection: Connection, wave_no: int, batch_no: int, kept: Sequence[EndCount]) -> None:
    this = wave_count.c.wave_no == wave_no
    rows = row_of(batch_no, kept)
    connection.execute(update(wave_count).where(this).values(rows[0]) if rows else delete(wave_count).where(this))


def _sums(batch_no: int, ends: Iterable[EndCount]) -> Counter[Key]:
    return Counter({(batch_no, end.table, end.outcome, end.reason): sum(end.counts) for end in ends})


def _without(end: EndCount, numbers: Collection[int]) -> EndCount | None:
    """What is left of it without some records."""
    left = [(number, count) for number, count in zip(end.records, end.counts, strict=True) if number not in numbers]
    if not left:
        return None
    return EndCount(end.table, end.outcome, end.reason, [number for number, _ in left], [count for _, count in left])


def _subtract(connection: Connection, back: Mapping[Key, int]) -> None:
    """Take counts off the accounts of tables and of reasons; what comes to nothing goes."""
    rows = [_less(batch_no, table, outcome, n) for (batch_no, table, outcome, _), n in back.items() if table]
    t, r = table_account.c, reason_count.c
    less = {name: t[name] - bindparam(f"less_{name}") for name in ("staged", *_ENDS)}
    of_table = and_(t.batch_no == bindparam("b_batch"), t.table_name == bindparam("b_table"))
    put(connection, update(table_account).where(of_table).values(less), [row for row in rows if row["less_staged"]])
    told = [
        {"b_batch": batch_no, "b_table": table, "b_outcome": outcome, "b_reason": reason, "less": n}
        for (batch_no, table, outcome, reason), n in back.items()
        if reason
    ]
    names = {"batch_no": "b_batch", "table_name": "b_table", "outcome": "b_outcome", "reason": "b_reason"}
    of_reason = and_(*(r[name] == bindparam(given) for name, given in names.items()))
    put(connection, update(reason_count).where(of_reason).values(count=r["count"] - bindparam("less")), told)
    connection.execute(delete(reason_count).where(r["count"] <= 0))
    connection.execute(delete(table_account).where(t.staged <= 0))


def _less(batch_no: int, table: str, outcome: str, count: int) -> dict[str, Any]:
    ends = {f"less_{end}": count if outcome == end else 0 for end in _ENDS}
    return {"b_batch": batch_no, "b_table": table, "less_staged": sum(ends.values())} | ends


def _packed(ends: Iterable[EndCount]) -> bytes:
    told = [[end.table, end.outcome, end.reason, list(end.records), list(end.counts)] for end in ends]
    return zlib.compress(orjson.dumps(told), 1)


def _unpacked(counts: bytes) -> list[EndCount]:
    return [EndCount(*told) for told in orjson.loads(zlib.decompress(counts))]

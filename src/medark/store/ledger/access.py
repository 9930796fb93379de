"""Grants, and what named persons decided on how sensitive columns are"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import and_, delete, or_, select, update

from medark.errors import NotFoundError
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.user import ColumnOverride
from medark.store.ledger.tables import access_grant, column_override

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database

_G, _O = access_grant.c, column_override.c


class Access:
    """Grants by number. None is ever deleted or changed: it is revoked, and another given."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def grants(self, reader: Reader | None = None) -> list[Grant]:
        """All grants that were ever given, by number; of a reader: those of them, of their roles and of their app."""
        if reader is None:
            return list(self._grants(True))
        key = ("grants", reader.user, reader.roles, reader.app)
        return list(self._database.remembered.of(key, lambda: self._grants(_held_by(reader))))

    def _grants(self, which: Any) -> tuple[Grant, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(select(access_grant).where(which).order_by(_G.grant_no))
            return tuple(_grant(row) for row in rows)

    def add_grant(self, grant: Grant) -> Grant:
        """Give a grant; it comes back with its number (that of the one given is not looked at)."""
        tables = {name: None if columns is None else sorted(columns) for name, columns in grant.tables.items()}
        row = {
            "holder_kind": grant.holder_kind, "holder": grant.holder, "purpose": grant.purpose,
            "tables": orjson.dumps(tables).decode(), "rows": grant.rows, "level": grant.level,
            "masks": orjson.dumps(dict(grant.masks)).decode(), "starts_ms": grant.starts_ms,
            "ends_ms": grant.ends_ms, "granted_by": grant.granted_by, "granted_ms": int(self._clock() * 1000),
            "revoked_ms": grant.revoked_ms,
        }  # fmt: skip
        with self._database.writing() as connection:
            (number,) = connection.execute(access_grant.insert(), row).inserted_primary_key or (0,)
        return replace(grant, number=number)

    def revoke(self, number: int, by: str = "") -> Grant:
        """Take a grant back from now on; one that was taken back stays as it was. NotFoundError."""
        mine = _G.grant_no == number
        now = {"revoked_ms": int(self._clock() * 1000), "revoked_by": by}
        with self._database.writing() as connection:
            connection.execute(update(access_grant).where(mine, _G.revoked_ms.is_(None)).values(now))
            row = connection.execute(select(access_grant).where(mine)).first()
        if row is None:
            raise NotFoundError("no such grant", fix="look at which there are", grant=number)
        return _grant(row)

    def overrides(self) -> list[ColumnOverride]:
        """All decisions on columns that hold, by table and column."""
        return list(self._database.remembered.of("overrides", self._overrides))

    def _overrides(self) -> tuple[ColumnOverride, ...]:
        asked = select(_O.table_name, _O.column_name, _O.kind, _O.level, _O.reason, _O.decided_by, _O.at_ms)
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(_O.table_name, _O.column_name))
            return tuple(ColumnOverride(*row) for row in rows)

    def override(self, decided: ColumnOverride) -> None:
        """Decide on a column, now; the last decision holds. (Earlier ones are in the audit.)"""
        insert = self._database.insert(column_override)
        told = ("kind", "level", "reason", "decided_by", "at_ms")
        row = {"table_name": decided.table, "column_name": decided.column}
        row |= {name: getattr(decided, name) for name in told} | {"at_ms": int(self._clock() * 1000)}
        again = insert.on_conflict_do_update(
            index_elements=["table_name", "column_name"], set_={name: insert.excluded[name] for name in told}
        )
        with self._database.writing() as connection:
            connection.execute(again, row)

    def drop_override(self, table: str, column: str) -> None:
        """Let the rule decide on a column again."""
        with self._database.writing() as connection:
            connection.execute(delete(column_override).where(_O.table_name == table, _O.column_name == column))


def _held_by(reader: Reader) -> Any:
    holders = {Holder.USER: {reader.user}, Holder.ROLE: reader.roles, Holder.APP: {reader.app} - {""}}
    return or_(*(and_(_G.holder_kind == kind, _G.holder.in_(sorted(names))) for kind, names in holders.items()))


def _grant(row: Any) -> Grant:
    tables = {
        name: None if columns is None else frozenset(columns) for name, columns in orjson.loads(row.tables).items()
    }
    return Grant(
        number=row.grant_no, holder_kind=Holder(row.holder_kind), holder=row.holder, purpose=Purpose(row.purpose),
        tables=tables, rows=Rows(row.rows), level=row.level, starts_ms=row.starts_ms, ends_ms=row.ends_ms,
        masks=orjson.loads(row.masks), granted_by=row.granted_by, revoked_ms=row.revoked_ms,
    )  # fmt: skip

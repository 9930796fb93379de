"""A ledger that was kept in a file until now goes on in PostgreSQL: every row of it, the audit's chain as it is"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Table, func, select, text

from medark.store.ledger.engine import Database
from medark.store.ledger.tables import METADATA, access_change

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AT_ONCE: Final = 10_000  # rows
_MOVED: Final = ".moved"


def copy(before: Database, connection: Connection) -> None:
    """Copy all rows of a file of today's form into an empty database of today's form."""
    with before.writing() as rows:  # nobody writes to it meanwhile
        for table in METADATA.sorted_tables:
            if table is access_change:  # it counts what is copied, as any change
                continue
            for some in rows.execute(select(table)).mappings().partitions(_AT_ONCE):
                connection.execute(table.insert(), [dict(row) for row in some])
            _count_on(table, connection)


def set_aside(path: Path) -> None:
    """The file under another name: nobody takes it for the ledger any more."""
    path.replace(path.with_name(path.name + _MOVED))


def _count_on(table: Table, connection: Connection) -> None:
    """What numbers itself goes on behind what was copied."""
    column = table.autoincrement_column
    if column is None:
        return
    highest = connection.execute(select(func.max(column))).scalar()
    if highest is not None:
        told = {"table": table.name, "column": column.name, "highest": highest}
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"), told)

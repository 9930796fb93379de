"""What numbers were decided to be measured in; what was taken back is in the audit log"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import Delete, and_, bindparam, delete, select

from medark.model.unit_decision import UnitDecision
from medark.store.ledger.engine import put
from medark.store.ledger.tables import unit_decision

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database

_KEY = ("source", "code", "said")


class Units:
    """One row for each unit that a source writes beside a code: the last word."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decide(self, decided: Iterable[UnitDecision]) -> None:
        """Keep what was decided in the place of what was decided of the same before."""
        rows = list({one.key: asdict(one) for one in decided}.values())
        with self._database.writing() as connection:
            put(connection, _deleted(), [_bound(row) for row in rows])
            put(connection, unit_decision.insert(), rows)

    def undo(self, keys: Iterable[tuple[str, str, str]]) -> None:
        """Take back what was decided of these."""
        with self._database.writing() as connection:
            put(connection, _deleted(), [_bound(dict(zip(_KEY, key, strict=True))) for key in keys])

    def all(self, source: str = "") -> list[UnitDecision]:
        """What holds (for a source), by source, code and unit as written."""
        asked = select(unit_decision).order_by(*(unit_decision.c[name] for name in _KEY))
        asked = asked.where(unit_decision.c.source == source) if source else asked
        with self._database.reading() as connection:
            return [UnitDecision(**row._mapping) for row in connection.execute(asked)]


def _deleted() -> Delete:
    return delete(unit_decision).where(and_(*(unit_decision.c[name] == bindparam(f"b_{name}") for name in _KEY)))


def _bound(row: dict[str, object]) -> dict[str, object]:
    return {f"b_{name}": row[name] for name in _KEY}

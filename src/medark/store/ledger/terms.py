"""What sources call codes that no standard concept stands for, and what was decided that they mean"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, bindparam, func, select, update

from medark.model.term import SourceTerm, TermState
from medark.store.ledger.engine import put
from medark.store.ledger.tables import term

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database

_KEY = ("source", "kind", "system", "code")


class Terms:
    """One row a code of a source. What was decided stays, however often the code comes again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, met: Iterable[SourceTerm]) -> None:
        """Codes that were met: new ones are added, and known ones get the name that they had none of."""
        told = {one.key: one for one in met}
        known = {one.key: one for one in self.all(sources={one.source for one in told.values()})}
        new = [_row(one) for key, one in told.items() if key not in known]
        named = [
            {f"b_{name}": value for name, value in zip(_KEY, key, strict=True)} | {"b_name": one.name}
            for key, one in told.items()
            if key in known and one.name and not known[key].name
        ]  # fmt: skip
        if new or named:
            with self._database.writing() as connection:
                put(connection, term.insert(), new)
                put(connection, update(term).where(_this()).values(name=bindparam("b_name")), named)

    def decide(self, decided: Iterable[SourceTerm]) -> None:
        """Keep what was decided of terms that are known, or of new ones."""
        rows = list(decided)
        self.note(rows)
        told = [
            {
                **{f"b_{name}": getattr(one, name) for name in _KEY}, "b_state": str(one.state),
                "b_concept": one.concept_id, "b_chance": one.probability, "b_by": one.decided_by,
                "b_at": one.decided_ms,
            }
            for one in rows
        ]  # fmt: skip
        changed = update(term).where(_this())
        values = {
            "state": bindparam("b_state"), "concept_id": bindparam("b_concept"), "probability": bindparam("b_chance"),
            "decided_by": bindparam("b_by"), "decided_ms": bindparam("b_at"),
        }  # fmt: skip
        with self._database.writing() as connection:
            put(connection, changed.values(**values), told)

    def open_of(self, source: str) -> int:
        """How many codes of a source nobody has decided."""
        asked = select(func.count()).where(term.c.source == source, term.c.state == str(TermState.OPEN))
        with self._database.reading() as connection:
            return int(connection.execute(asked).scalar_one())

    def mark(self) -> str:
        """Another one after any term was added or decided."""
        asked = select(
            func.count(), func.count(term.c.concept_id), func.sum(term.c.concept_id), func.max(term.c.decided_ms)
        )
        with self._database.reading() as connection:
            return repr(tuple(connection.execute(asked).one()))

    def all(self, state: TermState | None = None, sources: Iterable[str] | None = None) -> list[SourceTerm]:
        """Those in a state, of some sources; all of them if neither is said. By source, kind, system and code."""
        asked = select(term).order_by(*(term.c[name] for name in _KEY))
        if state is not None:
            asked = asked.where(term.c.state == str(state))
        if sources is not None:
            asked = asked.where(term.c.source.in_(sorted(sources)))
        with self._database.reading() as connection:
            return [_term(row._mapping) for row in connection.execute(asked)]


def _this() -> ColumnElement[bool]:
    return and_(*(term.c[name] == bindparam(f"b_{name}") for name in _KEY))


def _row(one: SourceTerm) -> dict[str, Any]:
    return asdict(one) | {"state": str(one.state)}


def _term(row: Any) -> SourceTerm:
    return SourceTerm(**{**row, "state": TermState(row["state"])})

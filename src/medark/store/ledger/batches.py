"""Batches: when each ingest began and ended, and how its files ended"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select, update

from medark.errors import NotFoundError
from medark.model.account import FileAccount
from medark.store.ledger.engine import put
from medark.store.ledger.state import Batch
from medark.store.ledger.tables import batch, refused_file, sent_again

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database


class Batches:
    """Ingests, by their number."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def begin(self, batch_no: int, source: str, *, started: float | None = None) -> Batch:
        """Note that a batch began (now, or at `started`, in seconds); one that was begun before goes on as it was."""
        at = self._clock() if started is None else started
        row = {"batch_no": batch_no, "source": source, "started_ms": int(at * 1000)}
        with self._database.writing() as connection:
            connection.execute(self._database.insert(batch).on_conflict_do_nothing(), row)
        return self.one(batch_no)

    def end(self, batch_no: int, files: FileAccount) -> None:
        """Note how a batch's files ended."""
        told = {name: getattr(files, name) for name in ("found", "landed", "already", "bytes")}
        refused = [{"batch_no": batch_no, "name": _text(name), "reason": reason} for name, reason in files.refused]
        with self._database.writing() as connection:
            ended = {"ended_ms": int(self._clock() * 1000), **told}
            connection.execute(update(batch).where(batch.c.batch_no == batch_no).values(ended))
            connection.execute(delete(refused_file).where(refused_file.c.batch_no == batch_no))
            put(connection, refused_file.insert(), refused)

    def add_sent_again(self, batch_no: int, records: Collection[int]) -> None:
        """Note records that a batch brought again, each once."""
        rows = [{"batch_no": batch_no, "record_no": number} for number in sorted(set(records))]
        with self._database.writing() as connection:
            put(connection, self._database.insert(sent_again).on_conflict_do_nothing(), rows)

    def sent_again(self, source: str) -> list[int]:
        """Records of a source that came more than once, as far as they were noted; in order."""
        theirs = select(batch.c.batch_no).where(batch.c.source == source)
        with self._database.reading() as connection:
            asked = select(sent_again.c.record_no).distinct().where(sent_again.c.batch_no.in_(theirs))
            return sorted(connection.execute(asked).scalars())

    def one(self, batch_no: int) -> Batch:
        """A batch by number; NotFoundError."""
        found = self._found(batch.c.batch_no == batch_no, refused_file.c.batch_no == batch_no)
        if not found:
            raise NotFoundError("no such batch", fix="medark account", batch=batch_no)
        return found[0]

    def all(self) -> list[Batch]:
        """All batches, oldest first."""
        return self._found(True, True)

    def newest(self) -> list[Batch]:
        """The newest batch of each source, newest first."""
        numbers = select(func.max(batch.c.batch_no)).group_by(batch.c.source)
        return self._found(batch.c.batch_no.in_(numbers), refused_file.c.batch_no.in_(numbers))[::-1]

    def forget_names(self, tells: Callable[[str], bool]) -> None:
        """Forget the names of refused files that tell of somebody who was erased; that they were refused stays."""
        with self._database.writing() as connection:
            names = connection.execute(select(refused_file.c.name).distinct()).scalars().all()
            told = [{"told": name} for name in names if tells(name)]
            put(connection, update(refused_file).where(refused_file.c.name == bindparam("told")).values(name=""), told)
        if told:
            self._database.rewrite(refused_file)

    def _found(self, which: Any, whose: Any) -> list[Batch]:
        refused: dict[int, list[tuple[str, str]]] = {}
        with self._database.reading() as connection:
            for number, name, reason in connection.execute(select(refused_file).where(whose)):
                refused.setdefault(number, []).append((name, reason))
            rows = connection.execute(select(batch).where(which).order_by(batch.c.batch_no)).all()
        return [
            Batch(
                row.batch_no, row.source, row.started_ms, row.ended_ms,
                FileAccount(row.found, row.landed, row.already, tuple(refused.get(row.batch_no, ())), row.bytes),
            )
            for row in rows
        ]  # fmt: skip


def _text(name: str) -> str:
    """A name as every database takes it: one in an archive may hold anything."""
    return name.replace("\0", "\N{REPLACEMENT CHARACTER}")

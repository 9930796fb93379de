"""How good the data was found to be, run after run"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import insert, select

from medark.model.quality import QualityRun, Score
from medark.store.ledger.tables import quality_run

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database


class Quality:
    """Runs of the checks: added, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run: QualityRun) -> None:
        """Keep a run."""
        row = {
            "at_ms": run.at_ms, "version": run.version, "vocabulary": run.vocabulary,
            "scores": msgspec.json.encode(run.scores).decode(), "failing": msgspec.json.encode(run.failing).decode(),
        }  # fmt: skip
        with self._database.writing() as connection:
            connection.execute(insert(quality_run), row)

    def runs(self, limit: int = 100) -> list[QualityRun]:
        """The newest runs, newest first."""
        newest = select(quality_run).order_by(quality_run.c.run_no.desc()).limit(limit)
        with self._database.reading() as connection:
            return [_run(row) for row in connection.execute(newest)]


def _run(row: Any) -> QualityRun:
    scores = msgspec.json.decode(row.scores, type=dict[str, dict[str, Score]])
    failing = msgspec.json.decode(row.failing, type=dict[str, tuple[int, int]])
    return QualityRun(row.at_ms, row.version, row.vocabulary, scores, failing)

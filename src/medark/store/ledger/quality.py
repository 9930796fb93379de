"""How good the data was found to be, run after run: of all, and of each source"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import insert, select

from medark.model.quality import QualityRun, Score, SourceQuality
from medark.store.ledger.engine import put
from medark.store.ledger.tables import quality_run, quality_source

if TYPE_CHECKING:
    from medark.store.ledger.engine import Database


class Quality:
    """Runs of the checks: added, never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run: QualityRun) -> None:
        """Keep a run."""
        row = {
            "at_ms": run.at_ms, "version": run.version, "vocabulary": run.vocabulary, "scores": _told(run.scores),
            "failing": _told(run.failing),
        }  # fmt: skip
        with self._database.writing() as connection:
            number = connection.execute(insert(quality_run).returning(quality_run.c.run_no), row).scalar_one()
            told = [
                {
                    "run_no": number, "source": source, "rows_of": _told(one.rows), "scores": _told(one.scores),
                    "failing": _told(one.failing),
                }
                for source, one in run.sources.items()
            ]  # fmt: skip
            put(connection, quality_source.insert(), told)

    def runs(self, limit: int = 100) -> list[QualityRun]:
        """The newest runs, newest first."""
        newest = select(quality_run).order_by(quality_run.c.run_no.desc()).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(newest).all()
            first = rows[-1].run_no if rows else 0
            told = connection.execute(select(quality_source).where(quality_source.c.run_no >= first)).all()
        sources: dict[int, dict[str, SourceQuality]] = defaultdict(dict)
        for row in told:
            rows_of = msgspec.json.decode(row.rows_of, type=dict[str, int])
            sources[row.run_no][row.source] = SourceQuality(rows_of, *_judged(row))
        return [
            QualityRun(row.at_ms, row.version, row.vocabulary, *_judged(row), sources.get(row.run_no, {}))
            for row in rows
        ]


def _told(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _judged(row: Any) -> tuple[dict[str, dict[str, Score]], dict[str, tuple[int, int]]]:
    scores = msgspec.json.decode(row.scores, type=dict[str, dict[str, Score]])
    return scores, msgspec.json.decode(row.failing, type=dict[str, tuple[int, int]])

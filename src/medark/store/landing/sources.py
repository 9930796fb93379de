"""What the landing store knows of sources and their batches"""

from __future__ import annotations

import json
from collections.abc import Iterable

from medark.errors import NotFoundError
from medark.model.source import Source
from medark.store.landing.accept import source_number
from medark.store.landing.journal import Journal, Row

_COLUMNS = "name, time_zone, authorities, own_people"


def put(journal: Journal, source: Source) -> None:
    """Keep a source; a later word replaces an earlier one."""
    told = (source.time_zone, json.dumps(source.authorities), source.own_people)
    with journal.writing() as write:
        number = source_number(write, source.name)
        write.execute(
            "UPDATE source SET time_zone = ?, authorities = ?, own_people = ? WHERE source_no = ?", (*told, number)
        )


def one(journal: Journal, name: str) -> Source:
    """A source by name. NotFoundError."""
    found = journal.rows(f"SELECT {_COLUMNS} FROM source WHERE name = ?", (name,))
    if not found:
        raise NotFoundError("no such source", fix="medark source list", source=name)
    return _source(found[0])


def every(journal: Journal) -> list[Source]:
    """All sources by name."""
    return [_source(row) for row in journal.rows(f"SELECT {_COLUMNS} FROM source ORDER BY name")]


def next_batch(journal: Journal, source: str, now: float) -> int:
    """A batch number that no source has had, taken."""
    with journal.writing() as write:
        number = (write.execute("SELECT max(batch_no) FROM batch").fetchone()[0] or 0) + 1
        write.execute("INSERT INTO batch VALUES (?, ?, ?)", (source_number(write, source), number, now))
    return int(number)


def began(journal: Journal, source: str, batch_no: int) -> float:
    """When a batch began, in seconds since 1970. NotFoundError."""
    found = journal.rows(
        "SELECT began FROM batch JOIN source USING (source_no) WHERE name = ? AND batch_no = ?", (source, batch_no)
    )
    if not found:
        raise NotFoundError("no such batch", source=source, batch_no=batch_no)
    return float(found[0][0])


def arrivals(journal: Journal, record_nos: Iterable[int]) -> dict[int, float]:
    """When the batches of some records began, in seconds since 1970; records that there are not are left out."""
    return dict(
        journal.rows(
            "SELECT r.record_no, b.began FROM json_each(?) AS asked JOIN record AS r ON r.record_no = asked.value"
            " JOIN batch AS b USING (source_no, batch_no)",
            (json.dumps(list(record_nos)),),
        )
    )


def batches(journal: Journal) -> list[tuple[str, int, float, int, int]]:
    """Batches with records: source, number, when it began in seconds since 1970, its first and last record_no."""
    return [
        (str(name), int(number), float(began), int(first), int(last))
        for name, number, began, first, last in journal.rows(
            "SELECT source.name, batch_no, began, min(record_no), max(record_no) FROM record"
            " JOIN batch USING (source_no, batch_no) JOIN source USING (source_no)"
            " GROUP BY source_no, batch_no ORDER BY batch_no"
        )
    ]


_RUNS = """
WITH marked AS (
  SELECT record_no, source_no, source_no IS NOT lag(source_no) OVER (ORDER BY record_no) AS begins
  FROM record WHERE record_no > ?
), starts AS (SELECT record_no, source_no FROM marked WHERE begins)
SELECT s.record_no,
  coalesce(lead(s.record_no) OVER (ORDER BY s.record_no) - 1, (SELECT max(record_no) FROM record)), name
FROM starts s JOIN source USING (source_no) ORDER BY s.record_no
"""


def runs(journal: Journal, after: int) -> list[tuple[int, int, str]]:
    """Runs of records of one source, of those after a number. Numbers that nobody has are in the run before them."""
    return [(int(first), int(last), str(name)) for first, last, name in journal.rows(_RUNS, (after,))]


def _source(row: Row) -> Source:
    name, time_zone, authorities, own_people = row
    if time_zone is None:
        return Source(name)  # records came from it, nothing else is known
    return Source(name, time_zone, tuple(json.loads(authorities)), own_people)

"""What the lake holds beside what is true: rows of both, compared as they are"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

from medark.bootstrap import open_workspace
from medark.model.omop import VOCABULARY_TABLES, tables

COMPARISONS = Path(__file__).parent / "compare"
_ALL = 10_000_000  # what is held back in a city of any size here
_KEYS = pa.schema([("people", pa.string()), ("person_key", pa.string()), ("person_id", pa.int64())])
_LANDED = pa.schema([("record_no", pa.int64()), ("source", pa.string()), ("file", pa.string())])
_HELD = pa.schema([
    ("record_no", pa.int64()), ("row_no", pa.int64()), ("outcome", pa.string()), ("reason", pa.string()),
    ("omop", pa.string()),
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """One question: rows that are true, rows in the lake, those in both; and how many lines of files were lost."""

    name: str
    true: int
    lake: int
    same: int
    lost: int

    @property
    def agrees(self) -> bool:
        """Nothing in the lake is untrue, and nothing that is true is missing but for lines that were lost."""
        return self.lake == self.same and self.true - self.same <= self.lost


class Comparison:
    """A session of DuckDB with three schemas: `truth`, `lake` and `facts`; and in the main one

    `who(person_id, people, person)`: who a person of the lake is in truth; somebody known at two places is two there;
    `landed(record_no, source, file)` and `held(record_no, row_no, outcome, reason, omop)`: what was kept back.
    """

    def __init__(self, workspace: Path, truth: Path) -> None:
        self.db = duckdb.connect()
        self._workspace = open_workspace(workspace)
        self._truth(truth)
        self._lake()
        self._kept()
        self.db.execute((COMPARISONS / "who.sql").read_text(encoding="utf-8"))

    def names(self) -> list[str]:
        """The questions there are."""
        return sorted(file.stem for file in COMPARISONS.glob("*.sql") if file.stem != "who")

    def ask(self, name: str) -> Compared:
        """The answer to one; the rows are `true_row` and `lake_row` until the next is asked."""
        self.db.execute((COMPARISONS / f"{name}.sql").read_text(encoding="utf-8"))
        counts = [self._count(sql) for sql in ("true_row", "lake_row", f"({_BOTH})")]
        return Compared(name, *counts, self._count("lost"))

    def different(self, limit: int = 5) -> dict[str, list[tuple[object, ...]]]:
        """Some rows of the last question that are on one side alone."""
        return {
            f"only {mine}": self.db.execute(f"FROM {mine}_row EXCEPT ALL FROM {other}_row LIMIT {limit}").fetchall()
            for mine, other in (("true", "lake"), ("lake", "true"))
        }

    def planted(self) -> tuple[tuple[str, str, int, int], ...]:
        """Errors that were planted: the kind, how it must end, how many there are, how many ended so."""
        self.db.execute((Path(__file__).parent / "planted.sql").read_text(encoding="utf-8"))
        return tuple(self.db.execute("FROM ended ORDER BY expected, kind").fetchall())

    def held(self) -> tuple[tuple[str, str, str, str, int], ...]:
        """What is held back: source, outcome, reason, OMOP table and how often."""
        sql = "SELECT source, outcome, reason, omop, count(*) FROM held JOIN landed USING (record_no) GROUP BY ALL"
        return tuple(self.db.execute(f"{sql} ORDER BY ALL").fetchall())

    def rows(self) -> dict[str, int]:
        """Tables of the lake that have rows, and how many."""
        snapshot = self._workspace.lake.snapshot()
        return {name: snapshot.rows(name) for name in tables() if name not in VOCABULARY_TABLES and snapshot.rows(name)}

    def _count(self, relation: str) -> int:
        ((count,),) = self.db.execute(f"SELECT count(*) FROM {relation}").fetchall()
        return int(count)

    def _truth(self, root: Path) -> None:
        self.db.execute("CREATE SCHEMA truth; CREATE SCHEMA facts")
        for folder in sorted(path for path in root.iterdir() if path.is_dir()):
            if folder.name == "facts":
                for file in folder.glob("*.parquet"):
                    self.db.execute(f"CREATE VIEW facts.{file.stem} AS FROM read_parquet('{file}')")
            else:
                self.db.execute(f"CREATE VIEW truth.{folder.name} AS FROM read_parquet('{folder}/*.parquet')")

    def _lake(self) -> None:
        self.db.execute("CREATE SCHEMA lake")
        with self._workspace.engine.session() as session:
            for name in sorted(tables().keys() - VOCABULARY_TABLES):
                self._workspace.lake.snapshot().bind(session, name)
                self._bind(f"lake.{name}", session.query(f"SELECT * FROM {name}"))

    def _kept(self) -> None:
        workspace = self._workspace
        records = [(r.record_no, r.source, r.name) for r in workspace.landing.records()]
        peoples = {workspace.landing.source(name).people for _, name, _ in records}
        keys = [(people, *key) for people in peoples for key in workspace.crosswalk.persons(people).items()]
        held = [
            (q.record_no, q.row_no, q.outcome, q.reason, q.table) for q in workspace.ledger.quarantine.held(limit=_ALL)
        ]
        for name, rows, schema in (("key", keys, _KEYS), ("landed", records, _LANDED), ("held", held, _HELD)):
            columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in schema]
            self._bind(name, pa.table(columns, schema=schema))

    def _bind(self, name: str, rows: pa.Table) -> None:
        self.db.register("arrow", rows)
        self.db.execute(f"CREATE TABLE {name} AS FROM arrow")
        self.db.unregister("arrow")

    def __enter__(self) -> Comparison:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._workspace.close()
        self.db.close()


_BOTH = "FROM true_row INTERSECT ALL FROM lake_row"

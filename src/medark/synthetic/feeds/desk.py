"""Where a system of the city writes a part: SQL over what happened, files out, and truth of every record in them"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medark.synthetic.city import City
from medark.synthetic.dirt.files import Mishap, mishap, must_happen
from medark.synthetic.facts import by_key, frame
from medark.synthetic.feeds.content import pieces, write_file
from medark.synthetic.feeds.system import Export
from medark.synthetic.settings import Part
from medark.synthetic.world import empty, table

RECORDS = pa.schema(
    [
        ("source", pa.dictionary(pa.int32(), pa.string())),
        ("file", pa.dictionary(pa.int32(), pa.string())),
        ("row_no", pa.int32()),  # of lines, messages or documents of the file, from 0, a header not counted
        ("kind", pa.dictionary(pa.int32(), pa.string())),
        ("record_id", pa.string()),
        ("person", pa.int64()),
    ]
)
_NOTED = pa.schema([("kind", pa.string()), ("record_id", pa.string()), ("person", pa.int64())])
_ENGINE: dict[str, str | int | float | list[str]] = {
    "threads": 1,
    "preserve_insertion_order": True,
    "memory_limit": "256MB",
}
_TOGETHER = 2_000  # rows of a spooled file that are read or passed over together
_SHARED = "visit_patient"  # the temporary table of views.sql that all systems read
Record = tuple[str, str, int | None]  # kind, record_id, person


class Desk:
    """One part at one system after another. Relations: those of TABLES, `staff`, and `fact_<name>` when asked for."""

    def __init__(self, city: City, part: Part, tables: Mapping[str, pa.Table], root: Path) -> None:
        self.city, self.part, self.root = city, part, root
        self.system = ""  # the one that writes now
        self._session = duckdb.connect(
            config={**_ENGINE, "temp_directory": str(root / "spool" / f"engine-{part.number}")}
        )
        self._session.execute(files("medark.synthetic.feeds").joinpath("macros.sql").read_text(encoding="utf-8"))
        for name, of in {**tables, "staff": city.staff}.items():
            self._session.register(name, of)
        self._session.execute(files("medark.synthetic.feeds").joinpath("views.sql").read_text(encoding="utf-8"))
        self._records: list[pa.Table] = []
        self._planted: list[pa.Table] = []
        self._hurt: set[str] = set()  # systems whose file had the mishap that each city has once

    def turn_to(self, system: str) -> None:
        """`system` writes from now on; the tables that the one before it made are gone."""
        self.system = system
        made = self._session.execute("select table_name from duckdb_tables() where temporary order by 1").fetchall()
        for (name,) in made:
            if name != _SHARED:
                self._session.execute(f'drop table "{name}"')

    def facts(self, *names: str) -> None:
        """Make fact tables known to SQL as fact_<name>; all columns are text."""
        for name in names:
            self._session.register(f"fact_{name}", frame(name))

    def register(self, name: str, table: pa.Table) -> None:
        """Make a table of the system's own known to SQL."""
        self._session.register(name, table)

    def run(self, sql: str) -> None:
        """Make views and temporary tables that several exports read."""
        self._session.execute(sql)

    def query(self, sql: str) -> pa.Table:
        """Rows for what is not written by SQL."""
        return self._session.sql(sql).to_arrow_table()

    def lines(self, *exports: Export) -> None:
        """Write a file of lines, those of several exports one run after another; nothing if there are none at all.

        The first names the file and says how it is encoded; each run stands between its own header and footer.
        """
        runs = [(export, self.query(export.sql)) for export in exports]
        if not any(found.num_rows for _, found in runs):
            return
        name, encoding = exports[0].file.format(part=self.part.number), exports[0].encoding
        noted = pa.concat_tables([found.select(_NOTED.names).cast(_NOTED) for _, found in runs])
        wrong = self._mishap(name, noted.num_rows)
        write_file(self._path(name), pieces(runs, encoding, wrong))
        self._note(name, noted["kind"], noted["record_id"], noted["person"])
        if wrong:
            self._plant(name, wrong, noted)
        if wrong and wrong.kind == "sent_twice":
            stem, dot, endings = name.partition(".")
            shutil.copyfile(self._path(name), self._path(f"{stem} (2){dot}{endings}"))

    def file(self, name: str, content: bytes, records: Iterable[Record]) -> None:
        """Write a file that is not lines, with the records in it in their order."""
        write_file(self._path(name), (content,))
        kinds, ids, persons = zip(*records, strict=True)
        self._note(name, pa.array(kinds), pa.array(ids), pa.array(persons, pa.int64()))

    def spool(self, name: str, sql: str, by: str) -> None:
        """Keep rows for `System.finish`, which then sees <spooled>/<name>/<part>.parquet; those alike in the column
        `by` lie together, so that they are found without reading the others.
        """
        folder = self.root / "spool" / self.system / name
        folder.mkdir(parents=True, exist_ok=True)
        rows = self.query(f"select * from ({sql}) order by {by}")
        pq.write_table(rows, folder / f"{self.part.number:05d}.parquet", row_group_size=_TOGETHER)

    def records(self) -> pa.Table:
        """All records written so far, as truth has them."""
        return pa.concat_tables(self._records) if self._records else RECORDS.empty_table()

    def planted(self) -> pa.Table:
        """What went wrong with files, as rows of truth/planted."""
        return pa.concat_tables([empty("planted"), *self._planted]).unify_dictionaries()

    def close(self) -> None:
        """Let go of the tables."""
        self._session.close()

    def _mishap(self, name: str, lines: int) -> Mishap | None:
        kind = must_happen(self.city.settings, self.part, self.system)
        if kind and self.system not in self._hurt:
            self._hurt.add(self.system)
            return Mishap(kind, lines - 1)
        return mishap(self.city.settings, self.part, self.system, name, lines)

    def _plant(self, name: str, wrong: Mishap, found: pa.Table) -> None:
        row = found.slice(wrong.row_no, 1)
        note = table(
            "planted",
            kind=[wrong.kind],
            of=["file"],
            key=[wrong.row_no],
            person=row["person"],
            organisation=[self.system.split("/")[0]],
            column=[f"{self.system}/{name}"],
            expected=[by_key("dirt")[wrong.kind]["expected"]],
        )
        self._planted.append(note)

    def _path(self, name: str) -> Path:
        return self.root / "raw" / self.system / name

    def _note(self, file: str, kinds: pa.Array, ids: pa.Array, persons: pa.Array) -> None:
        count = len(ids)
        columns = [
            _same(self.system, count),
            _same(file, count),
            pa.array(np.arange(count, dtype=np.int32)),
            pc.cast(kinds, pa.string()).dictionary_encode(),
            _own(pc.cast(ids, pa.string())),
            _own(persons),
        ]
        self._records.append(pa.table(columns, names=RECORDS.names).cast(RECORDS))


def _own(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A copy: what comes from the engine holds all columns of its rows in memory, lines too."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return whole.copy_to(pa.default_cpu_memory_manager())


def _same(word: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)), pa.array([word]))

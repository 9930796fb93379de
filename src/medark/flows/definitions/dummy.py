"""A made-up population for a definition, as OMOP tables in a folder, and what the definition answers on it"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from medark.define.definitions import Definition
from medark.define.dummy import Dummy, dummy_population
from medark.define.dummy.branches import of_entries
from medark.define.memory import Record, compiled
from medark.define.tables import TABLES, event_table
from medark.errors import DefinitionError, StorageError
from medark.flows.definitions.run import runnable
from medark.model.omop import tables
from medark.model.table import Column

Columns = Mapping[str, Sequence[Any]]


def dummy(definition: Definition, size: int, seed: int) -> Dummy:
    """Made-up people for a definition that says whom it is asked for. DefinitionError for one that does not."""
    return dummy_population(runnable(definition), size, seed)


def answers(definition: Definition, made: Dummy) -> list[dict[str, Any]]:
    """What the definition answers on them, one row an entry."""
    ready = compiled(of_entries(runnable(definition)), made.resolved)
    return [row for record in records(made) for row in ready.rows(record, today=made.today)]


def records(made: Dummy) -> Iterator[Record]:
    """The made-up people as the in-memory engine takes them."""
    for person_id in made.tables["person"]["person_id"]:
        held = {table: _of_person(columns, TABLES[table].person, person_id) for table, columns in made.tables.items()}
        yield Record.of(person_id, held)


def write(made: Dummy, folder: Path) -> list[Path]:
    """One CSV file a table, as `medark ingest` takes them. StorageError for a folder that is full or not empty."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StorageError("there is something in this folder", fix="name a new one", path=str(folder))
        return [_written(folder / f"{table}.csv", table, columns) for table, columns in made.tables.items()]
    except OSError as error:
        raise StorageError("the folder can't be written", fix="check its rights", errno=error.errno or 0) from None


def _written(path: Path, table: str, columns: Columns) -> Path:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    of_table = tables()[table].columns
    out.writerow([column.name for column in of_table])
    rows = len(next(iter(columns.values())))
    out.writerows(zip(*(_cells(table, column, columns, rows) for column in of_table), strict=True))
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def _cells(table: str, column: Column, columns: Columns, rows: int) -> Sequence[Any]:
    """A column as it was drawn; one that the definition does not read, as the model requires it and no more."""
    if column.name in columns:
        return ["" if cell is None else cell for cell in columns[column.name]]
    if not column.required:
        return [""] * rows
    spec = event_table(table)
    if column.name == spec.end and spec.start in columns:
        return columns[spec.start]
    if column.name == "year_of_birth":
        return [1970] * rows
    if column.name.endswith("_concept_id"):
        return [0] * rows
    raise DefinitionError(f"{table}.{column.name} is required, and nothing was drawn for it", fix="please report this")


def _of_person(columns: Columns, person: str, person_id: int) -> dict[str, list[Any]]:
    places = [place for place, one in enumerate(columns[person]) if one == person_id]
    return {name: [cells[place] for place in places] for name, cells in columns.items()}

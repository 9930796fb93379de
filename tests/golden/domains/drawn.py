"""Tables drawn as text, brought through the domain steps and the gate, and what comes out drawn again.

A case is `<name>.in` and `<name>.out`: blocks of a relation's name, a line of column names, and rows, cells between
bars (¦ in a cell is a bar). An empty cell is missing, '' is the empty text. What a case does not draw is empty; the
place of a staged row is record 1, row n unless drawn. `#kind/key` stands for a surrogate id, `@record/row/part` for an
id made of the place.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pyarrow as pa

from medark.check import gate
from medark.model.omop import lake_columns, tables
from medark.model.staging import STAGING
from medark.model.table import Column, Type
from medark.sql.render import Value, render
from medark.standardise.domains import DERIVED, STEPS
from medark.standardise.step import wanted
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

HERE = Path(__file__).parent
PARAMETERS = {
    "salt": "salt", "source": "north/lis", "people": "north", "source_zone": "Asia/Shanghai", "zone": "Asia/Shanghai",
    "arrived": "2026-01-15",
}  # fmt: skip
_PEOPLES = ("visit", "visit_detail", "provider", "care_site", "location")  # keys that an organisation's systems share
_TYPES = {
    Type.TEXT: pa.string(), Type.INTEGER: pa.int32(), Type.BIGINT: pa.int64(), Type.FLOAT: pa.float64(),
    Type.DATE: pa.date32(), Type.DATETIME: pa.timestamp("us"), Type.BOOLEAN: pa.bool_(),
}  # fmt: skip
_LOOKUPS = {
    "person_key": "person_key person_id:BIGINT",
    "value_map": "set_name value concept_id:INTEGER",
    "chosen_code": "code_key map_no:INTEGER concept_id:INTEGER source_concept_id:INTEGER domain_id source_value",
    "chosen_answer": "value_key concept_id:INTEGER",
    "unit_map": "unit concept_id:INTEGER",
    "unit_decision": "code said low:FLOAT high:FLOAT concept_id:INTEGER",
}
Drawn = dict[str, tuple[list[str], list[list[str]]]]


def read(path: Path) -> Drawn:
    """The relations drawn in a file: name to column names and rows of cells."""
    found: Drawn = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line.strip() and not line.startswith("--")]
        if lines:
            name, columns, *rows = lines
            found[name] = (_cells(columns), [_cells(row) for row in rows])
    return found


def came_out(case: Path, scratch: Path) -> Drawn:
    """The relations that the case's `.out` draws, as the steps give them."""
    given, wished = read(case), read(case.with_suffix(".out"))
    values = PARAMETERS | {row[0]: row[1] for row in given.pop("parameters", ([], []))[1]}
    parameters: dict[str, Value] = values | {"arrived": dt.date.fromisoformat(values["arrived"])}
    with DuckDB(scratch, threads=1).session() as session:
        bind(session, given)
        run(session, given, wished, parameters)
        return {name: (columns, _drawn(session, name, columns)) for name, (columns, _) in wished.items()}


def settled(drawn: Drawn) -> Drawn:
    """The same with stand-ins for ids worked out and rows in order."""
    return {
        name: (columns, sorted([_settled(c) for c in row] for row in rows)) for name, (columns, rows) in drawn.items()
    }


def bind(session: Session, given: Drawn) -> None:
    """Every relation that steps may read: as drawn, or empty."""
    for name, columns in _relations().items():
        session.bind_arrow(name, _table(name, columns, given))


def run(session: Session, given: Drawn, wished: Sequence[str] | Drawn, parameters: Mapping[str, Value]) -> None:
    """Make what is wished for: the steps that the staged tables want, or those over the lake; then the gate."""
    staged = {name.removeprefix("staged_") for name in given if name.startswith("staged_")}
    over_lake = [s for s in DERIVED if s.name in wished]
    steps = wanted(STEPS, staged) if not over_lake else DERIVED
    for step in steps:
        make = session.view if step.view else session.table
        make(step.name, _rendered(step.sql, tuple(parameters.items())))
    if any(name.endswith("_checked") for name in wished):
        for name in given:
            if name.endswith("_rows"):
                session.table(name, f"SELECT *, 0 AS part_no FROM given_{name}")
        present = {s.table for s in steps if s.table} | {n.removesuffix("_rows") for n in given if n.endswith("_rows")}
        for check in gate.checks(present, events_told=any(step.name == "retold_event" for step in steps)):
            make = session.view if check.view else session.table
            make(check.name, _rendered(check.sql, tuple(parameters.items())))


@cache
def _rendered(sql: str, parameters: tuple[tuple[str, Value], ...]) -> str:
    return render(sql, parameters=dict(parameters))


def surrogate(text: str) -> int:
    """The id of a salted key: 60 bits of its MD5."""
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16)


def _relations() -> dict[str, Sequence[Column]]:
    found: dict[str, Sequence[Column]] = {f"staged_{name}": spec.columns for name, spec in STAGING.items()}
    found |= {f"lake_{name}": lake_columns(name) for name in tables()}
    found |= {f"given_{name}_rows": lake_columns(name) for name in tables()}
    found |= {n: tables()[n].columns for n in ("concept", "concept_ancestor", "drug_strength")}
    for name, columns in _LOOKUPS.items():
        typed = (column.partition(":") for column in columns.split())
        found[name] = tuple(Column(c, Type[t or "TEXT"]) for c, _, t in typed)
    return found


def _table(name: str, columns: Sequence[Column], given: Drawn) -> pa.Table:
    drawn = given.get(name.removeprefix("given_"))
    if drawn is None and name == "value_map":
        drawn = read(HERE / "value_map.txt")["value_map"]
    if drawn is None and name == "person_key":
        drawn = _people(given)
    names, rows = drawn or ([], [])
    fields = {c.name: [] for c in columns}
    for number, row in enumerate(rows):
        cells = dict(zip(names, row, strict=True))
        if name.startswith("staged_"):
            cells = {"record_no": "1", "row_no": str(number), "part_no": "0"} | cells
        if unknown := set(cells) - set(fields):
            raise AssertionError(f"{name} has no column {', '.join(sorted(unknown))}")
        for column in columns:
            fields[column.name].append(_value(cells.get(column.name, ""), column.type))
    return pa.table({c.name: pa.array(fields[c.name], _TYPES[c.type]) for c in columns})


def _people(given: Drawn) -> tuple[list[str], list[list[str]]]:
    """Unless a case draws them, the person p17 has the id 17."""
    keys = {
        dict(zip(columns, row, strict=True)).get("person_key", "")
        for name, (columns, rows) in given.items() if name.startswith("staged_") for row in rows
    }  # fmt: skip
    return ["person_key", "person_id"], [[key, key.lstrip("p")] for key in sorted(keys - {""})]


def _value(cell: str, kind: Type) -> object:
    cell = _settled(cell)
    if cell == "":
        return None
    if kind is Type.TEXT:
        return "" if cell == "''" else cell.replace("¦", "|")
    if kind is Type.DATE:
        return dt.date.fromisoformat(cell)
    if kind is Type.DATETIME:
        return dt.datetime.fromisoformat(cell)
    return float(cell) if kind is Type.FLOAT else int(cell)


def _settled(cell: str) -> str:
    if cell.startswith("@"):
        record, row, part = map(int, cell[1:].split("/"))
        return str((1 << 62) + (record << 36) + (row << 4) + part)
    if not cell.startswith("#"):
        return cell
    cell = cell.replace("¦", "|")
    kind, key = cell[1:].split("/", 1)
    if kind == "image":
        return str(surrogate(f"salt|image|{key.replace('/', '|')}"))
    if kind in ("condition_era", "drug_era", "dose_era", "observation_period"):
        return str(surrogate(f"{kind}|{key.replace('/', '|')}"))
    space = PARAMETERS["people"] if kind in (*_PEOPLES, "plan") else PARAMETERS["source"]
    return str(surrogate(f"salt|{space}|{kind}|{key}"))


def _drawn(session: Session, name: str, columns: Sequence[str]) -> list[list[str]]:
    found = session.query(f"SELECT {', '.join(columns)} FROM {name}")
    return sorted([_text(value) for value in row.values()] for row in found.to_pylist())


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, float):
        return f"{value:g}"
    return "''" if value == "" else str(value)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]

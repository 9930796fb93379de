"""Which rows of a table record are about a person: by the source's map, through a parent table, or by what they say"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

import pyarrow as pa

from medark.errors import RefusedInput
from medark.flows.erase.units import Found
from medark.flows.erase.wanted import Wanted
from medark.flows.ingest.raw_tables import RawTable, pieces, raw_tables
from medark.flows.workspace import Workspace
from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats import TABLES, tabular
from medark.standardise.maps import SourceMap, known_sources
from medark.standardise.maps.expression import ROW
from medark.store.engine import Session

_NESTED = frozenset({Format.JSON_LINES, Format.XML_RECORDS, Format.PARQUET})  # may have JSON in cells
_HELD = """({cell} LIKE '[%' OR {cell} LIKE '{{%') AND EXISTS (
    SELECT 1 FROM wanted_value WHERE contains({cell}, '"' || v || '"')
        OR (regexp_full_match(v, '[0-9]+') AND regexp_matches({cell}, '[:,\\[]' || v || '[,}}\\]]')))"""

Links = Mapping[str, frozenset[str]]  # column (in lower case) → keys of the person's stays, claims …


def rows_of(
    workspace: Workspace, record: RawRecord, source: Source, who: Wanted, told: Collection[int], links: Links
) -> Found:
    """The rows of a table record that are a person's.

    `told`: rows of which the lake has rows of this person. RefusedInput for what can't be read as tables.
    """
    found, rejected = Found(), set[int]()
    with workspace.engine.session() as session:
        _bind(session, who, source, links)
        for number, table in enumerate(raw_tables(workspace, record)):
            asked, units = _questions(table, links), 0
            for piece in pieces(workspace, session, table, f"raw_{number}"):
                units += piece.rows + piece.rejects.num_rows
                rejected.update(piece.rejects["row_no"].to_pylist())
                for condition in asked:
                    sql = f"SELECT row_no FROM raw_{number} WHERE {condition}"
                    found.rows.update(session.query(sql)["row_no"].to_pylist())
            if not _tells_whose(table):
                first = table.shape.first_row_no
                found.rows.update(row for row in told if first <= row < first + units)
            found.units += units
    if rejected:
        found.rows |= _among_rejected(workspace, record, who, sorted(rejected - found.rows))
    return found


def links_of(workspace: Workspace, records: Iterable[RawRecord], source: Source, who: Wanted) -> Links:
    """The keys of a person's stays and the like, read off the tables that say whose they are."""
    found: dict[str, set[str]] = {}
    with workspace.engine.session() as session:
        _bind(session, who, source, {})
        for table in _sound(workspace, records):
            if table.source is None or not (columns := _parents(table.source).get(table.name, {})):
                continue
            whose = _condition(_own_person_columns(table), "wanted_key")
            for _ in pieces(workspace, session, table, "parent"):
                for local, columns_elsewhere in columns.items():
                    told = session.query(f"SELECT DISTINCT {_quoted(local)} AS k FROM parent WHERE {whose}")
                    for name in columns_elsewhere:
                        found.setdefault(name, set()).update(filter(None, told["k"].to_pylist()))
    return {name: frozenset(keys) for name, keys in found.items()}


def is_parent(workspace: Workspace, record: RawRecord) -> bool:
    """Do other tables say whose their rows are through this one? It is erased last: a kill must not cut the way."""
    return any(
        table.source is not None and table.name in _parents(table.source) for table in _sound(workspace, [record])
    )


def _sound(workspace: Workspace, records: Iterable[RawRecord]) -> Iterator[RawTable]:
    for record in records:
        if record.format in TABLES:
            try:
                yield from raw_tables(workspace, record)
            except RefusedInput:
                continue  # what is no sound table tells nothing of others


def _bind(session: Session, who: Wanted, source: Source, links: Links) -> None:
    for name, values in {"wanted_key": who.keys_in(source.people), "wanted_value": who.values}.items():
        session.bind_arrow(name, pa.table({"v": pa.array(sorted(values), pa.string())}))
    for number, name in enumerate(sorted(links)):
        session.bind_arrow(f"wanted_link_{number}", pa.table({"v": pa.array(sorted(links[name]), pa.string())}))


def _questions(table: RawTable, links: Links) -> list[str]:
    """Conditions, each of which makes a row of the table the person's."""
    if _tells_whose(table):
        return [_condition(_own_person_columns(table), "wanted_key")]
    there = {name.lower(): name for name in table.shape.columns}
    asked = [
        _condition([there[name]], f"wanted_link_{number}") for number, name in enumerate(sorted(links)) if name in there
    ]
    if not table.name:
        # Nobody has said what its columns mean: a cell that is all of a key or of an identifier says whose row it is.
        asked += [_condition(table.shape.columns, "wanted_value")]
        asked += [_held_by(table.shape.columns)] if table.record.format in _NESTED else []
        if named := [name for lower, name in there.items() if lower in _person_words()]:
            asked.append(_condition(named, "wanted_key"))
    return asked


def _tells_whose(table: RawTable) -> bool:
    return bool(_own_person_columns(table))


def _own_person_columns(table: RawTable) -> list[str]:
    """Columns of a known table that hold a person's key, as its header writes them."""
    if table.is_omop:
        wanted = frozenset({"person_id", "subject_id"})
    else:
        wanted = _person_columns(table.source) if table.source is not None else frozenset[str]()
    return [name for name in table.shape.columns if name.lower() in wanted]


def _person_columns(source: SourceMap) -> frozenset[str]:
    """Columns that hold a person's key in some table of a source: so they do in the tables that nothing is made of."""
    return frozenset(
        column
        for table in source.tables.values()
        for target in table.targets
        if "person_key" in target.columns
        for _, column in target.columns["person_key"].columns
    )


def _parents(source: SourceMap) -> dict[str, dict[str, set[str]]]:
    """Tables by which others say whose their rows are: parent → its column → what that is called in the others."""
    found: dict[str, dict[str, set[str]]] = {}
    for table in source.tables.values():
        used = {
            name
            for t in table.targets
            for name, _ in (t.columns["person_key"].columns if "person_key" in t.columns else ())
        }
        for join in (join for join in table.joins.values() if join.name in used):
            for column, expression in join.on.items():
                names = {name for place, name in expression.columns if place == ROW}
                found.setdefault(join.table, {}).setdefault(column, set()).update(names)
    return found


@cache
def _person_words() -> frozenset[str]:
    """What a column of people's keys is called in any source that is known."""
    return frozenset[str]().union(*map(_person_columns, known_sources().values())) | {
        "person_id",
        "patient_id",
        "病案号",
    }


def _held_by(columns: Collection[str]) -> str:
    """A cell that is a JSON array or object with one of the person's values in it, as text or as a whole number."""
    return " OR ".join(_HELD.format(cell=_quoted(name)) for name in columns)


def _condition(columns: Collection[str], relation: str) -> str:
    return " OR ".join(f"trim({_quoted(name)}) IN (SELECT v FROM {relation})" for name in columns) or "false"


def _among_rejected(workspace: Workspace, record: RawRecord, who: Wanted, rows: list[int]) -> set[int]:
    """Lines that are no rows of any table, of those that name the person."""
    with workspace.landing.open(record) as content:
        whole = content.read()
    return set(_naming(whole, record.format, who, rows, who.times_named_in(whole)))


def _naming(content: bytes, fmt: Format, who: Wanted, rows: list[int], times: int) -> Iterator[int]:
    """Halves of `rows`, and halves of these, as long as emptying them takes a mention away."""
    if not rows or who.times_named_in(tabular.blanked(content, fmt, rows)) == times:
        return
    if len(rows) == 1:
        yield rows[0]
        return
    half = len(rows) // 2
    yield from _naming(content, fmt, who, rows[:half], times)
    yield from _naming(content, fmt, who, rows[half:], times)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

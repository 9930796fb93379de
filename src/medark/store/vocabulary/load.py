"""From vocabulary files to sorted, typed Parquet, in bounded memory"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from medark.errors import InternalError
from medark.model.omop import tables
from medark.model.table import Column, Type
from medark.sql.render import render
from medark.store.durable import disk
from medark.store.engine import Session
from medark.store.vocabulary.files import VocabularyFile
from medark.store.vocabulary.manifest import STORE
from medark.store.vocabulary.merge import BESIDE
from medark.store.vocabulary.shipped import shipped

_CODE_MAP = (
    Column("code_hash", Type.BIGINT), Column("vocabulary_id", Type.TEXT), Column("concept_code", Type.TEXT),
    Column("map_no", Type.INTEGER), Column("source_concept_id", Type.INTEGER), Column("concept_id", Type.INTEGER),
    Column("domain_id", Type.TEXT),
)  # fmt: skip
# Relations made of the loaded ones, in the order in which they are made: columns, and what they are sorted by.
MAPS = {
    "code_map": (_CODE_MAP, ("code_hash", "map_no")),
    "local_map": (_CODE_MAP, ("code_hash", "map_no")),
    "ucum": ((Column("concept_code", Type.TEXT), Column("concept_id", Type.INTEGER)), ("concept_code",)),
}

_ROW_GROUP = 65536  # rows; a column of one is read at a time
# What a row can't be without, and what its file is sorted by.
_KEYS = {
    "concept": ("concept_id", "vocabulary_id", "concept_code"),
    "vocabulary": ("vocabulary_id",),
    "domain": ("domain_id",),
    "concept_class": ("concept_class_id",),
    "concept_relationship": ("concept_id_1", "concept_id_2", "relationship_id"),
    "relationship": ("relationship_id",),
    "concept_synonym": ("concept_id", "concept_synonym_name"),
    "concept_ancestor": ("ancestor_concept_id", "descendant_concept_id"),
    "source_to_concept_map": ("source_vocabulary_id", "source_code", "target_concept_id"),
    "drug_strength": ("drug_concept_id", "ingredient_concept_id"),
}
# CPT's names come only to those who are licensed (CONCEPT_CPT4.csv has none): until then a code is its own name.
_CELL = {("concept", "concept_name"): "coalesce(concept_name, concept_code) as concept_name"}
_TYPED = {
    Type.INTEGER: "try_cast({0} as integer)",
    Type.BIGINT: "try_cast({0} as bigint)",
    Type.FLOAT: "try_cast({0} as double)",
    Type.TEXT: "nullif({0}, '')",
    # Athena writes 20240131, everyone else 2024-01-31, sometimes with a time.
    Type.DATE: "case when length({0}) = 8 then try_cast(substr({0}, 1, 4) || '-' || substr({0}, 5, 2) || '-'"
    " || substr({0}, 7, 2) as date) else try_cast(substr({0}, 1, 10) as date) end",
}


def write_loaded(session: Session, table: str, given: Sequence[VocabularyFile], root: Path) -> tuple[list[str], int]:
    """The rows of one table's files as Parquet under `root`: file names, and how many lines had no key."""
    for number, file in enumerate(given):
        _bind_raw(session, f"raw_{number}", file)
    typed = " union all ".join(_typed(table, file, number) for number, file in enumerate(given))
    session.view("typed", typed)
    keyed = " and ".join(f"{key} is not null" for key in _KEYS[table])
    (counted,) = session.query(f"select count(*) as n, count(*) filter (where {keyed}) as good from typed").to_pylist()
    cells = [_CELL.get((table, column.name), column.name) for column in tables()[table].columns]
    sql = f"select {', '.join(cells)} from ({_latest(session, table, f'select * from typed where {keyed}')}) as latest"
    return write(session, table, sql, root), counted["n"] - counted["good"]


def write_beside(session: Session, table: str, root: Path) -> list[str]:
    """The shipped rows of one table that what was loaded doesn't have; `bind_loaded` and `bind_shipped` come first."""
    columns = ", ".join(f"cast({c.name} as {c.type}) as {c.name}" for c in tables()[table].columns)
    return write(session, table, f"select {columns} from ({render(BESIDE[table])}) as beside", root)


def write_map(session: Session, name: str, root: Path) -> list[str]:
    """One of MAPS, from the bound vocabulary and the maps before it."""
    sql = files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
    return write(session, name, render(sql), root, MAPS[name][1])


def write_codes(session: Session, root: Path) -> str:
    """The maps again as one Arrow batch that is looked up in place: hash, concepts, and the domain's number."""
    rows = session.query(
        "select code_hash, source_concept_id, concept_id, domain_id from code_map order by code_hash, map_no"
    )
    domains = sorted({name for name in rows["domain_id"].unique().to_pylist() if name})
    numbers = pc.index_in(rows["domain_id"], pa.array(domains, pa.string()))
    columns = {
        "code_hash": rows["code_hash"],
        "source_concept_id": rows["source_concept_id"],
        "concept_id": rows["concept_id"],
        "domain": pc.fill_null(numbers, -1).cast(pa.int32()),
    }
    batch = pa.RecordBatch.from_arrays([_whole(column) for column in columns.values()], names=list(columns))
    batch = batch.replace_schema_metadata({"domains": "\n".join(domains)})
    content = hashlib.sha256("\n".join(domains).encode())
    for column in batch.columns:
        content.update(column.buffers()[1] or b"")
    name = f"codes-{content.hexdigest()[:16]}.arrow"
    with disk(STORE), ipc.new_file(root / name, batch.schema) as out:
        out.write_batch(batch)
    return name


def bind_shipped(session: Session) -> None:
    """Name what is shipped: shipped_concept, shipped_concept_synonym, shipped_vocabulary."""
    for table in ("concept", "concept_synonym", "vocabulary"):
        session.bind_arrow(f"shipped_{table}", shipped(table))


def bind(session: Session, name: str, paths: Sequence[Path], relation: str = "") -> None:
    """Name the rows of an OMOP vocabulary table, or of one of MAPS."""
    session.bind_parquet(relation or name, paths, MAPS[name][0] if name in MAPS else tables()[name].columns)


def check_hashes(session: Session) -> None:
    """InternalError if two codes have one hash (about 3 in 100,000 for the whole of Athena)."""
    twice = """select code_hash from code_map group by code_hash
      having count(distinct vocabulary_id || '|' || concept_code) > 1 limit 1"""
    if session.query(twice).num_rows:
        raise InternalError("two codes of the vocabulary have the same hash")


def release(session: Session) -> str:
    """OMOP keeps the release of the whole in the row of the vocabulary called None."""
    rows = session.query("select vocabulary_version from loaded_vocabulary where vocabulary_id = 'None'").to_pylist()
    return next((row["vocabulary_version"] for row in rows if row["vocabulary_version"]), "")


def count(session: Session, relation: str) -> int:
    """Rows of a bound relation."""
    return int(session.query(f"select count(*) as n from {relation}")["n"][0].as_py())


def unknown_targets(session: Session) -> int:
    """Valid entries of SOURCE_TO_CONCEPT_MAP that lead to no standard concept here (0, "no match", aside)."""
    sql = """select count(*) as n from source_to_concept_map as m
      left join concept as t on t.concept_id = m.target_concept_id and t.invalid_reason is null
      where m.invalid_reason is null and m.target_concept_id <> 0
        and (t.concept_id is null or t.standard_concept is null or t.standard_concept <> 'S')
        and not exists (
          select 1 from concept_relationship as r
          join concept as s on s.concept_id = r.concept_id_2 and s.standard_concept = 'S' and s.invalid_reason is null
          where r.concept_id_1 = t.concept_id and r.relationship_id = 'Maps to' and r.invalid_reason is null)"""
    return int(session.query(sql)["n"][0].as_py())


def write(session: Session, name: str, sql: str, root: Path, order_by: Sequence[str] = ()) -> list[str]:
    """Rows as one Parquet file that is named after its content, so that equal content is stored once."""
    made = session.write_parquet(sql, root, order_by=order_by or _KEYS[name], row_group_rows=_ROW_GROUP)
    names = []
    for file in made:
        with disk(STORE), file.path.open("rb") as content:
            target = f"{name}-{hashlib.file_digest(content, 'sha256').hexdigest()[:16]}.parquet"
            file.path.replace(root / target)
        names.append(target)
    return names


def _bind_raw(session: Session, name: str, file: VocabularyFile) -> None:
    if file.form is None:
        session.bind_parquet(name, [file.path], [Column(column, Type.TEXT) for column in file.columns])
    else:
        session.bind_delimited(name, [file.path], file.form)


def _typed(table: str, file: VocabularyFile, number: int) -> str:
    spelled = {column.strip().lower(): column for column in file.columns}
    cells = []
    for column in tables()[table].columns:
        there = f'"{spelled[column.name]}"' if column.name in spelled else "cast(null as varchar)"
        cells.append(f"{_TYPED[column.type].format(there)} as {column.name}")
    return f"select {', '.join(cells)}, {number} as file_no from raw_{number}"


def _latest(session: Session, table: str, sql: str) -> str:
    """One row a key: of the last file that has it with a name. Sorted out only where a key comes twice."""
    if table not in ("concept", "vocabulary", "domain", "concept_class", "relationship"):
        return sql
    key = _KEYS[table][0]
    (n,) = session.query(f"select count(*) - count(distinct {key}) as n from ({sql}) as t")["n"].to_pylist()
    if not n:
        return sql
    best = f"case when {table}_name is null then 1 else 0 end, file_no desc"
    rank = f"row_number() over (partition by {key} order by {best}) as turn"
    return f"select * from (select *, {rank} from ({sql}) as t) as ranked where turn = 1"


def _whole(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks)

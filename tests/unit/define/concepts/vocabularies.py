"""Small vocabularies as rows, and a session that resolves sets by them"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from medark.define.concepts import ConceptSet
from medark.define.concepts.ids import ConceptIds
from medark.define.concepts.resolve import (
    WANTED_CODE,
    WANTED_CONCEPT,
    Member,
    resolve_query,
    resolved,
    wanted_codes,
    wanted_concepts,
)
from medark.model.arrow import ARROW
from medark.model.table import TableSpec
from medark.sql.render import render
from medark.store.duckdb import DuckDB
from medark.store.engine import Session


@dataclass(frozen=True)
class Concept:
    """`role`: S standard, C class, empty neither; `valid`: false for one that was withdrawn."""

    concept_id: int
    vocabulary: str
    code: str
    role: str = "S"
    valid: bool = True


@dataclass(frozen=True)
class Small:
    """A vocabulary: its concepts, pairs (ancestor, descendant), and pairs (concept, the standard one it maps to)."""

    concepts: tuple[Concept, ...]
    ancestors: frozenset[tuple[int, int]] = frozenset()
    maps: frozenset[tuple[int, int]] = frozenset()
    old_maps: frozenset[tuple[int, int]] = frozenset()  # no longer valid

    def bind(self, session: Session) -> None:
        """The three relations that resolution reads."""
        rows = [(c.concept_id, c.vocabulary, c.code, c.role or None, None if c.valid else "D") for c in self.concepts]
        names = ("concept_id", "vocabulary_id", "concept_code", "standard_concept", "invalid_reason")
        session.bind_arrow("concept", table(rows, [(n, pa.int32() if n == names[0] else pa.string()) for n in names]))
        pair = [("ancestor_concept_id", pa.int32()), ("descendant_concept_id", pa.int32())]
        session.bind_arrow("concept_ancestor", table(sorted(self.ancestors), pair))
        related = [(a, b, "Maps to", None) for a, b in sorted(self.maps)]
        related += [(b, a, "Mapped from", None) for a, b in sorted(self.maps)]
        related += [(a, b, "Maps to", "D") for a, b in sorted(self.old_maps)]
        kinds = [pa.int32(), pa.int32(), pa.string(), pa.string()]
        columns = ("concept_id_1", "concept_id_2", "relationship_id", "invalid_reason")
        session.bind_arrow("concept_relationship", table(related, list(zip(columns, kinds, strict=True))))


@contextmanager
def session(folder: Path) -> Iterator[Session]:
    """A session on one core."""
    with DuckDB(folder, threads=1).session() as opened:
        yield opened


def ask(opened: Session, vocabulary: Small, sets: Sequence[ConceptSet]) -> dict[ConceptSet, ConceptIds]:
    """The sets as this vocabulary resolves them."""
    vocabulary.bind(opened)
    for spec, rows in ((WANTED_CONCEPT, wanted_concepts(sets)), (WANTED_CODE, wanted_codes(sets))):
        opened.bind_arrow(spec.name, table(rows, columns_of(spec)))
    answer = opened.query(render(resolve_query(), opened.dialect)).to_pylist()
    return resolved(sets, [Member(**row) for row in answer])


def columns_of(spec: TableSpec) -> list[tuple[str, pa.DataType]]:
    return [(column.name, ARROW[column.type]) for column in spec.columns]


def table(rows: Sequence[tuple[object, ...]], columns: Sequence[tuple[str, pa.DataType]]) -> pa.Table:
    """Rows as an Arrow table, typed also when there are none."""
    cells = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    return pa.table({name: pa.array(part, kind) for (name, kind), part in zip(columns, cells, strict=True)})

"""The concept sets of a definition, resolved through the vocabulary of a workspace"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from medark.define.concepts.ids import ConceptIds
from medark.define.concepts.resolve import (
    WANTED_CODE,
    WANTED_CONCEPT,
    Member,
    has_kind,
    resolve_query,
    resolved,
    wanted_codes,
    wanted_concepts,
)
from medark.define.concepts.set import ConceptSet
from medark.define.definitions import Definition
from medark.define.nodes import InConcepts
from medark.flows.workspace import Workspace
from medark.model.arrow import arrow_schema
from medark.model.table import TableSpec
from medark.sql.render import render
from medark.store.engine import Session

_VOCABULARY = ("concept", "concept_ancestor", "concept_relationship")


def sets_of(
    workspace: Workspace, session: Session, *definitions: Definition, empty_sets: bool = False
) -> dict[ConceptSet, ConceptIds]:
    """What the concept sets of a definition (of several) come to, in its order.

    DefinitionError for a set that comes to nothing, or to nothing of the kind that is asked for (standard or source);
    with `empty_sets` it matches nothing, which is ATLAS's way.
    """
    asked = [one for definition in definitions for one in definition.walk() if isinstance(one, InConcepts)]
    sets = list(dict.fromkeys(one.concepts for one in asked))
    found = resolve_sets(workspace, session, sets, allow_empty=empty_sets)
    for one in () if empty_sets else asked:
        has_kind(one.concepts, found[one.concepts], source=one.source)
    return found


def resolve_sets(
    workspace: Workspace, session: Session, sets: Sequence[ConceptSet], *, allow_empty: bool = False
) -> dict[ConceptSet, ConceptIds]:
    """All sets at once, in one query: by the vocabulary's tables if the session has them, else by the workspace's.

    The latter in a session of the workspace's own engine, whatever runs the rest: its vocabulary lies on this machine.
    DefinitionError for a set that comes to nothing, unless that is allowed (for Circe such a set just matches nothing).
    """
    if all(map(session.has, _VOCABULARY)):
        return resolved(sets, _answer(session, sets), allow_empty=allow_empty)
    with workspace.engine.session() as own:
        workspace.vocabulary.bind(own, _VOCABULARY)
        return resolved(sets, _answer(own, sets), allow_empty=allow_empty)


def _answer(session: Session, sets: Sequence[ConceptSet]) -> Iterator[Member]:
    session.bind_arrow(WANTED_CONCEPT.name, _table(WANTED_CONCEPT, wanted_concepts(sets)))
    session.bind_arrow(WANTED_CODE.name, _table(WANTED_CODE, wanted_codes(sets)))
    answer = session.query(render(resolve_query(), session.dialect))
    columns = (answer[name].to_pylist() for name in Member._fields)
    return map(Member, *columns)


def _table(spec: TableSpec, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    schema = arrow_schema(spec.columns)
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    return pa.table([pa.array(cells, field.type) for cells, field in zip(columns, schema, strict=True)], schema=schema)

"""A definition over everyone in the lake, and where its answer comes from"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import pyarrow as pa

from medark.define.answers import digest, reads
from medark.define.compile import compile_cohort, compile_dataset, compile_measure
from medark.define.compile.plan import Plan
from medark.define.concepts.ids import ResolvedSets
from medark.define.definitions import Cohort, Dataset, Definition, Measure
from medark.define.memory import Left
from medark.errors import DefinitionError
from medark.flows.definitions.concepts import sets_of
from medark.flows.definitions.plans import PEOPLE, bind_people, bind_tables, make, rows
from medark.flows.workspace import Workspace
from medark.store.engine import Engine, Session
from medark.store.lake import Snapshot

Runnable = Dataset | Cohort | Measure


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an answer was made of: with the same of everything it is made again, number for number."""

    name: str
    digest: str  # of the definition
    lake_version: int
    vocabulary: str  # digest of the vocabularies
    today: str
    engine: str

    def plain(self) -> dict[str, object]:
        """As JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a definition, the attrition of a cohort, and what they were made of."""

    rows: pa.Table
    attrition: tuple[Left, ...]
    provenance: Provenance
    unknown: tuple[str, ...] = ()  # concepts of its sets that the vocabulary does not have


def run(
    workspace: Workspace,
    definition: Definition,
    *,
    today: dt.date,
    engine: Engine | None = None,
    people: Collection[int] | None = None,
    version: int | None = None,
    empty_sets: bool = False,
) -> Answer:
    """The answer for everyone, or for some people, over the newest version of the lake or an older one.

    DefinitionError for a definition that says nothing of whom it is asked; for its concept sets see `sets_of`.
    """
    asked = runnable(definition)
    snapshot = workspace.lake.snapshot(version)
    with asking(workspace, asked, snapshot, engine, empty_sets=empty_sets) as (session, resolved):
        if people is not None:
            bind_people(session, people)
        plan = compiled(asked, resolved, today, restricted=people is not None)
        make(session, plan)
        attrition = _attrition(session) if isinstance(asked, Cohort) else ()
        made_of = provenance(workspace, asked, snapshot, today, session)
        return Answer(rows(session, plan.result), attrition, made_of, unknown_concepts(resolved))


@contextmanager
def asking(
    workspace: Workspace, definition: Runnable, snapshot: Snapshot, engine: Engine | None, *, empty_sets: bool = False
) -> Iterator[tuple[Session, ResolvedSets]]:
    """A session that sees what a definition reads and nothing else, and its concept sets."""
    with (engine or workspace.engine).session() as session:
        resolved = sets_of(workspace, session, definition, empty_sets=empty_sets)
        bind_tables(session, snapshot, reads(definition))
        yield session, resolved


def runnable(definition: Definition) -> Runnable:
    """The definition, if it says whom it is asked for."""
    if isinstance(definition, Dataset | Cohort | Measure):
        return definition
    raise DefinitionError(
        f"{definition.name!r} does not say whom it is asked for",
        fix="give it a population: asked = score.on(every(visits))",
    )


def compiled(definition: Runnable, sets: ResolvedSets, today: dt.date, *, restricted: bool = False) -> Plan:
    """The plan of a definition, over everyone or over the people of the relation PEOPLE."""
    people = PEOPLE if restricted else None
    match definition:
        case Cohort():
            return compile_cohort(definition, sets, today=today, people=people)
        case Measure():
            return compile_measure(definition, sets, today=today, people=people)
    return compile_dataset(definition, sets, today=today, people=people)


def provenance(
    workspace: Workspace, definition: Runnable, snapshot: Snapshot, today: dt.date, session: Session
) -> Provenance:
    """What an answer is made of."""
    return Provenance(
        name=definition.name,
        digest=digest(definition),
        lake_version=snapshot.version,
        vocabulary=workspace.vocabulary.digest,
        today=today.isoformat(),
        engine=session.dialect,
    )


def unknown_concepts(resolved: ResolvedSets) -> tuple[str, ...]:
    """Items of concept sets that the vocabulary does not have, as 'set: item'."""
    return tuple(
        f"{concept_set.name}: {getattr(item, 'concept_id', None) or getattr(item, 'code', '')}"
        for concept_set, ids in resolved.items()
        for item in ids.unknown
    )


def _attrition(session: Session) -> tuple[Left, ...]:
    table = rows(session, "attrition").sort_by("step_no").to_pylist()
    return tuple(Left(row["name"], row["entries"], row["persons"]) for row in table)

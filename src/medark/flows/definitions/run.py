"""A definition over everyone whom a reader may see, and where its answer comes from"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import pyarrow as pa

from medark.define.answers import digest, reads
from medark.define.compile import compile_cohort, compile_dataset, compile_measure, compile_tally
from medark.define.compile.plan import Plan
from medark.define.concepts.ids import ResolvedSets
from medark.define.definitions import Cohort, Dataset, Definition, Measure, Tally
from medark.define.memory import Left
from medark.errors import DefinitionError
from medark.flows.definitions.concepts import sets_of
from medark.flows.definitions.plans import PEOPLE, bind_people, make, rows
from medark.flows.gate import About, Governed, reading, suppressed
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Reader
from medark.store.engine import Engine, Session

Runnable = Dataset | Cohort | Measure | Tally
SMALL = N_("counts of a few people are not told: the setting access.least_count")
MEASURED = ("denominator", "excluded", "numerator")  # counts of a measure …
MEASURED_PARTS = {"numerator": "denominator"}  # … and what each is a part of


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an answer was made of: with the same of everything it is made again, number for number."""

    name: str
    digest: str  # of the definition
    lake_version: int
    vocabulary: str  # digest of the vocabularies
    today: str
    engine: str
    view: str = ""  # what of it the reader saw: equal stamps, equal views

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
    rules: tuple[str, ...] = ()  # which rows the reader does not see, in fixed phrases


def run(
    workspace: Workspace,
    reader: Reader,
    definition: Definition,
    *,
    today: dt.date,
    engine: Engine | None = None,
    people: Collection[int] | None = None,
    version: int | None = None,
    empty_sets: bool = False,
) -> Answer:
    """The answer for everyone whom the reader sees, or for some of them, over the newest version of the lake or an
    older one. Of a measure small counts are not told (the setting access.least_count).

    DefinitionError for a definition that says nothing of whom it is asked; for its concept sets see `sets_of`.
    AccessError where no grant opens what it reads.
    """
    asked = runnable(definition)
    with asking(workspace, reader, asked, engine, version, empty_sets=empty_sets) as (governed, resolved):
        session = governed.session
        if people is not None:
            bind_people(session, people)
        plan = compiled(asked, resolved, today, restricted=people is not None)
        make(session, plan)
        attrition = _attrition(session) if isinstance(asked, Cohort) else ()
        found, rules = governed.hand_out(rows(session, plan.result)), governed.rules
        if isinstance(asked, Measure) and (least := workspace.settings.access.least_count):
            found, rules = suppressed(found, least, MEASURED, MEASURED_PARTS), (*rules, SMALL)
        made_of = provenance(workspace, asked, governed, today)
        return Answer(found, attrition, made_of, unknown_concepts(resolved), rules)


@contextmanager
def asking(
    workspace: Workspace,
    reader: Reader,
    definition: Runnable,
    engine: Engine | None = None,
    version: int | None = None,
    *,
    empty_sets: bool = False,
) -> Iterator[tuple[Governed, ResolvedSets]]:
    """A session that sees what a definition reads, as the reader may, and nothing else; and its concept sets."""
    about = About("run", digest(definition), {"name": definition.name})
    with reading(
        workspace, reader, reads(definition), about, engine=engine, version=version, foreign=False
    ) as governed:
        yield governed, sets_of(workspace, governed.session, definition, empty_sets=empty_sets)


def runnable(definition: Definition) -> Runnable:
    """The definition, if it says whom it is asked for."""
    if isinstance(definition, Dataset | Cohort | Measure | Tally):
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
        case Tally():
            return compile_tally(definition, today=today)
    return compile_dataset(definition, sets, today=today, people=people)


def provenance(workspace: Workspace, definition: Runnable, governed: Governed, today: dt.date) -> Provenance:
    """What an answer is made of."""
    return Provenance(
        name=definition.name,
        digest=digest(definition),
        lake_version=governed.snapshot.version,
        vocabulary=workspace.vocabulary.digest,
        today=today.isoformat(),
        engine=governed.session.dialect,
        view=governed.stamp,
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

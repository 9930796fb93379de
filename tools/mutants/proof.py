"""Is one engine right? The manual, then drawn definitions, until something is wrong: `proof.py memory|duckdb|spark`

It exits with 0 where all is right, with CAUGHT where something is not, which it names.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from planted import CAUGHT

from equivalence.answers import (
    differences,
    disagreements,
    disagreements_of_cohort,
    disagreements_on_some,
    in_memory,
    plainly,
)
from equivalence.arrivals import changes
from equivalence.drawing import of_operators, seeded
from equivalence.found import COHORTS, DATASETS
from equivalence.world import world
from medark.define.operators import OPERATORS
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark
from spec import engines
from spec.drawn import Rows, cases
from spec.together import asked_together

ALONE, BESIDE_DUCKDB, BESIDE_SPARK = range(1200), range(150), range(10_000, 10_010)
Checked = Iterator[tuple[str, object]]  # what was looked at, and what is wrong with it
ANSWERED = [case for case in cases() if not case.refused]


def memory() -> Checked:
    for case in ANSWERED:
        yield from _manual({case.name: engines.in_memory(case)})
    for seed in ALONE:
        dataset, tables = seeded(seed).dataset(), world(seed)
        yield f"quickly {seed}", differences(in_memory(dataset, tables), plainly(dataset, tables))
        yield f"arrivals {seed}", changes(dataset, tables, world(seed + 1))
    with _duckdb() as session:
        yield from _operators(session)
        yield from _kept(session)
        yield from _drawn(session, BESIDE_DUCKDB)


def duckdb() -> Checked:
    with _duckdb() as session:
        yield from _operators(session)
        yield from _manual(asked_together(session, ANSWERED))
        yield from _kept(session)
        yield from _drawn(session, BESIDE_DUCKDB)


def spark() -> Checked:
    with Spark(Path(tempfile.mkdtemp()), threads=1, memory=1_000_000_000) as engine, engine.session() as session:
        yield from _operators(session)
        yield from _manual(asked_together(session, ANSWERED))
        yield from _drawn(session, BESIDE_SPARK)


def _manual(answers: dict[str, Rows]) -> Checked:
    for case in ANSWERED:
        if case.name in answers:
            page, engine = engines.told(case, answers[case.name])
            yield case.name, page != engine


def _operators(session: Session) -> Checked:
    for first in range(5):
        wrong = disagreements(session, of_operators([*OPERATORS][first::5]), world(0, people=1))
        yield f"operators: {' '.join(wrong[:1])}", wrong


def _kept(session: Session) -> Checked:
    for name, dataset in DATASETS.items():
        yield name, disagreements(session, dataset, world(0))
    for name, cohort in COHORTS.items():
        yield name, disagreements_of_cohort(session, cohort, world(0))


def _drawn(session: Session, seeds: Iterable[int]) -> Checked:
    for seed in seeds:
        draw, tables = seeded(seed), world(seed)
        dataset, cohort = draw.dataset(), draw.cohort()
        yield f"dataset {seed}", disagreements(session, dataset, tables)
        yield f"cohort {seed}", disagreements_of_cohort(session, cohort, tables)
        yield f"some people {seed}", seed % 5 == 0 and disagreements_on_some(session, dataset, tables, {2, 3})


def _duckdb() -> Session:
    return DuckDB(Path(tempfile.mkdtemp()), memory="500MB", threads=1).session()


PROOFS: dict[str, Callable[[], Checked]] = {"memory": memory, "duckdb": duckdb, "spark": spark}


def main(engine: str) -> int:
    """The exit status."""
    try:
        for name, wrong in PROOFS[engine]():
            if wrong:
                print(name)
                return CAUGHT
    except Exception as error:  # an engine that breaks down is caught, too
        print(type(error).__name__)
        return CAUGHT
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

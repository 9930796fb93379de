"""Many cases of the manual as one definition: an engine that takes long to answer at all is asked once

People and keys are numbered anew, so that each case has people of its own. Every definition is evaluated person by
person, so what a case says of the people of another changes nothing and is left aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from equivalence.sessions import on_engine
from medark.define import Dataset
from medark.define.kinds import Kind
from medark.define.nodes import Column, Criterion, IndexValue, IsIn, Population, Selected, Union
from medark.define.tables import column_kind
from medark.store.engine import Session
from spec.drawn import TODAY, Case, Rows, people
from spec.engines import as_dataset, by_column, population_of, resolved

_APART = 10**10  # the keys of one case from those of the next; a concept's number has nine digits at most, or ten
MOST = 16  # variables of one dataset


def asked_together(session: Session, cases: Sequence[Case]) -> dict[str, Rows]:
    """The rows of each case by its name, as `engines.in_session` gives them."""
    found: dict[str, Rows] = {}
    for _, alike in groupby(sorted(cases, key=_group), key=_group):
        found |= _answers(session, list(alike))
    return found


def _group(case: Case) -> tuple[bool, str, str]:
    """Cases of one group can be asked together. One that compares keys with written ones keeps its own."""
    names_keys = any(isinstance(node, Column) and node.name == "key" for node in as_dataset(case).walk())
    return bool(case.stays), case.population, case.name if names_keys else ""


def _answers(session: Session, cases: Sequence[Case]) -> Iterator[tuple[str, Rows]]:
    for first in range(0, len(cases), MOST):
        some = cases[first : first + MOST]
        dataset = _of_entries(some) if some[0].stays else _of_values(some)
        rows = on_engine(session, dataset, _tables(some), resolved(dataset), TODAY)
        yield from (
            (case.name, [_own(row, no, dataset) for row in rows if _case_of(row) == no]) for no, case in enumerate(some)
        )


def _of_values(cases: Sequence[Case]) -> Dataset:
    """A variable for each case."""
    asked = [as_dataset(case).columns for case in cases]
    return Dataset(population_of(cases[0]), {f"v{no}": one.value for no, (one,) in enumerate(asked)})


def _of_entries(cases: Sequence[Case]) -> Dataset:
    """The entries of each case, of its own people alone."""
    return Dataset(
        Union(tuple(_of_own_people(as_dataset(case).population, case, no) for no, case in enumerate(cases))), {}
    )


def _of_own_people(population: Population, case: Case, no: int) -> Population:
    own = tuple(row["person_id"] + no * _APART for row in people(case.tables))  # type: ignore[operator]
    return Selected(population, (Criterion("own", IsIn(IndexValue("person"), own)),))


def _case_of(row: dict[str, Any]) -> int:
    return row["person_id"] // _APART


def _own(row: dict[str, Any], no: int, dataset: Dataset) -> dict[str, Any]:
    """A row with the case's own numbers."""
    own = {**row, "entry_id": row["entry_id"] % _APART, "person_id": row["person_id"] % _APART}
    if not dataset.columns:
        return own
    answer = row[f"v{no}"]
    is_key = dataset.columns[no].value.kind is Kind.KEY
    return {**own, "answer": answer % _APART if is_key and answer is not None else answer}


def _tables(cases: Sequence[Case]) -> dict[str, dict[str, list[Any]]]:
    """The tables of all cases, as columns."""
    held: dict[str, Rows] = defaultdict(list)
    for no, case in enumerate(cases):
        for table, rows in {**case.tables, "person": people(case.tables)}.items():
            held[table] += [{name: _renumbered(table, name, cell, no) for name, cell in row.items()} for row in rows]
    return {table: by_column(rows) for table, rows in held.items()}


def _renumbered(table: str, column: str, cell: Any, no: int) -> Any:
    is_own = column_kind(table, column) is Kind.KEY and not column.endswith("_concept_id")
    return cell + no * _APART if is_own and cell is not None else cell

"""Each case of the manual on each engine: expressions made, asked, answers written as the pages write them"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import medark.define as language
from equivalence.sessions import on_engine
from medark.define import Band, Cohort, Dataset, Item, Score, concepts
from medark.define.concepts import ConceptSet
from medark.define.concepts.ids import ConceptIds
from medark.define.memory import Record, compiled
from medark.define.nodes import InConcepts, Node, Population
from medark.define.tables import TABLES
from medark.store.engine import Session
from spec.drawn import TODAY, Case, Rows, people

NOBODY = language.everyone()


def names() -> dict[str, Any]:
    """What expressions of the manual may use: the language, and what its pages say is defined."""
    known: dict[str, Any] = {name: getattr(language, name) for name in language.__all__}
    known |= {"date": dt.date, "datetime": dt.datetime, "labs": known["measurements"]}
    known["value"] = known["labs"].last().value_as_number.of_any_unit()
    known["x"] = known["value"] > 0
    known["pairs"] = known["labs"].paired_with(known["labs"], within=known["hours"](48))
    known["eras"] = known["drugs"].run_together(gap=known["days"](1))
    known["disease"], known["drug"] = concepts("disease", 1), concepts("drug", 7)
    known["score"] = _score(known)
    return known


def _score(known: Mapping[str, Any]) -> Score:
    person, today = known["person"], known["today"]
    items = [
        Item("disease", known["conditions"].of(known["disease"]).exists(), 2),
        Item("female", person.gender_concept_id == 8532, 1),
        Item("old", person.age_on(today) >= 75, 1),
    ]
    return Score("score", items, [Band("low", 0), Band("high", 3)])


def asked(case: Case) -> Any:
    """The expression of a case, made: a series, a population or a cohort."""
    return eval(case.expression, names())


def population_of(case: Case) -> Population:
    """Whom the case asks: each person on the day of the page, unless it says otherwise."""
    return eval(case.population, names()) if case.population else NOBODY


def as_dataset(case: Case) -> Dataset:
    """A case as a dataset: one column, or none where the population itself is asked for."""
    made = asked(case)
    if isinstance(made, Cohort | Population):
        return Dataset(made, {})
    return Dataset(population_of(case), {"answer": made})


def resolved(dataset: Dataset) -> dict[ConceptSet, ConceptIds]:
    """Concept sets of the manual name their concepts: no vocabulary is needed."""
    return {ids.concepts: _ids(ids.concepts) for ids in dataset.walk() if isinstance(ids, InConcepts)}


def _ids(concept_set: ConceptSet) -> ConceptIds:
    ids = frozenset(item.concept_id for item in concept_set.items)
    return ConceptIds(ids, ids)


def in_memory(case: Case) -> list[dict[str, Any]]:
    """The rows of a case, evaluated person by person in memory."""
    dataset = as_dataset(case)
    ready = compiled(dataset, resolved(dataset))
    return [row for record in records(case.tables) for row in ready.rows(record, today=TODAY)]


def in_session(session: Session, case: Case) -> list[dict[str, Any]]:
    """The rows of a case, asked of an engine."""
    dataset = as_dataset(case)
    tables = {table: by_column(rows) for table, rows in {**case.tables, "person": people(case.tables)}.items()}
    return on_engine(session, dataset, tables, resolved(dataset), TODAY)


def by_column(rows: Rows) -> dict[str, list[Any]]:
    """Rows as columns; what a row does not have is missing."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def records(tables: Mapping[str, Rows]) -> list[Record]:
    """The people of a case as records."""
    by_person: dict[int, dict[str, Rows]] = defaultdict(lambda: defaultdict(list))
    for table, rows in {**tables, "person": people(tables)}.items():
        for row in rows:
            by_person[row[TABLES[table].person]][table].append(row)  # type: ignore[index]
    return [Record.of(person_id, _columns(held)) for person_id, held in sorted(by_person.items())]


def _columns(tables: Mapping[str, Rows]) -> dict[str, dict[str, list[Any]]]:
    return {table: by_column(rows) for table, rows in tables.items()}


def told(case: Case, rows: Rows) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """What the page says and what an engine says, in one form."""
    if case.stays:
        return case.stays, stays(rows, by_day="T" not in "".join(case.stays.values()))
    return case.answer, written(rows)


def written(rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Answers by entry, as the pages write them."""
    return {row["entry_id"]: _written(row["answer"]) for row in rows}


def stays(rows: Sequence[Mapping[str, Any]], by_day: bool) -> dict[int, str]:
    """Entries by person, in order, as the pages write them."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["person_id"], row["entry_start"], row["entry_end"])):
        start, end = row["entry_start"], row["entry_end"]
        found[row["person_id"]].append(f"{_day(start, by_day)} .. {_day(end, by_day)}")
    return {person_id: ", ".join(one) for person_id, one in found.items()}


def _day(moment: dt.datetime, by_day: bool) -> str:
    if not by_day:
        return moment.isoformat()
    assert moment.time() == dt.time()
    return moment.date().isoformat()


def _written(value: object) -> str:
    match value:
        case None:
            return "missing"
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case dt.date():
            return value.isoformat()
        case float():
            return repr(value + 0.0)
    return str(value)


def kinds_of(dataset: Dataset) -> set[type[Node]]:
    """The kinds of node that a dataset is made of."""
    return {type(node) for node in dataset.walk()}

"""A golden case of Circe: what a cohort expression says, the rows of a few people, and their stays

Blocks of Markdown: `circe` has the parts of the expression that matter (the rest is as `WHOLE`), `table NAME` is drawn
as in the manual, `stays` says who is in from when to when. Adding a case needs no Python.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from medark.define import Cohort, Dataset
from medark.define.answers import reads
from medark.model import omop
from medark.model.arrow import ARROW
from medark.store.engine import Session
from spec.drawn import Rows, people
from spec.drawn import _drawn as drawn
from spec.engines import stays

FOLDER = Path(__file__).parent
_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DAY_OF_EVENT = {"DateOffset": {"DateField": "StartDate", "Offset": 0}}
WHOLE: Mapping[str, Any] = {
    # The concept set of number n is the concept n.
    "ConceptSets": [
        {"id": n, "name": f"set {n}", "expression": {"items": [{"concept": {"CONCEPT_ID": n}}]}} for n in range(1, 10)
    ],
    "PrimaryCriteria": {
        "CriteriaList": [{"ConditionOccurrence": {"CodesetId": 1}}],
        "ObservationWindow": {"PriorDays": 0, "PostDays": 0},
        "PrimaryCriteriaLimit": {"Type": "All"},
    },
    "QualifiedLimit": {"Type": "All"},
    "ExpressionLimit": {"Type": "All"},
    "InclusionRules": [],
    "EndStrategy": _DAY_OF_EVENT,
    "CensoringCriteria": [],
    "CollapseSettings": {"CollapseType": "ERA", "EraPad": 0},
    "CensorWindow": {},
}


@dataclass(frozen=True)
class Case:
    """One case. Where no observation periods are drawn, each person is observed from 2000 to 2030."""

    name: str
    about: str
    parts: Mapping[str, Any]
    tables: Mapping[str, Rows]
    stays: Mapping[int, str]

    @property
    def cohort(self) -> Cohort:
        """The cohort that the expression defines."""
        return Cohort.from_circe(over(WHOLE, self.parts), self.name)

    @property
    def dataset(self) -> Dataset:
        """Its stays, with nothing asked of them."""
        return Dataset(self.cohort.population, {}, self.name)


def cases() -> list[Case]:
    """All cases, by name."""
    return [read(path) for path in sorted(FOLDER.glob("*.md"))]


def read(path: Path) -> Case:
    """A case as its file draws it."""
    text = path.read_text(encoding="utf-8")
    parts: dict[str, Any] = {}
    tables: dict[str, Rows] = {}
    told: dict[int, str] = {}
    for kind, argument, body in _BLOCK.findall(text):
        if kind == "circe":
            parts = json.loads(body)
        elif kind == "table":
            tables[argument.strip()] = drawn(argument.strip(), body)
        elif kind == "stays":
            lines = (line.partition(":") for line in body.splitlines() if line.strip())
            told = {int(person): one.strip() for person, _, one in lines}
    if "observation_period" not in tables:
        tables["observation_period"] = _observed(tables)
    return Case(path.stem, text.partition("```")[0].strip(), parts, tables, told)


def answered(rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Stays by person, as cases write them."""
    return stays(list(rows), by_day=True)


def bind(session: Session, case: Case) -> None:
    """Name the tables that a case reads; those that it does not draw are empty."""
    given = {**case.tables, "person": people(case.tables)}
    for table in reads(case.dataset):
        columns, held = omop.lake_columns(table), given.get(table, [])
        arrays = [pa.array([row.get(one.name) for row in held], ARROW[one.type]) for one in columns]
        session.bind_arrow(table, pa.table(arrays, [one.name for one in columns]))


def _observed(tables: Mapping[str, Rows]) -> Rows:
    body = "\n".join(f"{one['person_id']} | {one['person_id']} | 2000-01-01 | 2030-12-31" for one in people(tables))
    return drawn("observation_period", f"id | person | date | end\n{body}")


def over(whole: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """The whole with some parts in place of its own; those of PrimaryCriteria one by one."""
    primary = whole["PrimaryCriteria"] | parts.get("PrimaryCriteria", {})
    merged = {**whole, **parts, "PrimaryCriteria": primary}
    return {key: value for key, value in merged.items() if value is not None}

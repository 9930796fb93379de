"""Definitions of OHDSI's phenotype library on GiBleed: as SQL written by hand answers, and as memory does"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from golden.circe import gibleed
from medark.define import Cohort, Dataset
from medark.define.memory import compiled
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

BY_HAND = Path(__file__).parent / "circe" / "by_hand"
# From the library but for the one beside its SQL: what each shows.
SHOWN = {
    "1106": "inclusion rules, 35 kinds of entry, criteria inside criteria, windows of ends",
    "255": "criteria inside criteria, counts of them, three kinds of entry",
    "1044": "drug era exit",
    "celecoxib": "censoring, a window of days that count",
    "919": "limits, additional criteria",
}
# The number of stays of others that GiBleed can answer, each with something the five have not.
STAYS = {
    "27": 101, "77": 391, "197": 192, "201": 412, "234": 134, "289": 1466, "290": 31, "325": 1037, "366": 2656,
    "373": 100, "410": 633, "862": 136, "888": 391, "990": 2445, "1025": 253, "1181": 340, "1186": 505, "1188": 100,
    "1197": 1281, "1203": 268, "1263": 121, "1401": 1487,
}  # fmt: skip


@pytest.fixture(scope="module")
def session(shared_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("scratch"), threads=1).session() as session:
        gibleed.bind(session, shared_data("eunomia") / "eunomia" / "GiBleed")
        yield session


@pytest.fixture(scope="module")
def read(shared_data: Callable[[str], Path]) -> Callable[[str], dict[str, Any]]:
    library = shared_data("phenotype_library_cohorts") / "phenotype_library" / "inst" / "cohorts"

    def told(name: str) -> dict[str, Any]:
        folder = BY_HAND if (BY_HAND / f"{name}.json").exists() else library
        return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    return told


@pytest.mark.parametrize("name", SHOWN)
def test_stays_are_those_of_sql_written_by_hand(
    name: str, session: Session, read: Callable[[str], dict[str, Any]]
) -> None:
    told = read(name)
    cohort = Cohort.from_circe(told, name)
    found = gibleed.stays(session, cohort, gibleed.resolve(session, gibleed.concept_sets([cohort])))
    by_hand = _by_hand(session, told, (BY_HAND / f"{name}.sql").read_text(encoding="utf-8"))
    assert len(found) > 50
    assert found == by_hand


@pytest.mark.parametrize(
    ("name", "part"),
    [("1106", "InclusionRules"), ("1044", "EndStrategy"), ("919", "AdditionalCriteria"),
     ("celecoxib", "CensoringCriteria"), ("celecoxib", "CensorWindow")],
)  # fmt: skip
def test_what_is_shown_counts(name: str, part: str, session: Session, read: Callable[[str], dict[str, Any]]) -> None:
    told = read(name)
    whole, less = (Cohort.from_circe(one, name) for one in (told, {**told, part: None}))
    ids = gibleed.resolve(session, gibleed.concept_sets([whole]))
    assert gibleed.stays(session, whole, ids) != gibleed.stays(session, less, ids)


@pytest.fixture(scope="module")
def people(session: Session) -> list[Any]:
    """Some of the people as records."""
    return gibleed.records(session, "person_id % 53 = 7")


@pytest.mark.parametrize("name", STAYS)
def test_memory_agrees(name: str, session: Session, read: Callable[[str], dict[str, Any]], people: list[Any]) -> None:
    cohort = Cohort.from_circe(read(name), name)
    ids = gibleed.resolve(session, gibleed.concept_sets([cohort]))
    found = gibleed.stays(session, cohort, ids)
    asked = {record.person_id for record in people}
    assert len(found) == STAYS[name]
    assert [one for one in found if one[0] in asked] == _in_memory(cohort, ids, people)


def _in_memory(cohort: Cohort, ids: Mapping[Any, Any], people: list[Any]) -> list[gibleed.Stay]:
    ready = compiled(Dataset(cohort.population, {}), ids)
    found = [row for record in people for row in ready.rows(record, today=gibleed.TODAY)]
    return sorted((row["person_id"], row["entry_start"].date(), row["entry_end"].date()) for row in found)


def _by_hand(session: Session, told: dict[str, Any], sql: str) -> list[gibleed.Stay]:
    """The answer of SQL over the tables and `concepts_of` (set_id, concept_id): concept sets as Circe reads them."""
    items = [
        (one["id"], item["concept"]["CONCEPT_ID"], bool(item.get("includeDescendants")), bool(item.get("isExcluded")))
        for one in told["ConceptSets"]
        for item in one["expression"]["items"]
    ]
    names = ("set_id", "concept_id", "with_descendants", "excluded")
    session.bind_arrow("item_of", pa.table(dict(zip(names, map(list, zip(*items, strict=True)), strict=True))))
    session.table("reached", _REACHED)
    session.table("concepts_of", "SELECT set_id, concept_id FROM reached GROUP BY ALL HAVING NOT bool_or(excluded)")
    found = session.query(sql)
    columns = (found[name].to_pylist() for name in ("person_id", "first_day", "last_day"))
    return sorted(zip(*columns, strict=True))


_REACHED = """
SELECT i.set_id, i.concept_id, i.excluded FROM item_of i JOIN concept USING (concept_id)
UNION ALL
SELECT i.set_id, a.descendant_concept_id, i.excluded
FROM item_of i JOIN concept_ancestor a ON a.ancestor_concept_id = i.concept_id
WHERE i.with_descendants
"""

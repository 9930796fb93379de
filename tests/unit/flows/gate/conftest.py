"""A small lake of two organisations, with rows about protected conditions, children and refusers, and its oracle"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest

from faults.lake_rows import query as rows_of
from medark.bootstrap import init_workspace
from medark.flows.gate import MemoryBook, parts
from medark.flows.workspace import Workspace
from medark.model.record import Format
from medark.model.user import User
from medark.store.lake import Upsert
from medark.store.lake.places import sort_columns
from medark.store.landing import Arrival
from unit.flows.gate.filter_first import Row, World
from unit.govern import drawn_rows

TABLES = {
    "person": 12, "condition_occurrence": 70, "condition_era": 40, "observation": 40, "death": 6, "measurement": 60,
    "visit_occurrence": 30, "location": 5, "care_site": 4, "procedure_occurrence": 20,
    "drug_exposure": 30, "note": 20, "visit_detail": 15, "provider": 6,
}  # fmt: skip
SOURCES = ("north/lis", "north/lis", "south/his", "north/his", "south/his", "east", "north/lis", "east")
NOW_MS = int(dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC).timestamp() * 1000)
ICD10 = ("B20", "F71", "A15.0", "I10", "Z21", "O98.7")
USER = User("ann", organisation="north", roles=frozenset({"ward"}))


@dataclass
class Small:
    """A workspace whose reads are decided by `book`, and the same world for the oracle."""

    workspace: Workspace
    book: MemoryBook
    world: World


class _Clock:
    """The moment of all these tests."""

    @staticmethod
    def time() -> float:
        return NOW_MS / 1000


@pytest.fixture(autouse=True)
def the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "time", _Clock)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    with init_workspace(tmp_path_factory.mktemp("gate") / "ws") as made:
        records = {}
        for number, source in enumerate(SOURCES):
            landed = made.landing.put(
                source, made.landing.next_batch(source), [Arrival(f"{number}", b"%d" % number, Format.UNKNOWN)]
            )
            records[landed[0].record.record_no] = source.partition("/")[0]
        levels = _coded(made)
        lake = _lake(Random(5), list(levels), records)
        with made.engine.session() as session:
            made.lake.commit({t: Upsert(rows_of(session, t, rows)) for t, rows in lake.items()}, "drawn")
        book = MemoryBook(users={USER.name: USER})
        world = World(lake, records, levels, _levels_of_codes(), dt.date(2026, 11, 26), NOW_MS, USER)
        yield Small(replace(made, book=book), book, world)


def _coded(workspace: Workspace) -> dict[int, int]:
    """Concepts of ICD-10 codes that the shipped vocabulary has, each with its level; and some that nobody protects."""
    listed = ", ".join(f"'{code}'" for code in ICD10)
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ["concept"])
        sql = "SELECT concept_id, concept_code FROM concept WHERE vocabulary_id = 'ICD10CM' AND concept_code IN"
        found = session.query(f"{sql} ({listed})").to_pylist()
    levels = {"B20": 5, "F71": 4, "A15.0": 4, "Z21": 5, "O98.7": 5}
    return {one["concept_id"]: levels.get(one["concept_code"], 0) for one in found} | {0: 0, 77: 0}


def _levels_of_codes() -> dict[str, int]:
    """Those of the codes that rows are drawn with."""
    return {"B20": 5, "A15": 4, "F71": 4, "F32": 5, "Z21": 5, "O987": 5, "Z615": 5}


def _lake(chance: Random, concepts: list[int], records: dict[int, str]) -> dict[str, list[Row]]:
    lake = drawn_rows.lake(chance, TABLES)
    for rows in lake.values():
        for number, row in enumerate(rows):
            _put(row, number, chance, concepts, list(records))
    for table, rows in lake.items():  # as the lake's files have them
        rows.sort(key=lambda row: [(row[name] is None, row[name]) for name in sort_columns(table)])
    return lake


def _put(row: dict[str, Any], number: int, chance: Random, concepts: list[int], records: list[int]) -> None:
    for column in row:
        if column.endswith("concept_id") and row[column] is not None:
            row[column] = chance.choice(concepts)
    row["medark_record_no"] = chance.choice((None, *records))
    row["medark_row_no"] = chance.choice((None, number))
    key = next(iter(row))  # OMOP's key comes first
    if key not in ("person_id",):
        row[key] = number + 1

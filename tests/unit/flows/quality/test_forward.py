"""Counts brought forward from commit to commit are the counts from nothing, whatever a commit does."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from medark.bootstrap import init_workspace
from medark.check.counting import Counts
from medark.check.dqd import instances, plan
from medark.flows.quality import asking, sums
from medark.flows.quality.counted import counted
from medark.flows.quality.session import bound, rendered
from medark.flows.workspace import Places, Workspace
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns, tables
from medark.model.progress import Silent
from medark.model.table import Column, Type
from medark.store.engine import Session
from medark.store.lake import Append, Query, Upsert
from medark.store.spark import Spark

TABLES = (
    "person", "death", "visit_occurrence", "visit_detail", "condition_occurrence", "measurement", "observation_period",
    "condition_era", "provider", "cost",
)  # fmt: skip
COLUMNS = {name: [column.name for column in lake_columns(name)] for name in tables() if name in TABLES}
SCANS = plan([check for check in instances() if check.table in TABLES], COLUMNS)
CONCEPTS = (0, 8507, 8532, 201826, 4090861, 195009, 3006315, 8784, 8523, 32817, 2000000001, None)
DOMAINS = ("Visit", "Condition", "Measurement", "Gender")
TODAY = dt.date(2024, 7, 1)


@dataclass
class City:
    """A lake, and what is in it by table and key: what is drawn next may correct or take away any of it."""

    workspace: Workspace
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    day: dt.date = TODAY

    def commit(self, step: str) -> None:
        """One commit of a kind, over a few tables."""
        with self.workspace.engine.session() as session:
            some = self.chance.sample(TABLES, self.chance.randint(1, 4))
            changes = {table: self._change(session, table, step) for table in some}
            self.workspace.lake.commit(changes, step)

    def _change(self, session: Session, table: str, step: str) -> Append | Upsert:
        keys = self._keys(table)
        if step == "gone" and keys:
            column = "person_id" if table == "death" else f"{table}_id"
            names = self.chance.sample(keys, min(len(keys), 3))
            return Upsert(gone=pa.table({column: pa.array(names, pa.int64())}))
        if step == "mended" and keys:
            return Upsert(self._rows(session, table, self.chance.sample(keys, min(len(keys), 3))), anywhere=True)
        if step == "twice" and keys:
            return Append(self._rows(session, table, self.chance.sample(keys, 1)))
        fresh = [self.chance.randint(1, 60) for _ in range(self.chance.randint(1, 6))]
        if table in ("person", "death"):
            fresh = [self.chance.randint(1, 14) for _ in fresh]
        return Upsert(self._rows(session, table, sorted(set(fresh))))

    def _keys(self, table: str) -> list[int]:
        column = "person_id" if table == "death" else f"{table}_id"
        with self.workspace.engine.session() as session:
            self.workspace.lake.snapshot().bind(session, table)
            found = session.query(f"select distinct {column} as id from {table} order by 1").column("id").to_pylist()
        return [one for one in found if one is not None]

    def _rows(self, session: Session, table: str, keys: list[int]) -> Query:
        rows = [{c.name: self._cell(table, c, key) for c in lake_columns(table)} for key in keys]
        session.bind_arrow(f"rows_of_{table}", pa.Table.from_pylist(rows, schema=arrow_schema(lake_columns(table))))
        return Query(session, f"select * from rows_of_{table}")

    def _cell(self, table: str, column: Column, key: int) -> Any:
        chance, name = self.chance, column.name
        if name == f"{table}_id" or (table == "death" and name == "person_id"):
            return key
        if name == "cost_domain_id":
            return chance.choice([*DOMAINS, "Nowhere"])
        if "concept_id" in name:
            return chance.choice(CONCEPTS)
        if name == "person_id" or name.endswith("_id"):
            return chance.choice([*range(1, 15), 99])
        if name == "year_of_birth":
            return chance.choice([1800, 1950, 1990, 2024, 2026, 2030])
        if column.type in (Type.DATE, Type.DATETIME):
            day = TODAY + dt.timedelta(days=chance.choice([*range(-90, 90, 7), -20_000, 1, 2, 3]))
            hour = chance.choice([0, 0, 9])
            moment = dt.datetime(day.year, day.month, day.day, hour) if column.type is Type.DATETIME else day
            return moment if column.required or chance.random() < 0.7 else None
        if column.type is Type.TEXT:
            return chance.choice(["a", "b", "c", None])
        return chance.choice([None, 0, 1, 12])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with init_workspace(tmp_path_factory.mktemp("forward") / "ws", buckets=2) as workspace:
        yield workspace


def from_nothing(workspace: Workspace) -> Counts:
    """Each scan's own query, over all rows."""
    found = Counts()
    with bound(workspace) as session:
        for scan in SCANS:
            found |= scan.take(session.query(rendered(workspace, session, scan.sql)).to_pylist())
    return found


def forward(workspace: Workspace) -> Counts:
    found = Counts()
    for one in counted(workspace, workspace.lake.snapshot(), SCANS, Silent()):
        found |= one
    return found


def differing(workspace: Workspace) -> dict[str, tuple[object, object]]:
    now, wanted = forward(workspace), from_nothing(workspace)
    rows = {table: n for table, n in wanted.rows.items() if n}
    mine = {check.id for check in instances() if rows.get(check.table)}
    wrong = {
        name: (now.checks.get(name), count) for name, count in wanted.checks.items() if now.checks.get(name) != count
    }
    others = {table: (now.rows.get(table), n) for table, n in rows.items() if now.rows.get(table) != n}
    return {name: both for name, both in wrong.items() if name in mine} | others


STEPS = st.lists(
    st.sampled_from(
        [
            "new",
            "new",
            "mended",
            "gone",
            "twice",
            "merge",
            "day",
            "yesterday",
            "compact",
            "vacuum",
            "erase",
            "vocabulary",
        ]
    ),
    min_size=2,
    max_size=5,
)


@pytest.mark.parametrize(("few", "large"), [(sums.FEW, asking.LARGE), (-1, 2)], ids=["few", "many"])
@given(steps=STEPS, seed=st.integers(0, 10_000))
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],  # each example goes on with the lake of the one before: there is nothing to shrink
)
def test_counts_brought_forward_are_the_counts_from_nothing(
    made: Workspace, few: int, large: int, steps: list[str], seed: int
) -> None:
    """Also where rows are many: footers tell what they do, large files are asked one by one."""
    city = City(made, random.Random(seed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sums, "FEW", few)
        patch.setattr(asking, "LARGE", large)
        patch.setattr(Workspace, "today", lambda _: city.day)
        for step in ["new", *steps]:
            taken(city, step)
            assert differing(made) == {}, (step, steps, seed)


def taken(city: City, step: str) -> None:
    """One thing that happens to a lake."""
    lake = city.workspace.lake
    if step in ("day", "yesterday"):
        city.day += dt.timedelta(days=city.chance.randint(1, 40) if step == "day" else -1)
    elif step == "compact":
        lake.compact(min_files=2)
    elif step == "vacuum":
        lake.vacuum(keep=1)
    elif step == "erase":
        lake.erase_person(city.chance.randint(1, 14))
    elif step == "vocabulary":
        load(city)
    elif step == "merge":  # all that is told of one person is told of another
        merge(city, city.chance.randint(1, 14), city.chance.randint(1, 14))
    else:
        city.commit(step)


def load(city: City) -> None:
    """Another vocabulary, by the same name of its release: concepts of other kinds, and below others."""
    chance, folder = city.chance, city.workspace.path / "vocabulary to load"
    folder.mkdir(exist_ok=True)
    known = [one for one in CONCEPTS if one]
    told = {
        "concept": [
            (one, f"thing {one}", chance.choice(["Condition", "Measurement", "Gender"]), "SNOMED", "Made up",
             chance.choice(["S", "C", ""]), str(one), "19700101", "20991231", chance.choice(["", "", "U"]))
            for one in chance.sample(known, 6)
        ],
        "concept_ancestor": [(*chance.sample(known, 2), 1, 1) for _ in range(6)],
        "domain": [(one, one, 0) for one in chance.sample(DOMAINS, 2)],
    }  # fmt: skip
    for table, rows in told.items():
        lines = [[column.name for column in tables()[table].columns], *rows]
        text = "\n".join("\t".join(map(str, line)) for line in lines)
        (folder / f"{table.upper()}.csv").write_text(f"{text}\n", encoding="utf-8")
    city.workspace.vocabulary.load([folder])


def merge(city: City, old: int, new: int) -> None:
    lake = city.workspace.lake
    with city.workspace.engine.session() as session:
        changes = {}
        for table in ("measurement", "condition_occurrence", "visit_occurrence"):
            lake.snapshot().bind(session, table)
            columns = ", ".join(f"{new} as person_id" if c == "person_id" else c for c in COLUMNS[table])
            unique = f"{table}_id in (select {table}_id from {table} group by 1 having count(*) = 1)"
            sql = f"select {columns} from {table} where person_id = {old} and {unique}"
            changes[table] = Upsert(Query(session, sql), anywhere=True)
        lake.commit(changes, "merge")


def test_no_text_of_the_data_is_kept(made: Workspace) -> None:
    city = City(made, random.Random(5))
    with made.engine.session() as session:
        rows = city._rows(session, "measurement", [1, 2, 3])
        told = f"select * replace ('Qzxp secret' as measurement_source_value) from ({rows.sql}) as r"
        made.lake.commit({"measurement": Upsert(Query(session, told), anywhere=True)}, "told")
    forward(made)
    kept = [path.read_bytes() for path in Path(made.places.kept, "quality").rglob("*") if path.is_file()]
    assert kept and not any(b"Qzxp" in one for one in kept)


class Stopped(Silent):
    """Progress that is interrupted, as by Ctrl-C."""

    left = 20

    def advance(self, n: int = 1) -> None:
        self.left -= n
        if self.left < 0:
            raise KeyboardInterrupt


def test_who_stops_in_between_goes_on_from_there(made: Workspace) -> None:
    city = City(made, random.Random(11))
    for step in ("new", "new", "mended"):
        city.commit(step)
    with pytest.raises(KeyboardInterrupt):
        list(counted(made, made.lake.snapshot(), SCANS, Stopped()))
    assert differing(made) == {}


def test_spark_brings_forward_the_same(made: Workspace, spark: Spark, tmp_path: Path) -> None:
    names = ("measurement", "units", "key of measurement", "table_measurepersoncompleteness_measurement")
    some = [scan for scan in SCANS if scan.name in names]
    assert len(some) == len(names)
    on_spark = replace(made, engine=spark, places=Places(tmp_path), kept={})
    city = City(made, random.Random(3))
    for step in ("new", "mended"):
        city.commit(step)
        snapshot = made.lake.snapshot()
        told = [list(counted(one, snapshot, some, Silent())) for one in (made, on_spark)]
        assert told[0] == told[1], step

"""What is kept of each data file: its people, its keys by their digests; and what need not be read because of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from medark.bootstrap import init_workspace
from medark.check.dqd import instances, plan
from medark.flows.quality import digests
from medark.flows.quality.counted import counted
from medark.flows.quality.digests import Digests, cut, gathered, spread, twice
from medark.flows.quality.index import Index, _packs, sweep
from medark.flows.quality.often import Often
from medark.flows.quality.parts import Parts
from medark.flows.quality.reading import NOBODY
from medark.flows.workspace import Workspace
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns, tables
from medark.model.progress import Silent
from medark.store.lake import Append, Query

COLUMNS = {
    name: [column.name for column in lake_columns(name)] for name in ("person", "visit_occurrence", "measurement")
}
SCANS = plan([check for check in instances() if check.table in COLUMNS], COLUMNS)


@pytest.mark.parametrize("large", [5, 1_000_000])
def test_digests_say_which_keys_may_be_there_and_which_twice(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_LARGE", large)
    chance = random.Random(1)
    ids = [chance.randint(-(2**63), 2**63 - 1) for _ in range(300)] + list(range(300))
    some = [np.array(chance.sample(ids, 200), np.int64) for _ in range(3)]
    every = [Digests.of([np.sort(cut(one))]) for one in some]
    ids.sort(key=lambda one: int(cut(np.array([one], np.int64))[0]))
    asked = np.array(ids, np.int64)
    for one, keys in zip(every, some, strict=True):
        assert len(one) == 200
        assert one.may_have(cut(asked)).tolist() == [key in set(keys.tolist()) for key in ids]
    held = [key for keys in some for key in keys.tolist()]
    repeated = np.array(sorted({key for key in held if held.count(key) > 1}), np.int64)
    for at_once in (50, 10_000):
        assert twice(every, at_once).tolist() == sorted(cut(repeated).tolist())
    assert not Digests.of([]).may_have(cut(asked)).any() and len(twice([], 10)) == 0


def test_keys_there_more_than_once_are_told_exactly_also_beside_others_of_the_same_digest() -> None:
    chance = random.Random(2)
    lone = [chance.randint(-(2**63), 2**63 - 1) for _ in range(200)]
    numbers = spread(np.array(lone[:1], np.int64))
    (alike,) = gathered(numbers ^ np.uint64(1)).tolist()  # another key, of the same digest
    keys = np.array([*lone, alike, *[7] * 5, *[-9] * 2], np.int64)
    one = Often.of(np.sort(spread(keys)))
    assert dict(zip(one.keys.tolist(), one.times.tolist(), strict=True)) == {lone[0]: 1, alike: 1, 7: 5, -9: 2}
    of_some = one.among(np.sort(cut(np.array([7, lone[0]], np.int64))))
    assert Counter(of_some.keys.tolist()) == Counter([7, lone[0], alike])
    assert not len(Often.of(np.zeros(0, np.uint64)).keys) and not len(Often.of(np.sort(numbers)).keys)


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Forty people with a visit and three measurements each; one measurement is of nobody."""
    with init_workspace(tmp_path_factory.mktemp("index") / "ws", buckets=2) as made:
        commit(made, range(1, 41))
        yield made


def commit(workspace: Workspace, people: range, first: int = 0) -> None:
    rows: dict[str, list[dict[str, object]]] = {
        "person": [{"person_id": n, "year_of_birth": 1950} for n in people],
        "visit_occurrence": [{"visit_occurrence_id": first + n, "person_id": n} for n in people],
        "measurement": [
            {"measurement_id": 1000 * n + k, "person_id": n, "visit_occurrence_id": first + n}
            for n in people
            for k in range(3)
        ],
    }
    rows["measurement"][0]["person_id"] = None
    with workspace.engine.session() as session:
        for table, some in rows.items():
            session.bind_arrow(f"rows_{table}", pa.Table.from_pylist(some, schema=arrow_schema(lake_columns(table))))
        changes = {table: Append(Query(session, f"select * from rows_{table}")) for table in rows}
        workspace.lake.commit(changes, f"from {people.start}")


def test_what_is_kept_of_files_is_what_is_in_them(workspace: Workspace) -> None:
    snapshot = workspace.lake.snapshot()
    for at_once in (True, False):
        with Parts(workspace, snapshot) as parts:
            index = Index(workspace, parts)
            if not at_once:
                for path in workspace.places.kept.rglob("*.pack"):
                    path.unlink()
            people, keys = set(), 0
            for path in parts.files("measurement"):
                if not at_once:
                    index._keep("measurement", {path: index._reading.one("measurement", path)})
                people |= set(index.people("measurement", path).tolist())
                keys += len(index.digests("measurement", path))
            assert people == {NOBODY, *range(1, 41)} and keys == 120
            ids = np.array([1000, 3002, 3003, 999_999], np.int64)
            found = dict(index.that_may_have("measurement", parts.files("measurement"), ids))
            assert sorted(key for some in found.values() for key in some.tolist()) == [1000, 3002]


def test_half_a_file_of_what_is_kept_is_made_again(workspace: Workspace) -> None:
    with Parts(workspace, workspace.lake.snapshot()) as parts:
        path = parts.files("measurement")[0]
        people = Index(workspace, parts).people("measurement", path).tolist()
        (kept,) = workspace.places.kept.rglob("*.pack")
        for half in (kept.read_bytes()[:200], b""):
            kept.write_bytes(half)
            assert Index(workspace, parts).people("measurement", path).tolist() == people


def test_new_rows_do_not_make_old_ones_be_read(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    list(counted(workspace, workspace.lake.snapshot(), SCANS, Silent()))
    old = {table: set(workspace.lake.snapshot().files(table)) for table in tables()}
    commit(workspace, range(41, 45), first=500)
    read: list[tuple[str, str]] = []
    bind = Parts.bind

    def told(parts: Parts, table: str, files: list[str], *others: object, **more: object) -> None:
        paths = {parts.snapshot.places.data(table, path) for path in files}
        read.extend((table, "old" if path in old[table] else "new") for path in paths)
        bind(parts, table, files, *others, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Parts, "bind", told)
    list(counted(workspace, workspace.lake.snapshot(), SCANS, Silent()))
    assert ("measurement", "new") in read and ("measurement", "old") not in read


def test_what_is_kept_goes_with_its_file(workspace: Workspace) -> None:
    list(counted(workspace, workspace.lake.snapshot(), SCANS, Silent()))
    packs = _packs(workspace)
    before = {table: packs.of(table) for table in COLUMNS}
    workspace.lake.erase_person(3)
    sweep(workspace)
    for table, files in before.items():
        there = {str(path.relative_to(path.parents[1])) for path in workspace.lake.snapshot().files(table)}
        left = packs.of(table)
        assert left.keys() == files.keys() & there and len(left) == 1
        for path, one in left.items():
            assert one.people.tolist() == files[path].people.tolist() and len(one.digests) == len(files[path].digests)
    assert not list(workspace.places.kept.rglob("*.npy"))


def test_small_packs_are_put_together(workspace: Workspace) -> None:
    for day in range(1, 12):
        commit(workspace, range(40 + day, 41 + day), first=500 * day)
        list(counted(workspace, workspace.lake.snapshot(), SCANS, Silent()))
    kept = workspace.places.kept / "quality" / "index" / "measurement"
    assert len([*kept.glob("*.pack")]) < 9
    with Parts(workspace, workspace.lake.snapshot()) as parts:
        assert _packs(workspace).of("measurement").keys() == set(parts.files("measurement"))

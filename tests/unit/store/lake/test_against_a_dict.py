"""Random changes to a lake and to a dictionary that stands for it: both say the same after each, and so did the past"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from faults.lake_rows import Row, drug, engine, in_order, measurement, open_lake, query, stored, told
from medark.store.lake import Append, Replace, Upsert

PEOPLE, KEYS = st.integers(-3, 6), st.integers(0, 25)
GIVEN = st.dictionaries(KEYS, st.tuples(PEOPLE, st.text("ab", max_size=3)), max_size=6)


class LakeAndDict(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="lake-and-dict-"))
        self.lake = open_lake(self.folder, buckets=3)
        self.session = engine(self.folder).session()
        self.now: dict[int, Row] = {}  # key -> row: keys stay with one person unless `anywhere` moves them
        self.drugs: list[Row] = []
        self.past: dict[int, list[Row]] = {0: []}
        self.fresh = 1000

    def teardown(self) -> None:
        with contextlib.suppress(AttributeError):
            self.session.close()
            shutil.rmtree(self.folder)

    def noted(self, version: int) -> None:
        self.past[version] = in_order(self.now.values())

    @rule(given=GIVEN, gone=st.none() | st.sets(KEYS, min_size=1, max_size=4))
    def upsert_anywhere(self, given: dict, gone: set[int] | None) -> None:
        rows = {k: measurement(k, p, t) for k, (p, t) in given.items()}
        removed = None if gone is None else pa.table({"measurement_id": pa.array(sorted(gone), pa.int64())})
        change = Upsert(query(self.session, "measurement", rows.values()), anywhere=True, gone=removed)
        after = self.lake.commit({"measurement": change}, "b")
        for key in gone or ():
            self.now.pop(key, None)
        self.now |= rows
        self.noted(after.version)

    @rule(texts=st.dictionaries(KEYS, st.text("cd", max_size=3), max_size=6))
    def upsert_in_place(self, texts: dict[int, str]) -> None:
        rows = {k: measurement(k, self.now[k]["person_id"], t) for k, t in texts.items() if k in self.now}
        after = self.lake.commit({"measurement": Upsert(query(self.session, "measurement", rows.values()))}, "b")
        self.now |= rows
        self.noted(after.version)

    @rule(given=st.lists(PEOPLE, max_size=5))
    def append_two_tables(self, given: list[int]) -> None:
        rows = {self.fresh + n: measurement(self.fresh + n, p, "new") for n, p in enumerate(given)}
        drugs = [drug(self.fresh + n, p) for n, p in enumerate(given)]
        self.fresh += len(given)
        changes = {
            "measurement": Append(query(self.session, "measurement", rows.values())),
            "drug_exposure": Append(query(self.session, "drug_exposure", drugs)),
        }
        after = self.lake.commit(changes, "b")
        self.now |= rows
        self.drugs += drugs
        self.noted(after.version)

    @rule(bucket=st.integers(0, 2), keys=st.lists(st.integers(0, 3), max_size=3, unique=True))
    def replace_a_bucket(self, bucket: int, keys: list[int]) -> None:
        rows = {self.fresh + n: measurement(self.fresh + n, 3 * p + bucket, "re") for n, p in enumerate(keys)}
        self.fresh += len(keys)
        change = Replace(query(self.session, "measurement", rows.values()), frozenset({bucket}))
        after = self.lake.commit({"measurement": change}, "b")
        self.now = {k: r for k, r in self.now.items() if r["person_id"] % 3 != bucket} | rows  # type: ignore[operator]
        self.noted(after.version)

    @rule(person=PEOPLE)
    def delete(self, person: int) -> None:
        self.without(person)
        self.noted(self.lake.delete_person(person, "b").version)

    @rule(person=PEOPLE)
    def erase(self, person: int) -> None:
        self.without(person)
        self.past = {0: []}
        self.noted(self.lake.erase_person(person).version)

    def without(self, person: int) -> None:
        self.now = {k: r for k, r in self.now.items() if r["person_id"] != person}
        self.drugs = [r for r in self.drugs if r["person_id"] != person]

    @rule(min_files=st.integers(2, 4))
    def compact(self, min_files: int) -> None:
        self.noted(self.lake.compact(min_files=min_files).version)

    @rule(keep=st.integers(1, 3))
    def vacuum(self, keep: int) -> None:
        self.lake.vacuum(keep)
        kept = sorted(v for v in self.past if v)[-keep:]
        self.past = {v: rows for v, rows in self.past.items() if not v or v in kept}

    @rule()
    def open_again(self) -> None:
        self.lake = open_lake(self.folder, buckets=3)

    @precondition(lambda self: hasattr(self, "lake"))
    @invariant()
    def both_say_the_same(self) -> None:
        now = self.lake.snapshot()
        assert stored(self.folder, now, "measurement") == in_order(self.now.values())
        assert stored(self.folder, now, "drug_exposure") == in_order(self.drugs)
        assert {c.version for c in self.lake.history()} == {v for v in self.past if v}
        for version in sorted(self.past)[:3]:
            assert stored(self.folder, self.lake.snapshot(version), "measurement") == self.past[version]
        for person in range(-3, 7):
            mine = [r for r in self.now.values() if r["person_id"] == person]
            assert told(self.lake.person_record(person).get("measurement")) == in_order(mine)


LakeAndDict.TestCase.settings = settings(max_examples=8, stateful_step_count=10, deadline=None)
TestLakeAndDict = LakeAndDict.TestCase

"""People linked on Spark: the same pairs, persons and lake as on the engine of the workspace"""

from __future__ import annotations

import shutil
from pathlib import Path

from medark.bootstrap import open_workspace
from medark.flows.gate.reader import machine_user
from medark.flows.identity.linking import link
from medark.model.progress import Silent
from medark.store.spark import Spark
from support.two_hospitals import lake


def test_who_is_who_does_not_depend_on_the_engine(two_hospitals: Path, tmp_path: Path, spark: Spark) -> None:
    found = []
    for engine in (None, spark):
        copy = shutil.copytree(two_hospitals, tmp_path / ("spark" if engine else "duckdb"))
        with open_workspace(copy, {"MEDARK_INGEST_WORKERS": "1"}) as opened:
            done = link(opened, machine_user(), Silent(), engine=engine)
            linked = opened.crosswalk.linked
            pairs = [(p.left_key, p.right_key, round(p.weight, 6), p.verdict, p.why) for p in linked.pairs()]
            found.append((pairs, linked.joined().to_pylist(), (done.compared, done.same, done.unsure), lake(opened)))
    on_duckdb, on_spark = found
    assert on_spark == on_duckdb
    assert len(on_spark[1]) == 4, "numbers that are joined"

"""What lineage is told of relations that no query says it of: held against those that the pipeline really makes"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from medark.bootstrap import open_workspace
from medark.flows.ingest import ingest
from medark.flows.ingest.wave import Wave
from medark.flows.lineage.pipeline import ONE_ROW_EACH
from medark.model.omop import tables
from medark.standardise import domains
from medark.store.engine import Session
from unit.flows.lineage import small_source

_PLACE = ("medark_record_no", "medark_row_no", "part_no")


def _told_twice(session: Session, relation: str, key: tuple[str, ...]) -> int:
    cells = ", ".join(key)
    counts = f"SELECT count(*) AS n FROM {relation} GROUP BY {cells} HAVING count(*) > 1"
    found: int = session.query(f"SELECT count(*) AS n FROM ({counts}) AS twice")["n"][0].as_py()
    return found


def test_each_has_one_row_for_each_of_its_keys(ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, int] = {}
    own = {
        f"{step.table}_rows": (tables()[step.table].primary_key, *_PLACE)
        for step in domains.STEPS
        if step.table and tables()[step.table].primary_key
    }
    commit = Wave._commit

    def looked_at(wave: Wave, *told: object) -> None:
        for name, keys in {**ONE_ROW_EACH, **{one: (key,) for one, key in own.items()}}.items():
            if wave.session.has(name):
                asked[name] = sum(_told_twice(wave.session, name, key) for key in keys)  # type: ignore[arg-type]
        commit(wave, *told)  # type: ignore[arg-type]

    monkeypatch.setattr(Wave, "_commit", looked_at)
    shutil.copytree(ready, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {}) as opened:
        ingest(opened, small_source.write(tmp_path / "in", small_source.live()), "north/small")
    assert set(ONE_ROW_EACH) <= asked.keys()
    assert {"measurement_rows", "visit_occurrence_rows", "person_rows"} <= asked.keys()
    assert not any(asked.values()), asked

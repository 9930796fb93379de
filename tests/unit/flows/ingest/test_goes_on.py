"""An ingest that was cut off, or tried again, ends as if it had never stopped"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import hospital
from faults.real_cli import ends, lake
from medark.bootstrap import init_workspace, open_workspace
from medark.errors import StorageError
from medark.flows.ingest import ingest, standard
from medark.flows.quarantine import retry
from medark.flows.rebuild import rebuild
from medark.flows.workspace import Workspace
from medark.model.progress import Silent
from medark.store.landing import Landing

LABS = "ROW_ID,SUBJECT_ID,HADM_ID,ITEMID,CHARTTIME,VALUE,VALUENUM,VALUEUOM,FLAG\n" + "".join(
    f"{n},{n if n % 3 else ''},{n + 10},50971,2020-10-20 16:40:00,{n},{n},mEq/L,\n" for n in range(1, 9)
)
ITEMS = "ROW_ID,ITEMID,LABEL,FLUID,CATEGORY,LOINC_CODE\n1,50971,Potassium,Blood,Chemistry,2823-3\n"
PATIENTS = "ROW_ID,SUBJECT_ID,GENDER,DOB,DOD,DOD_HOSP,DOD_SSN,EXPIRE_FLAG\n" + "".join(
    f"{n},{n},F,1960-01-01 00:00:00,,,,0\n" for n in range(1, 9)
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws") as opened:
        yield opened


def folder(path: Path, **files: str) -> Path:
    path.mkdir(parents=True)
    for name, content in files.items():
        (path / f"{name}.csv").write_text(content)
    return path


def labs(workspace: Workspace) -> list[dict[str, object]]:
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, "measurement")
        return session.query("SELECT * FROM measurement ORDER BY measurement_id").to_pylist()


def test_what_is_tried_again_still_knows_the_tables_that_it_joins(workspace: Workspace, tmp_path: Path) -> None:
    """Rows without a subject send the table back; the dictionary of items has long been done."""
    ingest(workspace, folder(tmp_path / "in", labs=LABS, items=ITEMS, patients=PATIENTS), "mimic3")
    before = labs(workspace)
    assert {row["measurement_concept_id"] for row in before} == {3023103}, "the item's LOINC code, serum potassium"
    after = retry(workspace, Silent())
    assert labs(workspace) == before
    assert after.quarantined == 2


def test_a_batch_cut_off_while_it_landed_is_one_batch(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table landed, the dictionary did not: nothing may be made of the one without the other."""
    source = folder(tmp_path / "in", a_labs=LABS, patients=PATIENTS, z_items=ITEMS)
    put_groups = Landing.put_groups

    def short(self: Landing, name: str, batch_no: int, arrivals: Iterator[object]) -> Iterator[object]:
        yield from put_groups(self, name, batch_no, [next(arrivals)])  # type: ignore[list-item,call-overload]
        raise StorageError("the landing store's disk is full")

    monkeypatch.setattr(Landing, "put_groups", short)
    with pytest.raises(StorageError):
        ingest(workspace, source, "mimic3")
    monkeypatch.undo()
    ingest(workspace, folder(tmp_path / "other", x=ITEMS), "other")
    assert not labs(workspace), "another source's ingest leaves what is half there"
    account = ingest(workspace, source, "mimic3")
    assert (account.batch_no, account.files.landed, account.files.already) == (1, 2, 1)
    assert {row["measurement_concept_id"] for row in labs(workspace)} == {3023103}
    assert account.adds_up


def test_what_follows_is_derived_even_if_its_turn_never_came(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = hospital.write(tmp_path / "in", hospital.PATIENTS[:1])

    def died(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(standard, "derive", died)
    with pytest.raises(KeyboardInterrupt):
        ingest(workspace, source, hospital.SOURCE)
    monkeypatch.undo()
    assert workspace.lake.snapshot().rows("observation_period") == 0
    assert workspace.ledger.waves.due_buckets()
    ingest(workspace, source, hospital.SOURCE)
    assert workspace.lake.snapshot().rows("observation_period") >= 1
    assert not workspace.ledger.waves.due_buckets()


def test_a_ledger_that_was_lost_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "ws"
    source = hospital.write(tmp_path / "in", hospital.PATIENTS[:2])
    with init_workspace(path) as workspace:
        ingest(workspace, source, hospital.SOURCE)
    before, told = lake(path), ends(path)
    for file in path.glob("ledger.db*"):
        file.unlink()
    with open_workspace(path, {}) as workspace:
        rebuild(workspace, Silent())
        again = ingest(workspace, source, hospital.SOURCE)
        assert again.files.landed == 0
    assert lake(path) == before
    assert ends(path) == told

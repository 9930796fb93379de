"""What each person had when, kept beside data files: as it is in them, for the owner, gone with file or person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from medark.bootstrap import init_workspace
from medark.check.achilles.among import Among
from medark.check.achilles.event_tables import BY_NAME, Events
from medark.check.achilles.references import NOBODY
from medark.flows.characterise import characterise
from medark.flows.characterise.histories import Histories
from medark.flows.characterise.history import LONG, SHORT, History, Width
from medark.flows.characterise.keeping import forget, histories_folder
from medark.flows.characterise.noting import FILE, Noting
from medark.flows.workspace import Workspace
from medark.model.user import User
from medark.store.lake import Replace
from support.achilles_drawn import drawn
from support.committed import commit

VISITS, CONDITIONS = BY_NAME["visit_occurrence"], BY_NAME["condition_occurrence"]
Row = tuple[int | None, dt.date | None, int | None]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})))
        commit(made, {name: rows for name, rows in drawn(21).items() if rows.num_rows})
        yield made


def in_lake(workspace: Workspace, events: Events) -> list[Row]:
    """Everybody's rows as they are in the lake."""
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, events.table)
        rows = session.query(f"select person_id, {events.day}, {events.concept} from {events.table}")
    return ordered(rows.rename_columns(["a", "b", "c"]).to_pylist())


def kept(workspace: Workspace, events: Events, reads: list[str] | None = None) -> list[Row]:
    """The same as it is kept."""
    snapshot = workspace.lake.snapshot()
    with workspace.engine.session() as session:
        histories = Histories(workspace, snapshot)
        paths = [one.path for one in snapshot.data_files(events.table)]
        if reads is not None:
            reads += histories.missing(events, paths)
        histories.read(session, events, paths)
        who = np.arange(-1, 1000)
        who[0] = NOBODY
        return ordered([row for batch in histories.of(events, paths, Among(who)) for row in batch.to_pylist()])


def ordered(rows: list[dict[str, object]]) -> list[Row]:
    return sorted((tuple(row.values()) for row in rows), key=str)  # type: ignore[misc]


def packs(workspace: Workspace) -> list[Path]:
    return sorted(histories_folder(workspace).rglob("*.pack"))


def test_what_passes_while_it_is_counted_is_kept_and_is_what_the_lake_has(workspace: Workspace) -> None:
    characterise(workspace, "olga")
    for events in (VISITS, CONDITIONS):
        reads: list[str] = []
        assert kept(workspace, events, reads) == in_lake(workspace, events) and not reads
    assert all(one.stat().st_mode & 0o077 == 0 for one in packs(workspace))


def test_what_is_not_kept_or_damaged_is_read_again(workspace: Workspace) -> None:
    characterise(workspace, "olga")
    of_visits = next(one for one in packs(workspace) if one.parent.name == "visit_occurrence")
    of_visits.write_bytes(of_visits.read_bytes()[:100])
    for one in packs(workspace):
        if one.parent.name == "condition_occurrence":
            one.unlink()
    for events in (VISITS, CONDITIONS):
        reads: list[str] = []
        assert kept(workspace, events, reads) == in_lake(workspace, events) and reads


def test_nothing_is_left_of_files_that_are_gone_nor_of_anybody_when_somebody_is_erased(workspace: Workspace) -> None:
    characterise(workspace, "olga")
    before = {*packs(workspace)}
    rows = pa.concat_tables([drawn(21)["condition_occurrence"].slice(1)])
    commit(workspace, {"condition_occurrence": rows}, Replace)
    characterise(workspace, "olga")
    assert kept(workspace, CONDITIONS) == in_lake(workspace, CONDITIONS)
    workspace.lake.vacuum(keep=1)
    commit(workspace, {"condition_occurrence": rows.slice(1)}, Replace)
    characterise(workspace, "olga")
    there = {one.path for one in workspace.lake.snapshot().data_files("condition_occurrence")}
    assert not Histories(workspace, workspace.lake.snapshot()).missing(CONDITIONS, there)
    assert not {one for one in before if one.parent.name == "condition_occurrence"} & {*packs(workspace)}
    forget(workspace)
    assert not packs(workspace)


def test_visits_are_found_by_their_keys(workspace: Workspace) -> None:
    snapshot = workspace.lake.snapshot()
    with workspace.engine.session() as session:
        snapshot.bind(session, "visit_occurrence")
        cells = "visit_occurrence_id as key, visit_concept_id as told, person_id"
        every = session.query(f"select {cells} from visit_occurrence").to_pylist()
        histories, keys = Histories(workspace, snapshot), [row["key"] for row in every[::2]]
        paths = [one.path for one in snapshot.data_files("visit_occurrence")]
        histories.read(session, VISITS, paths)
        found = pa.concat_tables(histories.rows_of(VISITS, paths, Among(np.array([*keys, 123_456_789])))).to_pylist()
    assert sorted(map(str, found)) == sorted(str(row) for row in every if row["key"] in {*keys})


def noted(rows: list[Row], width: Width = SHORT, at_a_time: int = 3) -> dict[str, History]:
    """Rows of two files, every other of one."""
    noting = Noting(width, "key")
    noting.begin(["a", "b"])
    for start in range(0, len(rows), at_a_time):
        who, day, concept = (list(some) for some in zip(*rows[start : start + at_a_time], strict=True))
        batch = pa.record_batch(
            [
                pa.array(who, pa.int64()), pa.array(day, pa.date32()), pa.array(concept, pa.int32()),
                pa.array([n % 2 for n in range(start, start + len(who))], pa.int32()),
                pa.array(range(start, start + len(who)), pa.int64()),
            ],
            ["person_id", "day", "concept_id", FILE, "key"],
        )  # fmt: skip
        noting.add(batch)
    return noting.made()


DAY = dt.date(2024, 2, 29)
ROWS: list[Row] = [
    (7, DAY, 11), (3, None, 12), (3, DAY, None), (None, DAY, 11), (7, dt.date(1890, 1, 2), 13), (3, DAY, 11),
    (9, DAY, 0),
]  # fmt: skip


@pytest.mark.parametrize("width", [SHORT, LONG], ids=["short", "long"])
def test_rows_come_in_any_order_and_without_person_day_or_concept(width: Width) -> None:
    made = noted(ROWS, width)
    for name, first in (("a", 0), ("b", 1)):
        who = Among(np.array([NOBODY, 3, 7, 9]))
        rows = [row for batch in made[name].of(who) for row in batch.to_pylist()]
        assert ordered(rows) == sorted(ROWS[first::2], key=str)
        assert [batch.to_pylist() for batch in made[name].of(Among(np.array([4, 8, 10])))] == []


def test_of_a_file_with_a_day_that_does_not_fit_nothing_is_noted_in_short() -> None:
    for day in (dt.date(1889, 12, 31), dt.date(1, 1, 1), dt.date(9999, 12, 31)):
        rows = [*ROWS, (5, DAY, 1), (5, day, 1), (5, DAY, 1)]
        assert noted(rows).keys() == {"b"}
        (batch,) = noted(rows, LONG)["a"].of(Among(np.array([5])))
        assert batch.to_pylist()[0]["day"] == day

"""Many small workbooks are staged together, and end as they would one by one, killed in the middle or not"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
import tomli_w
import xlsxwriter

from medark.bootstrap import init_workspace
from medark.flows.ingest import ingest, small_tables
from medark.flows.ingest.wave import Wave
from medark.flows.workspace import Workspace

PATIENTS = ("ROW_ID", "SUBJECT_ID", "GENDER", "DOB", "DOD", "DOD_HOSP", "DOD_SSN", "EXPIRE_FLAG")
LABS = ("ROW_ID", "SUBJECT_ID", "HADM_ID", "ITEMID", "CHARTTIME", "VALUE", "VALUENUM", "VALUEUOM", "FLAG")
BOOKS = 5


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws") as opened:
        yield opened


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """A workbook a month: patients on one sheet, their laboratory on the next."""
    folder = tmp_path / "in"
    folder.mkdir()
    for month in range(BOOKS):
        people = [month * 10 + n for n in range(1, 4)]
        write(folder / f"{month}.xlsx", {
            "patients": [PATIENTS, *((n, n, "F", "1960-01-01", "", "", "", 0) for n in people)],
            "labs": [LABS, *((n, n, "", 50971, "2020-10-20 16:40:00", n, n, "mEq/L", "") for n in people)],
        })  # fmt: skip
    return folder


def write(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()


def rows(workspace: Workspace) -> list[tuple[object, ...]]:
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, "measurement")
        found = session.query("SELECT value_as_number, measurement_datetime FROM measurement ORDER BY 1").to_pylist()
    return [tuple(row.values()) for row in found]


def test_workbooks_that_look_alike_are_one_query(
    workspace: Workspace, books: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []
    bind = small_tables.bind_together
    monkeypatch.setattr(
        "medark.flows.ingest.tables.bind_together",
        lambda ws, session, tables, *rest: runs.append(len(tables)) or bind(ws, session, tables, *rest),
    )
    account = ingest(workspace, books, "icu")
    assert runs == [BOOKS, BOOKS], "patients, then laboratories"
    assert (account.total.units, account.total.loaded) == (6 * BOOKS, 6 * BOOKS)
    assert len(rows(workspace)) == 3 * BOOKS


def test_what_has_a_bad_row_among_them_is_staged_alone_and_told(workspace: Workspace, tmp_path: Path) -> None:
    own = workspace.places.maps / "phones"
    own.mkdir(parents=True)
    told = {"name": "phones", "title": "phones", "documentation": "none", "time": "none", "tables": ["owner"]}
    (own / "source.toml").write_text(tomli_w.dumps(told))
    person = {"person_key": "owner", "birth_time": "born"}
    (own / "owner.toml").write_text(tomli_w.dumps({"about": "Owners.", "needs": ["owner", "born"], "person": [person]}))
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(4):
        bad = '{"owner": "cut\n' if n == 2 else ""
        line = '{"owner": "P%d", "born": "1960"}\n'
        (folder / f"{n}.jsonl").write_text(line % (2 * n) + bad + line % (2 * n + 1))
    account = ingest(workspace, folder, "phones")
    assert account.adds_up
    assert (account.total.units, account.total.loaded, account.total.quarantined) == (9, 8, 1)
    assert workspace.lake.snapshot().rows("person") == 8


@pytest.mark.parametrize("together", [True, False])
def test_a_record_of_two_tables_is_done_with_its_last(
    workspace: Workspace, books: Path, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    """Killed when the first sheets are in the lake and the next are not: the second run takes those, once."""
    if not together:
        monkeypatch.setattr(small_tables, "_SMALL", 0)
    finish, waves = Wave.finish, list[int]()

    def every_time(self: Wave, _: int | None = None) -> None:
        if self.gathered.chunks:
            if len(waves) == (1 if together else BOOKS + 2):
                raise KeyboardInterrupt
            waves.append(self.gathered.rows)
        finish(self)

    monkeypatch.setattr(Wave, "end_if_full", every_time)
    with pytest.raises(KeyboardInterrupt):
        ingest(workspace, books, "icu")
    monkeypatch.setattr(Wave, "end_if_full", lambda *_: None)
    account = ingest(workspace, books, "icu")
    assert account.adds_up
    assert (account.total.units, account.total.loaded) == (6 * BOOKS, 6 * BOOKS)
    assert len(rows(workspace)) == 3 * BOOKS

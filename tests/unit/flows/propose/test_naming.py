"""Tables are called so that a person knows them again: by their number, by their sheet, by nobody's name."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from medark.flows.ingest import ingest
from medark.flows.propose.proposing import propose
from medark.flows.workspace import Workspace

SOURCE = "north/his"
HEAD, LINES = "CFSB,BRID,KFRQ", "CFSB,YPXH,YPMC,YPSL"


def csv(folder: Path, name: str, head: str, rows: int = 8) -> None:
    folder.mkdir(exist_ok=True)
    body = [",".join(str(100 * n + place) for place in range(head.count(",") + 1)) for n in range(rows)]
    (folder / name).write_text("\n".join([head, *body]) + "\n")


def book(path: Path, **sheets: str) -> None:
    path.parent.mkdir(exist_ok=True)
    made = Workbook()
    made.remove(made.active)
    for title, head in sheets.items():
        sheet = made.create_sheet(title)
        sheet.append(head.split(","))
        for n in range(6):
            sheet.append([n * 10 + place for place in range(head.count(",") + 1)])
    made.save(path)


def tables(workspace: Workspace) -> set[str]:
    return set(propose(workspace, SOURCE).drafts)


def test_numbers_tell_tables_apart_and_files_of_one_table_not(workspace: Workspace, tmp_path: Path) -> None:
    for name, head in (("MS_CF01.csv", HEAD), ("MS_CF02.csv", LINES)):
        csv(tmp_path / "one", name, head)
    for month in ("202301", "202302", "202303"):
        csv(tmp_path / "one", f"ZY_FYMX_{month}.csv", "ZYH,FYMC,FYRQ,JE")
    ingest(workspace, tmp_path / "one", SOURCE)
    assert tables(workspace) == {"ms_cf01", "ms_cf02", "zy_fymx"}


def test_they_are_known_again_when_the_next_delivery_has_one_alone(workspace: Workspace, tmp_path: Path) -> None:
    for name, head in (("MS_CF01.csv", HEAD), ("MS_CF02.csv", LINES)):
        csv(tmp_path / "one", name, head)
    ingest(workspace, tmp_path / "one", SOURCE)
    assert tables(workspace) == {"ms_cf01", "ms_cf02"}
    csv(tmp_path / "two", "MS_CF02.csv", LINES, rows=9)
    ingest(workspace, tmp_path / "two", SOURCE)
    found = propose(workspace, SOURCE)
    assert set(found.drafts) == {"ms_cf01", "ms_cf02"}
    assert found.kept.profiles["ms_cf02"].rows == 17


def test_tables_of_numbers_alone_apart_and_of_like_columns_are_two(workspace: Workspace, tmp_path: Path) -> None:
    csv(tmp_path / "one", "FYMX01.csv", "XH,JZXH,FYMC,FYRQ,JE")
    csv(tmp_path / "one", "FYMX02.csv", "XH,ZYH,FYMC,FYRQ,JE")
    ingest(workspace, tmp_path / "one", SOURCE)
    assert tables(workspace) == {"fymx01", "fymx02"}


def test_sheets_are_called_by_their_names_and_nobody_is_in_them(workspace: Workspace, tmp_path: Path) -> None:
    book(tmp_path / "one" / "护理记录.xlsx", 体温单="ZYH,CLSJ,TW", 出入量="ZYH,JLSJ,RL,CL", 王伟="ZYH,PGSJ,PF")
    ingest(workspace, tmp_path / "one", SOURCE)
    assert tables(workspace) == {"护理记录_体温单", "护理记录_出入量", "护理记录"}

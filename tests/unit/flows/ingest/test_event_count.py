"""What tills sold: counts of shops and days in the lake, told again, corrected, made again, and nobody's"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.errors import AccessError
from medark.flows.gate import MemoryBook
from medark.flows.ingest import ingest
from medark.flows.query import query
from medark.flows.rebuild import rebuild
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.account import IngestAccount
from medark.model.progress import Silent
from medark.model.user import User

MAPS = Path(__file__).parents[4] / "examples" / "city" / "maps" / "pharmacies"
SOURCE = "pharmacies/sales"
STORES = "门店;区县;经营类别\n甲大药房;西湖区;药店\n乙大药房;滨江区;药店\n"
HEAD = "流水号;门店;销售时间;商品编码;商品名称;规格;数量;金额;会员卡号\n"
FIRST = (
    "XS1;甲大药房;01/03/2024 08:05;YP7;布洛芬缓释胶囊;0.3 g;2;25.00;VIP1\n"
    "XS2;甲大药房;01/03/2024 23:55;YP7;布洛芬缓释胶囊;0.3 g;1;12.50;\n"
    "XS3;乙大药房;02/03/2024 10:00;YP8;蒙脱石散;3 g;1;8.00;\n"
)
CORRECTED = "XS2;甲大药房;01/03/2024 23:55;YP7;布洛芬缓释胶囊;0.3 g;4;50.00;\n"
BAD = (
    ";甲大药房;03/03/2024 08:05;YP7;布洛芬缓释胶囊;0.3 g;2;25.00;\n"  # no number
    "XS5;甲大药房;03/03/2024 08:05;YP7;布洛芬缓释胶囊;0.3 g;two;25.00;\n"  # no quantity
    "XS6;甲大药房;31/02/2024 08:05;YP7;布洛芬缓释胶囊;0.3 g;1;12.50;\n"  # no such day
    "XS7;丙大药房;03/03/2024 08:05;YP7;布洛芬缓释胶囊;0.3 g;1;12.50;\n"  # a shop that no register names
)
COUNTS = """
    SELECT c.care_site_source_value AS shop, l.county AS district, e.event_count_source_value AS item,
        CAST(e.event_count_start_date AS VARCHAR) AS day, e.quantity
    FROM event_count AS e
    LEFT JOIN care_site AS c ON c.care_site_id = e.care_site_id
    LEFT JOIN location AS l ON l.location_id = c.location_id
    ORDER BY shop, day, e.quantity
"""
OPERATIONS = Reader("ann", Purpose.OPERATIONS, organisation="pharmacies")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws", time_zone="Asia/Shanghai", buckets=2) as made:
        shutil.copytree(MAPS, made.path / "maps" / MAPS.name)
        yield replace(made, book=book(Rows.ALL))


def book(rows: Rows, organisation: str = "pharmacies", level: int = 2) -> MemoryBook:
    """One grant on counts and their places, for the rows of an organisation."""
    tables = dict.fromkeys(("event_count", "care_site", "location"), None)
    grant = Grant(1, Holder.USER, "ann", Purpose.OPERATIONS, tables, rows, level, 0)
    return MemoryBook(users={"ann": User("ann", organisation=organisation)}, given=[grant])


def taken(workspace: Workspace, **files: str) -> IngestAccount:
    """What an ingest of one folder with these files says."""
    folder = workspace.path.parent / f"in{len(list(workspace.path.parent.iterdir()))}"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return ingest(workspace, folder, SOURCE)


def counts(workspace: Workspace, reader: Reader = OPERATIONS) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in query(workspace, reader, COUNTS).to_pylist()]


A, B = ("甲大药房", "西湖区", "布洛芬缓释胶囊"), ("乙大药房", "滨江区", "蒙脱石散")


def test_a_sale_is_told_again_and_corrected(workspace: Workspace) -> None:
    taken(workspace, stores=STORES, sales=HEAD + FIRST)
    told = [(*B, "2024-03-02", 1.0), (*A, "2024-03-01", 1.0), (*A, "2024-03-01", 2.0)]
    assert counts(workspace) == told
    before = workspace.lake.snapshot().rows("event_count")
    again = taken(workspace, sales=HEAD + FIRST)
    assert (again.files.already, counts(workspace)) == (1, told)
    taken(workspace, later=HEAD + CORRECTED + FIRST.splitlines(keepends=True)[0])
    corrected = [(*B, "2024-03-02", 1.0), (*A, "2024-03-01", 2.0), (*A, "2024-03-01", 4.0)]
    assert (workspace.lake.snapshot().rows("event_count"), counts(workspace)) == (before, corrected)


def test_a_day_that_comes_later_writes_no_file_again(workspace: Workspace) -> None:
    taken(workspace, stores=STORES, sales=HEAD + FIRST)
    there = set(workspace.lake.snapshot().files("event_count"))
    taken(workspace, next=HEAD + "XS9;甲大药房;03/03/2024 08:05;YP7;布洛芬缓释胶囊;0.3 g;1;12.50;\n")
    assert there < set(workspace.lake.snapshot().files("event_count"))


def test_every_row_ends_somewhere_and_a_rebuild_gives_the_same(workspace: Workspace) -> None:
    account = taken(workspace, sales=HEAD + FIRST + BAD, stores=STORES)
    assert account.adds_up
    (told,) = account.units.values()
    assert (told.units, told.loaded, told.quarantined, told.excluded) == (9, 6, 3, 0)
    assert {(one.reason, one.count) for one in account.reasons} == {
        ("no number", 1), ("no quantity", 1), ("required value missing", 1),
    }  # fmt: skip
    before = counts(workspace)
    assert ("丙大药房", None, "布洛芬缓释胶囊", "2024-03-03", 1.0) in before
    rebuild(workspace, Silent())
    assert counts(workspace) == before


def test_nothing_leads_to_a_buyer(workspace: Workspace) -> None:
    taken(workspace, stores=STORES, sales=HEAD + FIRST)
    held = query(workspace, OPERATIONS, "SELECT * FROM event_count").to_pylist()
    assert len(held) == 3 and "VIP1" not in str(held) and "08:05" not in str(held)
    assert workspace.lake.snapshot().rows("person") == 0


@pytest.mark.parametrize(
    ("rows", "organisation", "seen"),
    [
        (Rows.ALL, "pharmacies", 3), (Rows.ALL, "north", 3), (Rows.ORGANISATION, "pharmacies", 3),
        (Rows.ORGANISATION, "north", 0), (Rows.CARE, "pharmacies", 0), (Rows.CARE, "north", 0),
    ],
)  # fmt: skip
def test_whose_counts_a_grant_opens(workspace: Workspace, rows: Rows, organisation: str, seen: int) -> None:
    """An organisation's own are what its systems sent; nobody in care is in a count."""
    taken(workspace, stores=STORES, sales=HEAD + FIRST)
    theirs = replace(workspace, book=book(rows, organisation))
    assert len(counts(theirs, replace(OPERATIONS, organisation=organisation))) == seen


def test_without_a_grant_for_the_purpose_there_is_nothing(workspace: Workspace) -> None:
    taken(workspace, stores=STORES, sales=HEAD + FIRST)
    with pytest.raises(AccessError):
        counts(workspace, replace(OPERATIONS, purpose=Purpose.RESEARCH))
    with pytest.raises(AccessError):
        counts(replace(workspace, book=book(Rows.ALL, level=1)))

"""An undescribed hospital answered to the end at the real prompt: nothing waits then, and the lake has its rows.

All of it is made up here: registers, heads and lines in letters of pinyin, a bill and a card with numbers of people of
their own, and a log that tells of nobody.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from journey.typed import typed
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.ingest import ingest
from medark.flows.propose.approving import automatic
from medark.flows.propose.changes import rows_in
from medark.flows.propose.overview import proposal_of, tables

SOURCE = "east/his"
PEOPLE, VISITS, PRESCRIPTIONS, LINES, BILLS, CARDS, LOGINS = 60, 90, 80, 160, 70, 50, 120
# What somebody of the hospital types of each table, in order; of others they take what is proposed.
KNOWN: Mapping[str, tuple[str, ...]] = {
    "brda": ("kind patient", "1=person_key 2=id:name 3=gender 4=birth_time", "a"),
    "mzgh": ("kind visit", "1=visit_key 2=person_key 3=visit.start 4=care_site_key", "a"),
    "cf02": ("kind drug", "1=row_key 2=- 3=drug.code 4=drug.name 5=drug.dose 6=drug.dose_unit 7=drug.days", "a"),
    "jsd": ("kind fee", "1=row_key 2=person_key 3=id:name 4=birth_time 5=visit_key 6=fee.amount 7=fee.time", "a"),
    "jzk": ("kind drug", "1=person_key 2=id:name 3=birth_time", "JRQ = Drug start", "YMC = drug.name", "a"),
    "czrz": ("n",),
}


def _day(n: int) -> datetime:
    return datetime(2024, 3, 1, 8) + timedelta(days=n % 28, minutes=7 * n)


def _born(n: int) -> date:
    return date(1950, 1, 1) + timedelta(days=277 * n)


def _name(n: int) -> str:
    return f"{'王李张刘陈'[n % 5]}{'伟芳娜敏静丽强磊'[n % 8]}"


def exported(folder: Path) -> Path:
    """The files of the hospital."""
    folder.mkdir()
    _write(
        folder / "brda.csv", "BRID BRXM BRXB CSRQ", ([n + 1000, _name(n), n % 2 + 1, _born(n)] for n in range(PEOPLE))
    )
    _write(
        folder / "mzgh.csv", "GHXH BRID GHSJ KSDM",
        ([n + 50_000, n % PEOPLE + 1000, _day(n), f"01{n % 6:02d}"] for n in range(VISITS)),
    )  # fmt: skip
    _write(
        folder / "cf01.csv", "CFSB BRID GHXH KFRQ ZFPB",
        ([n + 7000, n % PEOPLE + 1000, n + 50_000, _day(n), int(n % 20 == 0)] for n in range(PRESCRIPTIONS)),
    )  # fmt: skip
    drugs = [
        ("Y01", "阿司匹林肠溶片", "100", "mg"),
        ("Y02", "二甲双胍片", "0.5", "g"),
        ("Y03", "氨溴索口服液", "10", "ml"),
    ]
    _write(
        folder / "cf02.csv", "MXXH CFSB YPDM YPMC YCJL JLDW YYTS",
        ([n + 90_000, n % PRESCRIPTIONS + 7000, *drugs[n % 3], (3, 5, 7)[n % 3]] for n in range(LINES)),
    )  # fmt: skip
    _write(
        folder / "jsd.csv", "JSID RYBH XM CSRQ ZYH ZFY JSSJ",
        ([n + 300, n % 40 + 880_000, _name(n % 40), _born(n % 40), f"ZY{n + 100}", f"{120 + n * 1.5:.2f}", _day(n)]
         for n in range(BILLS)),
    )  # fmt: skip
    _write(
        folder / "jzk.csv", "KH KXM KSR JRQ YMC",
        ([n + 43_010_000, _name(n), _born(n), _day(n).date(), ("卡介苗", "乙肝疫苗", "脊灰疫苗")[n % 3]]
         for n in range(CARDS)),
    )  # fmt: skip
    _write(folder / "czrz.csv", "RZBH CZSJ CZNR", ([n + 1, _day(n), ("登录", "打印")[n % 2]] for n in range(LOGINS)))
    return folder


def _write(path: Path, columns: str, rows: Iterable[list[object]]) -> None:
    with path.open("w", newline="", encoding="gb18030") as out:
        csv.writer(out).writerows([columns.split(), *rows])


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("map_review")
    with init_workspace(folder / "ws", buckets=2, time_zone="Asia/Shanghai") as made:
        ingest(made, exported(folder / "export"), SOURCE)
        automatic(made, SOURCE)
    return folder / "ws"


def test_a_hospital_is_answered_to_the_end(workspace: Path) -> None:
    asked: dict[str, int] = {}

    def answer(table: str, screen: str) -> str:
        nth = asked[table] = asked.get(table, -1) + 1
        told = KNOWN.get(table, ("a",))
        assert nth < len(told), f"{table} is asked again:\n{screen}"
        return told[nth]

    shown, status = typed(["map", "review", str(workspace), SOURCE], answer)
    assert status == 0, shown
    assert "accepted with it: cf01" in shown, "lines and their head are one answer"
    again, status = typed(["map", "review", str(workspace), SOURCE], answer)
    assert status == 0 and "nothing waits for an answer" in again
    with open_workspace(workspace, {}) as opened:
        found = proposal_of(opened, SOURCE)
        assert [one.name for one in tables(found) if one.waits] == []
        lake, voided = opened.lake.snapshot(), PRESCRIPTIONS // 20
        assert lake.rows("person") == PEOPLE + 40 + CARDS, "who is in no register is somebody all the same"
        assert lake.rows("visit_occurrence") == VISITS
        assert lake.rows("drug_exposure") == LINES - 2 * voided + CARDS
        assert lake.rows("cost") == BILLS
        assert rows_in(opened, found, "czrz")["excluded"] == LOGINS, "what is not loaded is counted, with its reason"
        for one in tables(found):
            ends = rows_in(opened, found, one.name)
            assert (ends["quarantined"], ends["not_understood"]) == (0, 0), one.name

"""Names cut short, in traditional characters or pinyin, and days as they are written in Taiwan or counted from 1970"""

from __future__ import annotations

import csv
import tomllib
from importlib.resources import files

import duckdb
import pyarrow as pa
import pytest

from medark.standardise.propose.draft import composed, table_toml
from medark.standardise.propose.draft.times import FUNCTIONS
from medark.standardise.propose.names import Lexicon, folded, scored
from medark.standardise.propose.profile import TableProfile, TableScan, links, profile_of
from medark.standardise.propose.profile.forms import forms
from medark.standardise.propose.reading import read_tables
from medark.standardise.propose.together import settled

PEOPLE = [f"{730_000 + 7 * n}" for n in range(200)]


def table(name: str, **columns: list[str]) -> TableProfile:
    scan = TableScan.of(list(columns), 1)
    scan.add(pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()}))
    return TableProfile(name, tuple(profile_of(column) for column in scan.columns))


@pytest.mark.parametrize(
    ("name", "element"),
    [
        ("DschDt", "discharge_time"), ("DISCHDT", "discharge_time"), ("AttDrCd", "doctor_id"), ("WardCd", "ward"),
        ("ResVal", "lab_result"), ("TestNm", "lab_item_name"), ("QtyDisp", "drug_qty"), ("patno", "patient_id"),
        ("出院日期", "discharge_time"), ("病歷號", "mrn"), ("就醫日期", "visit_time"), ("診斷碼", "diag_code"),
        ("chuyuanRiqi", "discharge_time"),
    ],
)  # fmt: skip
def test_a_name_is_near_what_it_means_however_it_is_written(name: str, element: str) -> None:
    (scores,) = scored(Lexicon(), "t", [name])
    found = {one: said.exact + said.near for one, said in scores.items()}
    assert found[element] >= 0.9 and found[element] >= max(found.values()) - 0.2


def test_each_traditional_character_is_told_once_and_is_no_simplified_one() -> None:
    text = files("medark.standardise.propose").joinpath("han.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    old = [one for row in rows for one in row["traditional"]]
    assert len(old) == len(set(old)) and not {row["simplified"] for row in rows} & set(old)
    assert folded("門診醫囑") == "门诊医嘱"


@pytest.mark.parametrize(
    ("form", "written", "read"),
    [
        ("roc", "112/03/04", "2023-03-04"), ("roc", "1120304", "2023-03-04"), ("roc", "民國99年3月4日", "2010-03-04"),
        ("roc", "112/3/4 9:05", "2023-03-04T09:05"), ("roc", "?", None),
        ("epoch_s", "1703980800", "2023-12-31 00:00:00Z"), ("epoch_ms", "1703980800123", "2023-12-31 00:00:00Z"),
        ("epoch_s", "", None),
    ],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written(form: str, written: str, read: str | None) -> None:
    sql = FUNCTIONS[form][1].replace(":time", "t")
    with duckdb.connect() as session:
        assert session.execute(f"SELECT {sql} FROM (SELECT ? AS t)", [written]).fetchone() == (read,)


def test_what_is_no_day_is_not_taken_for_one() -> None:
    assert "roc" in forms("0990101") and "roc" not in forms("1000001") and "roc" not in forms("1121341")


def _map(times: list[str], clocks: list[str]) -> dict[str, str]:
    visits = table("住院主檔", 住院號=[f"I{n:05d}" for n in range(200)], 病歷號=PEOPLE, 入院日期=times,
                   入院時間=clocks, 科別代碼=[f"030{n % 5}" for n in range(200)])  # fmt: skip
    people = table("病患基本檔", 病歷號=PEOPLE, 性別=["男", "女"] * 100,
                   出生日期=[f"0{40 + n % 50}/05/{1 + n % 28:02d}" for n in range(200)])  # fmt: skip
    within = links([visits, people])
    readings = settled(read_tables([visits, people], Lexicon(), within), within)
    drafts = {one.table: one for one in composed("s", readings, within, {})}
    lines = {line.field: line for target in drafts["住院主檔"].targets for line in target.lines}
    (visit,) = tomllib.loads(table_toml(drafts["住院主檔"]))["visit"]
    return {**visit, "chance": f"{lines['start_time'].chance:.2f}"}


def test_a_clock_time_without_a_colon_is_one_beside_its_day_and_a_code_of_four_figures_is_none() -> None:
    clocks = [f"{n % 24:02d}{n % 60:02d}" for n in range(200)]
    visit = _map([f"112/{1 + n % 12:02d}/{1 + n % 28:02d}" for n in range(200)], clocks)
    assert visit["start_time"].startswith("roc_time(") and "substr" in visit["start_time"]
    assert visit["care_site_key"] == "科別代碼"

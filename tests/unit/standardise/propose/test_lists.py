"""One table of many lists: which list explains which column, by its codes, by its name, by what its words mean."""

from __future__ import annotations

import tomllib
from typing import Any

import pyarrow as pa
import pytest

from medark.standardise.propose.draft import Draft, composed, table_toml
from medark.standardise.propose.draft.code_lists import CodeList, code_lists, plain_list, read_list, with_more
from medark.standardise.propose.names import Lexicon
from medark.standardise.propose.profile import TableProfile, links
from medark.standardise.propose.reading import read_tables
from unit.standardise.propose.test_draft import table

SEED = 1  # that `table` hashes with
WORDS = {
    "JZLB": {"1": "门诊", "2": "急诊", "3": "住院"}, "XB": {"1": "女", "2": "男"},
    "GHZT": {"1": "有效", "2": "已退号", "3": "待复核"}, "LYFS": {"1": "医嘱离院", "2": "医嘱转院", "3": "死亡"},
    "YS": {"1": "红", "2": "黄", "3": "蓝", "4": "绿"},
}  # fmt: skip
ROWS = [(name, code, word) for name, codes in WORDS.items() for code, word in codes.items()]


def dictionary(heads: tuple[str, ...] = ("LB", "DM", "MC")) -> pa.Table:
    return pa.table(dict(zip(heads, map(list, zip(*ROWS, strict=True)), strict=True)))


def profile_of_words() -> TableProfile:
    which, code, word = (list(cells) for cells in zip(*ROWS, strict=True))
    return table("dmzd", LB=which, DM=code, MC=word)


def visits(**more: list[str]) -> TableProfile:
    number = range(300)
    return table(
        "mzjz", JZLSH=[f"V{n:05d}" for n in number], BRID=[f"B{n % 80:06d}" for n in number],
        JZSJ=[f"2024-03-{1 + n % 28:02d} 10:00:00" for n in number], **more,
    )  # fmt: skip


def drafted(*tables: TableProfile, lists: tuple[CodeList, ...]) -> dict[str, Draft]:
    found = links(tables)
    readings = read_tables(tables, Lexicon(), found, {"dmzd": "dictionary", "mzjz": "visit", "brxx": "patient"})
    return {one.table: one for one in composed("s", readings, found, {}, lists=lists)}


def written(draft: Draft) -> dict[str, Any]:
    return tomllib.loads(table_toml(draft))


@pytest.mark.parametrize("heads", [("LB", "DM", "MC"), ("list_name", "code", "meaning"), ("类别", "代码", "名称")])
def test_a_table_of_lists_is_taken_apart(heads: tuple[str, ...]) -> None:
    found = {one.name: one for one in code_lists("dmzd", dictionary(heads), SEED)}
    assert {name: dict(one.codes) for name, one in found.items()} == WORDS
    assert {(one.list_column, one.code_column, one.name_column) for one in found.values()} == {heads}
    assert read_list(plain_list(found["XB"])) == found["XB"]


def test_another_name_of_the_list_beside_it_is_known() -> None:
    titles = {"JZLB": "就诊类别", "XB": "性别", "GHZT": "挂号状态", "LYFS": "离院方式", "YS": "颜色"}
    both = dictionary().append_column("LBMC", pa.array([titles[name] for name, _, _ in ROWS]))
    assert {one.name: one.aliases for one in code_lists("dmzd", both, SEED)} == {
        name: (title,) for name, title in titles.items()
    }


def test_beds_with_who_lies_in_them_are_no_list() -> None:
    who = [f"{'王李张刘'[n % 4]}{'伟芳娜敏'[n // 4]}" for n in range(16)]
    beds = [(("内科", "外科病区")[n // 8], str(1 + n % 8), name) for n, name in enumerate(who)]
    wards = pa.table({"病区": [b[0] for b in beds], "床号": [b[1] for b in beds], "姓名": [b[2] for b in beds]})
    assert code_lists("beds", wards, SEED) == ()
    phones = dictionary().append_column("电话", pa.array([f"1380000{n:04d}" for n in range(len(ROWS))]))
    assert code_lists("dmzd", phones, SEED) == ()


def test_a_column_is_looked_up_in_the_list_that_means_what_it_should() -> None:
    """JZLB and XB both hold 1 and 2; the column of kinds is called otherwise than its list."""
    lists = code_lists("dmzd", dictionary(), SEED)
    people = table("brxx", BRID=[f"B{n:06d}" for n in range(80)], XM=["张伟"] * 80, XB=["12"[n % 2] for n in range(80)],
                   CSRQ=[f"19{30 + n % 70}-05-01" for n in range(80)])  # fmt: skip
    seen = visits(JZLX=["123"[n % 3] for n in range(300)], CYFS=["123"[n % 3] for n in range(300)])
    found = drafted(profile_of_words(), people, seen, lists=lists)
    visit = written(found["mzjz"])
    assert visit["visit"][0]["class_text"] == "coalesce(class_text_list.mc, jzlx)"
    assert visit["join"]["class_text_list"] == {"table": "dmzd", "on": {"lb": "'JZLB'", "dm": "jzlx"}}
    assert visit["join"]["discharged_to_list"]["on"] == {"lb": "'LYFS'", "dm": "cyfs"}
    person = written(found["brxx"])
    assert person["person"][0]["gender"] == "coalesce(gender_list.mc, xb)"
    assert person["join"]["gender_list"]["on"] == {"lb": "'XB'", "dm": "xb"}
    read = {one.column: {v.value: v.means for v in one.values} for one in (*found["mzjz"].read, *found["brxx"].read)}
    assert read["XB"] == {"1": "FEMALE", "2": "MALE"}, "the list says it, against the standard"
    assert read["JZLX"] == {"1": "Outpatient Visit", "2": "Emergency Room Visit", "3": "Inpatient Visit"}


def test_a_status_is_told_by_its_list_and_what_the_list_calls_oddly_is_asked() -> None:
    lists = code_lists("dmzd", dictionary(), SEED)
    draft = drafted(profile_of_words(), visits(GHZT=["1123"[n % 4] for n in range(300)]), lists=lists)["mzjz"]
    assert draft.values["row_state"] == {"1": "kept", "2": "void"}
    assert draft.asks == (("GHZT", "3"),)
    (state,) = [one for one in draft.read if one.column == "GHZT"]
    assert {one.value: one.why for one in state.values}["3"] == "待复核 (dmzd GHZT)"


def test_codes_that_are_in_no_list_are_left_as_they_are() -> None:
    lists = code_lists("dmzd", dictionary(), SEED)
    draft = drafted(profile_of_words(), visits(JZLX=["789"[n % 3] for n in range(300)]), lists=lists)["mzjz"]
    assert draft.joins == ()
    assert written(draft)["visit"][0]["class_text"] == "jzlx"


def test_a_later_delivery_adds_codes_to_a_list() -> None:
    first = code_lists("dmzd", dictionary(), SEED)
    more = pa.table({"LB": ["XB", "XB", "YS", "YS"], "DM": ["9", "1", "5", "1"], "MC": ["未知", "女性", "黑", "红"]})
    both = {one.name: one for one in with_more(first, code_lists("dmzd", more, SEED))}
    assert both["XB"].codes == {"1": "女性", "2": "男", "9": "未知"} and both["GHZT"].codes == WORDS["GHZT"]
    assert len(both["XB"].hashes) == 3

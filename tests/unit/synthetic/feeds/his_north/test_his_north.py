"""The north hospital's tables: Chinese columns in GB 18030, every line a record, fees that add up."""

from __future__ import annotations

import csv
import io

import pytest

from medark.model.record import Format
from medark.standardise.formats.tabular import shape
from medark.synthetic.facts import by_key, rows
from medark.synthetic.feeds import his_north

SOURCE = "north/his"
KINDS = {
    "病人基本信息": "registration", "诊断": "diagnosis", "处方医嘱": "prescription", "手术记录": "operation",
    "转科记录": "transfer", "护理体征": "observation", "收费明细": "fee",
}  # fmt: skip


@pytest.fixture(scope="module")
def exported(export):
    return export(his_north)


@pytest.fixture(scope="module")
def tables(exported):
    return {
        name.split("_")[0]: list(csv.DictReader(io.StringIO(content.decode("gb18030"), newline="")))
        for name, content in exported.files(SOURCE).items()
    }


def stays(exported):
    return [e for e in exported.rows("encounter", "north") if e["kind"] == "inpatient" and not e["cancelled"]]


def test_each_table_has_a_line_for_each_thing_that_happened_there(exported, tables):
    assert {name: len(tables[name]) for name in KINDS} == {
        name: len(exported.rows(table, "north")) for name, table in KINDS.items()
    }
    assert len(tables["门诊就诊"]) + len(tables["住院登记"]) == len(exported.rows("encounter", "north"))
    assert len(tables["病案首页"]) == len(stays(exported)) > 0


def test_each_line_is_a_record_in_its_place(exported, tables):
    for name in exported.files(SOURCE):
        ids = exported.ids(name)
        lines = tables[name.split("_")[0]]
        assert len(ids) == len(lines)
        own = {
            "病人基本信息": "病人ID",
            "处方医嘱": "医嘱号",
            "手术记录": "手术单号",
            "收费明细": "费用流水号",
            "病案首页": "住院号",
        }
        column = own.get(name.split("_")[0], "就诊流水号")
        assert all(record.startswith(line[column]) for record, line in zip(ids, lines, strict=True))


def test_ids_of_records_are_unique_within_a_table(exported):
    for name in exported.files(SOURCE):
        ids = exported.ids(name)
        assert len(set(ids)) == len(ids)


def test_the_platform_sees_a_table_in_gb18030_with_its_columns(exported, tables):
    for name, content in exported.files(SOURCE).items():
        found = shape(content[:65_536], Format.DELIMITED, name)
        lines = tables[name.split("_")[0]]
        assert (found.encoding, found.header, found.columns) == ("gb18030", True, tuple(lines[0]))


def test_every_visit_is_of_a_patient_in_the_list(tables):
    known = {line["病人ID"] for line in tables["病人基本信息"]}
    for name in ("门诊就诊", "住院登记", "诊断", "处方医嘱", "手术记录", "转科记录", "护理体征", "收费明细"):
        assert {line["病人ID"] for line in tables[name]} <= known


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("病人基本信息", "姓名 性别 出生日期 民族 婚姻状况 职业 费别 血型 建档时间"),
        ("门诊就诊", "就诊类别 科室编码 科室名称 医生工号 医生姓名 就诊时间 来院方式 退号标志"),
        ("住院登记", "入院科室编码 入院途径 主治医生工号 出院时间 离院方式"),
        ("诊断", "诊断类别 诊断编码 诊断名称 诊断时间"),
        ("处方医嘱", "药品编码 药品名称 规格 单次剂量 剂量单位 给药途径 频次 天数 数量 数量单位 开单医生工号"),
        ("手术记录", "手术编码 手术名称 术者 手术级别"),
        ("转科记录", "科室编码 科室名称 转入时间"),
        ("护理体征", "项目编码 项目名称 测量值 单位"),
        ("收费明细", "项目编码 项目名称 费用类别 数量 单价 金额 计费时间"),
    ],
)
def test_every_word_of_the_city_has_one_of_the_hospital(tables, table, columns):
    empty = [column for line in tables[table] for column in columns.split() if not line[column]]
    assert not empty


def test_times_are_written_to_the_second_without_a_zone(tables):
    for line in tables["门诊就诊"]:
        assert len(line["就诊时间"]) == len("2024-03-05 08:15:00")


def test_the_front_page_has_the_columns_of_the_form(tables, shared_reference):
    with (shared_reference / "15_frontpage" / "frontpage_fields.csv").open(encoding="utf-8") as file:
        fields = {row["name_zh"] for row in csv.DictReader(file)}
    columns = [column.rstrip("0123456789") for column in tables["病案首页"][0]]
    assert 80 <= len(columns) <= 160
    assert set(columns) <= fields


def fen(text):
    yuan, _, cents = text.partition(".")
    return int(yuan) * 100 + int(cents)


def test_fee_classes_of_the_front_page_add_up_to_its_total(tables):
    classes = by_key("local_north_fee_class").values()
    for page in tables["病案首页"]:
        whole = sum(fen(page[row["name"]]) for row in classes if not row["within"])
        assert whole == fen(page["住院总费用"]) > 0
        assert fen(page["自付金额"]) <= whole


def test_a_class_within_another_is_not_more_than_it(tables):
    names = {row["code"]: row["name"] for row in rows("local_north_fee_class")}
    within = [(row["name"], names[row["within"]]) for row in rows("local_north_fee_class") if row["within"]]
    assert len(within) == 4
    for page in tables["病案首页"]:
        assert all(fen(page[part]) <= fen(page[whole]) for part, whole in within)


def test_the_front_page_costs_what_the_bill_of_the_stay_says(tables):
    billed: dict[str, int] = {}
    for line in tables["收费明细"]:
        billed[line["就诊流水号"]] = billed.get(line["就诊流水号"], 0) + fen(line["金额"])
    assert all(fen(page["住院总费用"]) == billed[page["住院号"]] for page in tables["病案首页"])


def test_the_front_page_has_the_main_diagnosis_and_operation_of_the_stay(tables):
    main = {line["就诊流水号"]: line["诊断编码"] for line in tables["诊断"]
            if line["诊断类别"] == "出院诊断" and line["诊断序号"] == "1"}  # fmt: skip
    first = {line["就诊流水号"]: line["手术编码"] for line in tables["手术记录"] if line["手术序号"] == "1"}
    for page in tables["病案首页"]:
        assert page["主要诊断编码"] == main[page["住院号"]]
        assert page["手术及操作编码1"] == first.get(page["住院号"], "")


def test_the_same_city_gives_the_same_bytes(exported, export):
    assert export(his_north).files(SOURCE) == exported.files(SOURCE)


def test_a_wrong_code_stands_in_the_place_of_the_right_one(export):
    exported = export(his_north, dirt="high")
    wrong = {row["written_value"] for row in exported.recorded["planted"].to_pylist() if row["kind"] == "wrong_code"}
    content = next(content for name, content in exported.files(SOURCE).items() if name.startswith("诊断"))
    written = {line["诊断编码"] for line in csv.DictReader(io.StringIO(content.decode("gb18030", "replace")))}
    assert written & wrong

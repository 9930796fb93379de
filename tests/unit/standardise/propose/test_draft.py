"""Times in two columns or as distances, lists of codes, numbers as they are written: what the expressions give

Each expression is run on values, and held against what a person reads in them.
"""

from __future__ import annotations

import tomllib
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from medark.standardise.identity.number import as_18
from medark.standardise.propose.draft import composed, table_toml
from medark.standardise.propose.draft.identity_number import FUNCTIONS as OF_NUMBERS
from medark.standardise.propose.draft.times import FUNCTIONS, after, with_clock
from medark.standardise.propose.kinds import called_by
from medark.standardise.propose.names import Lexicon, concepts
from medark.standardise.propose.profile import TableProfile, TableScan, links, profile_of
from medark.standardise.propose.profile.forms import forms
from medark.standardise.propose.reading import read_tables


def table(name: str, **columns: list[str]) -> TableProfile:
    scan = TableScan.of(list(columns), 1)
    scan.add(pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()}))
    return TableProfile(name, tuple(profile_of(column) for column in scan.columns))


def maps(*tables: TableProfile) -> dict[str, Any]:
    """The maps that are proposed for tables of one source, read as TOML."""
    found = links(tables)
    readings = read_tables(tables, Lexicon(), found)
    return {d.table: tomllib.loads(table_toml(d)) for d in composed("s", readings, found, {})}


def run(sql: str, **cells: str | None) -> object:
    """An expression over one row."""
    names = ", ".join(f"? AS {name}" for name in cells)
    with duckdb.connect() as session:
        row = session.execute(f"SELECT {sql} FROM (SELECT {names})", list(cells.values())).fetchone()
    assert row is not None
    return row[0]


PEOPLE = [f"{10_000 + n}" for n in range(80)]
CASES = [f"F{240_000 + n}" for n in range(90)]


def test_a_day_and_its_clock_time_in_two_columns_are_one_time() -> None:
    told = maps(
        table("Fälle", FallNr=CASES, PatNr=[PEOPLE[n % 80] for n in range(90)],
              Aufnahmedatum=[f"2024-03-{1 + n % 28:02d}" for n in range(90)],
              Aufnahmezeit=[f"{n % 24}:{n % 60:02d}" for n in range(90)])
    )  # fmt: skip
    (visit,) = told["Fälle"]["visit"]
    assert run(visit["start_time"], aufnahmedatum="2024-03-05", aufnahmezeit="9:05") == "2024-03-05T09:05"
    assert run(visit["start_time"], aufnahmedatum="2024-03-05", aufnahmezeit=None) == "2024-03-05"
    assert run(with_clock("d", "c"), d="2024-03-05", c="23:15:30") == "2024-03-05T23:15:30"


def test_a_time_told_as_a_distance_is_counted_from_the_beginning_of_the_visit() -> None:
    visits = table("admissions", visit_id=CASES, patient_id=[PEOPLE[n % 80] for n in range(90)],
                   admit_time=[f"2024-03-{1 + n % 28:02d} 10:00:00" for n in range(90)])  # fmt: skip
    results = table("lab_results", result_id=[str(n) for n in range(200)], visit_id=[CASES[n % 90] for n in range(200)],
                    test_name=["potassium", "sodium"] * 100, result=[f"{n / 10 + 1:.1f}" for n in range(200)],
                    unit=["mmol/L"] * 200, result_offset=[str(n * 7 - 40) for n in range(200)])  # fmt: skip
    event = maps(visits, results)["lab_results"]["event"][0]
    assert "stay.admit_time" in event["start_time"] and "result_offset" in event["start_time"]
    assert run(after("b", "m", "result_offset"), b="2024-03-05 10:00:00", m="-30") == "2024-03-05 09:30:00"
    assert run(after("b", "m", "hours_since_admission"), b="2024-03-05 10:00:00", m="26") == "2024-03-06 12:00:00"


def test_glued_times_are_read() -> None:
    assert "glued_time" in forms("2024010609:05:00") and "glued_time" not in forms("2024139909:05:00")
    sql = FUNCTIONS["glued"][1].replace(":time", "t")
    assert run(sql, t="2024010609:05:00") == "2024-01-06T09:05:00"


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [("5,4 mmol/L", "5.4", "mmol/L"), ("12g/L", "12", "g/L"), ("140 mmol/L", "140", "mmol/L")],
)
def test_a_number_with_its_unit_is_both(cell: str, value: str, unit: str) -> None:
    cells = [f"{3 + n / 10:.1f} mmol/L".replace(".", ",") for n in range(100)]
    told = maps(
        table("Laborwerte", BefundNr=[f"{n}" for n in range(100)], PatNr=[PEOPLE[n % 80] for n in range(100)],
              Parameter=["Kalium", "Natrium"] * 50, Messwert=cells,
              Abnahmezeitpunkt=[f"2024-03-{1 + n % 28:02d} 08:00:00" for n in range(100)])
    )  # fmt: skip
    (event,) = told["Laborwerte"]["event"]
    assert run(event["value"], messwert=cell) == value
    assert run(event["unit"], messwert=cell) == unit


def test_codes_are_told_by_the_list_that_another_table_is() -> None:
    people = table("PATIENT", PAT_ID=PEOPLE, SEX_C=["1", "2"] * 40,
                   BIRTH_DATE=[f"19{40 + n % 50}-03-0{1 + n % 9}" for n in range(80)])  # fmt: skip
    told = maps(people, table("ZC_SEX", SEX_C=["1", "2", "3"], NAME=["Female", "Male", "Unknown"]))
    (person,) = told["PATIENT"]["person"]
    assert person["gender"] == "coalesce(gender_list.name, sex_c)"
    assert told["PATIENT"]["join"]["gender_list"] == {"table": "ZC_SEX", "on": {"sex_c": "sex_c"}}


def test_what_1_means_is_asked_where_no_standard_and_no_list_says_it() -> None:
    births = [f"19{40 + n % 50}-03-0{1 + n % 9}" for n in range(80)]
    for name, is_asked in (("SEX_C", True), ("XB", False)):
        people = table("PATIENT", PAT_ID=PEOPLE, **{name: ["1", "2"] * 40}, BIRTH_DATE=births)
        (draft,) = composed("s", read_tables([people], Lexicon(), ()), (), {})
        (gender,) = (line for target in draft.targets for line in target.lines if line.field == "gender")
        assert (gender.chance < 0.9) == is_asked


def test_words_of_other_languages_are_put_in_words_that_are_known() -> None:
    told = maps(table("Patienten", PatNr=PEOPLE, Geschlecht=["w", "m"] * 40,
                      GebDatum=[f"0{1 + n % 9}.03.19{40 + n % 50}" for n in range(80)]))  # fmt: skip
    assert told["Patienten"]["values"]["gender_word"] == {"w": "F", "m": "M"}
    assert told["Patienten"]["person"][0]["gender"] == "coalesce(gender_word(geschlecht), geschlecht)"


@pytest.mark.parametrize(
    ("name", "means"),
    [("Aufnahmedatum", {"admit", "time"}), ("fecha_ingreso", {"admit", "time"}), ("ruyuanshijian", {"admit", "time"}),
     ("Größe", {"height"}), ("code postal", {"zip", "code"})],
)  # fmt: skip
def test_names_of_five_languages_meet_in_concepts(name: str, means: set[str]) -> None:
    assert means <= set(concepts(name))


@pytest.mark.parametrize(
    ("called", "kind"),
    [("ZYDJ", "visit"), ("Laborwerte", "lab"), ("ordonnances", "drug"), ("病人诊断", "diagnosis"), ("KSZD", "dept"),
     ("PROCEDIMIENTOS", "procedure")],
)  # fmt: skip
def test_tables_are_called_what_such_tables_are_called(called: str, kind: str) -> None:
    near = called_by(called)
    assert max(near, key=lambda name: near[name]) == kind


def test_diagnoses_of_admission_that_a_register_tells_with_their_time_are_not_read_across() -> None:
    codes, words = ["J18.900", "I25.100", "I10.x00"] * 30, ["肺炎", "冠心病", "高血压"] * 30
    whose = {"就诊流水号": CASES, "病人ID": [PEOPLE[n % 80] for n in range(90)]}
    march, april = ([f"2024-{month}-{1 + n % 28:02d} 10:00:00" for n in range(90)] for month in ("03", "04"))
    both = {"入院诊断": words, "入院诊断编码": codes, "主要诊断": words, "主要诊断编码": codes}
    page = table("病案首页", **whose, 入院时间=march, 出院时间=april, **both)
    register = table("诊断", **whose, 诊断编码=codes, 诊断名称=words, 诊断时间=march)
    alone = maps(page)["病案首页"]
    assert {one["code"] for one in alone["event"]} == {"入院诊断编码", "主要诊断编码"}
    beside = maps(page, register)["病案首页"]
    assert {one["code"] for one in beside["event"]} == {"主要诊断编码"}
    assert beside["not_read"]["入院诊断"] == "诊断 says it"


@pytest.mark.parametrize(
    ("name", "values", "means"),
    [
        ("作废标志", {"0": "kept", "1": "void"}, {}),
        ("是否有效", {"Y": "kept", "N": "void"}, {}),
        ("停用标志", {"0": "kept", "1": "void"}, {}),
        ("DELETED", {"0.0": "kept", "1.0": "void", "NULL": "kept"}, {}),
        ("挂号状态", {"1.正常": "kept", "2.已退号": "void", "3.已预约": "planned"}, {}),
        ("result_status", {"final": "kept", "preliminary": "kept", "cancelled": "void"}, {}),
        ("status", {"A": "", "X": ""}, {}),
        ("status", {"A": "kept", "X": "void"}, {"A": "kept", "X": "void"}),
    ],
)
def test_values_of_a_status_say_whether_the_row_stands(
    name: str, values: dict[str, str], means: dict[str, str]
) -> None:
    words, number = list(values), range(300)
    visits = table("门诊就诊", 就诊流水号=[f"V{n:05d}" for n in number], 病人ID=[PEOPLE[n % 80] for n in number],
                   就诊时间=[f"2024-03-{1 + n % 28:02d} 10:00:00" for n in number],
                   **{name: [words[n % len(words)] for n in number]})  # fmt: skip
    (draft,) = composed("s", read_tables((visits,), Lexicon(), ()), (), {}, {"门诊就诊": {name: means}})
    (state,) = [one for one in draft.read if one.column == name]
    assert {one.value: one.means for one in state.values} == values
    assert {value for _, value in draft.asks} == {value for value, told in values.items() if not told}
    left_out = {issue.reason for issue in draft.issues if issue.outcome == "excluded"}
    assert ("registered and not kept" in left_out) == ("void" in values.values())
    assert ("planned, and has not happened" in left_out) == ("planned" in values.values())


def test_of_calls_that_number_nobody_each_is_somebodys_own() -> None:
    told = maps(
        table(
            "calls", callId=[f"C{n:06d}" for n in range(60)],
            calledAt=[f"2024-03-{1 + n % 28:02d}T08:{n:02d}:00+08:00" for n in range(60)],
            caller_phone=[f"1390000{n:04d}" for n in range(60)],
            patient_name=[f"{'王李张刘'[n % 4]}{'伟芳娜敏静'[n % 5]}" for n in range(60)],
            patient_sex=["男", "女"] * 30, patient_age=[str(20 + n) for n in range(60)],
        )
    )["calls"]  # fmt: skip
    (visit,) = told["visit"]
    assert visit["visit_key"] == visit["person_key"] == "callid"
    assert {one["fixed"]["kind"] for one in told["identifier"]} == {"name", "phone"}


SOLD = {
    "receipt": [f"R{n:06d}" for n in range(60)],
    "sale_time": [f"2024-03-{1 + n % 28:02d} 09:{n:02d}:00" for n in range(60)],
    "drug_name": ["Ibuprofen", "Loratadine", "Aspirin"] * 20, "quantity": ["1", "2", "1"] * 20,
    "store": ["Main Street", "Station"] * 30,
}  # fmt: skip


def test_what_was_sold_to_nobody_is_counted() -> None:
    told = maps(table("sales", **SOLD))["sales"]
    (counted,) = told["count"]
    assert counted["quantity"] == "quantity" and counted["code"] == "drug_name" and "event" not in told


def test_what_was_sold_to_somebody_is_theirs() -> None:
    told = maps(table("sales", patient_id=PEOPLE[:60], **SOLD))["sales"]
    assert told["event"][0]["person_key"] == "patient_id" and "count" not in told


def test_the_unit_that_stands_beside_a_measurement_is_read() -> None:
    told = maps(
        table(
            "readings", user_id=[f"U{n % 9:05d}" for n in range(60)],
            measured_at=[f"2024-03-{1 + n % 28:02d} 09:{n:02d}:00" for n in range(60)],
            heart_rate_value=[str(60 + n) for n in range(60)], heart_rate_unit=["beats/min"] * 60,
        )
    )["readings"]  # fmt: skip
    (pulse,) = (one for one in told["event"] if one["value"] == "heart_rate_value")
    assert pulse["unit"] == "heart_rate_unit" and "unit" not in pulse["fixed"]


def test_names_are_read_from_the_register_that_a_row_leads_to() -> None:
    names = [f"{'王李张刘'[n % 4]}{'伟芳娜敏静'[n % 5]}" for n in range(90)]
    days = [f"2024-03-{1 + n % 28:02d} 09:{n % 60:02d}:00" for n in range(90)]
    visits = table("门诊登记", 就诊流水号=CASES, 姓名=names, 性别=["男", "女"] * 45, 年龄=["40"] * 90, 就诊时间=days)
    drugs = table("处方", 就诊流水号=CASES, 姓名=names, 药品名称=["阿司匹林", "胰岛素", "头孢"] * 30, 开嘱时间=days)
    told = maps(visits, drugs)
    assert "identifier" in told["门诊登记"] and "identifier" not in told["处方"]


def test_a_table_that_gives_no_rows_holds_none_back() -> None:
    found = table("schedule", patient_id=PEOPLE, weekday=["Mon", "Tue"] * 40)
    (draft,) = composed("s", read_tables([found], Lexicon(), ()), (), {})
    assert not draft.targets and not draft.issues


def numbered(n: int) -> str:
    """A made-up identity number that is possible."""
    body = f"11010119{40 + n % 50}03{1 + n % 28:02d}{100 + n % 800:03d}"
    return as_18(body[:6] + body[8:]) or ""


def test_who_has_a_number_and_no_birth_is_born_as_the_number_says() -> None:
    numbers = [numbered(n) for n in range(80)]
    readings = [str(110 + n % 60) for n in range(80)]
    days = [f"2024-03-{1 + n % 28:02d}" for n in range(80)]
    register = table("病人信息", 病人ID=PEOPLE, 姓名=["王伟", "李娜"] * 40, 性别=["男", "女"] * 40,
                     出生日期=[f"19{40 + n % 50}-03-0{1 + n % 9}" for n in range(80)])  # fmt: skip
    visits = table("高血压随访", 随访编号=[f"S{n + 4000}" for n in range(80)], 身份证号=numbers,
                   姓名=["张伟", "赵敏"] * 40, 随访日期=days,
                   收缩压=readings, 舒张压=[str(60 + n % 40) for n in range(80)])  # fmt: skip
    for tables in ((visits,), (register, visits)):
        (person,) = maps(*tables)["高血压随访"]["person"]
        assert person["person_key"] == "身份证号"
        assert person["birth_time"] == "birth_by_number(身份证号)" and person["gender"] == "sex_by_number(身份证号)"


@pytest.mark.parametrize(
    ("number", "birth", "sex"),
    [
        ("11010519491231002X", "1949-12-31", "F"), ("11010519491231002x", "1949-12-31", "F"),
        ("110105194912310021", None, None), ("110105491231002", "1949-12-31", "F"),
        ("110105491231001", "1949-12-31", "M"),
        ("110105491331002", None, None),
        ("", None, None), (None, None, None), ("A1010519491231002X", None, None),
    ],
)  # fmt: skip
def test_what_a_number_says_is_read_only_of_one_that_can_be(
    number: str | None, birth: str | None, sex: str | None
) -> None:
    for name, wanted in (("birth_by_number", birth), ("sex_by_number", sex)):
        assert run(OF_NUMBERS[name][1].replace(":number", "n"), n=number) == wanted

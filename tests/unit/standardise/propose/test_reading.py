"""Tables that were made here are read as what they are, in three languages; a chance is as good as its word."""

from __future__ import annotations

import random
import tomllib
from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from medark.standardise.propose.draft import composed, source_toml, table_toml
from medark.standardise.propose.model import Grounds, line_chance, odds, table_chance
from medark.standardise.propose.names import Entry, Lexicon, concepts, elements, entries
from medark.standardise.propose.profile import TableProfile, TableScan, links, profile_of
from medark.standardise.propose.reading import TableReading, read_table
from medark.standardise.propose.slots import slots


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


def table(name: str, **columns: list[str]) -> TableProfile:
    scan = TableScan.of(list(columns), 1)
    scan.add(pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()}))
    return TableProfile(name, tuple(profile_of(column) for column in scan.columns))


def best(reading: TableReading) -> dict[str, str]:
    return {column.name: column.best.slot.partition(":")[0] for column in reading.columns}


def diagnoses(*names: str) -> TableProfile:
    draw = random.Random(9)
    visits = [f"V{number:05d}" for number in range(90)]
    codes = [f"{draw.choice('IJKE')}{draw.randrange(100):02d}.{draw.randrange(10)}" for _ in range(90)]
    days = [f"2024-0{draw.randrange(1, 9)}-1{draw.randrange(10)} 08:30:00" for _ in range(90)]
    words = draw.choices(["高血压", "肺炎", "冠心病"], k=90)
    return table("t", **dict(zip(names, (visits, codes, words, days), strict=True)))


@pytest.mark.parametrize(
    "names",
    [
        ("就诊流水号", "诊断编码", "诊断名称", "诊断时间"),
        ("encounter_id", "icd_code", "diagnosis_name", "diagnosis_time"),
        ("JZLSH", "ZDBM", "ZDMC", "ZDSJ"),
    ],
)
def test_a_table_of_diagnoses_is_one_in_any_language(lexicon: Lexicon, names: tuple[str, ...]) -> None:
    reading = read_table(diagnoses(*names), lexicon)
    assert reading.kind == "diagnosis"
    assert list(best(reading).values()) == ["visit_key", "diag.code", "diag.name", "diag.time"]


def test_values_speak_where_the_name_says_nothing(lexicon: Lexicon) -> None:
    sexes = ["男", "女"] * 40
    reading = read_table(table("病人", 病人ID=[f"B{n:06d}" for n in range(80)], f17=sexes), lexicon)
    _, column = reading.columns
    assert "gender" in [candidate.slot for candidate in column.candidates[:2]]


def test_names_meet_in_concepts() -> None:
    assert set(concepts("admission_dttm")) >= {"admit", "time"}
    assert set(concepts("入院时间")) == {"admit", "time"} == set(concepts("rysj", pinyin=True)) - {"findings"}


def test_a_sites_own_name_weighs_more() -> None:
    plain, taught = Lexicon(), Lexicon([Entry("gender", "site", "ZDY7", 3.0)])
    assert plain.scores("zdy7").get("gender") is None or plain.scores("zdy7")["gender"].exact == 0
    assert taught.scores("zdy7")["gender"].exact == 3.0


def test_a_hidden_name_is_not_known() -> None:
    assert Lexicon(without=["Gender"]).scores("gender")["gender"].exact == 0


def test_a_draft_is_a_map_in_toml_with_its_evidence(lexicon: Lexicon) -> None:
    people = table("病人", 病人ID=[f"B{n:06d}" for n in range(80)], 性别=["1", "2"] * 40,
                   出生日期=[f"19{40 + n % 50}-03-0{1 + n % 9}" for n in range(80)])  # fmt: skip
    stays = table("住院", 就诊流水号=[f"V{n:05d}" for n in range(90)], 病人ID=[f"B{n % 80:06d}" for n in range(90)],
                  入院时间=["2024-01-02 10:00:00"] * 90, 出院时间=["2024-01-09 10:00:00"] * 90)  # fmt: skip
    ill = diagnoses("就诊流水号", "诊断编码", "诊断名称", "备用")
    tables = [people, stays, ill]
    drafts = composed("north/his", [read_table(one, lexicon) for one in tables], links(tables), {})
    by_name = {draft.table: draft for draft in drafts}
    told = {name: tomllib.loads(table_toml(draft)) for name, draft in by_name.items()}
    assert told["病人"]["person"][0]["gender"] == "gender_word(性别)"
    assert told["病人"]["values"]["gender_word"]["2"] == "F"
    assert told["住院"]["visit"][0]["start_time"] == "入院时间"
    event = told["t"]["event"][0]
    assert event["person_key"] == "stay.病人id" and event["fixed"]["code_system"] == "ICD10"
    assert told["t"]["join"]["stay"] == {"table": "住院", "on": {"就诊流水号": "就诊流水号"}}
    assert "# 0." in table_toml(by_name["t"]) or "# 1." in table_toml(by_name["t"])
    assert tomllib.loads(source_toml("n", "t", "UTC", drafts))["tables"][0] == "病人"


def test_what_a_person_says_stands(lexicon: Lexicon) -> None:
    ill = diagnoses("就诊流水号", "诊断编码", "诊断名称", "诊断时间")
    (draft,) = composed("s", [read_table(ill, lexicon)], (), {"t": {"就诊流水号": "person_key", "诊断名称": ""}})
    assert draft.made_of("就诊流水号") == {"event.person_key", "issue.when"}
    assert not draft.made_of("诊断名称")


def test_chances_never_fall_where_scores_rise() -> None:
    told = [table_chance(np.array([1.0, odds(step / 50), 2.0, 0.0])) for step in range(51)]
    assert told == sorted(told) and 0 <= told[0] <= told[-1] <= 1
    for exact, proven, hangs in product((False, True), repeat=3):
        of_column = [
            line_chance(Grounds(step / 50, 0.9, hangs, exact, proven, False, False, 100)) for step in range(51)
        ]
        of_kind = [line_chance(Grounds(0.9, step / 50, hangs, exact, proven, False, False, 100)) for step in range(51)]
        assert of_column == sorted(of_column) and of_kind == sorted(of_kind)
        assert 0 < of_column[0] < of_column[-1] < 1


def test_the_lexicon_speaks_of_elements_that_there_are() -> None:
    assert {entry.element for entry in entries()} <= set(elements())
    assert {"person_key", "diag.code", "wide:8867-4|/min", "id:NI"} <= slots()


def test_what_comes_again_names_no_row(lexicon: Lexicon) -> None:
    moves = table(
        "转科", 就诊流水号=[f"V{n // 2:05d}" for n in range(80)], 病人ID=[f"B{n // 4:06d}" for n in range(80)],
        转科序号=["1", "2"] * 40, 转入时间=[f"2024-03-{1 + n % 28:02d} 10:00:00" for n in range(80)],
    )  # fmt: skip
    (draft,) = composed("s", [read_table(moves, lexicon, kind="stay")], (), {"转科": {"转科序号": "detail_key"}})
    detail = tomllib.loads(table_toml(draft))["visit_detail"][0]
    assert detail["detail_key"] == "就诊流水号 || '|' || 转入时间"

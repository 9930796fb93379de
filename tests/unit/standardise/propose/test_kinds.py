"""Small systems of few columns are what they are, paths are read by their ends, and one slot is one candidate."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pytest

from medark.flows.propose.columns import LEAST
from medark.standardise.propose.candidates import Candidate, contenders
from medark.standardise.propose.explained import explained
from medark.standardise.propose.kinds import FEATURES, homes, is_foreign, kinds
from medark.standardise.propose.model import Grounds, line_chance, table_chance, table_numbers
from medark.standardise.propose.names import Lexicon, elements, scored
from medark.standardise.propose.names.paths import shared, ways
from medark.standardise.propose.names.words import alike
from medark.standardise.propose.profile import TableProfile, TableScan, profile_of
from medark.standardise.propose.reading import TableReading, read_table
from medark.standardise.propose.slots import bare, is_stand_in, needs, slot_of


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


def read(lexicon: Lexicon, name: str, **columns: list[str]) -> TableReading:
    scan = TableScan.of(list(columns), 3)
    scan.add(pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()}))
    return read_table(TableProfile(name, tuple(profile_of(column) for column in scan.columns)), lexicon)


def slots(reading: TableReading) -> dict[str, str]:
    return {column.name: bare(column.best.slot) for column in reading.columns}


DAYS = [f"2024-0{1 + n % 9}-1{n % 10} 08:{n % 60:02d}:00" for n in range(60)]
BORN = [f"19{40 + n % 60}-0{1 + n % 9}-1{n % 10}" for n in range(60)]


def test_five_columns_of_people_are_a_register_of_people_whatever_it_is_called(lexicon: Lexicon) -> None:
    people = {
        "data.user_id": [f"u{n:05d}" for n in range(60)],
        "data.sex": ["male", "female"] * 30,
        "data.birth_date": BORN,
        "data.phone": [f"1390000{n:04d}" for n in range(60)],
        "qos": ["1"] * 60,
    }
    reading = read(lexicon, "t", **people)
    found = slots(reading)
    assert reading.kind == "patient"
    assert (found["data.user_id"], found["data.sex"], found["data.birth_date"]) == (
        "person_key",
        "gender",
        "birth_time",
    )


def test_a_path_says_most_by_its_end() -> None:
    assert shared("t", ["a.x", "a.y", "a.z", "a.w", "b"]) == ("a.",)
    assert shared("t", ["drug_name", "drug_code", "drug_dose", "drug_unit"]) == ()  # a word tells something
    assert shared("t", ["zq_name", "zq_code", "zq_dose", "zq_unit"]) == ("zq_",)
    assert list(ways("a.Sex.code", ("a.",))) == ["a.Sex.code", "Sex.code", "Sex", "code"]


def test_the_whole_name_is_trusted_most(lexicon: Lexicon) -> None:
    whole, end = scored(lexicon, "t", ["birth_date", "ext.birth_date"])
    assert whole["birth_date"].exact > end["birth_date"].exact > 0


def test_a_kind_explains_what_it_has_slots_for_and_lacks_what_it_needs() -> None:
    drugs = [{"drug_name": 1.0}, {"drug_dose": 0.8, "": 0.2}, {"start": 1.0}, {"patient_id": 1.0}]
    found = explained(drugs, tuple(kinds()))
    assert found["drug"] == (pytest.approx(3.8 / 4), pytest.approx(1.0))
    assert found["lab"][1] == found["fee"][1] == 0.0  # nothing was measured, nothing is charged
    assert found["drug"][0] > max(share for kind, (share, _) in found.items() if kind != "drug")


def test_the_same_slot_twice_counts_once() -> None:
    share, _ = explained([{"drug_name": 1.0}, {"drug_name": 0.9}], ("drug",))["drug"]
    assert share == pytest.approx(0.5)


def test_every_kind_says_what_it_needs_in_slots_that_there_are() -> None:
    for kind in kinds():
        fill = {bare(slot_of(name, kind)) for name in elements()}
        families = {slot.partition(":")[0] for slot in fill if slot.startswith(("wide:", "id:"))}
        assert all(need & (fill | families) for need in needs(kind)), kind


def test_what_a_table_of_a_kind_makes_nothing_of_is_not_at_home_there() -> None:
    home = homes({"procedure": 1.0})
    assert home["proc_start"].made == 1.0 and home["order_time"].made == 0.0 and home["start"].made == 1.0
    assert home["proc_start"].fits == 1.0 and home["drug_name"].fits == 0.0


def test_two_names_of_one_beginning_are_one_candidate(lexicon: Lexicon) -> None:
    orders = read(
        lexicon, "yzjl",
        BRID=[f"{1000 + n // 2}" for n in range(60)], YPMC=["阿司匹林", "头孢呋辛", "胰岛素"] * 20,
        JL=["100", "20", "8"] * 20, JLDW=["mg", "ml", "IU"] * 20, KSSJ=DAYS,
    )  # fmt: skip
    (begun,) = (column for column in orders.columns if column.name == "KSSJ")
    assert bare(begun.best.slot) == "drug.start"
    assert len({bare(one.slot) for one in begun.candidates}) == len(begun.candidates)


def test_what_another_column_may_fill_too_is_less_sure() -> None:
    first, second = Candidate("birth_time", "birth_date", 0.9), Candidate("birth_time:3", "birth_year", 0.7)
    other = Candidate("gender", "gender", 0.6), Candidate("birth_time", "birth_date", 0.3)
    notes = [(Candidate("note", "note_text", 0.9),), (Candidate("note", "past_history", 0.8),)]
    assert contenders([(first,), (second,), other, *notes], "patient") == [0.7, 0.9, 0.0, 0.0, 0.0]
    alone = Grounds(0.97, 0.99, False, True, False, False, False, 100)
    beside = Grounds(0.97, 0.99, False, True, False, False, False, 100, taken=True, contended=0.98)
    assert line_chance(beside) < line_chance(alone)


def test_what_is_read_in_anothers_place_or_is_at_home_elsewhere_is_no_surer() -> None:
    assert is_stand_in("provider_key:9") and not is_stand_in("birth_time:3")
    assert is_foreign("weight", "drug") and not is_foreign("weight", "lab")
    plain = Grounds(0.97, 0.99, False, True, False, False, False, 100)
    for doubted in (replace(plain, stand_in=True), replace(plain, foreign=True), replace(plain, missed=1.0)):
        assert line_chance(doubted) <= line_chance(plain)


def test_a_table_whose_name_says_another_kind_is_less_sure() -> None:
    vectors = {kind: np.zeros(len(FEATURES)) for kind in ("diagnosis", "procedure")}
    plain = table_chance(table_numbers({"diagnosis": 0.95, "procedure": 0.05}, vectors))
    vectors["procedure"][FEATURES.index("called")] = 0.9
    assert table_chance(table_numbers({"diagnosis": 0.95, "procedure": 0.05}, vectors)) < plain


def test_words_for_a_time_are_one_and_so_are_words_for_a_number() -> None:
    assert alike("admission_dttm") == alike("AdmissionDateTime") and alike("入院日期") == alike("入院时间")
    assert alike("patient_no") == alike("patient_id") != alike("patient_name")
    assert Lexicon(without=["admission_dttm"]).scores("admission_dttm")["admit_time"].near > 0.9


def test_from_where_on_nobody_is_asked_is_what_the_fit_chose() -> None:
    told = tomllib.loads(files("medark.standardise.propose").joinpath("coefficients.toml").read_text("utf-8"))
    assert told["least"] == LEAST and 0.8 <= LEAST < 1.0

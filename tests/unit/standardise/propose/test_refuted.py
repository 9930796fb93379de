"""What words and values speak against, and what a table can't be"""

from __future__ import annotations

import pytest

from medark.standardise.propose.names import Lexicon
from medark.standardise.propose.profile import TableProfile, links
from medark.standardise.propose.reading import TableReading, read_tables
from medark.standardise.propose.refuted import is_of_another
from unit.standardise.propose.test_together import DAYS, PEOPLE, RUNNING, STAYS, slot, table


def read(*tables: TableProfile) -> TableReading:
    return read_tables(tables, Lexicon(), links(tables))[0]


@pytest.mark.parametrize(
    ("name", "is_so"),
    [("婴儿性别", True), ("配偶姓名", True), ("监护人电话", True), ("mother_id", True), ("guardian_name", True),
     ("next_of_kin_phone", True), ("NewbornSex", True), ("jianhurenxingming", True), ("LXRDH", True), ("性别", False),
     ("patient_name", False), ("LXDH", False), ("phone", False)],
)  # fmt: skip
def test_a_name_tells_of_somebody_else(name: str, is_so: bool) -> None:
    assert is_of_another(name) == is_so


def test_what_is_somebody_elses_is_never_the_patients() -> None:
    whose = [PEOPLE[n % 200] for n in range(300)]
    fathers = ["王伟", "李芳", "张敏"] * 100
    births = table("deliveries", patient_id=whose, delivery_time=DAYS, newborn_sex=["M", "F"] * 150,
                   baby_weight=[f"{2600 + 7 * n % 1500}" for n in range(300)], father_name=fathers)  # fmt: skip
    for column in ("newborn_sex", "baby_weight", "father_name"):
        assert slot(read(births), column) in ("", "note", "proc.name")


@pytest.mark.parametrize("name", ["HYBZ", "SJBZ", "GZBZ", "QFBZ"])
def test_first_letters_that_are_near_a_void_mark_are_none(name: str) -> None:
    visits = table("门诊就诊", 就诊流水号=STAYS, 病人ID=[PEOPLE[n % 200] for n in range(300)], 就诊时间=DAYS,
                   **{name: ["0", "1", "0"] * 100})  # fmt: skip
    assert slot(read(visits), name) != "void"


def test_a_score_without_a_name_is_no_scale() -> None:
    scores = table(
        "nursing", patient_id=[PEOPLE[n % 200] for n in range(300)], time=DAYS, score=["12", "15", "20"] * 100
    )
    assert not slot(read(scores), "score").startswith("wide")


def test_many_rows_with_visits_values_and_times_are_no_dictionary() -> None:
    rows = 1200
    found = table("check_results", exam_no=[STAYS[n % 300] for n in range(rows)], item_code=["WBC", "RBC", "HGB"] * 400,
                  item_name=["leukocytes", "erythrocytes", "haemoglobin"] * 400,
                  result=[f"{n % 90}.5" for n in range(rows)],
                  check_time=[DAYS[n % 300] for n in range(rows)])  # fmt: skip
    assert read(found).kind == "lab"


def test_a_short_list_of_codes_is_a_dictionary_whatever_they_are_of() -> None:
    routes = table(
        "routes", route_code=["1", "2", "3", "4", "5"], route_name=["口服", "静脉滴注", "肌内注射", "皮下注射", "外用"]
    )
    assert read(routes).kind == "dictionary"


def test_drugs_handed_to_patients_are_drugs_whatever_they_cost() -> None:
    sold = table("dispensing", dispense_no=RUNNING, patient_id=[PEOPLE[n % 200] for n in range(300)],
                 drug_code=["D01", "D02", "D03"] * 100, drug_name=["aspirin", "metformin", "insulin"] * 100,
                 drug_spec=["100mg*30", "0.5g*20", "10ml"] * 100, quantity=["1", "2"] * 150,
                 amount=["12.50", "8.00"] * 150,
                 fee_time=DAYS)  # fmt: skip
    assert read(sold).kind == "drug"


def test_settlements_under_the_national_names_of_insurance_are_read() -> None:
    """Names: the interface specification of the National Healthcare Security Administration."""
    details = table("fee_list", feedetl_sn=[f"F{n:06d}" for n in range(300)], mdtrt_id=STAYS,
                    psn_no=[PEOPLE[n % 200] for n in range(300)], medins_list_name=["床位费", "护理费", "吸氧"] * 100,
                    cnt=["1", "2"] * 150, pric=["30", "40"] * 150, det_item_fee_sumamt=["30.00", "80.00"] * 150,
                    fee_ocur_time=DAYS, med_chrgitm_type=["01", "02", "09"] * 100,
                    vali_flag=["1", "1", "0"] * 100)  # fmt: skip
    told = read(details)
    wanted = {"feedetl_sn": "row_key", "mdtrt_id": "visit_key", "psn_no": "person_key",
              "det_item_fee_sumamt": "fee.amount",
              "fee_ocur_time": "fee.time", "med_chrgitm_type": "fee.category", "vali_flag": "void"}  # fmt: skip
    assert told.kind == "fee" and {name: slot(told, name) for name in wanted} == wanted

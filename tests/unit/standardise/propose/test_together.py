"""Tables of one source beside each other: keys, patients, heads and their lines, by what other tables hold"""

from __future__ import annotations

import tomllib
from typing import Any

import pyarrow as pa
import pytest

from medark.standardise.propose.draft import Draft, composed, table_toml
from medark.standardise.propose.names import Lexicon
from medark.standardise.propose.profile import TableProfile, TableScan, links, profile_of
from medark.standardise.propose.reading import TableReading, read_tables
from medark.standardise.propose.together import settled

PEOPLE = [f"{730_000 + 7 * n}" for n in range(200)]
STAYS = [f"A{51_000 + n}" for n in range(300)]
DAYS = [f"2024-0{1 + n % 9}-{1 + n % 28:02d} 10:{n % 60:02d}:00" for n in range(300)]
RUNNING = [str(1 + n) for n in range(300)]


def table(name: str, **columns: list[str]) -> TableProfile:
    scan = TableScan.of(list(columns), 1)
    scan.add(pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()}))
    return TableProfile(name, tuple(profile_of(column) for column in scan.columns))


def read(*tables: TableProfile) -> dict[str, TableReading]:
    found = links(tables)
    return {one.table.name: one for one in settled(read_tables(tables, Lexicon(), found), found)}


def drafts(*tables: TableProfile) -> dict[str, Draft]:
    found = links(tables)
    return {one.table: one for one in composed("s", list(read(*tables).values()), found, {})}


def maps(*tables: TableProfile) -> dict[str, Any]:
    return {name: tomllib.loads(table_toml(draft)) for name, draft in drafts(*tables).items()}


def slot(reading: TableReading, column: str) -> str:
    return next(one.best.slot.partition(":")[0] for one in reading.columns if one.name == column)


def register() -> TableProfile:
    births = [f"19{40 + n % 60}-03-{1 + n % 28:02d}" for n in range(200)]
    return table("patients", patient_id=PEOPLE, birth_date=births, sex=["M", "F"] * 100)


def stays(**more: list[str]) -> TableProfile:
    whose = [PEOPLE[n % 200] for n in range(300)]
    return table("admissions", **more, admission_id=STAYS, patient_id=whose, admit_time=DAYS)


def test_small_numbers_lie_within_running_numbers_by_chance() -> None:
    notes = table("notes", note_no=RUNNING, text=[f"seen and well, day {n}" for n in range(300)])
    beds = table("beds", bed=[str(1 + n % 250) for n in range(300)], note_no=[str(1 + n % 250) for n in range(300)])
    assert {link.column for link in links([notes, beds]) if link.key == "note_no"} == {"note_no"}


def test_a_running_number_that_is_called_like_a_patients_is_no_patients_where_the_visit_tells_the_patient() -> None:
    text = [f"The patient was seen on the ward and is well, as on day {n}." for n in range(300)]
    notes = table("progress_notes", medical_record_number=RUNNING, admission_id=STAYS, note_time=DAYS, note_text=text)
    told = maps(register(), stays(), notes)["progress_notes"]
    assert told["join"]["stay"]["table"] == "admissions"
    assert told["note"][0]["person_key"] == "stay.patient_id"


def test_who_a_row_is_of_is_looked_up_among_visits_and_not_among_notes_of_them() -> None:
    text = [f"The patient was seen on the ward and is well, as on day {n}." for n in range(300)]
    whose = [PEOPLE[n % 200] for n in range(300)]
    notes = table("a_notes", admission_id=STAYS, patient_id=whose, note_time=DAYS, note_text=text)
    codes = ["J18.900", "I10.x00", "E11.900"] * 100
    found = table("diagnoses", admission_id=STAYS, icd10_code=codes, diagnosis_name=["pneumonia", "flu", "gout"] * 100)
    assert maps(register(), stays(), notes, found)["diagnoses"]["join"]["stay"]["table"] == "admissions"


def test_of_two_unique_numbers_the_one_that_others_point_to_is_the_key() -> None:
    shown = [f"ZY{900_000 + n}" for n in range(300)]
    codes = ["J18.900", "I10.x00", "E11.900"] * 100
    found = [table(f"{name}诊断", 内部序号=STAYS, 诊断编码=codes, 诊断时间=DAYS) for name in ("入院", "出院")]
    whose = [PEOPLE[n % 200] for n in range(300)]
    visits = table("住院登记", 住院号=shown, 内部序号=STAYS, 患者ID=whose, 入院时间=DAYS)
    told = read(visits, *found)["住院登记"]
    assert slot(told, "内部序号") == "visit_key" and slot(told, "住院号") != "visit_key"


def test_lines_have_patient_visit_time_and_void_mark_from_their_head() -> None:
    slips = [f"{600_000 + n}" for n in range(300)]
    head = table("outp_rx_master", presc_no=slips, patient_id=[PEOPLE[n % 200] for n in range(300)],
                 order_date=DAYS, cancel_flag=["0"] * 270 + ["1"] * 30)  # fmt: skip
    lines = table("outp_rx_detail", presc_no=[slips[n % 300] for n in range(900)],
                  drug_code=["D01", "D02", "D03"] * 300,
                  drug_name=["aspirin", "metformin", "insulin"] * 300, quantity=["1", "2"] * 450)  # fmt: skip
    found = maps(register(), head, lines)
    told, event = found["outp_rx_detail"], found["outp_rx_detail"]["event"][0]
    assert told["join"]["head"] == {"table": "outp_rx_master", "on": {"presc_no": "presc_no"}}
    assert event["person_key"] == "head.patient_id" and event["start_time"] == "head.order_date"
    assert {one["when"] for one in told["issue"] if one["outcome"] == "excluded"} == {
        "head_row_state(head.cancel_flag) = 'void'"
    }
    assert drafts(register(), head, lines)["outp_rx_master"].missing == ()


def test_a_number_that_the_register_of_patients_has_beside_its_key_leads_to_the_patient() -> None:
    cards = [f"K{440_000 + n}" for n in range(200)]
    births = [f"19{40 + n % 60}-03-{1 + n % 28:02d}" for n in range(200)]
    people = table("patients", patient_id=PEOPLE, outpatient_no=cards, birth_date=births, sex=["M", "F"] * 100)
    text = [f"The liver is of normal size and echo, no stones, case {n}." for n in range(300)]
    exams = table("ultrasound_reports", report_no=RUNNING, outpatient_no=[cards[n % 200] for n in range(300)],
                  exam_time=DAYS, exam_item=["abdomen", "thyroid"] * 150, findings=text)  # fmt: skip
    told = maps(people, stays(), exams)["ultrasound_reports"]
    assert {one["person_key"] for one in told["event"]} == {"who.patient_id"}
    assert all("visit_key" not in one for one in told["event"])


def test_the_doctor_is_who_the_register_of_staff_knows() -> None:
    numbers = [f"S{80 + n}" for n in range(40)]
    staff = table(
        "staff",
        staff_id=numbers,
        staff_name=[f"王{c}" for c in "伟芳娜敏静丽强磊军洋" * 4],
        title=["nurse", "doctor"] * 20,
    )
    found = stays(attending_doctor=[numbers[n % 40] for n in range(300)], nurse_id=[numbers[n % 7] for n in range(300)])
    assert slot(read(register(), staff, found)["admissions"], "attending_doctor") == "provider_key"


@pytest.mark.parametrize(
    ("name", "values", "wanted"),
    [("usage_route", ["bid", "tid", "qd"], "drug.freq"), ("frequency", ["口服", "静脉滴注", "肌注"], "drug.route")],
)
def test_values_that_say_how_often_or_how_beat_a_name(name: str, values: list[str], wanted: str) -> None:
    whose = [PEOPLE[n % 200] for n in range(300)]
    drugs = table("drug_orders", order_id=STAYS, patient_id=whose, drug_name=["aspirin", "metformin", "insulin"] * 100,
                  dose=["1", "2"] * 150, start_time=DAYS, **{name: values * 100})  # fmt: skip
    assert slot(read(register(), drugs)["drug_orders"], name) == wanted


@pytest.mark.parametrize("key", ["就诊流水号", "病历序号", "JZXH"])
def test_a_registration_and_the_encounter_that_refers_to_it_row_by_row_are_one_visit(key: str) -> None:
    whose = [PEOPLE[n % 200] for n in range(330)]
    numbers = [f"G{310_000 + n}" for n in range(330)]
    days = [*DAYS, *DAYS[:30]]
    booked = table("门诊挂号", 挂号序号=numbers, 病人ID=whose, 挂号时间=days, 挂号科室=["01", "02", "03"] * 110)
    seen = table("门诊就诊记录", **{key: STAYS}, 挂号序号=numbers[:300], 病人ID=whose[:300], 就诊时间=DAYS,
                 医生工号=["7", "8", "9"] * 100)  # fmt: skip
    codes, names = ["J18.900", "I10.x00", "E11.900"] * 100, ["肺炎", "高血压", "糖尿病"] * 100
    found = table("门诊诊断", **{key: STAYS}, 病人ID=whose[:300], 诊断编码=codes, 诊断名称=names)
    told = maps(register(), booked, seen, found)
    keys = [one["visit_key"] for name in ("门诊挂号", "门诊就诊记录") for one in told[name]["visit"]]
    assert keys == ["挂号序号", "挂号序号"]
    assert told["门诊诊断"]["join"]["stay"] == {
        "table": "门诊就诊记录", "on": {key.lower(): key.lower()},
    }  # fmt: skip
    assert told["门诊诊断"]["event"][0]["visit_key"] == "stay.挂号序号"


def test_an_admission_is_another_visit_than_the_one_that_led_to_it() -> None:
    whose = [PEOPLE[n % 200] for n in range(300)]
    numbers = [f"G{310_000 + n}" for n in range(300)]
    clinic = table("outpatient_visits", visit_id=numbers, patient_id=whose, visit_time=DAYS)
    few = [f"A{51_000 + n}" for n in range(60)]
    wards = table("admissions", admission_id=few, outpatient_visit_id=numbers[:60], patient_id=whose[:60],
                  admit_time=DAYS[:60], discharge_time=DAYS[60:120])  # fmt: skip
    assert [one["visit_key"] for one in maps(register(), clinic, wards)["admissions"]["visit"]] == ["admission_id"]

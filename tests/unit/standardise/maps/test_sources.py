"""Each known source on its real tables: counts worked out apart, with csv and pyarrow, and every row accounted for."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medark.model.staging import STAGING, TYPES
from medark.sql.render import render
from medark.standardise.maps import known_sources, recognise
from medark.store.duckdb import DuckDB

FOLDERS = {
    "mimic3": ("mimic3_demo", "mimic3_demo"),
    "synthea": ("synthea27", "synthea27/raw/synthea"),
    "clif": ("clif_mimic4_demo", "clif_mimic4_demo/3.0"),
    "clif 2": ("clif_mimic4_demo", "clif_mimic4_demo"),
    "eicu": ("eicu_demo_subset", "eicu_demo_subset"),
}


@pytest.fixture
def staging(shared_data: Callable, staged_folder: Callable) -> Callable:
    def of(source: str):
        archive, folder = FOLDERS[source]
        return staged_folder(shared_data(archive) / folder)

    return of


@pytest.fixture
def lines(shared_data: Callable) -> Callable:
    """Rows of a raw CSV file as dicts, read by the csv module alone."""

    def of(source: str, file: str) -> list[dict[str, str]]:
        archive, folder = FOLDERS[source]
        with (shared_data(archive) / folder / file).open(encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text))

    return of


@pytest.mark.parametrize("source", FOLDERS)
def test_every_row_of_every_table_is_staged_or_an_issue(source, staging):
    found = staging(source)
    assert {table: found.unaccounted(table) for table in found.rows} == dict.fromkeys(found.rows, (0, 0))


@pytest.mark.parametrize("source", FOLDERS)
def test_the_count_of_units_is_the_rows_of_the_file(source, staging, shared_data):
    found = staging(source)
    archive, folder = FOLDERS[source]
    wanted = Counter()
    for file in sorted((shared_data(archive) / folder).iterdir()):
        if file.suffix == ".csv":
            with file.open(encoding="utf-8", newline="") as text:
                wanted[file.stem.lower()] = sum(1 for row in csv.reader(text) if row) - 1
        elif file.suffix == ".parquet":
            table = file.stem.removeprefix("clif_")
            wanted["medication_admin" if table.startswith("medication") else table] += pq.read_metadata(file).num_rows
    counted = {t: sum(found.of("unit_count", t)["units"].to_pylist()) for t in found.rows}
    assert counted == dict(wanted)


@pytest.mark.parametrize("source", FOLDERS)
def test_staging_rows_keep_the_contract(source, staging):
    found = staging(source)
    for query in found.queries:
        rows = found.run(query)
        spec = STAGING[query.staging]
        assert set(rows.column_names) <= set(spec.column_names)
        required = [c.name for c in spec.columns if c.required]
        assert {name: rows[name].null_count for name in required} == dict.fromkeys(required, 0), query.reads
        if "type" in rows.column_names:
            assert set(rows["type"].to_pylist()) <= {*TYPES}
        if query.staging == "event" and "event_key" not in rows.column_names:
            assert set(rows["part_no"].to_pylist()) <= set(range(16))


REPEATED = {  # rows that the source itself tells more than once
    "mimic3": {"microbiologyevents"},  # a culture has a row for each drug tested
    "clif": {"patient_procedures", "medication_admin"},
    "eicu": set(),
}


@pytest.mark.parametrize("source", REPEATED)
def test_event_keys_are_unique_within_a_kind(source, staging):
    found = staging(source)
    repeated = set()
    for table in found.rows:
        events = found.of("event", table)
        if events.num_rows and "event_key" in events.column_names:
            pairs = zip(events["kind"].to_pylist(), events["event_key"].to_pylist(), strict=True)
            keyed = [pair for pair in pairs if pair[1] is not None]
            if len(set(keyed)) != len(keyed):
                repeated.add(table)
    assert repeated == REPEATED[source]


def test_a_dose_told_under_two_categories_is_one_dose(staging, shared_data):
    folder = shared_data("clif_mimic4_demo") / "clif_mimic4_demo/3.0"
    doses = pq.read_table(folder / "clif_medication_admin_intermittent.parquet").to_pylist()
    same = Counter(tuple(v for k, v in d.items() if k not in ("med_category", "med_group")) for d in doses)
    given = [e for e in staging("clif").of("event", "medication_admin").to_pylist() if e["quantity"] is not None]
    assert len(given) == len(doses)
    assert len(given) - len({e["event_key"] for e in given}) == sum(n - 1 for n in same.values()) == 762


# -- MIMIC-III ---------------------------------------------------------------------------------------------------


def test_mimic3_people(staging, lines):
    patients = lines("mimic3", "PATIENTS.csv")
    people = staging("mimic3").of("person", "patients").to_pylist()
    assert {p["person_key"] for p in people} == {p["subject_id"] for p in patients}
    assert Counter(p["gender"] for p in people) == Counter(p["gender"] for p in patients)
    old = {p["subject_id"]: str(int(p["dob"][:4]) + 210) for p in patients if p["dob"] < "1950"}
    assert len(old) == 8
    assert {p["person_key"]: p["birth_time"] for p in people if len(p["birth_time"]) == 4} == old
    deaths = staging("mimic3").of("death", "patients").to_pylist()
    assert {d["person_key"]: d["death_time"][:10] for d in deaths} == {
        p["subject_id"]: p["dod"][:10] for p in patients if p["dod"]
    }
    assert Counter(d["type"] for d in deaths) == {"ehr": 70, "government_report": 30}


def test_mimic3_those_older_than_89_are_90_at_their_first_admission(staging, lines):
    first = {}
    for stay in lines("mimic3", "ADMISSIONS.csv"):
        first[stay["subject_id"]] = min(first.get(stay["subject_id"], "9"), stay["admittime"])
    people = staging("mimic3").of("person", "patients").to_pylist()
    ages = [int(first[p["person_key"]][:4]) - int(p["birth_time"]) for p in people if len(p["birth_time"]) == 4]
    assert set(ages) <= {89, 90, 91}  # by the years alone


def test_mimic3_laboratory(staging, lines):
    labs = lines("mimic3", "LABEVENTS.csv")
    with_subject = [lab for lab in labs if lab["subject_id"]]
    found = staging("mimic3")
    events, issues = found.of("event", "labevents"), found.of("unit_issue", "labevents")
    assert (events.num_rows, issues.num_rows) == (len(with_subject), len(labs) - len(with_subject)) == (61812, 14262)
    assert set(issues["reason"].to_pylist()) == {"no subject"}
    assert set(issues["outcome"].to_pylist()) == {"quarantined"}
    loinc = {item["itemid"]: item["loinc_code"] or None for item in lines("mimic3", "D_LABITEMS.csv")}
    wanted = Counter(
        (r["subject_id"], r["itemid"], r["charttime"], r["value"], loinc[r["itemid"]]) for r in with_subject
    )
    rows = zip(*(events[c].to_pylist() for c in ("person_key", "code", "start_time", "value", "alt_code")), strict=True)
    assert Counter(rows) == wanted
    systems = set(zip(events["alt_code"].is_null().to_pylist(), events["alt_system"].to_pylist(), strict=True))
    assert systems == {(False, "LOINC"), (True, None)}


def test_mimic3_diagnoses_and_procedures_are_told_apart_and_dotted(staging, lines):
    found = staging("mimic3")
    for table, dots in (("diagnoses_icd", 3), ("procedures_icd", 2)):
        raw = lines("mimic3", f"{table.upper()}.csv")
        codes = found.of("event", table)["code"].to_pylist()
        assert Counter(c.replace(".", "") for c in codes) == Counter(r["icd9_code"] for r in raw)
        for code in codes:
            whole = code.split(".")[0]
            assert len(whole) == dots + (code[0] == "E") or (len(whole) < dots and "." not in code)
    assert {"V45.82", "E879.1"} <= set(found.of("event", "diagnoses_icd")["code"].to_pylist())


def test_mimic3_drugs_and_what_was_rewritten(staging, lines):
    found = staging("mimic3")
    raw = lines("mimic3", "INPUTEVENTS_MV.csv")
    rewritten = sum(r["statusdescription"] == "Rewritten" for r in raw)
    assert found.of("event", "inputevents_mv").num_rows == len(raw) - rewritten
    assert found.of("unit_issue", "inputevents_mv").num_rows == rewritten == 2910
    drugs = found.of("event", "prescriptions").to_pylist()
    raw = lines("mimic3", "PRESCRIPTIONS.csv")
    assert len(drugs) == len(raw)
    assert sum(d["code_system"] == "NDC" for d in drugs) == sum(r["ndc"] not in ("", "0") for r in raw)
    assert all(len(d["start_time"]) == 10 for d in drugs)


def test_mimic3_what_a_dose_is_of_and_why_a_drip_ended(staging, lines):
    found = staging("mimic3")
    strengths = {r["row_id"]: r["prod_strength"] for r in lines("mimic3", "PRESCRIPTIONS.csv")}
    for order in found.of("event", "prescriptions").to_pylist():
        assert order["sig"].endswith(strengths[order["event_key"].split("|")[1]].strip())
    ended = Counter(d["stop_reason"] for d in found.of("event", "inputevents_mv").to_pylist())
    raw = Counter(r["statusdescription"] for r in lines("mimic3", "INPUTEVENTS_MV.csv"))
    assert ended == Counter({word: n for word, n in raw.items() if word != "Rewritten"})


def test_mimic3_parts_of_the_coma_scale_are_their_points(tmp_path):
    charted = [("184", "4 Spontaneously", "4"), ("223900", "Oriented", "5"), ("223900", "No Response-ETT", "1"),
               ("454", "6 Obeys Commands", "6"), ("220045", "88", "88"), ("224650", "None", "0")]  # fmt: skip
    chartevents = known_sources()["mimic3"].tables["chartevents"]
    raw = {column: ["1"] * len(charted) for column in chartevents.readable} | {"error": ["0"] * len(charted)}
    for number, column in enumerate(("itemid", "value", "valuenum")):
        raw[column] = [row[number] for row in charted]
    numbers = {"record_no": [1] * len(charted), "row_no": [*range(len(charted))]}
    with DuckDB(tmp_path).session() as session:
        session.bind_arrow("raw_chartevents", pa.table(raw | numbers))
        queries = known_sources()["mimic3"].staging({"chartevents": chartevents.readable})
        rows = [r for q in queries if q.staging == "event" for r in session.query(render(q.sql)).to_pylist()]
    values = [row["value"] for row in sorted(rows, key=lambda row: row["row_no"])]
    assert values == ["4", "5", "No Response-ETT", "6", "88", "None"]


def test_mimic3_payment_groups_tell_severity_where_their_grouper_does(staging, lines):
    events = staging("mimic3").of("event", "drgcodes").to_pylist()
    raw = lines("mimic3", "DRGCODES.csv")
    for name in ("drg_severity", "drg_mortality"):
        assert Counter(e["value"] for e in events if e["code"] == name) == Counter(r[name] for r in raw if r[name])
    assert sum(e["code"] not in ("drg_severity", "drg_mortality") for e in events) == len(raw)


def test_mimic3_stays(staging, lines):
    found = staging("mimic3")
    assert found.of("visit", "admissions").num_rows == len({r["hadm_id"] for r in lines("mimic3", "ADMISSIONS.csv")})
    emergency = sum(bool(r["edregtime"]) for r in lines("mimic3", "ADMISSIONS.csv"))
    assert found.of("visit_detail", "admissions").num_rows == emergency
    moves = lines("mimic3", "TRANSFERS.csv")
    assert found.of("visit_detail", "transfers").num_rows == sum(r["eventtype"] != "discharge" for r in moves)


def test_mimic3_cultures(staging, lines):
    raw = lines("mimic3", "MICROBIOLOGYEVENTS.csv")
    events = staging("mimic3").of("event", "microbiologyevents").to_pylist()
    tests = [e for e in events if e["part_no"] == 1]
    assert len(tests) == sum(bool(r["ab_itemid"]) for r in raw)
    assert Counter(t["value_code"] for t in tests) == Counter(
        r["interpretation"] or None for r in raw if r["ab_itemid"]
    )
    assert {t["operator"] for t in tests} <= {None, "=", "<=", ">=", "<", ">"}
    cultures = {e["event_key"] for e in events if e["part_no"] == 0}
    assert cultures >= {t["parent_key"] for t in tests}
    grown = Counter(e["value_text"] == "no growth" for e in events if e["part_no"] == 0)
    assert grown[True] == sum(not r["org_name"] for r in raw)


# -- Synthea -----------------------------------------------------------------------------------------------------


def test_synthea_counts(staging, lines):
    found = staging("synthea")
    for staged, table in (("person", "patients"), ("visit", "encounters"), ("event", "conditions"),
                          ("event", "medications"), ("event", "procedures"), ("event", "immunizations"),
                          ("event", "allergies"), ("event", "devices"), ("event", "supplies"),
                          ("care_site", "organizations"), ("provider", "providers")):  # fmt: skip
        assert found.of(staged, table).num_rows == len(lines("synthea", f"{table}.csv")), table
    assert found.of("death", "patients").num_rows == sum(bool(r["DEATHDATE"]) for r in lines("synthea", "patients.csv"))


def test_synthea_an_address_told_as_an_observation_is_an_identifier(staging, lines):
    raw = lines("synthea", "observations.csv")
    told = [r["VALUE"] for r in raw if r["CODE"] == "56799-0"]
    assert told
    found = staging("synthea")
    assert Counter(found.of("identifier", "observations")["value"].to_pylist()) == Counter(told)
    events = found.of("event", "observations").to_pylist()
    assert len(events) == len(raw) - len(told)
    assert not {e["value"] for e in events} & set(told)
    kinds = Counter(e["kind"] for e in events)
    measured = ("vital-signs", "laboratory", "exam", "procedure")
    assert kinds["measurement"] == sum(r["CATEGORY"] in measured and r["CODE"] != "56799-0" for r in raw)


def test_synthea_money(staging, lines):
    raw = lines("synthea", "claims_transactions.csv")
    costs = staging("synthea").of("cost", "claims_transactions").to_pylist()

    def total(amounts) -> int:  # cents
        return sum(round(float(a) * 100) for a in amounts if a)

    assert total(c["total_charge"] for c in costs) == total(r["AMOUNT"] for r in raw if r["TYPE"] == "CHARGE")
    assert total(c["total_paid"] for c in costs) == total(r["PAYMENTS"] for r in raw)
    assert total(c["copay"] for c in costs) == total(r["PAYMENTS"] for r in raw if r["METHOD"] == "COPAY")
    paid = total(c["paid_by_payer"] for c in costs), total(c["paid_by_patient"] for c in costs)
    assert paid[0] == total(r["PAYMENTS"] for r in raw if r["METHOD"] == "ECHECK") > 0
    assert sum(paid) == total(c["total_paid"] for c in costs)
    visits = {r["Id"] for r in lines("synthea", "encounters.csv")}
    assert {c["about_key"] for c in costs} <= visits


def test_synthea_cover(staging, lines):
    raw = lines("synthea", "payer_transitions.csv")
    names = {r["Id"]: r["NAME"] for r in lines("synthea", "payers.csv")}
    cover = staging("synthea").of("coverage", "payer_transitions").to_pylist()
    first = [c for c in cover if c["part_no"] == 0]
    assert Counter((c["person_key"], c["payer_text"]) for c in first) == Counter(
        (r["PATIENT"], names[r["PAYER"]]) for r in raw
    )
    assert len(cover) - len(first) == sum(bool(r["SECONDARY_PAYER"]) for r in raw)


@pytest.mark.parametrize(
    ("columns", "span"),
    [
        ({"START_YEAR": "2014", "END_YEAR": "2016", "OWNERSHIP": "Self"}, ("2014", "2016-12-31")),
        ({"START_YEAR": "2014-03-01T08:00:00Z", "END_YEAR": "2016-03-01T08:00:00Z", "OWNERSHIP": "Self"},
         ("2014-03-01T08:00:00Z", "2016-03-01T08:00:00Z")),
        ({"START_DATE": "2014-03-01T08:00:00Z", "END_DATE": "2016-03-01T08:00:00Z", "PLAN_OWNERSHIP": "Self"},
         ("2014-03-01T08:00:00Z", "2016-03-01T08:00:00Z")),
    ],
)  # fmt: skip
def test_synthea_cover_as_each_version_writes_it(tmp_path, columns, span):
    row = {"PATIENT": "p", "MEMBERID": "m", "PAYER": "i", "SECONDARY_PAYER": "", **columns}
    found = recognise(row, "payer_transitions.csv")
    assert found is not None and found[1] == "payer_transitions"
    raw = {name.lower(): [value] for name, value in row.items()} | {"record_no": [1], "row_no": [0]}
    with DuckDB(tmp_path).session() as session:
        session.bind_arrow("raw_payer_transitions", pa.table(raw))
        queries = found[0].staging({"payer_transitions": [name.lower() for name in row]})
        rows = [r for q in queries if q.staging == "coverage" for r in session.query(render(q.sql)).to_pylist()]
    assert [(r["start_time"], r["end_time"], r["sponsor_text"]) for r in rows] == [(*span, "Self")]


def test_synthea_an_allergy_to_a_drug_is_no_drug(staging, lines):
    found = staging("synthea").of("event", "allergies").to_pylist()
    assert {e["kind"] for e in found} == {"observation"}
    assert {e["code"] for e in found} == {"419199007"}
    wanted = Counter(
        (r["CODE"], "RxNorm" if r["SYSTEM"] == "RxNorm" else "SNOMED") for r in lines("synthea", "allergies.csv")
    )
    assert Counter((e["value_code"], e["value_system"]) for e in found) == wanted


def test_synthea_needs_no_join_where_rows_are_many(staging):
    found = staging("synthea")
    for query in found.queries:
        if query.reads[0] not in ("raw_payer_transitions",):
            assert len(query.reads) == 1
        assert " OVER " not in query.sql


# -- CLIF --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["clif", "clif 2"])
def test_clif_counts(source, staging, shared_data):
    archive, folder = FOLDERS[source]
    found = staging(source)

    def raw(table: str) -> list[dict]:
        return pq.read_table(shared_data(archive) / folder / f"clif_{table}.parquet").to_pylist()

    stays = {r["hospitalization_id"]: r["patient_id"] for r in raw("hospitalization")}
    for table in ("labs", "vitals", "position", "hospital_diagnosis", "patient_procedures"):
        events = found.of("event", table)
        assert Counter(events["person_key"].to_pylist()) == Counter(stays[r["hospitalization_id"]] for r in raw(table))
    assert found.of("death", "patient").num_rows == sum(r["death_dttm"] is not None for r in raw("patient")) == 36
    assert found.of("event", "labs")["alt_code"].null_count == sum(
        r["lab_category"] in ("so2_mixed_venous", "so2_central_venous") for r in raw("labs")
    )
    assert not [unit for unit in found.of("event", "labs")["unit"].to_pylist() if unit and unit != unit.strip()]
    doses = raw("medication_admin_continuous") + raw("medication_admin_intermittent")
    drugs = found.of("event", "medication_admin").to_pylist()
    assert len(drugs) == sum(r["mar_action_category"] != "stop" for r in doses)
    assert sum(d["quantity"] is None for d in drugs) == sum(
        r["mar_action_category"] in ("start", "dose_change", "going") for r in doses
    )
    filled = sum(
        value is not None
        for r in raw("respiratory_support")
        for name, value in r.items()
        if name.endswith(("_set", "_obs")) or name in ("device_name", "mode_name")
    ) + sum(r["tracheostomy"] for r in raw("respiratory_support"))
    assert found.of("event", "respiratory_support").num_rows == filled


def test_clif_2_and_3_give_the_same_keys(staging):
    """The same hospital exported twice is one truth: only two laboratory rows differ between the two exports."""
    for table in ("labs", "vitals", "position", "patient_assessments", "respiratory_support", "hospital_diagnosis"):
        keys = [set(staging(s).of("event", table)["event_key"].to_pylist()) for s in ("clif", "clif 2")]
        assert len(keys[0] ^ keys[1]) <= (4 if table == "labs" else 0), table


def test_clif_year_of_birth_comes_from_age(staging, shared_data):
    stays = pq.read_table(
        shared_data("clif_mimic4_demo") / "clif_mimic4_demo/3.0/clif_hospitalization.parquet"
    ).to_pylist()
    wanted = {(r["patient_id"], str(r["admission_dttm"].year - r["age_at_admission"])) for r in stays}
    people = staging("clif").of("person", "hospitalization").to_pylist()
    assert {(p["person_key"], p["birth_time"]) for p in people} == wanted


def test_clif_tells_the_language_of_each_stay(staging, shared_data):
    folder = shared_data("clif_mimic4_demo") / "clif_mimic4_demo/3.0"
    spoken = {r["patient_id"]: r["language_name"] for r in pq.read_table(folder / "clif_patient.parquet").to_pylist()}
    stays = pq.read_table(folder / "clif_hospitalization.parquet").to_pylist()
    told = staging("clif").of("event", "hospitalization").to_pylist()
    assert Counter(e["value"] for e in told) == Counter(spoken[r["patient_id"]] for r in stays)


# -- eICU --------------------------------------------------------------------------------------------------------


def test_eicu_counts(staging, lines):
    found = staging("eicu")
    stays = {r["patientunitstayid"]: r["uniquepid"] for r in lines("eicu", "patient.csv")}
    for table in ("lab", "diagnosis", "treatment", "physicalExam", "admissionDx"):
        events = found.of("event", table.lower())
        wanted = Counter(stays[r["patientunitstayid"]] for r in lines("eicu", f"{table}.csv"))
        assert Counter(events["person_key"].to_pylist()) == wanted
    drugs = lines("eicu", "medication.csv")
    kept = [r for r in drugs if r["drugordercancelled"] == "No" and (r["drugname"] or r["drughiclseqno"])]
    assert found.of("event", "medication").num_rows == len(kept)
    reasons = Counter(found.of("unit_issue", "medication")["reason"].to_pylist())
    assert reasons["the order was cancelled"] == sum(r["drugordercancelled"] == "Yes" for r in drugs)
    assert len(found.of("visit", "patient")["visit_key"].unique()) == 144
    assert found.of("death", "patient").num_rows == 9


def test_eicu_times_keep_every_interval_of_a_hospital_stay(staging, lines):
    stays = {r["patientunitstayid"]: r for r in lines("eicu", "patient.csv")}
    offsets = {r["labid"]: (int(r["labresultoffset"]), r["patientunitstayid"]) for r in lines("eicu", "lab.csv")}
    for event in staging("eicu").of("event", "lab").to_pylist():
        offset, unit_stay = offsets[event["event_key"].split("|")[1]]
        stay = stays[unit_stay]
        day = "07-01" if stay["hospitaldischargestatus"] == "Expired" else "01-01"
        admitted = datetime.fromisoformat(f"{stay['hospitaldischargeyear']}-{day} {stay['hospitaladmittime24']}")
        wanted = admitted + timedelta(minutes=offset - int(stay["hospitaladmitoffset"]))
        assert datetime.fromisoformat(event["start_time"]) == wanted


def test_eicu_nothing_of_another_stay_follows_a_death(staging):
    found = staging("eicu")
    died = {d["person_key"]: d["death_time"] for d in found.of("death", "patient").to_pylist()}
    ends = {}
    for visit in found.of("visit", "patient").to_pylist():
        ends.setdefault(visit["person_key"], set()).add(visit["end_time"])
    assert any(len(ends[person]) > 1 for person in died), "somebody who died had another stay"
    assert all(max(ends[person]) == time for person, time in died.items())


def test_eicu_numbers_of_the_examination_have_their_units(staging):
    exams = staging("eicu").of("event", "physicalexam").to_pylist()
    found = {(e["alt_code"], e["unit"]) for e in exams if e["alt_code"]}
    assert found == {
        ("8867-4", "/min"), ("9279-1", "/min"), ("8480-6", "mm[Hg]"), ("8462-4", "mm[Hg]"), ("59408-5", "%"),
        ("3150-6", "%"), ("20077-4", "cm[H2O]"), ("29463-7", "kg"), ("9269-2", None), ("9267-6", None),
        ("9270-0", None), ("9268-4", None),
    }  # fmt: skip
    assert {e["kind"] for e in exams if e["unit"]} == {"measurement"}


def test_eicu_what_is_given_when_needed_says_so(staging, lines):
    needed = {r["medicationid"] for r in lines("eicu", "medication.csv") if r["prn"] == "Yes"}
    orders = {
        e["event_key"].split("|")[1]: e["sig"] or "" for e in staging("eicu").of("event", "medication").to_pylist()
    }
    assert any(order in needed for order in orders)
    assert all(orders[order].upper().count("PRN") == 1 for order in needed & orders.keys())


def test_eicu_clocks_agree(staging, lines):
    """Worked out from hospital admission, a unit admission falls on the time of day that the source tells."""
    clocks = {r["patientunitstayid"]: r["unitadmittime24"] for r in lines("eicu", "patient.csv")}
    details = staging("eicu").of("visit_detail", "patient").to_pylist()
    assert all(d["start_time"][11:16] == clocks[d["detail_key"]][:5] for d in details)


def test_eicu_diagnosis_codes_of_two_revisions(staging, lines):
    found = {e["event_key"].split("|")[1]: e for e in staging("eicu").of("event", "diagnosis").to_pylist()}
    for row in lines("eicu", "diagnosis.csv"):
        event = found[row["diagnosisid"]]
        codes = [c.strip() for c in row["icd9code"].split(",") if c.strip()]
        assert not codes or codes[0] in (event["alt_code"], event["alt2_code"])
        assert event["alt2_code"] in (None, codes[-1] if codes else None)
        icd10 = [c for c in codes if c[0].isalpha() and c[0] != "V" and not (c[0] == "E" and len(c.split(".")[0]) == 4)]
        assert event["alt2_code"] == (icd10[-1] if icd10 and icd10[-1] == codes[-1] else None)


def test_files_are_found_by_their_columns_alone(shared_data):
    from medark.standardise import maps

    for source, (archive, folder) in FOLDERS.items():
        for file in Path(shared_data(archive) / folder).glob("*.csv"):
            with file.open(encoding="utf-8", newline="") as text:
                columns = next(csv.reader(text))
            found = maps.recognise([c.swapcase() for c in reversed(columns)], "export_7.csv")
            twins = {"diagnoses_icd", "procedures_icd", "d_icd_diagnoses", "d_icd_procedures"}
            assert (
                (file.stem.lower() in twins)
                if found is None
                else (found[0].name, found[1]) == (source, file.stem.lower())
            )

"""The demonstration through the real command, and what the lake holds against what is true of the made-up city."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import medark
from journey.walked import fingerprints
from medark.flows.demo.found import findings
from medark.synthetic.before import make_city, write_city

ORGANISATIONS = ("north", "south", "clinic")
VITALS = ("8480-6", "8462-4", "85354-9", "8867-4", "29463-7")
KINDS = {"outpatient": 9202, "emergency": 9203, "inpatient": 9201}


class Demo:
    """One demonstration: what the command said, the truth beside it, and its workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        done = command("demo", folder, "--json")
        assert done.returncode == 0, done.stderr[-2000:]
        wide = command("grant", "add", folder / "workspace", "role:owner", "--table", "*", "--level", "5")
        assert wide.returncode == 0, wide.stderr[-2000:]
        self.said = done.stdout + done.stderr
        self.account: dict[str, Any] = json.loads(done.stdout)
        self.lake = medark.open(folder / "workspace")
        self.person_ids = {name: self.lake.workspace.crosswalk.persons(name) for name in ORGANISATIONS}
        self._number = {(row["organisation"], row["person"]): row["patient_no"] for row in self.truth("patients")
                        if not row["merged_into"]}  # fmt: skip

    def truth(self, name: str) -> list[dict[str, str]]:
        """The rows of a table of what is true."""
        with (self.folder / "city" / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def person_id(self, row: dict[str, str]) -> int:
        """The lake's number of the person that a row of truth is about, at the organisation it is about."""
        return self.person_ids[row["organisation"]][self._number[row["organisation"], row["person"]]]

    def counted(self, sql: str) -> Counter[tuple[Any, ...]]:
        """The rows of a query, and how often each comes."""
        table = self.lake.query(sql)
        return Counter(zip(*(column.to_pylist() for column in table.columns), strict=True))


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "medark", *map(str, arguments)], capture_output=True, text=True)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("demo") / "city")


def test_every_sum_adds_up_and_every_planted_error_is_found(demo):
    assert demo.account["adds_up"] is True
    assert all(account["adds_up"] for account in demo.account["accounts"])
    planted = [
        {"row" if key == "row_no" else key: value for key, value in row.items()} for row in demo.truth("planted")
    ]
    told = [{key: error[key] for key in ("source", "file", "row", "what", "outcome", "reason", "table")}
            for error in demo.account["planted"]]  # fmt: skip
    assert [{**error, "row": str(error["row"])} for error in told] == planted
    assert len(planted) > 30
    assert [error for error in demo.account["planted"] if not error["found"]] == []


def test_nothing_is_held_back_but_what_was_planted(demo):
    """The other way round: no true row ends in quarantine, unread or left out."""
    planted = Counter((e["outcome"], e["reason"], e["table"]) for e in demo.account["planted"])
    held = Counter()
    for account in demo.account["accounts"]:
        for reason in account["reasons"]:
            if reason["outcome"] != "unlinked":
                held[reason["outcome"].replace("_", " "), reason["reason"], reason["table"]] += reason["count"]
    gate = {key: count for key, count in held.items() if key[0] in ("quarantined", "excluded")}
    assert gate == {key: count for key, count in planted.items() if key[0] in ("quarantined", "excluded")}


def test_an_error_that_was_not_planted_is_not_found(demo):
    """The check of the demonstration can fail: another row, another reason, one more than was counted."""
    planted = write_city(make_city(), demo.folder.parent / "again")
    workspace = demo.lake.workspace

    class Told:
        def __init__(self, account: dict[str, Any]) -> None:
            self.source, self.waiting = account["source"], ()
            self.reasons = [Row(reason) for reason in account["reasons"]]
            self.files = Row({"already": account["files"]["already"], "refused": ()})

    class Row:
        def __init__(self, values: dict[str, Any]) -> None:
            self.__dict__.update(values)

    accounts = [Told(account) for account in demo.account["accounts"]]
    (gate,) = [p for p in planted if p.ending.reason == "end before start"]
    (left_out,) = [p for p in planted if p.ending.reason == "entered in error"]
    elsewhere = replace(gate, row_no=gate.row_no + 1)
    otherwise = replace(gate, ending=replace(gate.ending, reason="person not known"))
    asked = [gate, elsewhere, otherwise, left_out, left_out]
    assert [f.found for f in findings(workspace, asked, accounts)] == [True, False, False, True, False]


def test_patients_are_those_of_each_organisation_and_merged_numbers_are_one_person(demo):
    patients = demo.truth("patients")
    own = [row for row in patients if not row["merged_into"]]
    assert demo.lake.rows()["person"] == len(own)
    assert len({demo.person_id(row) for row in own}) == len(own)
    merged = [row for row in patients if row["merged_into"]]
    assert demo.account["merged"] == len(merged) > 2
    for row in merged:
        ids = demo.person_ids[row["organisation"]]
        assert ids[row["patient_no"]] == ids[row["merged_into"]]


def test_people_are_as_old_and_of_the_sex_they_are(demo):
    people = {row["person"]: row for row in demo.truth("people")}
    wanted = Counter()
    for row in demo.truth("patients"):
        if not row["merged_into"]:
            who = people[row["person"]]
            birth = dt.date.fromisoformat(who["birth"])
            sex = 8507 if who["sex"] == "M" else 8532
            wanted[demo.person_id(row), sex, birth.year, birth.month, birth.day] += 1
    sql = "SELECT person_id, gender_concept_id, year_of_birth, month_of_birth, day_of_birth FROM person"
    assert demo.counted(sql) == wanted


def test_encounters_are_those_that_took_place(demo):
    """Told by HIS, LIS and PACS of one hospital, an encounter is one."""
    wanted = Counter(
        (demo.person_id(row), KINDS[row["kind"]], moment(row["start"]), moment(row["end"]))
        for row in demo.truth("encounters")
    )
    found = demo.counted(
        "SELECT person_id, visit_concept_id, visit_start_datetime, visit_end_datetime FROM visit_occurrence"
    )
    assert found == wanted


def test_results_have_their_values_and_a_corrected_one_only_its_last(demo):
    results = demo.truth("results")
    wanted = Counter(
        (demo.person_id(row), row["loinc"], moment(row["time"]), float(row["value"]), row["unit"]) for row in results
    )
    vitals = ", ".join(f"'{code}'" for code in VITALS)
    found = demo.counted(
        "SELECT m.person_id, c.concept_code, m.measurement_datetime, m.value_as_number, m.unit_source_value"
        " FROM measurement AS m JOIN concept AS c ON c.concept_id = m.measurement_source_concept_id"
        f" WHERE c.concept_code NOT IN ({vitals})"
    )
    assert found == wanted
    assert sum(bool(row["corrected_from"]) for row in results) > 50


def test_every_unit_of_a_result_is_known(demo):
    assert demo.counted("SELECT unit_source_value FROM measurement WHERE unit_concept_id = 0") == Counter()


def test_diagnoses_and_drugs_are_those_made_and_given(demo):
    starts = {(r["organisation"], r["visit_no"]): moment(r["start"]).date() for r in demo.truth("encounters")}
    edition = {"north": "icd10", "south": "icd10cm", "clinic": "icd10cm"}
    wanted = Counter(
        (demo.person_id(row), row[edition[row["organisation"]]], starts[row["organisation"], row["visit_no"]])
        for row in demo.truth("diagnoses")
    )
    sql = "SELECT person_id, condition_source_value, condition_start_date FROM condition_occurrence"
    assert demo.counted(sql) == wanted
    drugs = demo.truth("drugs")
    wanted = Counter((demo.person_id(row), moment(row["start"]).date(), int(row["days"])) for row in drugs)
    assert demo.counted("SELECT person_id, drug_exposure_start_date, days_supply FROM drug_exposure") == wanted


def test_a_prescription_lasts_its_days(demo):
    """Of the hospitals, whose maps reckon the last day; the clinic's feed says only for how many days."""
    found = demo.lake.query(
        "SELECT drug_exposure_start_date AS first, drug_exposure_end_date AS last, days_supply AS days"
        " FROM drug_exposure WHERE sig IS NOT NULL"
    ).to_pylist()
    assert len(found) == sum(row["organisation"] != "clinic" for row in demo.truth("drugs"))
    assert all((row["last"] - row["first"]).days + 1 == row["days"] for row in found)


def test_operations_and_fees_are_those_of_the_hospitals(demo):
    wanted = Counter((demo.person_id(row), row["code"], moment(row["time"])) for row in demo.truth("operations"))
    sql = "SELECT person_id, procedure_source_value, procedure_datetime FROM procedure_occurrence"
    assert demo.counted(f"{sql} WHERE procedure_source_value LIKE '__.__'") == wanted
    assert wanted
    bills: Counter[int] = Counter()
    for row in demo.truth("fees"):
        bills[demo.person_id(row)] += int(row["amount"])
    paid = demo.lake.query(
        "SELECT v.person_id, sum(c.total_charge) AS yuan FROM cost AS c"
        " JOIN visit_occurrence AS v ON v.visit_occurrence_id = c.cost_event_id GROUP BY v.person_id"
    ).to_pylist()
    assert {row["person_id"]: row["yuan"] for row in paid} == bills


def test_the_dead_died_when_they_did_wherever_it_is_known(demo):
    died = {row["person"]: row["death"] for row in demo.truth("people") if row["death"]}
    where = {(row["person"], row["organisation"]) for row in demo.truth("encounters") if row["died"] == "1"}
    wanted = Counter(
        (demo.person_id(row), moment(died[row["person"]]))
        for row in demo.truth("patients")
        if row["person"] in died and ((row["person"], row["organisation"]) in where or row["organisation"] == "clinic")
    )
    assert {place for _, place in where} == {"north", "south"}
    assert demo.counted("SELECT person_id, death_datetime FROM death") == wanted


def test_every_note_and_picture_is_in_its_stay(demo):
    stays = "SELECT v.person_id, v.visit_start_date FROM visit_occurrence AS v"
    encounters = {(row["organisation"], row["visit_no"]): row for row in demo.truth("encounters")}
    notes = Counter(
        (demo.person_id(row), moment(encounters[row["organisation"], row["visit_no"]]["start"]).date())
        for row in demo.truth("notes")
    )
    assert demo.counted(f"{stays} JOIN note AS n ON n.visit_occurrence_id = v.visit_occurrence_id") == notes
    pictures = len(list((demo.folder / "city" / "raw" / "north" / "pacs").rglob("Z*.dcm")))
    assert demo.lake.rows()["image_occurrence"] == pictures > 15


# -- nobody is named -------------------------------------------------------------------------------------------------


def names(demo: Demo) -> list[str]:
    """Whatever identifies somebody of the city."""
    found = {row[key] for row in demo.truth("people") for key in ("name", "identity_no", "phone", "address")}
    with (demo.folder / "city/raw/south/his/patients.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found |= {f"{row['family_name']} {row['given_name']}", f"{row['family_name']}^{row['given_name']}"}
            found.add(row["home_address"])
    found -= {"", " ", "^"}
    assert len(found) > 1200
    return sorted(found)


def named(wanted: list[str], text: str) -> list[str]:
    return [word for word in wanted if word in text]


def texts(folder: Path) -> str:
    """Every distinct text in every column of every Parquet file under a folder."""
    said: set[str] = set()
    for path in folder.rglob("*.parquet"):
        for column in pq.read_table(path).columns:
            if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
                said.update(filter(None, pc.unique(column).to_pylist()))
    return "\n".join(said)


def test_no_name_or_number_of_anybody_is_in_a_table_a_log_or_a_page(demo):
    wanted = names(demo)
    lake = demo.folder / "workspace" / "lake"
    stored = texts(lake)
    assert "入院记录" in stored, "the scan reads what is there"
    assert named(wanted, stored) == []
    for path in lake.rglob("*.json"):
        assert named(wanted, path.read_text(encoding="utf-8")) == [], path.name
    for page in ("map.html", "summary.md"):
        assert named(wanted, (demo.folder / page).read_text(encoding="utf-8")) == [], page
    assert named(wanted, demo.said) == []
    assert named(wanted, (demo.folder / "workspace" / "ledger.db").read_bytes().decode("utf-8", "replace")) == []


def test_the_scan_finds_names_where_they_must_be(demo):
    """The same scan of the crosswalk, which alone knows who is who, finds them."""
    known = (demo.folder / "workspace" / "crosswalk.db").read_bytes()
    log = demo.folder / "workspace" / "crosswalk.db-wal"
    known += log.read_bytes() if log.exists() else b""
    people = demo.truth("people")
    found = named([row["identity_no"] for row in people], known.decode("utf-8", "replace"))
    assert len(found) > len(people) // 2


# -- and again -------------------------------------------------------------------------------------------------------


def test_a_second_run_says_what_to_do(demo):
    done = command("demo", demo.folder)
    assert done.returncode == 2
    assert "there is a demo here already" in done.stderr
    assert f"medark demo {demo.folder} --force" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_pages_say_what_was_taken_in(demo):
    summary = (demo.folder / "summary.md").read_text(encoding="utf-8")
    rows = demo.lake.rows()
    assert f"| measurement | {rows['measurement']:,} |" in summary
    assert f"| errors found | {len(demo.account['planted'])} |" in summary
    page = (demo.folder / "map.html").read_text(encoding="utf-8")
    assert all(source["source"] in page for source in demo.account["accounts"])
    assert "http://" not in page
    assert "https://" not in page


# -- what the platform promises, on a city whose truth is known -------------------------------------------------------


@pytest.fixture
def workspace(demo, tmp_path) -> Path:
    """A copy of the demonstration's workspace, to do things to."""
    return Path(shutil.copytree(demo.folder / "workspace", tmp_path / "workspace"))


def test_a_rebuild_gives_the_same_rows(demo, workspace):
    """Merges, corrections and visits that three systems tell of come out as they went in, whatever the order."""
    assert command("rebuild", workspace).returncode == 0
    assert fingerprints(workspace) == fingerprints(demo.folder / "workspace")


def test_erasing_somebody_with_two_numbers_leaves_no_trace_of_either(demo, workspace):
    merged = next(row for row in demo.truth("patients") if row["merged_into"])
    who = next(row for row in demo.truth("people") if row["person"] == merged["person"])
    marks = [merged["patient_no"], merged["merged_into"], who["name"], f"{who['name'][0]}^{who['name'][1:]}",
             who["identity_no"], who["phone"]]  # fmt: skip
    person_id = demo.person_ids["north"][merged["patient_no"]]
    assert set(marks) <= set(found_raw(demo.folder / "workspace", marks)), "there before"
    assert command("erase", workspace, str(person_id), "--yes").returncode == 0
    assert found_raw(workspace, marks) == []
    with medark.open(workspace) as lake:
        assert lake.rows()["person"] == demo.lake.rows()["person"] - 1
        assert lake.query(f"SELECT person_id FROM visit_occurrence WHERE person_id = {person_id}").num_rows == 0


def found_raw(workspace: Path, marks: list[str]) -> list[str]:
    """The marks that are in any raw record of hospital north, or in the crosswalk as keys of it."""
    found: set[str] = set()
    with medark.open(workspace) as lake:
        landing = lake.workspace.landing
        for record in landing.records():
            if record.source.startswith("north/"):
                with landing.open(record) as file:
                    content = file.read()
                found |= {m for m in marks if m.encode("gb18030") in content or m.encode() in content}
        found |= set(lake.workspace.crosswalk.persons("north")) & set(marks)
    return sorted(found)

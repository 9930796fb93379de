"""`medark erase`: one person out of everything that is on the disk, and nobody else touched"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

import hospital
from faults.real_cli import bytes_of, lake, leftovers, new_workspace, run, start
from medark.bootstrap import open_workspace
from medark.errors import NotFoundError
from medark.flows.characterise import characterise
from medark.flows.characterise.keeping import histories_folder, person_rows_folder
from medark.flows.erase import erase
from medark.flows.erase.pending import noted
from medark.flows.ingest import ingest
from medark.flows.rebuild import rebuild
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES, person_column, tables
from medark.model.progress import Silent
from medark.model.record import Format, RawRecord
from medark.store.arrays import read_arrays

ANN, BOB, CYD = hospital.PATIENTS
MARK = ANN.mark.encode()
_PLACE = ("medark_record_no", "medark_row_no")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with everything that a hospital has of three patients."""
    root = tmp_path_factory.mktemp("whole")
    path = new_workspace(root / "ws")
    with open_workspace(path, {}) as workspace:
        assert ingest(workspace, hospital.write(root / "in"), hospital.SOURCE).adds_up
    return path


@pytest.fixture
def workspace(whole: Path, tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(Path(shutil.copytree(whole, tmp_path / "ws")), {}) as opened:
        yield opened


@pytest.fixture(scope="module")
def erased(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The same without Ann. Tests of it only look."""
    with open_workspace(Path(shutil.copytree(whole, tmp_path_factory.mktemp("erased") / "ws")), {}) as opened:
        erase(opened, ANN.ssn, Silent())
        yield opened


def rows(workspace: Workspace) -> dict[str, list[dict[str, object]]]:
    """Every row of every table that says something of people or of places."""
    snapshot, found = workspace.lake.snapshot(), {}
    for table in (t for t in tables() if t not in VOCABULARY_TABLES and snapshot.rows(t)):
        with workspace.engine.session() as session:
            snapshot.bind(session, table)
            found[table] = sorted(session.query(f"SELECT * FROM {table}").to_pylist(), key=repr)
    return found


def contents(workspace: Workspace) -> dict[int, bytes]:
    return {r.record_no: workspace.landing.open(r).read() for r in workspace.landing.records()}


def mentions(workspace: Workspace, patient: hospital.Patient) -> int:
    """How many times raw records of text name a patient."""
    told = contents(workspace)
    plain = [told[r.record_no] for r in workspace.landing.records() if r.format not in (Format.XLSX, Format.PARQUET)]
    return sum(content.count(patient.mark.encode()) for content in plain)


def named(workspace: Workspace, name: str) -> RawRecord:
    (found,) = [record for record in workspace.landing.records() if record.name.endswith(name)]
    return found


def content(workspace: Workspace, name: str) -> bytes:
    return workspace.landing.open(named(workspace, name)).read()


def person_id(workspace: Workspace, patient: hospital.Patient) -> int:
    (found,) = workspace.crosswalk.find(patient.key)
    return found


# -- nothing of the person -------------------------------------------------------------------------------------------


def test_no_byte_of_the_workspace_knows_the_person(erased: Workspace) -> None:
    """Plain or packed, in names, tables, logs, journals and what they unpack to."""
    assert MARK not in bytes_of(erased.path)


def test_before_it_every_kind_of_file_did(whole: Path) -> None:
    with open_workspace(whole, {}) as workspace:
        knowing = {r.format for r in workspace.landing.records() if MARK in workspace.landing.open(r).read()}
        packed = {Format.XLSX, Format.PARQUET}  # compressed: they are looked into below
        # Answers of forms are no files of anybody's: tests/unit/flows/answers.
        assert knowing | packed == set(Format) - {Format.FIXED_WIDTH, Format.ANSWERS}
        assert rows(workspace).keys() >= {"person", "measurement", "note", "image_occurrence", "payer_plan_period"}


def test_workbooks_and_parquet_lose_the_row_and_keep_the_others(erased: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(content(erased, "cards.xlsx"))
    sheet = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()
    assert [row for row in sheet if row[0]] == [["card", "remark"], [BOB.ssn, BOB.remark], [CYD.ssn, CYD.remark]]
    (tmp_path / "a.parquet").write_bytes(content(erased, "keys.parquet"))
    assert pq.read_table(tmp_path / "a.parquet")["subject"].to_pylist() == [None, BOB.key, CYD.key]


def test_units_that_nothing_was_made_of_go_as_well(erased: Workspace) -> None:
    """Excluded, not understood, quarantined: a plan, an error, a query, a message without a number."""
    feed = [orjson.loads(line) for line in content(erased, "feed.ndjson").splitlines()]
    assert [bool(resource) for resource in feed] == [False] * 7 + [True] * 14
    messages = content(erased, "feed.hl7").split(b"MSH|")[1:]
    assert [b"PID" in message for message in messages] == [False] * 4 + [True] * 8
    calls = content(erased, "calls.csv").decode().splitlines()
    assert calls[1] == ",," and calls[2].startswith(BOB.ssn)
    assert content(erased, "visits.jsonl").splitlines()[0] == b"{}"


def test_objects_elements_and_rows_of_dumps_go_and_the_others_stay_byte_for_byte(erased: Workspace) -> None:
    files = hospital.files()
    drives = files["desk/drives.jsonl"].splitlines(keepends=True)
    assert content(erased, "drives.jsonl") == b"".join([b"{}\n", *drives[1:]])
    cards = files["desk/cards.xml"]
    first = cards[cards.index(b"<Card ") : cards.index(b"</Card>") + len(b"</Card>")]
    assert content(erased, "cards.xml") == cards.replace(first, b"<Card/>")
    rows = content(erased, "his.sql!/brjbxx.csv")
    assert rows.startswith(b"patient_id,bed,said\n,,\n" + BOB.key.encode()) and CYD.key.encode() in rows


def test_a_bundle_keeps_what_others_share(erased: Workspace) -> None:
    (shared,) = [r for r in erased.landing.records(formats=[Format.FHIR_JSON]) if not r.name]
    bundle = json.loads(erased.landing.open(shared).read())
    assert [entry.get("resource", {}).get("resourceType") for entry in bundle["entry"]] == [
        "Organization", "Practitioner", None, None, None,
    ]  # fmt: skip


def test_records_of_nobody_else_are_removed_with_their_names(erased: Workspace, whole: Path) -> None:
    with open_workspace(whole, {}) as before:
        gone = {r.record_no for r in before.landing.records()} - {r.record_no for r in erased.landing.records()}
        assert {before.landing.record(n).format for n in gone} == {
            Format.CDA, Format.DICOM, Format.TEXT_NOTE, Format.UNKNOWN, Format.HL7V2,
        }  # fmt: skip
    for number in gone:
        record = erased.landing.record(number)
        assert (record.size, record.name) == (0, "")
        assert erased.ledger.records.ends()[number][1].units == 0


def test_raw_get_says_that_a_record_was_erased(erased: Workspace, whole: Path) -> None:
    with open_workspace(whole, {}) as before:
        record = named(before, f"{ANN.key}.dcm")
    for name in (str(record.record_no), record.id):
        process = start("raw", "get", erased.path, name, as_json=False)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 4
        assert not out and "erased" in err


def test_what_was_erased_never_lands_again(workspace: Workspace, tmp_path: Path) -> None:
    """Not from a copy of the same single-person file; the same bytes are the same record."""
    erase(workspace, ANN.key, Silent())
    folder = tmp_path / "again"
    folder.mkdir()
    (folder / "again.dcm").write_bytes(hospital.picture(ANN))
    account = ingest(workspace, folder, hospital.SOURCE)
    assert (account.files.landed, account.files.already) == (0, 1)
    assert MARK not in bytes_of(workspace.path)


# -- nobody else -----------------------------------------------------------------------------------------------------


def test_other_people_keep_every_row_and_every_byte(erased: Workspace, whole: Path) -> None:
    with open_workspace(whole, {}) as before:
        ann, had, have = person_id(before, ANN), rows(before), rows(erased)
        for table, told in had.items():
            column = person_column(table)
            assert have.get(table, []) == [row for row in told if column is None or row[column] != ann], table
        for patient in (BOB, CYD):
            assert mentions(erased, patient) == mentions(before, patient)
            number = person_id(before, patient)
            assert erased.crosswalk.identifiers(number) == before.crosswalk.identifiers(number)


def test_a_rebuild_gives_the_same_lake(workspace: Workspace) -> None:
    """Row for row; of places that several records tell of, it may be another record that is named."""
    erase(workspace, ANN.key, Silent())
    before = rows(workspace)
    rebuild(workspace, Silent())
    after = rows(workspace)
    assert before.keys() == after.keys()
    for table, told in before.items():
        if person_column(table) is None:
            told, after[table] = map(_without_place, (told, after[table]))
        assert after[table] == told, table
    assert all(unit.adds_up for _, unit in workspace.ledger.records.ends().values())


def _without_place(told: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(({k: v for k, v in row.items() if k not in _PLACE} for row in told), key=repr)


def test_one_after_the_other_until_nobody_is_left(workspace: Workspace) -> None:
    for patient in hospital.PATIENTS:
        erase(workspace, patient.key, Silent())
    assert not [table for table in rows(workspace) if person_column(table)]
    assert hospital.DOCTOR.encode() in b"".join(contents(workspace).values()), "a physician is no patient"
    assert not [p.mark for p in hospital.PATIENTS if p.mark.encode() in bytes_of(workspace.path)]


def test_a_message_of_two_patients_loses_one(workspace: Workspace, tmp_path: Path) -> None:
    head = r"MSH|^~\&|LIS|NORTH|||20260301||ORU^R01|77|P|2.5"
    results = [
        f"PID|1||{p.key}^^^^MR||{p.family}^{p.given}\rORC|RE||G{p.number}\rOBR|1||G{p.number}|CBC^^L|||20260301\r"
        f"OBX|1|NM|718-7^HGB^LN||{20 + p.number}|g/dL|||||F"
        for p in (ANN, BOB)
    ]
    folder = tmp_path / "both"
    folder.mkdir()
    (folder / "both.hl7").write_text("\r".join([head, *results, ""]))
    ingest(workspace, folder, hospital.SOURCE)
    had = rows(workspace)["measurement"]
    ann = person_id(workspace, ANN)
    assert sum(row["value_as_number"] in (21, 22) for row in had) == 2
    erase(workspace, ANN.key, Silent())
    assert content(workspace, "both.hl7").decode() == "\r".join([head, results[1], ""])
    assert rows(workspace)["measurement"] == [row for row in had if row["person_id"] != ann]
    rebuild(workspace, Silent())
    assert sum(row["value_as_number"] == 22 for row in rows(workspace)["measurement"]) == 1


def test_a_name_that_two_people_have_tells_nothing(workspace: Workspace, tmp_path: Path) -> None:
    """A row that names both stays, in a table that waits for a map; one with a number that is only theirs goes."""
    folder = tmp_path / "desk"
    folder.mkdir()
    twins = [f"patient_id: {key}\nname: Kim Sommers\n\nWell.\n" for key in ("900001", "900002")]
    for number, note in enumerate(twins):
        (folder / f"{number}.txt").write_text(note)
    (folder / "desk.csv").write_text("who,card,remark\nKim Sommers,1,a\nKim Sommers,900001,b\nSam Winters,900002,c\n")
    ingest(workspace, folder, hospital.SOURCE)
    erase(workspace, "900001", Silent())
    assert content(workspace, "desk.csv") == b"who,card,remark\nKim Sommers,1,a\n,,\nSam Winters,900002,c\n"


def test_a_short_key_counts_where_a_patient_number_is_expected_only(workspace: Workspace, tmp_path: Path) -> None:
    """17 is a patient, a dose and a bed."""
    folder = tmp_path / "short"
    folder.mkdir()
    resources = [
        {"resourceType": "Patient", "id": "17", "gender": "male"},
        {"resourceType": "Patient", "id": "18", "gender": "male"},
        {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": {"reference": "Patient/17"}},
        {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": {"reference": "Patient/18"},
         "description": "17 drops"},
    ]  # fmt: skip
    (folder / "a.ndjson").write_text("".join(json.dumps(resource) + "\n" for resource in resources))
    (folder / "b.csv").write_text("patient_id,bed\n18,17\n17,5\n")
    head = r"MSH|^~\&|LIS|NORTH|||20260301||QRY^Q01|{}|P|2.5"
    unread = [f"{head.format(n)}\rPID|1||{n}^^^^MR\rPV1|1|I|MED^17\r" for n in (17, 18)]
    (folder / "c.hl7").write_text("".join(unread))
    ingest(workspace, folder, hospital.SOURCE)
    erase(workspace, "17", Silent())
    feed = content(workspace, "a.ndjson").splitlines()
    assert [json.loads(line) for line in feed] == [{}, resources[1], {}, resources[3]]
    assert content(workspace, "b.csv") == b"patient_id,bed\n18,17\n,\n"
    assert content(workspace, "c.hl7").endswith(unread[1].encode())
    assert content(workspace, "c.hl7").count(b"PID") == 1


def test_a_line_that_is_no_row_goes_if_it_names_the_person(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "torn"
    folder.mkdir()
    lines = [f"{p.key},2026-01-01,{p.number},extra,cells" for p in (ANN, BOB)]
    (folder / "torn.csv").write_text("\n".join(["who,day,n", "x,2026-01-01,1", *lines, "y,2026-01-01,2", ""]))
    ingest(workspace, folder, hospital.SOURCE)
    erase(workspace, ANN.key, Silent())
    assert content(workspace, "torn.csv").decode().splitlines() == [
        "who,day,n", "x,2026-01-01,1", ",,", lines[1], "y,2026-01-01,2",
    ]  # fmt: skip


def test_rows_that_name_only_a_stay_go_with_it(workspace: Workspace, tmp_path: Path) -> None:
    """eICU: a laboratory row knows the unit stay; whose that is, the table of patients says."""
    folder = tmp_path / "eicu"
    folder.mkdir()
    stay = ["patientunitstayid", "patienthealthsystemstayid", "gender", "age", "ethnicity", "hospitalid", "wardid",
            "apacheadmissiondx", "hospitaladmittime24", "hospitaladmitoffset", "hospitaldischargeyear",
            "hospitaldischargeoffset", "hospitaldischargestatus", "unittype", "unitdischargeoffset",
            "uniquepid"]  # fmt: skip
    lab = ["labid", "patientunitstayid", "labresultoffset", "labname", "labresult", "labresulttext",
           "labmeasurenamesystem", "labmeasurenameinterface"]  # fmt: skip
    of_stay = "{0},9{0},Male,50,Caucasian,1,2,Sepsis,08:00:00,-10,2014,500,Alive,MICU,400,002-{0}"
    stays = [",".join(stay), *(of_stay.format(n) for n in (141, 142))]
    labs = [",".join(lab), *(f"{n}{k},{n},10,sodium,{k},{k},mmol/L,mmol/L" for n in (141, 142) for k in (138, 139))]
    (folder / "patient.csv").write_text("\n".join([*stays, ""]))
    (folder / "lab.csv").write_text("\n".join([*labs, ""]))
    (folder / "unread.csv").write_text("patientunitstayid,remark\n141,a\n142,b\n")
    ingest(workspace, folder, "eicu")
    assert len(rows(workspace)["measurement"]) > 4
    erase(workspace, "002-141", Silent())
    assert content(workspace, "lab.csv").decode().splitlines()[1:] == [",,,,,,,", ",,,,,,,", *labs[3:]]
    assert content(workspace, "unread.csv") == b"patientunitstayid,remark\n,\n142,b\n"
    assert content(workspace, "patient.csv").decode().splitlines()[1:] == ["," * 15, stays[2]]


# -- how it is told --------------------------------------------------------------------------------------------------


def test_the_audit_says_that_not_whom(erased: Workspace, whole: Path) -> None:
    begun, done = (one for one in erased.ledger.audit.entries() if one.action.startswith("eras"))
    assert (begun.action, dict(begun.detail)) == ("erasure begun", {})
    assert done.action == "erased" and set(done.detail) == {"rows", "units"}
    with open_workspace(whole, {}) as before:
        assert person_id(before, ANN) not in done.detail.values()
    assert noted(erased) is None and not leftovers(erased.path)[1:], "only this process's scratch"


def test_all_older_versions_go(erased: Workspace) -> None:
    assert len(erased.lake.history()) == 1


def test_what_people_had_when_goes_and_comes_again_without_them(workspace: Workspace) -> None:
    (owner,) = (user.name for user in workspace.ledger.users.all() if "owner" in user.roles)
    ann = person_id(workspace, ANN)
    characterise(workspace, owner)
    assert ann in of_whom(workspace)
    erase(workspace, ANN.ssn, Silent())
    assert not histories_folder(workspace).exists() and not person_rows_folder(workspace).exists()
    characterise(workspace, owner)
    found = of_whom(workspace)
    assert found and ann not in found


def of_whom(workspace: Workspace) -> set[int]:
    """Of whom it is kept what they had when, and who they are."""
    packs = [*histories_folder(workspace).rglob("*.pack"), *person_rows_folder(workspace).rglob("*.pack")]
    arrays = [found[0] for pack in packs if (found := read_arrays(pack)) is not None]
    return {int(one) for some in arrays for name, of in some.items() if name.endswith("people") for one in of}


def test_by_number_too(workspace: Workspace) -> None:
    erase(workspace, str(person_id(workspace, ANN)), Silent())
    assert MARK not in bytes_of(workspace.path)


@pytest.mark.parametrize("name", ["Qzx nobody", "-1", "9" * 30, ""])
def test_nobody_of_that_name(workspace: Workspace, name: str) -> None:
    before = workspace.lake.snapshot().version
    with pytest.raises(NotFoundError) as told:
        erase(workspace, name, Silent())
    assert not name or name not in str(told.value)
    assert workspace.lake.snapshot().version == before


def test_the_command(whole: Path, tmp_path: Path) -> None:
    path = Path(shutil.copytree(whole, tmp_path / "ws"))
    account = run("erase", path, ANN.key, "--yes")
    assert account["tables"]["person"] == 1
    assert "person" in lake(path) and MARK not in bytes_of(path)
    process = start("erase", path, ANN.key, "--yes", MEDARK_DEBUG="1")
    said = "".join(process.communicate(timeout=60))
    assert process.returncode == 4 and ANN.mark not in said

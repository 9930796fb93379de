"""A whole city connected as the README's `make demo` does it, and what the lake holds against what is true."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from journey.walked import fingerprints
from medark.bootstrap import open_workspace

pytestmark = pytest.mark.xdist_group("the demonstration")  # one city for all of them, not one a process

EXAMPLE = Path(__file__).parents[2] / "examples" / "city"
LEAST = {  # of each question so many rows, so that no answer is empty by mistake
    "absences": 30, "calls": 10, "cards": 20, "claims": 1000, "deaths": 1, "diagnoses": 1500, "drugs": 1500,
    "fees": 3000, "notes": 150, "operations": 5, "people": 400, "pictures": 30, "readings": 200, "reports": 100,
    "results": 3000, "sales": 500, "tests": 500, "visits": 1000, "vitals": 3000,
}  # fmt: skip
STATUS = {"admission": 32890, "first at discharge": 32903, "at discharge": 32909, "first": 32902, "other": 32908}
# Units of the laboratories that OMOP has no concept of, or that are none.
NO_UNITS = {"1", "mg/L{FEU}", "ng/mL{FEU}", "[arb'U]/mL", "{steps}", "steps", "[IU]/mL{IgG}"}


def example(name: str) -> ModuleType:
    """A module of the example."""
    spec = importlib.util.spec_from_file_location(f"city_{name}", EXAMPLE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def medark(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "medark", *map(str, arguments)], capture_output=True, text=True)


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(EXAMPLE / "demo.py"), str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True)


class Demo:
    """One demonstration: what it said, and its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        done = run(folder, "--json")
        assert done.returncode in (0, 1), done.stderr[-2000:]
        self.status, self.said = done.returncode, done.stdout + done.stderr
        self.found: dict[str, Any] = json.loads(done.stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("demo") / "city")


@pytest.fixture
def lake(demo: Demo) -> Iterator[Any]:
    """The lake and the truth in one session; what is done to it is done to a copy."""
    with example("compared").Comparison(demo.folder / "workspace", demo.folder / "city" / "truth") as comparison:
        yield comparison


def counted(lake: Any, sql: str) -> Counter[tuple[Any, ...]]:
    return Counter(lake.db.execute(sql).fetchall())


def number(lake: Any, sql: str) -> int:
    ((count,),) = lake.db.execute(sql).fetchall()
    return int(count)


# -- what is true is there, and nothing else ---------------------------------------------------------------------------


def test_the_lake_is_as_true_as_the_city_s_systems_were(demo):
    assert [c for c in demo.found["compared"] if not c["agrees"]] == []
    assert [p for p in demo.found["planted"] if p["found"] != p["planted"]] == []
    assert all(account["adds_up"] for account in demo.found["accounts"])
    assert demo.found["is_true"] is True
    assert demo.status == 0


def test_no_question_is_answered_by_nothing(demo):
    rows = {c["what"]: c["lake"] for c in demo.found["compared"]}
    assert rows.keys() == LEAST.keys()
    assert {name: count for name, count in rows.items() if count < LEAST[name]} == {}
    assert len(demo.found["planted"]) >= 8
    assert len(demo.found["accounts"]) == 20


@pytest.mark.parametrize(
    ("question", "harm"),
    [
        (
            "results",
            "UPDATE lake.measurement SET value_as_number = value_as_number + 1 WHERE unit_source_value = 'mg/dL'",
        ),
        ("results", "INSERT INTO lake.measurement SELECT * FROM lake.measurement WHERE unit_source_value = 'mg/dL'"),
        ("visits", "UPDATE lake.visit_occurrence SET visit_concept_id = 9202 WHERE visit_concept_id = 9201"),
        ("visits", "UPDATE lake.visit_occurrence SET admitted_from_source_value = NULL"),
        ("diagnoses", "UPDATE lake.condition_occurrence SET condition_start_date = condition_start_date + 1"),
        ("operations", "UPDATE lake.procedure_occurrence SET procedure_end_datetime = NULL"),
        ("drugs", "UPDATE lake.drug_exposure SET days_supply = days_supply + 1"),
        ("people", "DELETE FROM lake.person WHERE person_id % 5 = 0"),
        ("notes", "UPDATE lake.note SET note_text = note_text || '.'"),
        ("deaths", "UPDATE lake.death SET death_datetime = death_datetime + INTERVAL 1 SECOND"),
        ("sales", "UPDATE lake.event_count SET quantity = quantity + 1"),
        ("fees", "UPDATE lake.cost SET total_charge = total_charge + 0.01"),
    ],
)
def test_an_answer_can_be_wrong(lake, question, harm):
    assert lake.ask(question).agrees
    lake.db.execute(harm)
    assert not lake.ask(question).agrees


def test_an_error_that_ended_otherwise_is_not_found(lake):
    lake.db.execute("DELETE FROM held WHERE reason = 'end before start' OR omop = ''")
    missed = {kind for kind, _, planted, found in lake.planted() if found != planted}
    assert missed >= {"mixed_encoding", "truncated"}


def test_a_corrected_result_is_there_once_and_with_its_last_value(lake):
    """The question about results compares them all; here, that there are some, and what they were before."""
    lake.ask("results")
    corrected = """
      SELECT r.person, r.organisation, r.test, r.collected
      FROM truth.lab_result AS r JOIN truth.lab_order AS o USING (lab_order)
      WHERE o.status = 'corrected' AND r.first_value IS DISTINCT FROM r.value AND r.first_value IS NOT NULL
        AND r.organisation IN ('north', 'south', 'county')"""
    assert number(lake, f"SELECT count(*) FROM ({corrected})") > 3
    matching = f"""
      JOIN (SELECT DISTINCT * FROM ({corrected})) AS c
        ON (r.person, r.people, r.test, r.at) = (c.person, c.organisation, c.test, c.collected)"""
    times = number(lake, f"SELECT count(*) FROM true_row AS r {matching}")
    assert number(lake, f"SELECT count(*) FROM lake_row AS r {matching}") == times


def test_what_a_diagnosis_was_to_its_visit_is_kept(lake):
    """Of the hospitals' and clinics' tables, but for codes whose concept is no condition."""
    true = counted(lake, """
      SELECT CASE WHEN d.kind = 'admission' THEN 'admission'
        WHEN d.kind = 'discharge' AND rank = 1 THEN 'first at discharge'
        WHEN d.kind = 'discharge' THEN 'at discharge' WHEN rank = 1 THEN 'first' ELSE 'other' END
      FROM truth.diagnosis AS d JOIN truth.encounter AS e USING (encounter)
      WHERE e.organisation = 'north' AND NOT coalesce(e.cancelled, false)""")  # fmt: skip
    found = counted(lake, """
      SELECT condition_status_concept_id FROM lake.condition_occurrence JOIN landed ON record_no = medark_record_no
      WHERE source = 'north/his'""")  # fmt: skip
    assert {STATUS[word]: count for (word,), count in true.items()} == {status: n for (status,), n in found.items()}


def test_every_unit_of_a_result_is_known(lake):
    unknown = counted(lake, "SELECT unit_source_value FROM lake.measurement WHERE unit_concept_id = 0")
    assert {unit for (unit,) in unknown} <= NO_UNITS


def test_a_prescription_that_was_not_stopped_lasts_its_days(lake):
    rows = """
      FROM lake.drug_exposure AS d JOIN landed AS l ON l.record_no = d.medark_record_no
      WHERE l.source = 'clinics/registers'"""
    assert number(lake, f"SELECT count(*) {rows}") > 500
    wrong = "AND drug_exposure_end_date - drug_exposure_start_date + 1 <> days_supply"
    assert number(lake, f"SELECT count(*) {rows} {wrong}") == 0


def test_numbers_that_were_merged_are_one_person(lake):
    merged = """
      FROM truth.registration AS r
      JOIN key AS a ON a.people = r.organisation AND a.person_key = r.patient_no
      JOIN key AS b ON b.people = r.organisation AND b.person_key = r.merged_into"""
    assert number(lake, f"SELECT count(*) {merged}") >= 2
    assert number(lake, f"SELECT count(*) {merged} WHERE a.person_id <> b.person_id") == 0


def test_everything_belongs_to_its_visit(lake):
    """What hospitals' tables and messages say of a visit hangs on it, wherever it was told first."""
    for table in ("measurement", "condition_occurrence", "drug_exposure", "procedure_occurrence", "note"):
        of_visits = (
            "t.measurement_source_value <> '883-9'" if table == "measurement" else "true"
        )  # the register's group
        loose = f"""
          SELECT l.source FROM lake.{table} AS t JOIN landed AS l ON l.record_no = t.medark_record_no
          JOIN who AS w USING (person_id)
          WHERE t.visit_occurrence_id IS NULL AND w.people IN ('north', 'south', 'clinics') AND {of_visits}
            AND w.person NOT IN (SELECT person FROM kept_visit)"""
        assert counted(lake, loose) == Counter(), table


# -- nothing is held back but what was planted -------------------------------------------------------------------------


def test_nothing_is_held_back_but_what_was_planted(lake):
    held = counted(lake, "SELECT outcome, reason, omop FROM held")
    lines = number(lake, "SELECT count(*) FROM lost")
    kept = number(lake, "SELECT count(*) FROM kept_back")
    odd = {key for key in held if key not in {
        ("quarantined", "end before start", "visit_occurrence"), ("quarantined", "parent not known", "visit_detail"),
        ("quarantined", "cut short", ""), ("quarantined", "not UTF-8", ""), ("quarantined", "too few columns", ""),
        ("quarantined", "bytes that are not utf-8", ""), ("not_understood", "no known format", ""),
    }}  # fmt: skip
    assert odd == set()
    assert sum(count for (_, reason, omop), count in held.items() if not omop and reason != "no known format") <= lines
    assert 0 < held["quarantined", "end before start", "visit_occurrence"] <= 4 * kept  # HIS, LIS, CDA, insurer
    unread = counted(lake, "SELECT file FROM held JOIN landed USING (record_no) WHERE outcome = 'not_understood'")
    assert {name for (name,) in unread if not name.endswith(".xml")} == {
        "his_0001.sql.gz!/his_0001.sql!/statements.sql"
    }


def test_what_was_left_out_was_cancelled(demo, lake):
    out = Counter()
    for account in demo.found["accounts"]:
        for reason in account["reasons"]:
            if reason["outcome"] == "excluded":
                out[reason["reason"]] += reason["count"]
    at = "organisation IN ('north', 'south')"
    assert out["registered and not kept"] == number(
        lake, f"SELECT count(*) FROM truth.encounter WHERE cancelled AND {at}"
    )
    orders = number(lake, f"SELECT count(*) FROM truth.lab_order WHERE status = 'cancelled' AND {at}")
    assert out["order cancelled"] == orders


# -- nobody is named ---------------------------------------------------------------------------------------------------


def names(lake: Any) -> list[str]:
    """Whatever identifies somebody of the city. Names of two characters are words elsewhere, too."""
    sql = """
      SELECT DISTINCT unnest([
        name_zh, identity_no, phone, address_zh, family_zh || '^' || given_zh, family_en || ' ' || given_en])
      FROM truth.person UNION SELECT DISTINCT unnest([name, identity_no, phone, address]) FROM truth.registration"""
    found = {word for (word,) in lake.db.execute(sql).fetchall() if word and len(word) > 2}
    assert len(found) > 1000
    return sorted(found)


def named(wanted: list[str], text: str) -> list[str]:
    return [word for word in wanted if word in text]


def texts(lake_folder: Path) -> str:
    """Every distinct text in every column of every table, but for the text of notes, which is guarded as a column."""
    said: set[str] = set()
    for path in lake_folder.rglob("*.parquet"):
        table = pq.read_table(path)
        for name in table.column_names:
            column = table[name]
            if name != "note_text" and (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
                said.update(filter(None, pc.unique(column).to_pylist()))
    return "\n".join(said)


def test_no_name_or_number_of_anybody_is_in_a_table_a_log_or_a_page(demo, lake):
    wanted = names(lake)
    stored = texts(demo.folder / "workspace" / "lake")
    assert "入院记录" in stored, "the scan reads what is there"
    assert named(wanted, stored) == []
    for path in (demo.folder / "workspace" / "lake").rglob("*.json"):
        assert named(wanted, path.read_text(encoding="utf-8")) == [], path.name
    for page in ("map.html", "summary.md"):
        assert named(wanted, (demo.folder / page).read_text(encoding="utf-8")) == [], page
    assert named(wanted, demo.said) == []
    for file in (demo.folder / "workspace").glob("ledger.db*"):
        assert named(wanted, file.read_bytes().decode("utf-8", "replace")) == []


def test_the_scan_finds_names_where_they_must_be(demo, lake):
    """The same scan of the crosswalk, which alone knows who is who, finds them."""
    known = b"".join(file.read_bytes() for file in (demo.folder / "workspace").glob("crosswalk.db*"))
    people = [number for (number,) in lake.db.execute("SELECT identity_no FROM truth.person").fetchall()]
    assert len(named(people, known.decode("utf-8", "replace"))) > len(people) // 2


# -- and again ---------------------------------------------------------------------------------------------------------


def test_a_second_run_leaves_the_first_alone(demo):
    done = run(demo.folder)
    assert done.returncode == 2
    assert "already" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_pages_say_what_was_found(demo):
    summary = (demo.folder / "summary.md").read_text(encoding="utf-8")
    for answer in demo.found["compared"]:
        assert f"| {answer['what']} | {answer['true']:,} | {answer['lake']:,} | {answer['same']:,} | ✓ |" in summary
    page = (demo.folder / "map.html").read_text(encoding="utf-8")
    assert all(account["source"] in page for account in demo.found["accounts"])
    assert "http://" not in page
    assert "https://" not in page


@pytest.fixture
def workspace(demo, tmp_path) -> Path:
    """A copy of the demonstration's workspace, to do things to."""
    return Path(shutil.copytree(demo.folder / "workspace", tmp_path / "workspace"))


def test_a_rebuild_gives_the_same_rows(demo, workspace):
    """Merges, corrections and visits that three systems tell of come out as they went in."""
    assert medark("rebuild", workspace).returncode == 0
    assert medark("quarantine", "retry", workspace).returncode == 0
    assert fingerprints(workspace) == fingerprints(demo.folder / "workspace")


def test_erasing_somebody_with_two_numbers_leaves_no_trace_of_either(demo, lake, workspace):
    organisation, first, second, person_id, name, identity, phone = lake.db.execute("""
      SELECT r.organisation, r.patient_no, r.merged_into, k.person_id, p.name_zh, p.identity_no, p.phone
      FROM truth.registration AS r JOIN truth.person AS p USING (person)
      JOIN key AS k ON k.people = r.organisation AND k.person_key = r.patient_no
      WHERE r.organisation = 'north' AND r.merged_into IS NOT NULL ORDER BY r.patient_no LIMIT 1""").fetchone()
    marks = {first, second, identity}
    assert marks <= found_raw(demo.folder / "workspace", organisation, marks | {name, phone}), "there before"
    done = medark("erase", workspace, str(person_id), "--yes")
    assert done.returncode == 0, done.stderr
    assert found_raw(workspace, organisation, marks) == set()
    after = example("compared").Comparison(workspace, demo.folder / "city" / "truth")
    with after:
        assert number(after, "SELECT count(*) FROM lake.person") == number(lake, "SELECT count(*) FROM lake.person") - 1
        assert number(after, f"SELECT count(*) FROM lake.visit_occurrence WHERE person_id = {person_id}") == 0


def found_raw(workspace: Path, organisation: str, marks: set[str]) -> set[str]:
    """The marks that are in any raw record of an organisation, or in the crosswalk as keys of it."""
    found: set[str] = set()
    with open_workspace(workspace, {}) as opened:
        for record in opened.landing.records():
            if record.source.startswith(f"{organisation}/"):
                with opened.landing.open(record) as file:
                    content = file.read()
                found |= {m for m in marks if m.encode("gb18030") in content or m.encode() in content}
        return found | set(opened.crosswalk.persons(organisation)) & marks


def test_every_class_of_planted_errors_is_found_by_a_check(lake: Any) -> None:
    spec = importlib.util.spec_from_file_location(
        "bench_planted", EXAMPLE.parents[1] / "benchmarks" / "bench_planted.py"
    )
    assert spec is not None and spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    found = {kind: (planted, found) for kind, planted, found, *_ in bench.every_class(lake)}
    assert found.keys() == bench.FIND.keys(), "each is planted, and sent"
    assert all(found for _, found in found.values())
    assert sum(found for _, found in found.values()) >= 0.9 * sum(planted for planted, _ in found.values())

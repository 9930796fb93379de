"""Synthea's CSV of 27 made-up patients: as it comes, then with a vocabulary, against a resolver made of two dicts."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from journey import raw
from journey.walked import (
    Walked,
    assert_everything_is_accounted_for,
    assert_nothing_new,
    assert_rebuild_gives_the_same,
    opened_wide,
    run,
    walk,
)

Tables = dict[str, list[raw.Row]]
EVENTS = {  # OMOP table -> its columns' prefix
    "condition_occurrence": "condition",
    "drug_exposure": "drug",
    "procedure_occurrence": "procedure",
    "device_exposure": "device",
    "measurement": "measurement",
    "observation": "observation",
}
ADDRESS = "56799-0"  # "What address do you live at?": the answer is an identifier


@pytest.fixture(scope="module")
def walked(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    return walk(archives / "synthea27.zip", tmp_path_factory.mktemp("synthea27"), unpacked_first=True)


@pytest.fixture(scope="module")
def files(archives: Path) -> dict[str, bytes]:
    return raw.members(archives / "synthea27.zip")


@pytest.fixture(scope="module")
def tables(files: dict[str, bytes]) -> Tables:
    return {Path(n).stem: raw.csv_rows(content) for n, content in files.items() if "/raw/synthea/" in n}


def test_every_file_and_row_is_accounted_for(walked: Walked, files: dict[str, bytes], tables: Tables) -> None:
    assert_everything_is_accounted_for(walked, files)
    others = [raw.csv_rows(content) for n, content in files.items() if n.endswith(".csv") and "/raw/synthea/" not in n]
    assert walked.first["units"]["delimited"]["units"] == sum(map(len, (*tables.values(), *others)))
    waiting = {tuple(table["columns"]): table["rows"] for table in walked.first["waiting"]}
    assert waiting[("state_name", "state_abbreviation")] == len(raw.csv_rows(raw.named(files, "/states.csv")))
    assert len(waiting) == 2  # the other is a site's code map with columns that OMOP's has not


def test_what_is_left_out_is_told(walked: Walked, tables: Tables) -> None:
    kinds = Counter(line["TYPE"] for line in tables["claims_transactions"])
    told = walked.reasons()
    assert told["a balance moved between payers: no money changed hands"] == (
        kinds["TRANSFERIN"] + kinds["TRANSFEROUT"]
    )
    assert sum(n for reason, n in told.items() if reason.startswith("a claim's header")) == len(tables["claims"])
    assert sum(n for reason, n in told.items() if reason.startswith("a plan of care")) == len(tables["careplans"])


def test_the_same_again_changes_nothing(walked: Walked) -> None:
    assert_nothing_new(walked)


def test_people_and_deaths(walked: Walked, tables: Tables) -> None:
    people = tables["patients"]
    concepts = {"M": 8507, "F": 8532}
    born = walked.rows("SELECT gender_concept_id, year_of_birth, month_of_birth, day_of_birth FROM person")
    assert Counter(born) == Counter((concepts[p["GENDER"]], *map(int, p["BIRTHDATE"].split("-"))) for p in people)
    died = Counter(p["DEATHDATE"][:10] for p in people if p["DEATHDATE"])
    assert Counter(str(day) for (day,) in walked.rows("SELECT death_date FROM death")) == died


def test_visits(walked: Walked, tables: Tables) -> None:
    concepts = {"ambulatory": 9202, "outpatient": 9202, "wellness": 9202, "urgentcare": 9202, "emergency": 9203,
                "inpatient": 9201, "home": 581476, "virtual": 5083}  # fmt: skip
    visits = tables["encounters"]
    known = Counter(concepts[v["ENCOUNTERCLASS"]] for v in visits if v["ENCOUNTERCLASS"] in concepts)
    found = Counter(dict(walked.rows("SELECT visit_concept_id, count(*) FROM visit_occurrence GROUP BY 1")))
    assert found.total() == len({v["Id"] for v in visits})
    assert {concept: found[concept] for concept in known} == known
    begun = Counter(v["START"].replace("T", " ").removesuffix("Z") for v in visits)
    assert Counter(str(at) for (at,) in walked.rows("SELECT visit_start_datetime FROM visit_occurrence")) == begun


def test_money(walked: Walked, tables: Tables) -> None:
    lines = [line for line in tables["claims_transactions"] if line["TYPE"] in ("CHARGE", "PAYMENT")]
    charged = sum(float(line["AMOUNT"]) for line in lines if line["TYPE"] == "CHARGE")
    paid = sum(float(line["PAYMENTS"]) for line in lines if line["PAYMENTS"])
    ((rows, charges, payments),) = walked.rows("SELECT count(*), sum(total_charge), sum(total_paid) FROM cost")
    assert rows == len(lines)
    assert charges == pytest.approx(charged, abs=0.005)
    assert payments == pytest.approx(paid, abs=0.005)
    assert walked.one("SELECT count(DISTINCT cost_event_id) FROM cost") == len({x["APPOINTMENTID"] for x in lines})
    insured = sum(float(line["PAYMENTS"]) for line in lines if line["METHOD"] == "ECHECK")
    assert walked.one("SELECT sum(paid_by_payer) FROM cost") == pytest.approx(insured, abs=0.005)
    assert walked.one("SELECT sum(paid_by_patient) FROM cost") == pytest.approx(paid - insured, abs=0.005)


def test_cover(walked: Walked, tables: Tables) -> None:
    spans = {(s["PATIENT"], payer, s["START_YEAR"]) for s in tables["payer_transitions"]
             for payer in (s["PAYER"], s["SECONDARY_PAYER"]) if payer}  # fmt: skip
    assert walked.one("SELECT count(*) FROM payer_plan_period") == len(spans)


def test_weight(walked: Walked, tables: Tables) -> None:
    weights = [float(o["VALUE"]) for o in tables["observations"] if o["CODE"] == "29463-7"]
    ((count, mean, unit),) = walked.rows(
        "SELECT count(*), avg(value_as_number), max(unit_concept_id) FROM measurement"
        " WHERE measurement_source_value = '29463-7'"
    )
    assert (count, unit) == (len(weights), 9529)  # kg
    assert mean == pytest.approx(statistics.fmean(weights))


def test_pictures(walked: Walked, tables: Tables) -> None:
    series = {(i["Id"], i["SERIES_UID"]) for i in tables["imaging_studies"]}
    found = walked.rows("SELECT image_study_uid, image_series_uid FROM image_occurrence")
    assert sorted(found) == sorted(series)


def test_rebuild(walked: Walked) -> None:
    assert_rebuild_gives_the_same(walked)


# -- with a vocabulary -----------------------------------------------------------------------------------------------


@dataclass
class Vocabulary:
    """Concepts by vocabulary and code, and what each maps to."""

    concepts: dict[tuple[str, str], raw.Row]
    by_id: dict[str, raw.Row]
    maps: dict[str, list[str]]

    def meaning(self, vocabulary: str, code: str, kind: str) -> list[tuple[str, int, int]]:
        """(OMOP table, standard concept, source concept) of each row that a code gives."""
        source = self.concepts.get((vocabulary, code))
        if source is None:
            return [(TABLES[kind], 0, 0)]
        own = int(source["concept_id"])
        if source["standard_concept"] == "S":
            return [(TABLES[source["domain_id"]], own, own)]
        targets = [self.by_id[t] for t in self.maps.get(source["concept_id"], []) if t in self.by_id]
        standard = [t for t in targets if t["standard_concept"] == "S" and not t["invalid_reason"]]
        if not standard:
            return [(TABLES[source["domain_id"]], 0, own)]
        return [(TABLES[t["domain_id"]], int(t["concept_id"]), own) for t in standard]


TABLES = {domain: f"{domain.lower()}{suffix}" for domain, suffix in (
    ("Condition", "_occurrence"), ("Drug", "_exposure"), ("Procedure", "_occurrence"), ("Device", "_exposure"),
    ("Measurement", ""), ("Observation", ""),
)}  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary_folder(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vocabulary of Synthea27Nj, in a folder as Athena gives one."""
    folder = tmp_path_factory.mktemp("vocabulary")
    for name, content in raw.members(archives / "eunomia.zip").items():
        if "Synthea27Nj_5.4.zip!/" in name and "MACOSX" not in name:
            (folder / Path(name).name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def vocabulary(vocabulary_folder: Path) -> Vocabulary:
    concepts = raw.csv_rows((vocabulary_folder / "CONCEPT.csv").read_bytes())
    maps: dict[str, list[str]] = {}
    for link in raw.csv_rows((vocabulary_folder / "CONCEPT_RELATIONSHIP.csv").read_bytes()):
        if link["relationship_id"] == "Maps to" and not link["invalid_reason"]:
            maps.setdefault(link["concept_id_1"], []).append(link["concept_id_2"])
    return Vocabulary(
        {(c["vocabulary_id"], c["concept_code"]): c for c in concepts}, {c["concept_id"]: c for c in concepts}, maps
    )


@pytest.fixture(scope="module")
def mapped(archives: Path, vocabulary_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """A workspace that knew the vocabulary when the patients came."""
    walked = Walked(tmp_path_factory.mktemp("mapped") / "ws", "synthea27")
    run("init", walked.path)
    opened_wide(walked.path)
    loaded = run("vocabulary", "load", walked.path, vocabulary_folder)
    assert loaded["rows"]["concept"] > 0
    walked.first = walked.ingest(archives / "synthea27.zip")
    return walked


def _coded(tables: Tables) -> list[tuple[str, str, str]]:
    """(vocabulary, code, what the source calls it) of every event."""
    plain = {"conditions": ("SNOMED", "Condition"), "procedures": ("SNOMED", "Procedure"),
             "medications": ("RxNorm", "Drug"), "immunizations": ("CVX", "Drug"), "devices": ("SNOMED", "Device"),
             "supplies": ("SNOMED", "Device")}  # fmt: skip
    coded = [(vocabulary, row["CODE"], kind) for name, (vocabulary, kind) in plain.items() for row in tables[name]]
    coded += [("SNOMED", study["PROCEDURE_CODE"], "Procedure") for study in tables["imaging_studies"]]
    for observation in tables["observations"]:
        asked = observation["CATEGORY"] in ("", "survey", "social-history")
        if observation["CODE"] != ADDRESS:
            coded.append(("LOINC", observation["CODE"], "Observation" if asked else "Measurement"))
    return coded


def test_codes_become_standard_concepts_and_domains_decide_tables(
    mapped: Walked, tables: Tables, vocabulary: Vocabulary
) -> None:
    wanted = Counter(
        (table, code[:50], concept, source)
        for vocabulary_id, code, kind in _coded(tables)
        for table, concept, source in vocabulary.meaning(vocabulary_id, code, kind)
    )
    allergies = ("419199007", "782197009")  # "allergic to": the substance is the answer, tested below
    found = Counter({
        (table, *key): count
        for table, prefix in EVENTS.items()
        for *key, count in mapped.rows(
            f"SELECT {prefix}_source_value, {prefix}_concept_id, {prefix}_source_concept_id, count(*) FROM {table}"
            f" WHERE {prefix}_source_value NOT IN {allergies} GROUP BY ALL"
        )
    })  # fmt: skip
    assert found == wanted
    assert sum(n for (_, _, concept, _), n in found.items() if concept) > 0.9 * found.total()


def test_some_conditions_are_observations(mapped: Walked, walked: Walked) -> None:
    """Without a vocabulary the source's word decides; with one, the concept's domain."""
    count = "SELECT count(*) FROM condition_occurrence"
    assert mapped.one(count) < walked.one(count)


def test_allergies_are_answers(mapped: Walked, tables: Tables, vocabulary: Vocabulary) -> None:
    given = Counter(
        (
            a["CODE"],
            vocabulary.meaning("RxNorm" if a["SYSTEM"] == "RxNorm" else "SNOMED", a["CODE"], "Observation")[0][1],
        )
        for a in tables["allergies"]
    )
    found = mapped.rows(
        "SELECT value_source_value, value_as_concept_id, count(*) FROM observation"
        " WHERE observation_source_value IN ('419199007', '782197009') GROUP BY ALL"
    )
    assert Counter({(code, concept): n for code, concept, n in found}) == given

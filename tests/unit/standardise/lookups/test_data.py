"""The words of value_map, names of code systems, spellings of units: sound, and right where it can be checked."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from pydicom.sr._concepts_dict import concepts

from medark.model.staging import RELATIONSHIPS, TYPES
from medark.standardise.domains import STEPS
from medark.standardise.lookups import data
from medark.standardise.lookups.data import (
    CODE_SYSTEM,
    ICD10_OTHERWISE,
    UNIT_DECISION,
    UNIT_SYNONYM,
    VALUE_CODE,
    VALUE_CONCEPT,
)

FOLDER = Path(__file__).resolve().parents[4] / "src" / "medark" / "standardise" / "lookups"
AS_WRITTEN = {"type_concept", "operator", "relationship"}  # domains compare these as they are


def sets() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in data()["value_concept"].to_pylist():
        found.setdefault(row["set_name"], {})[row["value"]] = row["concept_id"]
    return found


def test_shapes() -> None:
    assert {name: table.schema for name, table in data().items()} == {
        "value_concept": VALUE_CONCEPT,
        "value_code": VALUE_CODE,
        "code_system": CODE_SYSTEM,
        "icd10_otherwise": ICD10_OTHERWISE,
        "unit_synonym": UNIT_SYNONYM,
        "unit_decision": UNIT_DECISION,
    }


@pytest.mark.parametrize("keys", [("code_system", "system", "vocabulary_id"), ("unit_synonym", "unit", "ucum_code")])
def test_nothing_is_said_twice(keys: tuple[str, str, str]) -> None:
    name, *columns = keys
    said = Counter(tuple(row[column] for column in columns) for row in data()[name].to_pylist())
    assert [key for key, times in said.items() if times > 1] == []


def test_a_word_means_one_thing() -> None:
    """Twice in a set, whether by concept or by code, and every row with that word would be there twice."""
    rows = data()["value_concept"].to_pylist() + data()["value_code"].to_pylist()
    said = Counter((row["set_name"], row["value"]) for row in rows)
    assert [key for key, times in said.items() if times > 1] == []


def test_every_set_has_words_or_says_why_not() -> None:
    asked = {name for step in STEPS for name in re.findall(r"set_name = '(\w+)'", step.sql)}
    words = [row for name in ("value_concept", "value_code") for row in data()[name].to_pylist()]
    said = {(row["set_name"], row["value"]) for row in words}
    held = {name for name, _ in said}
    without = {(row["set_name"], row["value"]) for row in rows_of(FOLDER / "no_concept.csv")}
    assert held <= asked and {name for name, word in without if not word} == (asked - held) | {"drg", "revenue_code"}
    assert not without & {
        (r["set_name"], r["value"]) for n in ("value_concept", "value_code") for r in data()[n].to_pylist()
    }


def test_codes_of_snomed_are_those_of_dicom() -> None:
    known = {code: meaning for named in concepts["SCT"].values() for code, (meaning, _) in named.items()}
    asked = {row["concept_code"] for row in data()["value_code"].to_pylist() if row["vocabulary_id"] == "SNOMED"}
    assert asked <= known.keys() and len(asked) > 40


def test_every_row_names_its_source() -> None:
    for path in (*FOLDER.glob("*.csv"), *(FOLDER / "values").glob("*.csv"), *(FOLDER / "codes").glob("*.csv")):
        empty = [row for row in rows_of(path) if not all(text for name, text in row.items() if name != "value")]
        assert empty == [], path.name


def test_words_are_as_domains_look_for_them() -> None:
    wrong = [(s, v) for s, words in sets().items() if s not in AS_WRITTEN for v in words if v != v.lower()]
    wrong += [(r["set_name"], r["value"]) for r in data()["value_code"].to_pylist() if r["value"] != r["value"].lower()]
    assert wrong == []
    assert [row for row in data()["code_system"].to_pylist() if row["system"] != row["system"].lower().strip()] == []
    assert [
        row for row in data()["unit_synonym"].to_pylist() if row["unit"] != row["unit"].lower().replace(" ", "")
    ] == []


def test_every_word_of_the_staging_contract_has_its_concept() -> None:
    assert set(sets()["type_concept"]) == set(TYPES)
    assert set(sets()["relationship"]) <= set(RELATIONSHIPS)
    assert set(sets()["operator"]) == {"<", "<=", "=", ">=", ">"}


def test_likelihood_counts_from_zero() -> None:
    for name, key in (("code_system", "system"), ("unit_synonym", "unit")):
        ranks: dict[str, list[int]] = {}
        for row in data()[name].to_pylist():
            ranks.setdefault(row[key], []).append(row["likelihood"])
        assert all(sorted(given) == list(range(len(given))) and len(given) <= 9 for given in ranks.values())


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known_concepts(reference: Path) -> dict[int, str]:
    """What the local tables of OMOP concepts call each concept; maps that name no concept give ''."""
    folder, names = reference / "14_terminology", {}
    with (folder / "omop_source_maps.csv").open(encoding="utf-8", newline="") as file:
        names.update({int(row["target_concept_id"]): "" for row in csv.DictReader(file) if row["target_concept_id"]})
    for table, column in (("omop_core_concepts.csv", "name"), ("omop_concepts_open.csv", "concept_name")):
        with (folder / table).open(encoding="utf-8", newline="") as file:
            names.update({int(row["concept_id"]): row[column] for row in csv.DictReader(file)})
    return names


# Known from OMOP's vocabularies and in no local table: each is checked when a vocabulary that has it is loaded.
FROM_MEMORY = {
    8676: "Nursing facility", 581478: "Ambulance visit",
    4182511: "Spanish language", 4182948: "Chinese language", 44818668: "US dollar",
    4001181: "Serum", 4000626: "Plasma", 4300757: "Computed tomography", 4037672: "Ultrasonography",
    4056681: "Plain radiography", 4324693: "Mammography", 4305790: "PET", 45876384: "High", 45881666: "Low",
    45884153: "Normal", 45878745: "Abnormal", 4013636: "Magnetic resonance imaging", 4001061: "Bile",
    44818756: "Has specimen", 44818767: "Has component", 44818865: "Component of",
    **{38004445 + code: "Medicare specialty" for code in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 16, 18)},
}  # fmt: skip


def test_concepts_are_those_that_omop_gives(shared_reference: Path) -> None:
    known = known_concepts(shared_reference)
    wrong, unknown = [], set()
    for path in (FOLDER / "values").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                number = int(row["concept_id"])
                if number not in known:
                    unknown.add(number)
                elif known[number] and known[number].lower() != row["meaning"].lower() and path.stem != "specimen":
                    wrong.append((path.stem, row["value"], row["meaning"], known[number]))
    assert wrong == []
    assert unknown <= FROM_MEMORY.keys()


def test_the_words_of_known_maps_agree(shared_reference: Path) -> None:
    """Routes and discharges of MIMIC-IV as OHDSI mapped them: where both have the word, they say the same."""
    ours = sets()
    checked, differ = 0, []
    with (shared_reference / "14_terminology" / "omop_source_maps.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = {"drug_route": "route"}.get(row["map"])
            if name is None and row["source_vocabulary"] == "mimiciv_vis_discharge_location":
                name = "discharged_to"
            word = row["source_code"].lower()
            if name and word in ours[name]:
                checked += 1
                if ours[name][word] != int(row["target_concept_id"]):
                    differ.append((name, word, ours[name][word], row["target_concept_id"]))
    assert checked > 40
    # A hospital one is sent on to is an inpatient hospital here as everywhere else in these words.
    assert differ == [("discharged_to", "acute hospital", 8717, "38004279")]


def test_common_words_of_both_languages() -> None:
    ours = sets()
    assert ours["visit"]["住院"] == ours["visit"]["imp"] == ours["visit"]["inpatient"] == 9201
    assert ours["visit"]["急诊"] == ours["visit"]["emer"] == ours["visit"]["e"] == 9203
    assert ours["answer"]["阳性"] == ours["answer"]["positive"] == 45884084
    assert ours["gender"]["女"] == ours["gender"]["female"] == 8532
    assert "unknown" not in ours["gender"]  # OMOP: 0


def test_data_is_arrow_that_any_engine_binds() -> None:
    assert all(isinstance(table, pa.Table) for table in data().values())
    assert [name for name, table in data().items() if not table.num_rows] == ["unit_decision"]

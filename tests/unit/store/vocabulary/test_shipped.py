"""What is shipped: what it is made of, that it may be shipped, and that it can be built again."""

from __future__ import annotations

import csv
import gzip
import importlib.util
from pathlib import Path
from types import ModuleType

import pyarrow.compute as pc
import pytest

from medark.model.omop import tables
from medark.standardise.lookups import data
from medark.store.vocabulary.shipped import notice, shipped, shipped_digest

ROOT = Path(__file__).resolve().parents[4]
FOLDER = ROOT / "src" / "medark" / "store" / "vocabulary" / "shipped"
ALLOWED = {"None", "Gender", "Race", "Ethnicity", "Visit", "CMS Place of Service", "Type Concept", "Condition Status",
           "UCUM", "LOINC", "ICD10CM", "OMOP number"}  # fmt: skip


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """tools/shipped_vocabulary.py."""
    spec = importlib.util.spec_from_file_location("shipped_vocabulary", ROOT / "tools" / "shipped_vocabulary.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_is_what_the_builder_builds(builder: ModuleType, shared_reference: Path) -> None:
    built = builder.build(shared_reference)
    assert set(built) == {path.name for path in FOLDER.iterdir()}
    for name, content in built.items():
        there = (FOLDER / name).read_bytes()
        plain = gzip.decompress if name.endswith(".gz") else bytes
        assert plain(content) == plain(there), name


def test_built_from_nothing_the_ids_are_the_same(
    builder: ModuleType, shared_reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = builder.given_ids()
    monkeypatch.setattr(builder, "SHIPPED", tmp_path)
    assert builder.given_ids() == {}
    rows = [*builder.concepts(shared_reference, {}), *builder.icd10cm({})]
    ids = {(row["vocabulary_id"], row["concept_code"]): int(row["concept_id"]) for row in rows}
    assert {key: number for key, number in ids.items() if number >= 2_000_000_000} == before


def test_only_vocabularies_that_may_be_shipped() -> None:
    assert set(shipped("concept")["vocabulary_id"].unique().to_pylist()) == ALLOWED
    assert set(shipped("vocabulary")["vocabulary_id"].to_pylist()) == ALLOWED
    for name in ("LOINC", "UCUM", "ICD-10-CM", "OHDSI"):
        assert name in notice()
    assert "copyright (c) Regenstrief Institute" in notice()


def test_ids_and_codes_are_there_once_and_own_ids_are_never_standard() -> None:
    concepts = shipped("concept")
    assert len(concepts["concept_id"].unique()) == concepts.num_rows
    pairs = set(zip(concepts["vocabulary_id"].to_pylist(), concepts["concept_code"].to_pylist(), strict=True))
    assert len(pairs) == concepts.num_rows
    own = concepts.filter(pc.greater_equal(concepts["concept_id"], 2_000_000_000))
    assert own.num_rows > 95_000
    assert own["standard_concept"].null_count == own.num_rows


def test_what_the_platform_writes_by_number_is_there() -> None:
    """But for those of other owners: modalities (SNOMED CT), specialties and kinds of places (NUCC, 38,003,600 on)."""
    there = set(shipped("concept")["concept_id"].to_pylist())
    written = data()["value_concept"].to_pylist()
    left_out = {row["concept_id"] for row in written if row["concept_id"] not in there}
    of_others = {row["concept_id"] for row in written if row["set_name"] in ("modality", "specialty")}
    assert {number for number in left_out - of_others if not 38_003_600 <= number < 38_005_000} == set()
    assert {4180186, 4182948, 756265, 32678} <= there, "languages of names, the model's version, how texts are kept"


def test_rows_are_complete() -> None:
    for name in ("concept", "concept_synonym", "vocabulary"):
        table = shipped(name)
        assert table.column_names == list(tables()[name].column_names)
        for column in tables()[name].columns:
            assert not (column.required and table[column.name].null_count), column.name


def test_what_the_local_concept_table_also_has_it_has_alike(shared_reference: Path) -> None:
    with (shared_reference / "14_terminology" / "omop_concepts_open.csv").open(encoding="utf-8", newline="") as file:
        known = {int(row["concept_id"]): row for row in csv.DictReader(file)}
    checked, differ = 0, []
    for row in shipped("concept").to_pylist():
        other = known.get(row["concept_id"])
        if other is None:
            continue
        checked += 1
        names = [name for name in ("domain_id", "vocabulary_id", "concept_code") if row[name] != other[name]]
        differ += [(row["concept_id"], name, row[name], other[name]) for name in names]
        if other["standard_concept"] and (row["standard_concept"] or "") != other["standard_concept"]:
            differ.append((row["concept_id"], "standard_concept", row["standard_concept"], other["standard_concept"]))
    assert checked > 150
    assert differ == []


def test_every_test_of_the_laboratory_table_is_found(shared_reference: Path) -> None:
    codes = set()
    for file, columns in (
        ("lab_tests.csv", ("loinc_si", "loinc_conventional")),
        ("vitals_wearables_loinc.csv", ("loinc",)),
    ):
        with (shared_reference / "04_labs" / file).open(encoding="utf-8", newline="") as lines:
            codes |= {row[column] for row in csv.DictReader(lines) for column in columns if row[column]}
    concepts = shipped("concept")
    ours = set(concepts.filter(pc.equal(concepts["vocabulary_id"], "LOINC"))["concept_code"].to_pylist())
    assert codes <= ours
    assert len(codes) > 120


def test_the_digest_is_of_the_content() -> None:
    assert len(shipped_digest()) == 64

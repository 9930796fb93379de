"""All codes of a real export, looked up by SQL and once more by dictionaries: the answers are the same."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from medark.standardise.formats.staged import Event, Staged
from medark.store.duckdb import DuckDB
from medark.store.vocabulary import Vocabulary

Run = Callable[..., dict[str, list[dict[str, Any]]]]
# Which column of which Synthea table holds codes of which vocabulary, and what it is about.
COLUMNS = (
    ("conditions", "CODE", "SNOMED", "condition"), ("procedures", "CODE", "SNOMED", "procedure"),
    ("procedures", "REASONCODE", "SNOMED", "condition"), ("medications", "CODE", "RxNorm", "drug"),
    ("medications", "REASONCODE", "SNOMED", "condition"), ("immunizations", "CODE", "CVX", "drug"),
    ("observations", "CODE", "LOINC", "measurement"), ("devices", "CODE", "SNOMED", "device"),
    ("supplies", "CODE", "SNOMED", "device"), ("careplans", "CODE", "SNOMED", "procedure"),
    ("encounters", "CODE", "SNOMED", "observation"), ("encounters", "REASONCODE", "SNOMED", "condition"),
    ("allergies", "CODE", "SNOMED", "observation"), ("claims", "DIAGNOSIS1", "SNOMED", "condition"),
)  # fmt: skip


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from ({key.lower(): value for key, value in row.items()} for row in csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(shared_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vocabulary that comes with Eunomia's Synthea27Nj, as files."""
    inner = shared_data("eunomia") / "eunomia" / "Synthea27Nj" / "Synthea27Nj_5.4.zip"
    target = tmp_path_factory.mktemp("synthea27nj")
    with zipfile.ZipFile(inner) as members:
        for name in ("CONCEPT.csv", "CONCEPT_RELATIONSHIP.csv", "VOCABULARY.csv"):
            (found,) = [m for m in members.namelist() if Path(m).name == name]
            (target / name).write_bytes(members.read(found))
    return target


@pytest.fixture(scope="module")
def codes(shared_data: Callable[[str], Path]) -> set[tuple[str, str, str]]:
    """Each (kind, vocabulary_id, code) of the export."""
    raw = shared_data("synthea27") / "synthea27" / "raw" / "synthea"
    found = {
        (kind, vocabulary, row[column.lower()])
        for table, column, vocabulary, kind in COLUMNS
        for row in rows(raw / f"{table}.csv")
        if row[column.lower()]
    }
    assert len(found) > 300
    return found


def plainly(folder: Path) -> dict[tuple[str, str], tuple[int, list[tuple[int, str]], str]]:
    """By (vocabulary_id, code): the concept, its standard concepts with their domains, and its own domain."""
    concepts = {int(row["concept_id"]): row for row in rows(folder / "CONCEPT.csv")}
    maps: dict[int, list[int]] = {}
    for row in rows(folder / "CONCEPT_RELATIONSHIP.csv"):
        if row["relationship_id"] == "Maps to" and not row["invalid_reason"]:
            maps.setdefault(int(row["concept_id_1"]), []).append(int(row["concept_id_2"]))

    def is_standard(number: int) -> bool:
        found = concepts.get(number)
        return found is not None and found["standard_concept"] == "S" and not found["invalid_reason"]

    found = {}
    for number, row in concepts.items():
        targets = [number] if is_standard(number) else sorted(t for t in maps.get(number, []) if is_standard(t))
        key = (row["vocabulary_id"], row["concept_code"])
        assert key not in found, "the oracle knows no codes that were used twice"
        found[key] = (number, [(t, concepts[t]["domain_id"]) for t in targets], row["domain_id"])
    return found


@pytest.fixture(scope="module")
def vocabulary(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    root = tmp_path_factory.mktemp("loaded")
    loaded = Vocabulary(root / "vocabulary", DuckDB(root / "scratch"))
    assert loaded.load([folder]).rows["concept"] > 2_000
    return loaded


def test_every_code_of_the_export(
    run: Run, vocabulary: Vocabulary, folder: Path, codes: set[tuple[str, str, str]]
) -> None:
    staged = Staged()
    for number, (kind, system, code) in enumerate(sorted(codes)):
        staged.add(Event(1, number, 0, kind=kind, person_key="P", code=code, code_system=system))
    got: dict[str, list[tuple[int, int, int, str | None]]] = {}
    for row in run(staged, vocabulary)["chosen_code"]:
        line = (row["map_no"], row["concept_id"], row["source_concept_id"], row["domain_id"])
        got.setdefault(row["code_key"], []).append(line)
    known, shipped = plainly(folder), vocabulary
    wanted = {}
    standard = 0
    for kind, system, code in codes:
        if (system, code) not in known and shipped.lookup(system, [code]):
            continue  # what the shipped part adds is another test's
        own, targets, domain = known.get((system, code), (0, [], None))
        lines = [(n, target, own, to) for n, (target, to) in enumerate(targets)] or [(0, 0, own, domain)]
        wanted[f"{kind}|{system}|{code}||||"] = lines
        standard += bool(targets)
    assert {key: sorted(got[key]) for key in wanted} == wanted
    assert len([key for key in got if not key.startswith("word|")]) == len(codes)
    assert standard > 150


def test_every_concept_by_code_from_python(vocabulary: Vocabulary, folder: Path) -> None:
    by_vocabulary: dict[str, dict[str, tuple[int, list[tuple[int, str]], str]]] = {}
    for (name, code), meaning in plainly(folder).items():
        by_vocabulary.setdefault(name, {})[code] = meaning
    for name, codes in by_vocabulary.items():
        if name == "None":
            continue
        found = vocabulary.lookup(name, [*codes, "no such code"])
        assert set(found) == set(codes)
        for code, (own, targets, domain) in codes.items():
            hit = found[code]
            assert (hit.source_concept_id, list(hit.concept_ids)) == (own, [target for target, _ in targets])
            assert list(hit.domain_ids) == ([to for _, to in targets] or [domain])

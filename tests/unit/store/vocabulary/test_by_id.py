"""Concepts by id, without an engine: exactly those that an engine finds in the same files."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from medark.store.duckdb import DuckDB
from medark.store.vocabulary import Vocabulary, by_id, load
from unit.store.vocabulary.test_vocabulary import athena, concept

SOME = 5000  # concepts, in three row groups


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDB:
    return DuckDB(tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory, engine: DuckDB) -> Vocabulary:
    """Every third id from 3 on, beside what is shipped."""
    folder = tmp_path_factory.mktemp("vocabulary")
    made = Vocabulary(folder / "made", engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "_ROW_GROUP", 2048)
        made.load([athena(folder, "concept", *(concept(3 * n, f"c{n}", name=f"名 {n}") for n in range(1, SOME + 1)))])
    return made


def by_engine(vocabulary: Vocabulary, engine: DuckDB) -> dict[int, by_id.Row]:
    with engine.session() as session:
        vocabulary.bind(session, ["concept"])
        rows = session.query(f"SELECT {', '.join(by_id.COLUMNS)} FROM concept").to_pylist()
    return {row["concept_id"]: by_id.Row(*row.values()) for row in rows}


@pytest.mark.parametrize("kept", [1, 12])
def test_each_concept_is_found_as_it_is_and_no_other(
    vocabulary: Vocabulary, engine: DuckDB, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_id, "_KEPT", kept)
    told = by_engine(vocabulary, engine)
    assert len(told) > SOME
    chance = random.Random(5)
    edges = {0, 1, 2, 3, 3 * 2048, 3 * 2049, 3 * SOME, 3 * SOME + 1, -1, 2**31 - 1, min(told), max(told)}
    for _ in range(40):
        asked = {*chance.sample(range(3 * SOME + 10), 20), *chance.sample(sorted(told), 20), *edges}
        found = vocabulary.concepts(asked)
        assert {one.concept_id: one for one in found} == {one: told[one] for one in asked & told.keys()}
        assert len(found) == len({one.concept_id for one in found})
    assert vocabulary.concepts([]) == []


def test_what_is_loaded_next_is_found_at_once(tmp_path: Path, engine: DuckDB) -> None:
    vocabulary = Vocabulary(tmp_path / "made", engine)
    assert vocabulary.concepts([2_000_000_001]) == []
    vocabulary.load([athena(tmp_path, "concept", concept(2_000_000_001, "new"))])
    (found,) = vocabulary.concepts([2_000_000_001])
    assert (found.code, found.vocabulary_id, found.concept_class_id) == ("new", "SNOMED", "Made up")

"""What people ask for is among the first three: in both languages, misspelt, by synonyms, codes and pinyin initials."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.catalog.assets import Asset, Kind
from medark.catalog.finder import Asked
from medark.flows.catalog.gathering import gathered
from medark.flows.catalog.keeping import Index, opened_at, update

QUESTIONS = list(csv.DictReader(Path(__file__).with_name("questions.csv").read_text(encoding="utf-8").splitlines()))
ASKED_FOR = ("I10", "I48", "I21", "J11", "J18", "E11")
EVERY = 10  # so many of the other diseases are there as well, to be in the way


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Tables, columns, checks, words, and thirteen thousand concepts of the vocabulary that is shipped."""
    root = tmp_path_factory.mktemp("quality")
    with init_workspace(root / "ws") as workspace, workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ["concept"])
        sql = "SELECT concept_id, vocabulary_id, concept_code FROM concept WHERE concept_id > 0 ORDER BY concept_id"
        rows = session.query(sql).to_pylist()
        there = {
            row["concept_id"]
            for place, row in enumerate(rows)
            if row["vocabulary_id"] != "ICD10CM" or place % EVERY == 0 or row["concept_code"].startswith(ASKED_FOR)
        }
        update(root / "index", gathered(workspace, there), "")
    found = opened_at(root / "index")
    assert found is not None and found.kinds.size > 10_000
    return found


def best(index: Index, asked: str, most: int = 3) -> list[Asset]:
    return [index.asset(hit.place) for hit in index.finder.ask(Asked(asked, most=most)).hits]


def is_meant(one: Asset, expected: str) -> bool:
    kind, _, key = expected.partition(":")
    return (one.kind is Kind.CONCEPT and one.name.startswith(key)) if kind == "code" else one.id == expected


@pytest.mark.parametrize("row", QUESTIONS, ids=[row["asked"] for row in QUESTIONS])
def test_what_is_asked_for_is_among_the_first_three(index: Index, row: dict[str, str]) -> None:
    found = best(index, row["asked"])
    assert any(is_meant(one, row["expected"]) for one in found), [one.id for one in found]


def test_there_are_enough_questions_of_each_sort() -> None:
    assert len(QUESTIONS) >= 50
    chinese = [row for row in QUESTIONS if any(letter > "\u2e80" for letter in row["asked"])]
    assert 15 <= len(chinese) <= len(QUESTIONS) - 15


@pytest.mark.parametrize("asked", ["", "  ", "，。！", "zzzzzzzz", "没有这个东西哦哦哦", "'\"(*)%;--", "a" * 5000])
def test_what_nothing_is_called_is_not_found_and_breaks_nothing(index: Index, asked: str) -> None:
    assert best(index, asked) == []


def test_a_kind_is_all_that_is_found_and_the_others_are_still_counted(index: Index) -> None:
    kinds = list(Kind)
    every = index.finder.ask(Asked("unit", most=1000))
    columns = index.finder.ask(Asked("unit", frozenset({kinds.index(Kind.COLUMN)}), most=1000))
    assert columns.of_kind == every.of_kind and len(every.of_kind) > 2
    assert {index.asset(hit.place).kind for hit in columns.hits} == {Kind.COLUMN}
    assert len(columns.hits) == every.of_kind[kinds.index(Kind.COLUMN)]


def test_what_is_not_open_is_neither_found_nor_counted(index: Index) -> None:
    place = index.finder.ask(Asked("血钾", most=1)).hits[0].place
    open_ = (index.kinds >= 0).astype("float32")
    open_[place] = 0
    shut = index.finder.ask(Asked("血钾", open=open_, most=1000))
    assert place not in {hit.place for hit in shut.hits}
    assert sum(shut.of_kind.values()) == sum(index.finder.ask(Asked("血钾")).of_kind.values()) - 1

"""`medark find` and the picture of `medark map`: what a terminal, a program and a file are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from medark.bootstrap import init_workspace
from medark.cli.shell import run as shell

Run = Callable[..., tuple[int, str]]
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace into which nothing has come yet."""
    folder = tmp_path_factory.mktemp("find") / "ws"
    init_workspace(folder).close()
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """How a command ended, and all that it said."""

    def ran(*words: object) -> tuple[int, str]:
        code = shell([str(word) for word in words], {"LANG": "C"})
        told = capsys.readouterr()
        return code, told.out if code == 0 else told.err

    return ran


def test_a_table_is_found_by_a_misspelt_word(place: Path, run: Run) -> None:
    code, told = run("find", str(place), "measuremnt")
    read_as, *_, first = told.splitlines()[:5]
    assert code == 0 and "measurement" in read_as and "measurement" in first


def test_a_program_is_told_the_same_in_both_languages(place: Path, run: Run) -> None:
    code, told = run("find", str(place), "诊断", "--kind", "table,column", "--limit", "5", "--json")
    found = json.loads(told)
    assert code == 0 and found["found"][0]["id"] == "table:condition_occurrence" and len(found["found"]) == 5
    assert found["found"][0]["about"]["zh"] and found["found"][0]["about"]["en"] and found["found"][0]["rows"] is None
    assert {one["kind"] for one in found["found"]} <= {"table", "column"} and found["of_kind"]["check"]


def test_all_of_a_kind_need_no_words(place: Path, run: Run) -> None:
    code, told = run("find", str(place), "--kind", "term", "--limit", "500", "--json")
    assert code == 0 and len(json.loads(told)["found"]) == json.loads(told)["of_kind"]["term"]


@pytest.mark.parametrize(
    ("words", "said"),
    [(("x", "--kind", "nothing"), "there is no such kind of thing"), ((), "nothing is asked for")],
)
def test_what_can_not_be_asked_is_said(place: Path, run: Run, words: tuple[str, ...], said: str) -> None:
    code, told = run("find", str(place), *words)
    assert code == 2 and said in told


def test_the_map_is_drawn_into_files(place: Path, run: Run, tmp_path: Path) -> None:
    drawn, seen = tmp_path / "map.svg", tmp_path / "map.png"
    code, told = run("map", str(place), "--svg", str(drawn), "--png", str(seen), "--colour", "sensitivity")
    assert code == 0, told
    assert etree.parse(drawn).getroot().tag.endswith("svg") and seen.read_bytes().startswith(PNG)
    assert drawn.stat().st_mode & 0o077 == 0
    code, told = run("map", str(place), "--svg", str(drawn), "--colour", "nothing")
    assert code == 2 and "there is no such colour" in told
    code, told = run("map", str(place), "--svg", str(drawn), "--focus", "nothing")
    assert code != 0 and "nothing in the picture is called so" in told

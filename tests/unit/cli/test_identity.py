"""`medark identity …`, as an owner uses it at the terminal; and linkage that follows each ingest by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from medark.cli.shell import run
from support.two_hospitals import NORTH, SOUTH, Patient


def written(folder: Path, hospital: str, patients: tuple[Patient, ...]) -> str:
    """The messages of a hospital in a folder of its own."""
    folder.mkdir()
    text = "".join(one.message(hospital.upper(), f"4.{n}") for n, one in enumerate(patients))
    (folder / "lis.hl7").write_text(text, encoding="utf-8")
    return str(folder)


def ingested(workspace: Path, folder: str, source: str) -> None:
    assert run(["ingest", str(workspace), folder, "--source", source], {}) == 0


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert run(["identity", *words, "--json"], {}) == 0
    return orjson.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Told to link after each ingest; two hospitals that know some of the same people came in, and nothing else was
    done.
    """
    root = tmp_path_factory.mktemp("identity")
    assert run(["init", str(root / "ws")], {}) == 0
    settings = root / "ws" / "medark.toml"
    text = settings.read_text(encoding="utf-8")
    assert "# link_after_ingest = false" in text
    settings.write_text(text.replace("# link_after_ingest = false", "link_after_ingest = true"), encoding="utf-8")
    ingested(root / "ws", written(root / "north", "north", NORTH), "north/lis")
    ingested(root / "ws", written(root / "south", "south", SOUTH), "south/lis")
    return root / "ws"


def records(portrait: Any) -> set[tuple[str, str]]:
    return {(one["people"], name) for one in portrait["records"] for name in one["values"]["name"]}


def test_after_each_ingest_people_are_linked_without_a_further_command(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, "show", str(workspace), "N1", "--clear")
    assert records(found) == {("north", "张玮玲"), ("south", "张伟玲")}
    assert records(told(capsys, "show", str(workspace), "S2", "--clear")) == {("north", "李小龙"), ("south", "李小龙")}
    (pair,) = told(capsys, "review", str(workspace))
    assert {pair["left"]["people"], pair["right"]["people"]} == {"north", "south"}, "the sisters are asked about"
    assert told(capsys, "link", str(workspace), "--new")["compared"] == 0, "nobody is left to be compared"


def test_who_comes_later_is_linked_too_and_only_they_are_compared(
    workspace: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    later = (Patient("S9", "陈思", "20100501", "F", "", "13700002222"),)
    ingested(workspace, written(tmp_path / "later", "south", later), "south/lis")
    assert records(told(capsys, "show", str(workspace), "N3", "--clear")) == {("north", "陈思"), ("south", "陈思")}


def test_decided_and_taken_back(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = str(told(capsys, "show", str(workspace), "N2")["person_id"])
    of_south = next(
        one["record"] for one in told(capsys, "show", str(workspace), "N2")["records"] if one["people"] == "south"
    )
    told(capsys, "unmerge", str(workspace), person, "--record", str(of_south), "--reason", "his father")
    apart = told(capsys, "show", str(workspace), "N2", "--clear")
    assert records(apart) == {("north", "李小龙")}
    told(capsys, "undo", str(workspace), str(apart["decisions"][0]["decision"]))
    assert records(told(capsys, "show", str(workspace), "N2", "--clear")) == {("north", "李小龙"), ("south", "李小龙")}


def test_who_names_one_person_is_told_that_the_other_is_missing(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {
        (workspace.parent, str(workspace), "N1"): "the other person is missing",
        (workspace, "N1"): "PERSON is missing", (workspace,): "PERSON is missing",
    }  # fmt: skip
    for (place, *words), wanted in said.items():
        monkeypatch.chdir(place)
        capsys.readouterr()
        assert run(["identity", "merge", *words], {}) == 2
        assert wanted in capsys.readouterr().err

"""`medark units …`, as a steward uses them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import orjson
import pytest

from medark.cli.shell import run

GLUCOSE, SODIUM = "2345-7", "2951-2"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Sodium without a unit, glucose in mmol/L beside the name of mg/dL."""
    root = tmp_path_factory.mktemp("units")
    lines = []
    for number in range(40):
        for code, value, unit in ((SODIUM, 138 + number % 7, ""), (GLUCOSE, 4.6 + number % 9 / 5, "mg/dl")):
            lines += [
                rf"MSH|^~\&|LIS|N|||20240105||ORU^R01|{code}{number}|P|2.5||||||UNICODE UTF-8",
                f"PID|1||P{number}^^^^MR||||1961|F",
                f"OBR|1|{code}{number}|{code}{number}|T^T^L",
                f"OBX|1|NM|{code}^{code}^LN||{value:.1f}|{unit}|||||F|||20240105",
            ]
    (root / "lis").mkdir()
    (root / "lis" / "all.hl7").write_bytes("\r".join([*lines, ""]).encode())
    assert run(["init", str(root / "ws")], {}) == 0
    assert run(["ingest", str(root / "ws"), str(root / "lis"), "--source", "north/lis"], {}) == 0
    return str(root / "ws")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert run(["units", *words, "--json"], {}) == 0
    return orjson.loads(capsys.readouterr().out)


def test_units_are_read_without_a_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "read", "×10⁹/L", "nix") == [
        {"unit": "×10⁹/L", "ucum": ["10*9/L"]}, {"unit": "nix", "ucum": []},
    ]  # fmt: skip


def test_from_doubt_to_decision_and_back(workspace: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    doubted = told(capsys, "suspect", workspace)["suspects"]
    assert {(one["code"], one["fault"], one["candidates"][0]["ucum"]) for one in doubted} == {
        (SODIUM, "missing", "mmol/L"), (GLUCOSE, "wrong", "mmol/L"),
    }  # fmt: skip
    assert told(capsys, "fill", workspace) == {"filled": 1, "tasks": 1}
    assert told(capsys, "review", workspace, "--above", "0.9") == {"units": 1, "records": 1}
    listed = told(capsys, "list", workspace)
    assert [(one["code"], one["ucum"]) for one in listed["decided"]] == [(GLUCOSE, "mmol/L"), (SODIUM, "mmol/L")]
    assert [(one["said"], one["ucum"], one["rows"], one["known"]) for one in listed["units"]] == [
        ("", None, 40, 40), ("mg/dl", "mg/dL", 40, 40),
    ]  # fmt: skip
    file = tmp_path / "own.csv"
    told(capsys, "own", workspace, "--out", str(file))
    own = {row["loinc"]: row for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())}
    assert float(own[GLUCOSE]["factor"]) == pytest.approx(18.0156) and own[GLUCOSE]["own"] == "mg/dL"
    words = ("--source", "north/lis", "--code", GLUCOSE, "--said", "mg/dl")
    assert told(capsys, "undo", workspace, *words) == {"records": 1}
    assert [one["code"] for one in told(capsys, "suspect", workspace)["suspects"]] == [GLUCOSE]
    assert told(capsys, "decide", workspace, *words) == {"units": 1, "records": 1}  # what is written is right
    assert told(capsys, "suspect", workspace)["suspects"] == []


def test_tables_are_shown(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["list", workspace], ["suspect", workspace], ["own", workspace], ["read", "G/L"]):
        capsys.readouterr()
        assert run(["units", *words], {}) == 0
        assert capsys.readouterr().out.strip()
    assert run(["units", "decide", workspace], {}) != 0
    assert run(["units", "review", workspace], {}) != 0

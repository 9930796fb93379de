"""`medark vocabulary unmapped`, `review`, `export`, `import`, as a steward uses them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from medark.bootstrap import open_workspace
from medark.cli.shell import run
from medark.cli.terms_talk import asked
from medark.flows.gate.reader import machine_user
from medark.flows.terms.review import reviewed

POTASSIUM = 3023103  # LOINC 2823-3


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("terms")
    (root / "lis").mkdir()
    for number, (code, name) in enumerate((("ZK", "血钾"), ("ZQ", "某某项目"))):
        lines = (
            rf"MSH|^~\&|LIS|N|||20240105||ORU^R01|{number}|P|2.5||||||UNICODE UTF-8",
            f"PID|1||P{number}^^^^MR||||1961|F",
            f"OBR|1|{number}|{number}|{code}^{name}^L", f"OBX|1|NM|{code}^{name}^L||4|mmol/L|||||F|||20240105",
        )  # fmt: skip
        (root / "lis" / f"{number}.hl7").write_bytes("\r".join([*lines, ""]).encode())
    assert run(["init", str(root / "ws")], {}) == 0
    assert run(["ingest", str(root / "ws"), str(root / "lis"), "--source", "north/lis"], {}) == 0
    return root / "ws"


def told(capsys: pytest.CaptureFixture[str], words: Sequence[str]) -> str:
    capsys.readouterr()
    assert run(["vocabulary", *words], {}) == 0
    return capsys.readouterr().out


def waiting(capsys: pytest.CaptureFixture[str], workspace: Path) -> dict[str, Any]:
    found = orjson.loads(told(capsys, ["unmapped", str(workspace), "--json"]))
    return {one["code"]: one for one in found["codes"]}


def test_from_the_list_to_a_decision_and_back_from_a_file(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = waiting(capsys, workspace)
    assert set(codes) == {"ZK", "ZQ"} and codes["ZK"]["candidates"][0]["concept_id"] == POTASSIUM
    assert "血钾" in told(capsys, ["unmapped", str(workspace)])
    sure = codes["ZK"]["candidates"][0]["probability"]
    done = orjson.loads(told(capsys, ["review", str(workspace), "--above", str(sure), "--json"]))
    assert done == {"codes": 1, "records": 1}
    assert set(waiting(capsys, workspace)) == {"ZQ"}
    file = tmp_path / "codes.csv"
    told(capsys, ["export", str(workspace), "--out", str(file)])
    rows = list(csv.DictReader(file.open(encoding="utf-8")))
    assert {row["sourceCode"]: row["mappingStatus"] for row in rows} == {"ZK": "APPROVED", "ZQ": "UNCHECKED"}
    for row in rows:
        row.update({"mappingStatus": "APPROVED", "conceptId": str(POTASSIUM)})
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert orjson.loads(told(capsys, ["import", str(workspace), str(file), "--json"])) == {"codes": 2, "records": 1}
    assert waiting(capsys, workspace) == {}
    (covered,) = orjson.loads(told(capsys, ["coverage", str(workspace), "--json"]))
    assert covered == {"table": "measurement", "rows": 2, "rows_mapped": 2, "codes": 2, "codes_mapped": 2}
    assert orjson.loads(told(capsys, ["undo", str(workspace), "ZQ", "--json"])) == {"codes": 1, "records": 1}
    assert {code: (one["adds"], one["then"]) for code, one in waiting(capsys, workspace).items()} == {"ZQ": (0.5, 1.0)}
    assert "1 code is open again" in told(capsys, ["undo", str(workspace)])
    assert "0.0%" in told(capsys, ["coverage", str(workspace)]) and set(waiting(capsys, workspace)) == {"ZK", "ZQ"}


def test_each_is_answered_by_a_key_and_the_last_answer_taken_back(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_workspace(workspace, {}) as ws:
        found = reviewed(ws, machine_user()).waiting
    keys = iter(["7", "n", "u", "", "n"])
    monkeypatch.setattr("typer.prompt", lambda *_words, **_told: next(keys))
    said = {one.code: (str(one.state), one.concept_id) for one in asked(found)}
    assert said == {"ZK": ("mapped", POTASSIUM), "ZQ": ("none", None)}
    assert "".join(capsys.readouterr()).count("血钾") == 3, "shown again after a wrong key, and after going back"


def test_what_cannot_be_is_said(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for wrong in (
        ["import", str(workspace), str(tmp_path / "other.csv")],
        ["import", str(workspace), str(tmp_path / "none.csv")],
        ["export", str(workspace), "--form", "rdf"],
        ["review", str(workspace)],  # nobody to ask
    ):
        capsys.readouterr()
        assert run(["vocabulary", *wrong], {}) == 2
        assert "try:" in capsys.readouterr().err
    for words, said in (([], False), (["XX"], True)):
        assert run(["vocabulary", "undo", str(workspace), *words, "--source", "nobody/lis"], {}) != 0
        assert ("code" in capsys.readouterr().err.partition("try:")[0].partition("decided")[2]) is said

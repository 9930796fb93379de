"""`medark notes run`, `show` and `read`, as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import orjson
import pytest

from medark.cli.shell import run

NOTE = "主诉：发热3天。\n否认糖尿病病史。父亲患肺癌。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("notes")
    (root / "in").mkdir()
    head = "patient_id: 1001\nnote_id: a\n性别: 男\n出生日期: 1960-05-01\ndate: 2026-03-01\ntype: 出院小结\n\n"
    (root / "in" / "a.txt").write_text(head + NOTE, encoding="utf-8")
    (root / "plain.txt").write_bytes(NOTE.encode("gb18030"))
    assert run(["init", str(root / "ws")], {}) == 0
    assert run(["ingest", str(root / "ws"), str(root / "in"), "--source", "north/emr"], {}) == 0
    return root


def told(capsys: pytest.CaptureFixture[str], words: Sequence[str]) -> str:
    capsys.readouterr()
    assert run(["notes", *words], {}) == 0
    return capsys.readouterr().out


def test_run_reads_once_and_show_says_how_far(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = orjson.loads(told(capsys, ["run", str(folder / "ws"), "--json"]))
    assert (first["notes"], first["mentions"]) == (1, 3)
    assert orjson.loads(told(capsys, ["run", str(folder / "ws"), "--json"]))["notes"] == 0
    state = orjson.loads(told(capsys, ["show", str(folder / "ws"), "--json"]))
    assert state == {"notes": 1, "read": 1, "mentions": 3}


def test_read_shows_what_is_found_in_any_encoding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in (folder / "plain.txt", folder / "in" / "a.txt"):  # a header block is no part of the note
        found = orjson.loads(told(capsys, ["read", str(file), "--json"]))
        assert found["language"] == "zh"
        said = [(one["text"], one["kind"], one["exists"], one["negated"], one["subject"]) for one in found["mentions"]]
        assert said == [
            ("发热", "symptom", True, False, "patient"),
            ("糖尿病", "disease", False, True, "patient"),
            ("肺癌", "disease", False, False, "family"),
        ]
        assert found["mentions"][0]["start"] == NOTE.index("发热")


def test_read_for_people_is_the_text_and_a_line_for_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told_ = told(capsys, ["read", str(folder / "plain.txt")])
    assert "父亲患肺癌" in told_
    assert "of the family" in told_
    assert "negated, past" in told_


def test_a_file_that_is_not_there_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notes", "read", str(folder / "none.txt")], {}) != 0
    assert "check the path" in capsys.readouterr().err


def test_a_model_that_is_not_there_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["notes", "read", str(folder / "plain.txt"), "--model", "openmed:x"], {}) != 0
    assert "spacy" in capsys.readouterr().err

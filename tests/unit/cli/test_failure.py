"""From an exception to what is said and the exit code."""

from __future__ import annotations

import json
import signal

import pytest

from medark import errors, messages
from medark.cli import failure, shell
from medark.errors import MedarkError

SECRET = "张三-13800000000"


def kinds(kind: type[MedarkError] = MedarkError) -> list[type[MedarkError]]:
    return [kind, *(inner for child in kind.__subclasses__() for inner in kinds(child))]


def raising(monkeypatch, error: BaseException) -> None:
    def command(_arguments: list[str]) -> int:
        raise error

    monkeypatch.setattr(shell, "_command", command)


@pytest.mark.parametrize("kind", kinds())
def test_each_error_has_its_exit_code_and_says_what_where_and_what_to_type(kind, monkeypatch, capsys):
    raising(monkeypatch, kind("something is wrong", fix="medark init WS", record=17))
    assert shell.run([], {}) == kind.exit_code
    said = capsys.readouterr()
    assert said.err.startswith("error: something is wrong (record=17)\n  try: medark init WS\n")
    assert said.out == ""
    assert "Traceback" not in said.err


def test_with_json_the_error_is_json_too(monkeypatch, capsys):
    raising(monkeypatch, errors.NotFoundError("no such record", record=17))
    assert shell.run(["raw", "list", "--json"], {}) == 4
    found = json.loads(capsys.readouterr().out)
    assert found == {"error": {"kind": "NotFoundError", "what": "no such record", "fix": "", "where": {"record": 17}}}


@pytest.mark.parametrize("debug", ["", "0", "1"])
def test_a_bug_is_reported_by_place_and_never_by_value(monkeypatch, capsys, debug):
    def command(_arguments: list[str]) -> int:
        name = SECRET
        return {}[name]

    monkeypatch.setattr(shell, "_command", command)
    assert shell.run([], {"MEDARK_DEBUG": debug}) == 70
    said = capsys.readouterr()
    assert "this is a bug in medark: KeyError" in said.err
    assert "please report it" in said.err
    assert SECRET not in said.err + said.out
    assert ("return {}[name]" in said.err) is (debug == "1")


def test_an_error_behind_an_error_is_shown_by_its_way_only(monkeypatch, capsys):
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as cause:
            raise errors.StorageError("the disk said no") from cause
    except errors.StorageError as error:
        raising(monkeypatch, error)
    assert shell.run([], {"MEDARK_DEBUG": "1"}) == 6
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert SECRET not in said


def test_stopping_says_that_what_was_accepted_is_safe(monkeypatch, capsys):
    raising(monkeypatch, KeyboardInterrupt())
    assert shell.run([], {}) == 130
    assert "What was accepted is safe" in capsys.readouterr().err


def test_an_engines_error_after_ctrl_c_is_no_error(monkeypatch, capsys):
    def command(_arguments: list[str]) -> int:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise errors.DefinitionError("the SQL does not fit its tables") from None
        return 0

    monkeypatch.setattr(shell, "_command", command)
    before = signal.getsignal(signal.SIGINT)
    assert shell.run([], {}) == 130
    assert "What was accepted is safe" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is before


def test_a_reader_that_went_away_is_no_error(monkeypatch, capsys):
    raising(monkeypatch, BrokenPipeError())
    assert shell.run([], {}) == failure.BROKEN_PIPE
    assert capsys.readouterr().err == ""


def test_errors_are_said_in_chinese_filled_places_included(monkeypatch, capsys):
    raising(
        monkeypatch, errors.SettingsError("a setting has a value that can't be used", fix="give one of a, b", key="x")
    )
    assert shell.run(["--language", "zh"], {}) == 2
    assert capsys.readouterr().err == "错误: 某项设置的值不能使用 (key=x)\n  请试: 请给出其一：a, b\n"
    assert messages.phrase("another writer changed a table of the lake") == "另一个写入者改动了数据湖中的表"
    assert messages.phrase("a whole number, at least 12") == "整数，不小于 12"

"""Real runs of commands: help, mistakes, exit codes, start-up, Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from medark import messages
from medark.cli.app import COMMANDS, command
from medark.cli.shell import run

HEAVY = ("duckdb", "pyarrow", "rich", "lxml", "deltalake", "sqlglot", "msgspec", "orjson", "asyncio")


def commands() -> Iterator[tuple[str, ...]]:
    """The words of every command that does something."""
    for name, found in command().commands.items():
        inner = getattr(found, "commands", None)
        yield from ((name, other) for other in inner) if inner else [(name,)]


def medark(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("MEDARK_", "LC_", "LANG"))}
    return subprocess.run(
        [sys.executable, "-m", "medark", *arguments],
        env=environ | {"PYTHONUTF8": "1"} | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("words", [(), *commands()], ids=" ".join)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_command_has_help_with_an_example(words, language, capsys):
    assert run([*words, "--help", "--language", language], {}) == 0
    page = capsys.readouterr().out
    assert messages.translations(language).gettext("Examples") in page
    assert re.search(r"^  (\w+=\w+ )?medark ", page, re.MULTILINE)


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_each_command_can_print_json_or_is_not_about_a_value(words):
    found = command()
    for word in words:
        found = found.commands[word]
    options = {option for param in found.params for option in param.opts}
    assert "--json" in options or words in (("raw", "get"), ("completion",), ("serve",), ("audit", "sign"))


def test_the_help_page_comes_without_loading_anything_heavy():
    code = (
        "import sys; from medark.__main__ import main; main(['--help']); main(['ingest', '--help']);"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == "[]"


def test_the_commands_are_in_the_order_of_the_page(capsys):
    run(["--help"], {})
    page = capsys.readouterr().out
    places = [re.search(rf"^  {name} ", page, re.MULTILINE).start() for name in COMMANDS]
    assert places == sorted(places)


def test_the_version_and_an_empty_command_line(capsys):
    assert run(["--version"], {}) == 0
    assert re.fullmatch(r"medark \d+\.\d+\.\d+\n", capsys.readouterr().out)
    assert run([], {}) == 2
    assert "ingest" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ingst"], "Did you mean 'ingest'"),
        (["ingest"], "FOLDER is missing"),
        (["ingest", "a", "b", "c"], "unexpected extra argument"),
        (["ingest", "--sorce", "x"], "No such option: --sorce"),
        (["query", "--limit", "many", "x"], "Invalid value for '--limit'"),
        (["query", "--limit"], "requires an argument"),
        (["source", "add"], "NAME is missing"),
        (["init"], "WS is missing"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line_and_the_help_to_read(words, said, capsys):
    assert run(words, {}) == 2
    error = capsys.readouterr().err
    assert said in error
    assert re.search(r"\n  try: medark .*--help\n$", error)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ingst"], "您要的是 'ingest'"),
        (["ingest", "--sorce", "x"], "没有此选项：--sorce"),
        (["query", "--limit", "many", "x"], "“--limit”的值无效：须为整数"),
        (["ingest"], "缺少 FOLDER"),
    ],
)
def test_typers_own_words_are_translated(words, said, capsys):
    assert run(["--language", "zh", *words], {}) == 2
    assert said in capsys.readouterr().err


def test_a_real_process_ends_with_the_exit_code(tmp_path):
    missing = medark("config", "show", str(tmp_path / "none"))
    assert (missing.returncode, missing.stdout) == (2, "")
    assert missing.stderr.startswith("error: this is not a workspace")
    assert f"try: medark init {tmp_path / 'none'}" in missing.stderr
    told = medark("config", "show", str(tmp_path / "none"), "--json", LANG="zh_CN.UTF-8")
    assert json.loads(told.stdout)["error"]["kind"] == "WorkspaceError"
    assert "这不是工作区" in told.stderr


def test_ctrl_c_ends_with_130_and_one_line():
    process = subprocess.Popen(
        [sys.executable, "-m", "medark", "query", "ws", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "LANG": "C", "MEDARK_LANGUAGE": "en"},
    )
    time.sleep(1.5)  # it reads its query from standard input by now
    process.send_signal(signal.SIGINT)
    _out, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert error.strip() == "stopped. What was accepted is safe; the same command goes on from there."


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_prints_a_script_for_each_shell(shell, capsys):
    assert run(["completion", shell], {}) == 0
    assert "_MEDARK_COMPLETE" in capsys.readouterr().out


def test_completion_completes():
    found = medark(_MEDARK_COMPLETE="complete_bash", COMP_WORDS="medark quarantine r", COMP_CWORD="2")
    assert found.stdout.split() == ["retry"]


def test_an_unknown_shell_and_an_unknown_language_are_mistakes(capsys):
    assert run(["completion", "tcsh"], {}) == 2
    assert run(["--language", "fr", "--help"], {}) == 2
    assert "no messages in this language" in capsys.readouterr().err

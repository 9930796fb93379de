"""Commands of one application are found under its name, and only what is an application is one."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
import typer
from typer._click.exceptions import UsageError

from medark.cli.app import command as tree
from medark.cli.commands import command, of_app
from medark.cli.workspace import Json, Named

PLACE = of_app.__name__
TOLD: list[tuple[str, str | None]] = []


def _asks(inner: typer.Typer, app: str) -> None:
    @command(inner, "ask", "Ask it.", f"medark app {app} ask city")
    def ask(workspace: Named = None, json: Json = False) -> None:
        assert json
        TOLD.append((app, workspace))


@pytest.fixture(autouse=True)
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that every application has, and one of the application `mine`."""
    module = ModuleType(f"{PLACE}.asking")
    module.add = _asks  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(of_app, "EVERY", {"ask": "asking"})
    monkeypatch.setattr(of_app, "OWN", {"mine": {"more": "asking"}})
    TOLD.clear()


@pytest.mark.parametrize("words", ["app vte ask city", "vte ask city", "app stranger ask city", "mine ask city"])
def test_a_command_knows_of_which_application_it_was_asked(words: str) -> None:
    tree().main([*words.split(), "--json"], prog_name="medark", standalone_mode=False)
    name = words.removeprefix("app ").split()[0]
    assert list(TOLD) == [(name, "city")]


@pytest.mark.parametrize("words", ["app stranger tell", "stranger", "app lst city", "ap list"])
def test_what_is_no_application_is_told_as_no_command(words: str) -> None:
    with pytest.raises(UsageError, match="No such command"):
        tree().main(words.split(), prog_name="medark", standalone_mode=False)


def test_its_help_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    tree().main(["vte", "--help"], prog_name="medark", standalone_mode=False)
    assert "ask" in capsys.readouterr().out

"""`medark app figure`: the figure that the console and a notebook show, as a file."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from medark.bootstrap import open_workspace
from medark.cli.shell import run
from medark.flows.apps.publish import publish
from medark.flows.gate import at_terminal
from medark.flows.pages import figure
from medark.model.page import VEGA_LITE
from medark.sdk.calling import plainly
from support.diabetes import write_diabetes
from unit.flows.apps import conftest as apps

made = apps.made
workspace = apps.workspace


def test_it_is_the_same_figure_in_each_form(workspace, tmp_path, capsys):
    write_diabetes(workspace, dict.fromkeys(range(1, 13)))
    apps.put_in(workspace, Path("registry_page"))
    owner = at_terminal(workspace, "public_health")
    publish(workspace, owner)
    shown = figure(workspace, owner, "registry_page", "control", language="en", today=dt.date(2024, 7, 1))
    for form, begins in (("json", b"{"), ("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        file = tmp_path / f"control.{form}"
        assert run(["app", "figure", str(workspace.path), "registry_page", "control", "--out", str(file)], {}) == 0
        assert file.read_bytes().startswith(begins)
    written = json.loads((tmp_path / "control.json").read_bytes())
    assert written == plainly(dict(shown.vega_lite)) == plainly(shown._repr_mimebundle_()[VEGA_LITE])
    assert str(tmp_path / "control.pdf") in capsys.readouterr().err.replace("\n", "")


@pytest.mark.parametrize("words", [["--out", "control.gif"], ["--purpose", "fun"], ["--out", "missing/control.svg"]])
def test_what_can_not_be_written_is_said(made, words, monkeypatch, tmp_path, capsys):
    with open_workspace(made, {}):
        pass
    monkeypatch.chdir(tmp_path)
    assert run(["app", "figure", str(made), "registry_page", "control", *words], {}) != 0
    assert "try" in capsys.readouterr().err

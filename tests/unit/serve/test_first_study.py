"""The tutorial of the notebook does what it says: each cell, run against a real server, prints what stands below it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

from medark.flows.workspace import Workspace
from medark.settings import ServeSettings
from unit.serve.conftest import PASSWORD
from unit.serve.datasets import test_routes as registry

made, workspace = registry.made, registry.workspace
PAGE = Path(__file__).resolve().parents[3] / "docs" / "tutorials" / "first-study.md"
CELL = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def test_every_cell_prints_what_stands_below_it(workspace: Workspace, serving: Any) -> None:
    cells = CELL.findall(PAGE.read_text(encoding="utf-8"))
    assert len(cells) == PAGE.read_text(encoding="utf-8").count("```python") >= 6
    with serving(workspace, ServeSettings(a_second=0)) as base:
        names: dict[str, Any] = {"address": base, "user": "rita", "password": PASSWORD}
        for cell, expected in cells:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(cell, PAGE.name, "exec"), names)
            assert printed.getvalue() == expected
        names["client"].close()

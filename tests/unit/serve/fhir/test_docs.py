"""The reference page says what can be asked."""

from __future__ import annotations

from pathlib import Path

from medark.serve.fhir.resources import KINDS

PAGE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "fhir-api.md"


def test_the_table_is_the_code():
    told = PAGE.read_text(encoding="utf-8").partition("<!-- resources -->\n")[2].partition("<!-- end")[0]
    rows = [
        f"| {name} | {', '.join(part.table for part in kind.parts)} |"
        f" {' '.join(f'`{one}`' for one in sorted(kind.parameters()))} |"
        for name, kind in KINDS.items()
    ]
    assert told.splitlines()[2:] == rows

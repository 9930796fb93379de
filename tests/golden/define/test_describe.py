"""Descriptions, word for word: <case>.json (a written definition) gives <case>.en.md and <case>.zh.md.

A new case needs no Python: the JSON, and what a clinician should read of it. With MEDARK_GOLDEN=write in the
environment what is said now is written: read it before you keep it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from medark.define.answers import describe, from_json

CASES = sorted((Path(__file__).parent / "describe").glob("*.json"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_definition_says_what_it_means(case: Path, language: str) -> None:
    told = describe(from_json(case.read_text(encoding="utf-8")), language)
    wanted = case.with_suffix(f".{language}.md")
    if os.environ.get("MEDARK_GOLDEN") == "write":
        wanted.write_text(told, encoding="utf-8")
    assert told == wanted.read_text(encoding="utf-8")


def test_there_are_cases() -> None:
    assert len(CASES) >= 10

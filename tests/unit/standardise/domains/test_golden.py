"""Tiny staged tables drawn as text, and the OMOP rows they give: a case is two files, no Python"""

from __future__ import annotations

from pathlib import Path

import pytest

from golden.domains.drawn import HERE, came_out, read, settled

CASES = sorted(HERE.glob("*.in"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_staged_rows_give_the_omop_rows_drawn(case: Path, tmp_path: Path) -> None:
    assert settled(came_out(case, tmp_path)) == settled(read(case.with_suffix(".out")))


def test_every_case_says_what_comes_out() -> None:
    assert [case.stem for case in CASES] == sorted(path.stem for path in HERE.glob("*.out"))

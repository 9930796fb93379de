"""Tables on terminals of any width: nothing is cut into lines of a few letters."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from medark.cli.tables import table

COLUMNS = ("source", "conformance", "completeness", "plausibility", "timeliness", "all", "before", "fail", "rows")
ROWS = [(f"hospital/{name}", "99.2 %", "94.5 %", "100 %", "", "97.3 %", "", 19, 10_325) for name in ("his", "lis")]


def lines(drawn: object, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False)
    console.print(drawn)
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_what_is_too_wide_goes_on_under_itself(width: int) -> None:
    told = lines(table("Scores", COLUMNS, ROWS), width)
    assert max(map(len, told)) <= width
    words = " ".join(told).split()
    assert {*COLUMNS, "hospital/his", "hospital/lis", "99.2", "10,325", "19"} <= set(words)
    parts = words.count("source")
    assert words.count("hospital/his") == parts == (1 if width >= 120 else parts) and (parts > 1) is (width < 120)


def test_a_sum_is_under_its_columns_in_each_part() -> None:
    told = lines(table("", COLUMNS, ROWS, ("sum", "", "", "", "", "", "", 38, 20_650)), 60)
    assert " ".join(told).split().count("sum") == " ".join(told).split().count("source") > 1
    assert any("38" in line and "20,650" in line for line in told)


def test_a_long_name_of_a_column_of_numbers_takes_lines_where_there_is_no_room() -> None:
    columns = ("table", "records inside observation periods", "outside", "concepts", "first month")
    rows = [("procedure_occurrence", 4186, 0, 1, "2024-01"), ("visit_occurrence", 3577, 0, 4, "2024-01")]
    assert "records inside observation periods" in lines(table("", columns, rows), 100)[0]
    narrow = lines(table("", columns, rows), 70)
    assert any(line.startswith("procedure_occurrence") and "4,186" in line and "2024-01" in line for line in narrow)

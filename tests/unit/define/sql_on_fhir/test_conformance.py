"""All tests of SQL on FHIR 2, as its project publishes them; and the table of the docs says what they say."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from medark.define.sql_on_fhir import read_view, rows
from medark.errors import MedarkError

PAGE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "sql-on-fhir.md"
DECODER = msgspec.json.Decoder(float_hook=Decimal)  # 1.0 and 1 are not as precise


def suites(shared_data) -> dict[str, Any]:
    folder = next(shared_data("sql_on_fhir_v2").rglob("tests"))
    return {path.stem: DECODER.decode(path.read_bytes()) for path in sorted(folder.glob("*.json"))}


def canonical(found: list[dict[str, Any]]) -> list[str]:
    """Rows as a bag: their order says nothing."""
    return sorted(repr(sorted((name, plain(value)) for name, value in row.items())) for row in found)


def plain(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    return float(value)


def fault(test: dict[str, Any], resources: list[dict[str, Any]]) -> str:
    """What is wrong with our answer to a test; "" for nothing."""
    try:
        found = list(rows(read_view(test["view"]), resources))
    except MedarkError as error:
        return "" if test.get("expectError") else f"refused: {error}"
    if test.get("expectError"):
        return "not refused"
    if columns := test.get("expectColumns"):
        wrong = [row for row in found if list(row) != columns]
        if wrong:
            return f"columns {list(wrong[0])}, expected {columns}"
    if "expect" in test and canonical(found) != canonical(test["expect"]):
        return f"{found}, expected {test['expect']}"
    return ""


def test_every_test_of_the_standard_passes(shared_data):
    found = suites(shared_data)
    faults = {
        (name, test["title"]): told
        for name, suite in found.items()
        for test in suite["tests"]
        if (told := fault(test, suite["resources"]))
    }
    assert sum(len(suite["tests"]) for suite in found.values()) == 134
    assert faults == {}


def test_an_error_or_a_row_too_many_would_be_noticed(shared_data):
    suite = suites(shared_data)["basic"]
    test = suite["tests"][0]
    assert not fault(test, suite["resources"])
    assert fault({**test, "expect": test["expect"][:-1]}, suite["resources"])
    assert fault({**test, "expectError": True}, suite["resources"]) == "not refused"


@pytest.mark.parametrize("tag", ["shareable", "experimental"])
def test_the_docs_table_is_what_was_run(shared_data, tag):
    """Of each group: how many tests there are, and how many pass."""
    passed, there = Counter[str](), Counter[str]()
    for name, suite in suites(shared_data).items():
        for test in suite["tests"]:
            if tag in test.get("tags", ()):
                there[name] += 1
                passed[name] += not fault(test, suite["resources"])
    told = {
        row[0]: (int(row[2]), int(row[3]))
        for row in re.findall(r"^\| `(\w+)` \| ([^|]+) \| (\d+) \| (\d+) \| (\w+) \|$", PAGE.read_text(), re.MULTILINE)
        if row[4] == tag
    }
    assert told == {name: (count, passed[name]) for name, count in there.items()}

"""The reference page names all that is read: types, attributes, parts, what is counted, what is refused"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from medark.define.circe import format as written
from medark.define.circe.counts import COLUMNS
from medark.define.circe.criterion_types import CRITERION_TYPES

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "reference" / "circe.md").read_text(encoding="utf-8")
_TEXT = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
NAMED = {word for code in re.findall(r"`([^`]+)`", _TEXT) for word in code.split(".")}
PARTS = (written.Expression, written.PrimaryCriteria, written.Group, written.CorrelatedCriterion, written.Window,
         written.CustomEra, written.Demographics)  # fmt: skip


@pytest.mark.parametrize("name", CRITERION_TYPES)
def test_every_attribute_of_a_type_is_in_its_row(name: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    refused = PAGE.partition("## What is refused")[2]
    for attribute in CRITERION_TYPES[name].attributes:
        told = attribute.removesuffix("CS").removesuffix("Exclude")
        if attribute != "CodesetId" and not (name == "PayerPlanPeriod" and attribute.endswith("SourceConcept")):
            assert f"`{attribute}`" in row or f"`{told}`" in row or f"`{told}`" in refused, attribute


def test_every_part_of_an_expression_is_named() -> None:
    fields = {field.encode_name for kind in PARTS for field in msgspec.structs.fields(kind)}
    in_words = {"Start", "End", "Groups", "GenderCS", "RaceCS", "EthnicityCS"}
    assert fields - NAMED <= in_words


def test_every_column_that_is_counted_is_named() -> None:
    assert set(COLUMNS) <= NAMED

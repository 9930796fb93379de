"""Sets as ATLAS writes them, in and out"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from medark.define.concepts import ConceptItem, ConceptSet, codes, from_atlas, to_atlas
from medark.errors import DefinitionError

ITEMS = [
    {"concept": {"CONCEPT_ID": 201826, "CONCEPT_NAME": "Type 2 diabetes mellitus"}, "includeDescendants": True},
    {"concept": {"CONCEPT_ID": 4024659}, "isExcluded": True, "includeDescendants": False, "includeMapped": None},
]
WANTED = (ConceptItem(201826, descendants=True), ConceptItem(4024659, excluded=True))


def test_a_bare_expression_and_the_exported_form() -> None:
    assert from_atlas({"items": ITEMS}, name="x").items == WANTED
    exported = {"id": 7, "name": "diabetes", "expression": {"items": ITEMS}}
    assert from_atlas(exported) == from_atlas(json.dumps(exported)) == ConceptSet("diabetes", WANTED)
    assert from_atlas(exported, name="mine", source="s") == ConceptSet("mine", WANTED, source="s")


def test_codes_are_not_for_atlas() -> None:
    with pytest.raises(DefinitionError, match="ATLAS has no codes"):
        to_atlas(codes("x", "ATC", "A10"))


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ("{", "no JSON"),
        ("[]", "no list of items"),
        ({}, "no list of items"),
        ({"expression": []}, "no list of items"),
        ({"items": ITEMS}, "no name"),
        ({"name": "x", "items": [*ITEMS, {}]}, "item=2"),
        ({"name": "x", "items": [{"concept": {"CONCEPT_ID": "8507"}}]}, "item=0"),
        ({"name": "x", "items": []}, "includes nothing"),
    ],
)
def test_what_is_no_expression(told: str | dict[str, object], what: str) -> None:
    with pytest.raises(DefinitionError, match=what):
        from_atlas(told)


def test_every_concept_set_of_the_phenotype_library(shared_data: Callable[[str], Path]) -> None:
    found = 0
    for file in sorted(shared_data("phenotype_library_cohorts").rglob("cohorts/*.json")):
        for told in json.loads(file.read_bytes()).get("ConceptSets") or ():
            one = from_atlas(told)
            items = told["expression"]["items"]
            assert {item.concept_id for item in one.items} == {item["concept"]["CONCEPT_ID"] for item in items}
            assert sum(item.excluded for item in one.items) <= sum(bool(item.get("isExcluded")) for item in items)
            assert from_atlas(to_atlas(one)) == one
            found += 1
    assert found == 2741

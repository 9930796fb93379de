"""A concept set is a value: order and repetition say nothing, and its JSON is the set again"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.define.concepts import CodeItem, ConceptItem, ConceptSet
from medark.errors import DefinitionError

flags = st.booleans()
items = st.builds(ConceptItem, st.integers(0, 2**31 - 1), flags, flags, flags)
text = st.text("ABCI0123456789.-", min_size=1).filter(lambda code: code.strip("."))
coded = st.builds(CodeItem, st.sampled_from(["ICD10CM", "ATC", "LOINC"]), text, flags, flags)
sets = st.builds(
    lambda first, more, codes, source: ConceptSet("s", (ConceptItem(first), *more), tuple(codes), source),
    st.integers(0, 2**31 - 1), st.lists(items), st.lists(coded), st.text(),
)  # fmt: skip


@given(sets, st.randoms())
def test_order_and_repetition_say_nothing(one: ConceptSet, chance: object) -> None:
    other = ConceptSet("s", one.items[::-1] * 2, one.codes[::-1] * 2, one.source)
    assert other == one
    assert hash(other) == hash(one)


@given(sets)
def test_json_is_the_set_again(one: ConceptSet) -> None:
    assert ConceptSet.from_dict(json.loads(json.dumps(one.to_dict()))) == one


def test_json_leaves_out_what_is_false_or_empty() -> None:
    one = ConceptSet("s", (ConceptItem(2, descendants=True), ConceptItem(1)), (CodeItem("ATC", "B01AF", prefix=True),))
    assert one.to_dict() == {
        "name": "s",
        "items": [{"concept_id": 1}, {"concept_id": 2, "descendants": True}],
        "codes": [{"vocabulary": "ATC", "code": "B01AF", "prefix": True}],
    }


def test_concept_zero_is_a_concept() -> None:
    """0 is OMOP's "no match": rows without a concept can be asked for."""
    assert ConceptItem(0).concept_id == 0
    assert ConceptSet.from_dict({"name": "unmapped", "items": [{"concept_id": 0}]}).items == (ConceptItem(0),)


@pytest.mark.parametrize("number", [-1, 2**31, True, "201826", 1.0, None])
def test_what_is_no_concept_id(number: object) -> None:
    with pytest.raises(DefinitionError, match="is no concept id"):
        ConceptItem(number)  # type: ignore[arg-type]


@pytest.mark.parametrize(("vocabulary", "code"), [("", "I21"), ("ICD10CM", ""), ("ICD10CM", " "), ("ICD10CM", ".")])
def test_what_is_no_code(vocabulary: str, code: str) -> None:
    with pytest.raises(DefinitionError, match="says nothing"):
        CodeItem(vocabulary, code)


def test_a_set_has_a_name_and_includes_something() -> None:
    with pytest.raises(DefinitionError, match="no name"):
        ConceptSet(" ", (ConceptItem(1),))
    for excluded in (ConceptSet, lambda name: ConceptSet(name, (ConceptItem(1, excluded=True),))):
        with pytest.raises(DefinitionError, match='"x" includes nothing'):
            excluded("x")


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ({}, "no name"),
        ({"name": "x", "concepts": []}, "has no concepts"),
        ({"name": "x", "items": [{"id": 1}]}, "an item of a concept set"),
        ({"name": "x", "codes": [{"vocabulary": "ATC"}]}, "an item of a concept set"),
        ({"name": "x", "items": [{"concept_id": "1"}]}, "no concept id"),
    ],
)
def test_what_is_no_set(told: dict[str, object], what: str) -> None:
    with pytest.raises(DefinitionError, match=what):
        ConceptSet.from_dict(told)

"""The written form: one text for one meaning, and nothing read on trust."""

from __future__ import annotations

import copy
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.define import (
    Card,
    CodeItem,
    ConceptSet,
    Dataset,
    Rule,
    any_of,
    concepts,
    conditions,
    days,
    everyone,
    measurements,
    person,
)
from medark.define.answers import digest, from_json, to_json
from medark.define.answers.canonical import DEEPEST, FORMAT, MOST_NODES
from medark.define.answers.schema import SCHEMA
from medark.define.definitions import Definition
from medark.define.kinds import Kind
from medark.define.nodes import IsIn, Literal, Node
from medark.errors import DefinitionError
from unit.define.answers.examples import CREATININE, EXAMPLES, OF_NOBODY

ROOT = Path(__file__).resolve().parents[4]


def one(**columns: object) -> Dataset:
    return Dataset(everyone(dt.date(2024, 1, 1)), columns)


ALL = EXAMPLES | OF_NOBODY


@pytest.mark.parametrize("definition", ALL.values(), ids=ALL.keys())
def test_what_is_written_is_read_back_as_it_was(definition: Definition) -> None:
    text = to_json(definition)
    assert from_json(text) == definition
    assert to_json(from_json(text)) == text


def kinds_of_nodes(top: type[Node] = Node) -> Iterator[type[Node]]:
    for kind in top.__subclasses__():
        yield kind
        yield from kinds_of_nodes(kind)


def test_every_node_has_a_written_form_with_all_its_fields() -> None:
    written = {kind.__name__: set(form) for kind, form in SCHEMA.items()}
    inline = {"Variable"}  # written as a pair where it is used
    bare = {"Value", "Frame", "Root", "Population"}  # of which others are made
    nodes = {
        kind.__name__: {field.name for field in fields(kind) if field.init}  # type: ignore[arg-type]
        for kind in kinds_of_nodes()
        if kind.__module__.startswith("medark.define.") and kind.__name__ not in inline | bare
    }
    assert written == nodes


def test_the_examples_have_every_node() -> None:
    drawn = {type(node).__name__ for definition in ALL.values() for node in definition.walk()}
    assert drawn - {"Variable"} == {kind.__name__ for kind in SCHEMA}


def test_how_parts_are_shared_makes_no_difference() -> None:
    shared = conditions.of(CREATININE).count()
    again = lambda: conditions.of(concepts("creatinine", 3020564, 3016723)).count()  # noqa: E731
    assert to_json(one(a=shared + shared)) == to_json(one(a=again() + again()))


def test_a_graph_is_not_written_as_a_tree() -> None:
    number = person.year_of_birth + 0
    for _ in range(200):
        number = number + number
    text = to_json(one(a=number))
    assert len(text) < 30_000
    assert to_json(from_json(text)) == text


@pytest.mark.parametrize(
    ("one_way", "other_way"),
    [
        (one(a=person.year_of_birth * 2.0), one(a=person.year_of_birth * 2.00)),
        (one(a=person.year_of_birth * 0.0), one(a=person.year_of_birth * -0.0)),
        (one(a=(person.year_of_birth * 1.5).is_in([1, 2])), one(a=(person.year_of_birth * 1.5).is_in([2.0, 1.0, 1]))),
    ],
)
def test_equal_definitions_are_written_alike(one_way: Dataset, other_way: Dataset) -> None:
    assert one_way == other_way
    assert digest(one_way) == digest(other_way)


@pytest.mark.parametrize(
    "other",
    [
        one(b=conditions.exists()),
        one(a=~conditions.exists()),
        Dataset(everyone(dt.date(2024, 1, 2)), {"a": conditions.exists()}),
        Dataset(everyone(dt.date(2024, 1, 1)), {"a": conditions.exists()}, name="other"),
        Dataset(everyone(dt.date(2024, 1, 1)), {"a": conditions.exists()}, source="elsewhere"),
        one(a=conditions.of(concepts("a", 1)).exists()),
    ],
)
def test_whatever_differs_has_another_digest(other: Dataset) -> None:
    assert digest(other) != digest(one(a=conditions.exists()))


def test_a_whole_number_and_a_number_stay_apart() -> None:
    assert from_json(to_json(one(a=person.year_of_birth + 2))) == one(a=person.year_of_birth + 2)
    assert digest(one(a=person.year_of_birth + 2)) != digest(one(a=person.year_of_birth + 2.0))


def test_the_digest_is_the_same_in_every_process() -> None:
    ask = "from unit.define.answers.examples import *; from medark.define.answers import digest; print(digest(kidney))"
    found = {
        subprocess.run(
            [sys.executable, "-c", ask],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {digest(EXAMPLES["kidney"])}


def test_the_form_that_is_stored_stays_readable() -> None:
    """If this text changes, so do the digests beside every result: then the format needs a new number."""
    rule = Rule("seen", conditions.of(concepts("心衰", 316139, descendants=True)).exists(), Card("有", "has"))
    assert to_json(rule) == (
        '{"format":"medark.define/1",\n'
        '"sets":[\n{"items":[{"concept_id":316139,"descendants":true}],"name":"心衰"}\n],\n'
        '"nodes":[\n'
        '{"name":"condition_occurrence","node":"Table"},\n'
        '{"name":"concept","node":"Column","rows":0,"side":""},\n'
        '{"concepts":0,"node":"InConcepts","source":false,"value":1},\n'
        '{"condition":2,"node":"Filter","source":0},\n'
        '{"argument":null,"frame":3,"name":"exists","node":"Aggregate"},\n'
        '{"detail_en":"","detail_zh":"","indicator":"warning","node":"Card","summary_en":"has","summary_zh":"有"},\n'
        '{"card":5,"cooldown":null,"name":"seen","node":"Rule","source":"","task":"","values":[],"when":4}\n'
        "]}"
    )
    assert digest(rule) == "fe5457c3abb340a2d049465e14a7dfb0f197e3b7514fcf33c8d70cd45a98a22c"


@pytest.mark.parametrize(
    "made",
    [
        lambda: one(a=person.year_of_birth * float("nan")),
        lambda: one(a=person.year_of_birth * float("inf")),
        lambda: one(a=person.year_of_birth + 2**63),
        lambda: one(a=conditions.min(conditions.start) > dt.datetime(2024, 1, 1, tzinfo=dt.UTC)),
        lambda: one(a=conditions.max(conditions.condition_source_value) == "\ud800"),
        lambda: Rule("r", conditions.exists(), Card("", ""), cooldown=days(person.year_of_birth)),
        lambda: Dataset(everyone(dt.datetime(2024, 1, 1)), {}),
        lambda: Dataset(everyone(), {}, name=5),  # type: ignore[arg-type]
    ],
)
def test_what_has_no_canonical_form_is_refused(made: Any) -> None:
    with pytest.raises(DefinitionError):
        to_json(made())


def test_depth_is_bounded_when_written_and_when_read() -> None:
    number = person.year_of_birth + 0
    for _ in range(DEEPEST):
        number = number + 1
    with pytest.raises(DefinitionError, match="deep"):
        to_json(one(a=number))
    nodes: list[dict[str, Any]] = [{"node": "Literal", "value": 1, "kind": "WHOLE"}]
    nodes += [{"node": "Call", "operator": "negate", "arguments": [place]} for place in range(DEEPEST)]
    with pytest.raises(DefinitionError, match="deep"):
        from_json(json.dumps({"format": FORMAT, "sets": [], "nodes": nodes}))


def test_a_wide_condition_fits() -> None:
    wide = any_of(*(conditions.condition_source_value.starts_with(f"I{number}") for number in range(300)))
    assert from_json(to_json(one(a=conditions.where(wide).exists())))


def written(**changes: Any) -> dict[str, Any]:
    """A small definition as JSON, with parts of it changed."""
    small = json.loads(to_json(one(a=measurements.of(CREATININE).exists())))
    return {**small, **changes}


def nodes(*changes: tuple[int, str, Any]) -> list[dict[str, Any]]:
    """The nodes of the small definition with fields changed."""
    told: list[dict[str, Any]] = copy.deepcopy(written()["nodes"])
    for place, field, value in changes:
        told[place][field] = value
    return told


PLACE = {node["node"]: place for place, node in enumerate(written()["nodes"])}


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ("", "JSON"),
        ("{", "JSON"),
        ("[" * 100_000, "JSON"),
        ("1" * 10_000, "JSON"),
        ("[]", "format"),
        ('{"format":"medark.define/1","format":"medark.define/1"}', "twice"),
        ('{"format":NaN}', "NaN"),
        (written(format="medark.define/2"), "format"),
        (written(more=1), "format, sets and nodes"),
        (written(nodes=[]), "nodes"),
        (written(nodes=[1] * (MOST_NODES + 1)), "nodes"),
        (written(nodes=[1]), "there is no node"),
        (written(nodes=[{"node": "Exec"}]), "Exec"),
        (written(nodes=[{"node": ["Table"]}]), "there is no node"),
        (written(nodes=nodes((PLACE["Table"], "code", "import os"))), "code"),
        (written(nodes=nodes((PLACE["Table"], "name", "os.system"))), "name of Table"),
        (written(nodes=nodes((PLACE["Table"], "name", ["measurement"]))), "name of Table"),
        (written(nodes=nodes((PLACE["Column"], "name", "nothing"))), "no column 'nothing'"),
        (written(nodes=nodes((PLACE["Column"], "rows", 77))), "rows of Column"),
        (written(nodes=nodes((PLACE["Column"], "rows", -1))), "rows of Column"),
        (written(nodes=nodes((PLACE["Column"], "rows", True))), "rows of Column"),
        (written(nodes=nodes((PLACE["Column"], "rows", 0.0))), "rows of Column"),
        (written(nodes=nodes((PLACE["Filter"], "source", PLACE["Column"]))), "source of Filter"),
        (written(nodes=nodes((PLACE["Filter"], "condition", PLACE["Filter"]))), "condition of Filter"),
        (written(nodes=nodes((PLACE["InConcepts"], "source", 1))), "source of InConcepts"),
        (written(nodes=nodes((PLACE["InConcepts"], "concepts", 1))), "concepts of InConcepts"),
        (written(nodes=nodes((PLACE["Everyone"], "on", "20240101"))), "on of Everyone"),
        (written(nodes=nodes((PLACE["Dataset"], "columns", [["entry_id", PLACE["Aggregate"]]]))), "entry_id"),
        (written(nodes=nodes((PLACE["Dataset"], "columns", [["a", PLACE["Aggregate"]]] * 2))), "different names"),
        (written(nodes=nodes((PLACE["Dataset"], "columns", [["a", PLACE["Column"]]]))), "each row"),
        (written(nodes=nodes()[:-1]), "no definition"),
        (written(nodes=[{"node": "Today"}, *nodes()]), "is not|does not use"),
        (written(nodes=[*nodes(), {"node": "Today"}, nodes()[-1]]), "does not use"),
        (written(sets=[*written()["sets"], {"name": "b", "items": [{"concept_id": 1}]}]), "does not use"),
        (written(sets=[{"name": "b", "items": [{"concept_id": True}]}]), "concept set"),
        (written(sets=[{"name": "b", "items": [{"concept_id": 1, "descendants": 1}]}]), "concept set"),
        (written(sets=[{"name": "b", "items": [{"concept_id": 1, "evil": 1}]}]), "concept set"),
        (written(sets=[{"name": 5, "items": [{"concept_id": 1}]}]), "concept set"),
        (written(sets=[{"name": "b", "items": 5}]), "concept set"),
        (written(sets=[5]), "concept set"),
        (written(nodes=[{"node": "Literal", "value": 10**400, "kind": "WHOLE"}]), "value of Literal"),
    ],
)
def test_hostile_text_is_refused_by_name(told: Any, named: str) -> None:
    with pytest.raises(DefinitionError, match=named):
        from_json(told if isinstance(told, str) else json.dumps(told))


HOSTILE: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1, 2, 5, -1, 2**70, 10**400, 0.5, 1e308, "", "x", "person", "left", "start", [], [0], [[0, 1]], {},
     {"date": "2024-01-01"}, {"datetime": "2024-01-01"}, {"date": 5}, [1, "days"], [["a", 3]], [True, "days"]]
)  # fmt: skip


def places(told: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every value of a JSON text."""
    if path:
        yield path
    inner = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


@given(st.data())
def test_no_change_breaks_the_reader(data: st.DataObject) -> None:
    """Whatever is changed: a definition, which is written as it was read, or an error that says what to do."""
    told = json.loads(to_json(data.draw(st.sampled_from(list(EXAMPLES.values())))))
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(list(places(told))))
        inside = told
        for key in path:
            inside = inside[key]
        inside[last] = copy.deepcopy(data.draw(HOSTILE))
    try:
        read = from_json(json.dumps(told))
    except DefinitionError as error:
        assert error.fix
    else:
        assert from_json(to_json(read)) == read


plain = st.one_of(
    st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), st.text(),
    st.dates(), st.datetimes(),
)  # fmt: skip


@given(plain)
def test_every_plain_value_is_read_back(value: Any) -> None:
    definition = one(a=conditions.max(conditions.start).is_missing(), b=literal_of(value))
    assert from_json(to_json(definition)) == definition
    assert type(from_json(to_json(definition)).columns[1].value.value) is type(value)  # type: ignore[union-attr, index]


def literal_of(value: Any) -> Any:
    kinds = {bool: Kind.TRUTH, int: Kind.WHOLE, float: Kind.NUMBER, str: Kind.TEXT, dt.date: Kind.DATE}
    return Literal(value, kinds.get(type(value), Kind.DATETIME))


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60), min_size=1))
def test_numbers_to_choose_from_are_read_back(options: list[float]) -> None:
    definition = one(a=IsIn((person.year_of_birth * 1.0).node, tuple(options)))
    assert from_json(to_json(definition)) == definition


names = st.text(min_size=1).filter(str.strip)
sets = st.builds(
    ConceptSet,
    names,
    codes=st.lists(
        st.builds(CodeItem, names, st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True), st.booleans()), min_size=1
    ).map(tuple),
    source=st.text(),
)


@given(sets)
def test_concept_sets_are_read_back(concept_set: ConceptSet) -> None:
    definition = one(a=conditions.of(concept_set).exists())
    assert from_json(to_json(definition)) == definition

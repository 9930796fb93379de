"""Views of our own: what is refused, how far one may go, and the table that comes out."""

from __future__ import annotations

import pyarrow as pa
import pytest

from medark.define.sql_on_fhir import read_view, rows, table
from medark.errors import DefinitionError

RESOURCES = [
    {"resourceType": "Patient", "id": "a", "active": True, "name": [{"family": "Li"}, {"family": "Wang"}]},
    {"resourceType": "Observation", "id": "b"},
    {"resourceType": "Patient", "id": "c", "name": [{"family": "Zhao", "given": ["An"]}]},
]


def view(*selects, **more):
    return {"resource": "Patient", "select": list(selects), **more}


def columns(**paths):
    return {"column": [{"name": name, "path": path} for name, path in paths.items()]}


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("text", "ViewDefinition"),
        ({"select": []}, "resource"),
        (view(), "select"),
        (view({}), "select[0]"),
        (view(columns(a="id"), columns(a="id")), "select"),
        (view({"column": [{"name": "a b", "path": "id"}]}), "select[0].column[0].name"),
        (view({"column": [{"name": "a", "path": "name.("}]}), "select[0].column[0].path"),
        (view({"column": [{"name": "a"}]}), "select[0].column[0].path"),
        (view({"forEach": "name", "repeat": ["x"], **columns(a="id")}), "select[0]"),
        (view(columns(a="id"), where=[{"path": 1}]), "where[0].path"),
        (view(columns(a="id"), constant=[{"name": "x"}]), "constant[0]"),
        (view({"unionAll": [columns(a="id"), columns(b="id")]}), "select[0].unionAll"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(told, at):
    with pytest.raises(DefinitionError) as caught:
        read_view(told)
    assert caught.value.where["at"] == at


def test_selects_within_selects_have_an_end():
    deep = columns(a="id")
    for _ in range(30):
        deep = {"select": [deep]}
    with pytest.raises(DefinitionError):
        read_view(view(deep))


def test_repeat_that_goes_in_circles_is_stopped():
    with pytest.raises(DefinitionError, match="never comes to an end"):
        list(rows(read_view(view({"repeat": ["$this"], **columns(a="id")})), RESOURCES))


def test_lists_side_by_side_cannot_fill_the_memory():
    many = [{"resourceType": "Patient", "id": "a", "name": [{"family": "x"}] * 1000}]
    three = [{"forEach": "name", **columns(**{letter: "family"})} for letter in "xyz"]
    with pytest.raises(DefinitionError, match="too many rows"):
        list(rows(read_view(view(*three)), many))


def test_an_error_holds_nothing_of_the_patient():
    with pytest.raises(DefinitionError) as caught:
        list(rows(read_view(view(columns(family="name.family"))), RESOURCES))
    assert caught.value.where == {"column": "family"}
    assert "Wang" not in str(caught.value)


def test_a_table_has_the_types_of_its_columns():
    told = view(
        {
            "column": [
                {"name": "id", "path": "id", "type": "id"},
                {"name": "active", "path": "active", "type": "boolean"},
                {"name": "names", "path": "name.count()", "type": "integer"},
                {"name": "family", "path": "name.family", "type": "string", "collection": True},
                {"name": "first", "path": "name.first()", "type": "HumanName"},
            ]
        }
    )
    found = table(read_view(told), RESOURCES)
    assert found.schema.types == [pa.string(), pa.bool_(), pa.int64(), pa.list_(pa.string()), pa.string()]
    assert found.to_pylist() == [
        {"id": "a", "active": True, "names": 2, "family": ["Li", "Wang"], "first": '{"family":"Li"}'},
        {"id": "c", "active": None, "names": 1, "family": ["Zhao"], "first": '{"family":"Zhao","given":["An"]}'},
    ]


def test_a_view_of_nothing_is_an_empty_table_with_its_columns():
    assert table(read_view(view(columns(a="id"))), []).schema.names == ["a"]

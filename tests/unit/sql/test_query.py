"""Parsing: one SELECT, in bounds, with the places of what is wrong"""

from __future__ import annotations

import pytest
from sqlglot import exp

from medark.errors import DefinitionError
from medark.sql.kinds import Kind, kind_of
from medark.sql.query import parse, place


def test_parameters_are_the_names_that_need_a_value() -> None:
    assert parse("select key_hash(:salt || x) as k from t where d < :day").parameters == {"salt", "day"}


@pytest.mark.parametrize(
    "sql", ["(select 1 as a)", "with x as (select 1 as a) select a from x", "select 1 union select 2"]
)
def test_queries_of_every_form_are_read(sql: str) -> None:
    assert isinstance(parse(sql).tree, exp.Select | exp.SetOperation)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("", "not 0 statements"),
        ("select 1; select 2", "not 2 statements"),
        ("create table t as select 1", "only SELECT"),
        ("select (((", "not SQL"),
        ("select " + "(" * 401 + "1" + ")" * 401, "nests deeper"),
        ("select '" + "x" * (1 << 20) + "'", "longer than"),
    ],
)
def test_what_is_no_query_is_told_without_quoting_it(sql: str, said: str) -> None:
    with pytest.raises(DefinitionError, match=said) as told:
        parse(sql)
    assert len(str(told.value)) < 200


def test_places_are_where_a_word_begins() -> None:
    tree = parse("select a,\n  median(bb) as m,\n  'text' as t\nfrom t").tree
    places = {
        node.sql(): place(node) for node in tree.walk() if isinstance(node, exp.Median | exp.Identifier | exp.Literal)
    }
    assert places["MEDIAN(bb)"] == {"line": 2, "column": 3}
    assert places["bb"] == {"line": 2, "column": 10}
    assert places["'text'"] == {"line": 3, "column": 3}


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("1", Kind.WHOLE),
        ("1.5", Kind.FRACTION),
        ("'a'", Kind.TEXT),
        ("null", Kind.NOTHING),
        ("x", None),
        ("1 + 2 * count(*)", Kind.WHOLE),
        ("1 + 0.5", Kind.FRACTION),
        ("a / b", Kind.FRACTION),
        ("x + 1", None),
        ("lower(x) || y", Kind.TEXT),
        ("a = b and c", Kind.TRUTH),
        ("cast(x as date)", Kind.DAY),
        ("in_zone(x, 'UTC', 'UTC')", Kind.MOMENT),
        ("cast(x as timestamp) + interval 1 day", Kind.MOMENT),
        ("cast(x as date) + interval 1 day", None),
        ("case when a then 1 when b then 2.5 end", Kind.FRACTION),
        ("coalesce(null, length(x))", Kind.WHOLE),
        ("max(finite_number(x)) filter (where y)", Kind.FRACTION),
        ("sum(1) over (order by y)", Kind.WHOLE),
        ("cast(x as int[])", None),
    ],
)
def test_what_an_expression_gives(expression: str, kind: Kind | None) -> None:
    assert kind_of(parse(f"select {expression} as z from t").tree.selects[0]) is kind


def test_a_column_is_what_it_is_made_of() -> None:
    tree = parse(
        "with c as (select length(a) as n, b from t), d as (select n + 1 as m from c)"
        " select m, s.k, s.z from d join (select 'x' as k, 1.5 as z) as s on true"
    ).tree
    assert [kind_of(cell) for cell in tree.selects] == [None, Kind.TEXT, Kind.FRACTION]
    assert kind_of(parse("with d as (select 1 as m) select m from d").tree.selects[0]) is Kind.WHOLE

"""What is drawn: all of the map without sources' own tables, or one thing with those that it is made of."""

from __future__ import annotations

from medark.catalog.became import Field
from medark.catalog.flow import Edge, Flow, Layer, Node
from medark.catalog.sources import RawTable, SourceAccount
from medark.flows.catalog import node_of, shown
from medark.flows.catalog.drawn_through import raw_tables

MEASUREMENT, VISIT = "table:measurement", "table:visit_occurrence"
FLOW = Flow(
    (
        Node("source:north/his", Layer.SOURCE, "his", "north/his", "north"),
        Node("source:north/lis", Layer.SOURCE, "lis", "north/lis", "north"),
        Node(MEASUREMENT, Layer.TABLE, "measurement"),
        Node(VISIT, Layer.TABLE, "visit_occurrence"),
        Node("app:card", Layer.APP, "Card"),
    ),
    (
        Edge("source:north/his", MEASUREMENT, 90), Edge("source:north/his", VISIT, 20),
        Edge("source:north/lis", MEASUREMENT, 10), Edge(MEASUREMENT, "app:card"),
    ),
)  # fmt: skip


def account(name: str, *tables: RawTable) -> SourceAccount:
    organisation, _, system = name.partition("/")
    return SourceAccount(name, organisation, system, "", "UTC", 1, (), (), (), tables, 0)


def raw(title: str, *places: str) -> RawTable:
    return RawTable(title, "", 1, 3, tuple(Field(title, "x", (place,)) for place in places))


HIS = account(
    "north/his",
    raw("his.results", "measurement.value_as_number", "measurement.unit_source_value"),
    raw("his.visits", "visit_occurrence.visit_start_date", "death.death_date"),
    *(raw(f"unknown_{n}") for n in range(30)),
)
RAW = raw_tables((HIS, account("north/lis"), account("south/his", raw("other"))), FLOW)


def keys(flow: Flow, layer: Layer) -> list[str]:
    return [node.key for node in flow.nodes if node.layer is layer]


def test_all_of_it_is_without_the_sources_own_tables() -> None:
    assert shown(FLOW, RAW).flow == FLOW
    assert shown(FLOW, RAW, "table:nothing").focus is None


def test_a_source_shows_its_tables_and_folds_those_that_wait() -> None:
    found = shown(FLOW, RAW, "source:north/his")
    waiting = "fold:raw:north/his: not in the lake yet"
    assert keys(found.flow, Layer.RAW) == [
        "raw-table:north/his/his.results", "raw-table:north/his/his.visits", waiting,
    ]  # fmt: skip
    assert next(node.note for node in found.flow.nodes if node.key == waiting) == "30 tables"
    ends = {(edge.source, edge.target) for edge in found.flow.edges}
    assert ("raw-table:north/his/his.results", MEASUREMENT) in ends
    assert ("source:north/his", MEASUREMENT) not in ends, "what goes through a table does not go past it"
    opened = shown(FLOW, RAW, waiting)
    assert opened.focus is not None and opened.focus.name == "north/his: not in the lake yet"
    assert len(keys(opened.flow, Layer.RAW)) == 30


def test_a_table_shows_the_tables_that_become_it_and_messages_that_have_none() -> None:
    found = shown(FLOW, RAW, MEASUREMENT).flow
    assert keys(found, Layer.RAW) == ["raw-table:north/his/his.results"]
    assert ("source:north/lis", MEASUREMENT, 10) in {(edge.source, edge.target, edge.rows) for edge in found.edges}
    assert keys(found, Layer.APP) == ["app:card"] and VISIT not in keys(found, Layer.TABLE)


def test_a_source_that_is_not_drawn_has_no_tables() -> None:
    assert node_of(FLOW, RAW, "raw-table:south/his/other") is None
    assert not any(edge.target == "table:death" for edge in RAW.edges)

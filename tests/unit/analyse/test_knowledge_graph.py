"""Graphs of facts: ways from one to another, what is around it, and where it is drawn."""

from __future__ import annotations

from medark.analyse.knowledge import Edge, Graph, Node, layered

DRUGS, CLASSES, RULES = ("warfarin", "ibuprofen"), ("anticoagulants", "nsaids"), ("bleeding",)
GRAPH = Graph(
    [Node(name, kind, {"en": name}) for kind, names in
     (("drug", DRUGS), ("class", CLASSES), ("rule", RULES), ("source", ("label",)), ("test", ("inr",)))
     for name in names],
    [
        Edge("warfarin", "is one of", "anticoagulants"), Edge("ibuprofen", "is one of", "nsaids"),
        Edge("anticoagulants", "interacts", "bleeding", "label"), Edge("nsaids", "interacts", "bleeding", "label"),
        Edge("bleeding", "told by", "label"), Edge("warfarin", "is measured by", "inr"),
        Edge("warfarin", "leads nowhere", "gone"), Edge("warfarin", "is one of", "anticoagulants"),
    ],
)  # fmt: skip


def steps(start: str, end: str, most: int = 6) -> list[tuple[str, str]]:
    return [(edge.start, edge.end) for edge in GRAPH.path(start, end, most)]


def test_edges_are_told_once_and_lead_to_what_there_is() -> None:
    assert len(GRAPH.edges) == 6
    assert [edge.end for edge in GRAPH.at("warfarin")] == ["anticoagulants", "inr"]
    assert GRAPH.at("gone") == ()


def test_the_shortest_way_whichever_way_edges_point() -> None:
    assert steps("warfarin", "label") == [
        ("warfarin", "anticoagulants"), ("anticoagulants", "bleeding"), ("bleeding", "label"),
    ]  # fmt: skip
    assert steps("inr", "ibuprofen") == [
        ("warfarin", "inr"), ("warfarin", "anticoagulants"), ("anticoagulants", "bleeding"), ("nsaids", "bleeding"),
        ("ibuprofen", "nsaids"),
    ]  # fmt: skip
    assert steps("inr", "ibuprofen", 4) == steps("gone", "label") == steps("warfarin", "gone") == []


def test_what_lies_between_drugs_and_their_rule() -> None:
    between = GRAPH.along(DRUGS, "bleeding")
    assert set(between.nodes) == {"warfarin", "ibuprofen", "anticoagulants", "nsaids", "bleeding"}
    assert len(between.edges) == 4
    assert list(GRAPH.along((), "bleeding").nodes) == ["bleeding"]


def test_what_is_around_a_node() -> None:
    assert set(GRAPH.around("bleeding").nodes) == {"bleeding", "anticoagulants", "nsaids", "label"}
    assert set(GRAPH.around("bleeding", steps=2).nodes) == set(GRAPH.nodes) - {"inr"}
    assert len(GRAPH.around("bleeding", steps=2, most=3).nodes) == 3
    assert set(GRAPH.around("bleeding", kinds=("source",)).nodes) == {"bleeding", "label"}
    assert set(GRAPH.around("warfarin", steps=3, ends=("class",)).nodes) == {"warfarin", "inr", "anticoagulants"}
    assert not GRAPH.around("gone").nodes


def test_a_column_for_each_kind_that_is_there_without_crossings() -> None:
    crossed = Graph(
        [Node(name, "left", {}) for name in "ab"] + [Node(name, "right", {}) for name in "cd"],
        [Edge("a", "", "d"), Edge("b", "", "c")],
    )
    places = layered(crossed, ("left", "nothing", "right"))
    assert {places[name][0] for name in "ab"} == {0.0} and {places[name][0] for name in "cd"} == {1.0}
    assert places["a"][1] == places["d"][1] and places["b"][1] == places["c"][1]
    assert sorted(places[name][1] for name in "ab") == [0.25, 0.75]
    assert layered(Graph([Node("alone", "left", {})], []), ("left",)) == {"alone": (0.0, 0.5)}

"""The picture of the map: nobody stands on anybody, streams are what can be reached, marks are words as well."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest
from lxml import etree

from medark.catalog.flow import (
    Colour,
    Edge,
    Flow,
    Layer,
    Node,
    Words,
    folded,
    fresh_mark,
    level_mark,
    members,
    quality_mark,
    stream,
    svg,
)
from medark.catalog.flow.drawn import PHRASES
from medark.catalog.flow.layout import HIGH, placed
from medark.catalog.flow.marks import LEGEND, SHAPES

SVG = "{http://www.w3.org/2000/svg}"
HOUR_MS = 3_600_000
WORDS = Words("Data map of a city", {})


def city(sources: int = 22, tables: int = 37, datasets: int = 30, apps: int = 10) -> Flow:
    """As many as a city has, by chance, the same each time."""
    chance = random.Random(4)
    marks = {Colour.QUALITY: quality_mark(0.9), Colour.FRESHNESS: fresh_mark(0, HOUR_MS)}
    marks[Colour.SENSITIVITY] = level_mark(3)

    def some(layer: Layer, count: int, name: str, group: str = "", each: int = 1) -> list[Node]:
        kind = layer.name.lower()
        return [
            Node(f"{kind}:{n}", layer, f"{name}{n}", group=f"{group}{n // each}" if group else "", note="3.4 M",
                 address=f"/{kind}/{n}", marks=marks)
            for n in range(count)
        ]  # fmt: skip

    nodes = some(Layer.SOURCE, sources, "system ", "hospital ", 4) + some(Layer.TABLE, tables, "procedure_occurrence_")
    nodes += some(Layer.DATASET, datasets, "数据集", "app ", 3) + some(Layer.APP, apps, "application ")
    drawn = [chance.sample(range(tables), min(tables, 8)) for _ in range(sources)]
    edges = [Edge(f"source:{n}", f"table:{t}", 10 ** chance.randint(1, 7)) for n, of in enumerate(drawn) for t in of]
    for n in range(datasets):
        edges += [Edge(f"table:{t}", f"dataset:{n}") for t in chance.sample(range(tables), min(tables, 4))]
        edges.append(Edge(f"dataset:{n}", f"app:{n // 3 % apps}"))
    return Flow(tuple(nodes), tuple(edges))


def test_nobody_stands_on_anybody_and_groups_stay_together() -> None:
    flow = city()
    found = placed(flow)
    assert len(found.nodes) == len(flow.nodes)
    for one, other in combinations(found.nodes.values(), 2):
        apart = one.x + one.wide <= other.x or other.x + other.wide <= one.x
        assert apart or abs(one.y - other.y) >= HIGH + 4, (one.node.key, other.node.key)
    for layer in (Layer.SOURCE, Layer.DATASET):
        some = sorted((one for one in found.nodes.values() if one.node.layer is layer), key=lambda one: one.y)
        groups = [one.node.group for one in some]
        assert sum(before != after for before, after in pairwise(groups)) == len(set(groups)) - 1
    assert max(one.y + HIGH for one in found.nodes.values()) <= found.height


def test_order_makes_few_edges_cross() -> None:
    flow = city()
    found = placed(flow)
    chance = random.Random(2)
    shuffled = {layer: [node.key for node in flow.nodes if node.layer is layer] for layer in Layer}
    for keys in shuffled.values():
        chance.shuffle(keys)
    by_chance = {key: float(place) for keys in shuffled.values() for place, key in enumerate(keys)}
    assert crossings(flow, {key: one.y for key, one in found.nodes.items()}) < 0.8 * crossings(flow, by_chance)


def crossings(flow: Flow, y: dict[str, float]) -> int:
    """How often edges between the same two layers cross."""
    pairs = [(edge.source.partition(":")[0], y[edge.source], y[edge.target]) for edge in flow.edges]
    return sum(
        (a[1] - b[1]) * (a[2] - b[2]) < 0 for a, b in combinations(pairs, 2) if a[0] == b[0]
    )  # fmt: skip


def test_a_stream_is_what_can_be_reached_up_and_down_and_no_more() -> None:
    edges = [("s1", "t1"), ("s2", "t1"), ("s2", "t2"), ("t1", "d1"), ("t2", "d2"), ("d1", "a"), ("d2", "a")]
    nodes = tuple(Node(key, Layer.TABLE, key) for key in ("s1", "s2", "t1", "t2", "d1", "d2", "a"))
    flow = Flow(nodes, tuple(Edge(one, other) for one, other in edges))
    found = stream(flow, "t1")
    assert [node.key for node in found.nodes] == ["s1", "s2", "t1", "d1", "a"]
    assert {(e.source, e.target) for e in found.edges} == {("s1", "t1"), ("s2", "t1"), ("t1", "d1"), ("d1", "a")}
    assert stream(flow, "nothing").nodes == ()


@pytest.mark.parametrize("colour", list(Colour))
def test_every_node_says_how_it_stands_in_words_and_by_a_shape(colour: Colour) -> None:
    drawn = etree.fromstring(svg(city(), colour, WORDS, alone=True).encode())
    nodes = [one for one in drawn.iter() if one.get("data-node")]
    assert len(nodes) == 99
    for node in nodes:
        title = node.findtext(f"{SVG}title") or ""
        assert any(phrase in title for phrase in LEGEND[colour].values()), title
    assert {SHAPES[name] for name in LEGEND[colour]} >= {"none"}
    shapes = [SHAPES[name] for name in LEGEND[colour] if SHAPES[name] != "number"]
    assert len(shapes) == len(set(shapes)), "no two classes are told apart by colour alone"


def test_a_file_stands_alone_and_a_page_brings_its_own_colours() -> None:
    alone, inside = (svg(city(3, 3, 2, 1), Colour.FRESHNESS, WORDS, alone=alone) for alone in (True, False))
    assert "<style>" in alone and "within a week" in alone and "Data map of a city" in alone
    assert "<style>" not in inside and 'style="' not in inside
    for told in (alone, inside):
        assert "http" not in told.replace("http://www.w3.org/2000/svg", ""), "nothing is fetched"


def test_what_is_called_like_markup_stays_words() -> None:
    mean = '"><script>alert(1)</script>'
    flow = Flow((Node(f"source:{mean}", Layer.SOURCE, mean, group=mean, address=f"/x?{mean}"),), ())
    drawn = etree.fromstring(svg(flow, Colour.QUALITY, WORDS).encode())
    assert drawn.find(f".//{SVG}script") is None and mean in "".join(drawn.itertext())


def test_an_empty_map_is_an_empty_picture() -> None:
    assert etree.fromstring(svg(Flow((), ()), Colour.QUALITY, WORDS, alone=True).encode()).tag == f"{SVG}svg"


def test_classes_at_their_edges() -> None:
    assert [quality_mark(share).name for share in (1.0, 0.95, 0.9499, 0.8, 0.7999, 0.0)] == [
        "good", "good", "fair", "fair", "poor", "poor",
    ]  # fmt: skip
    hours = (0, 24, 25, 24 * 7, 24 * 7 + 1, 24 * 30, 24 * 30 + 1)
    assert [fresh_mark(0, hour * HOUR_MS).name for hour in hours] == [
        "day", "day", "week", "week", "month", "month", "older",
    ]  # fmt: skip
    assert level_mark(0).name == "unknown" and level_mark(5).told == "5"
    assert set(PHRASES) >= {phrase for legend in LEGEND.values() for phrase in legend.values()}


def note(layer: Layer, count: int) -> str:
    return f"{count} of {layer.name}"


def test_a_crowded_layer_is_folded_by_group_and_opened_by_it() -> None:
    flow = city()
    found = folded(flow, note)
    groups = {node.group for node in flow.nodes if node.layer is Layer.DATASET}
    folds = [node for node in found.nodes if node.layer is Layer.DATASET]
    assert {node.name for node in folds} == groups and all(node.note == "3 of DATASET" for node in folds)
    assert [node for node in found.nodes if node.layer is Layer.SOURCE] == [
        node for node in flow.nodes if node.layer is Layer.SOURCE
    ], "22 sources are no crowd"
    there = {node.key for node in found.nodes}
    assert {end for edge in found.edges for end in (edge.source, edge.target)} <= there
    assert len({(edge.source, edge.target) for edge in found.edges}) == len(found.edges)
    one = folded(flow, note, {"app 3"})
    own = {"数据集9", "数据集10", "数据集11"}
    assert {node.name for node in one.nodes if node.layer is Layer.DATASET} == groups - {"app 3"} | own


def test_a_folded_group_stands_as_its_poorest_and_its_key_means_its_members() -> None:
    marks = [quality_mark(share) for share in (0.99, None, 0.85, 0.81)]
    nodes = [
        Node(f"dataset:{n}", Layer.DATASET, str(n), group="one" if n < 4 else "other",
             marks={Colour.QUALITY: marks[n % 4]})
        for n in range(20)
    ]  # fmt: skip
    flow = Flow((*nodes, Node("app:a", Layer.APP, "a")), tuple(Edge(node.key, "app:a", 5) for node in nodes))
    found = folded(flow, note)
    assert [node.key for node in found.nodes] == ["fold:dataset:one", "fold:dataset:other", "app:a"]
    assert found.nodes[0].mark(Colour.QUALITY).told == "81 %"
    assert [edge.rows for edge in found.edges] == [20, 80]
    assert members(flow, "fold:dataset:one") == ("dataset:0", "dataset:1", "dataset:2", "dataset:3")
    assert [node.key for node in stream(flow, *members(flow, "fold:dataset:one")).nodes][-1] == "app:a"

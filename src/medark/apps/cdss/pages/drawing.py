"""A graph as a figure: its entries one below the other, what leads to what as arcs beside them"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from medark.analyse.knowledge import Graph, layered
from medark.sdk import DataTable, Figure, TableColumn, View
from medark.sdk.figures import SCHEMA

from ..knowledge.entry import KINDS
from ..knowledge.known import Knowledge
from ..knowledge.words import KINDS as KIND_WORDS
from ..knowledge.words import RELATIONS, say

_ROW: Final = 27  # pixels between entries
_AXIS: Final = 0.2  # where the entries stand, of the width
_STEPS: Final = 24  # points of an arc
_COLOURS: Final = ("#b54f74", "#3476bd", "#7a5fb5", "#3f8f4a", "#0b7a80", "#b97a14", "#566471")  # of the kinds


def drawn(known: Knowledge, graph: Graph, view: View, *, title: str = "", marked: Sequence[str] = ()) -> Figure:
    """The graph for a reader; `marked` entries stand out. Its table tells each arc in words."""
    graph = _told(known, graph, view)
    order = _order(graph)
    rows = [
        {
            "name": _name(graph, node, view), "kind": say(KIND_WORDS, graph.nodes[node].kind, view.language),
            "row": at, "x": _AXIS, "marked": node in marked,
        }
        for node, at in order.items()
    ]  # fmt: skip
    kinds = [kind for kind in KINDS if any(node.kind == kind for node in graph.nodes.values())]
    names = [say(KIND_WORDS, kind, view.language) for kind in kinds]
    return Figure(
        {
            "$schema": SCHEMA, "width": "container", "height": max(_ROW * len(order), 2 * _ROW),
            "layer": [_arcs(graph, order, marked), _points(rows, kinds, names), _labels(rows)],
            "config": {"axis": {"disable": True}},
        },
        _alt(graph, view), title, _table(graph, view),
    )  # fmt: skip


def _told(known: Knowledge, graph: Graph, view: View) -> Graph:
    """The graph with each recommendation by its text: of one diagnosis many have one name."""
    texts = {name: known.entries[name].text for name in graph.nodes if known.entries[name].family == "advice"}
    nodes = [replace(node, names=texts.get(name, node.names)) for name, node in graph.nodes.items()]
    return Graph(nodes, graph.edges)


def _order(graph: Graph) -> dict[str, int]:
    """Kind by kind, and within a kind where the neighbours are."""
    places = layered(graph, KINDS)
    return {node: at for at, node in enumerate(sorted(places, key=lambda one: (places[one], one)))}


def _arcs(graph: Graph, order: Mapping[str, int], told: Sequence[str]) -> dict[str, Any]:
    points = [
        {**point, "arc": number, "told": edge.start in told or edge.end in told}
        for number, edge in enumerate(graph.edges)
        for point in _arc(order[edge.start], order[edge.end], len(order))
    ]
    return {
        "data": {"values": points},
        "mark": {"type": "line", "color": "#566471"},
        "encoding": {
            "x": _scale("x", 0, 1), "y": _scale("row", -0.6, max(len(order) - 0.4, 1.4), turned=True),
            "detail": {"field": "arc", "type": "nominal"}, "order": {"field": "step", "type": "quantitative"},
            "opacity": {"condition": {"test": "datum.told", "value": 0.9}, "value": 0.35},
            "strokeWidth": {"condition": {"test": "datum.told", "value": 1.8}, "value": 1.1},
        },
    }  # fmt: skip


def _arc(start: int, end: int, rows: int) -> Iterator[dict[str, Any]]:
    """Half an ellipse to the left, the wider the further apart."""
    middle, half = (start + end) / 2, abs(end - start) / 2
    width = _AXIS * min(1.0, 0.16 + 0.84 * (2 * half - 1) / max(1, rows - 1))
    for step in range(_STEPS + 1):
        turn = math.pi * step / _STEPS
        yield {
            "step": step, "x": round(_AXIS - width * math.sin(turn), 4),
            "row": round(middle - half * math.cos(turn), 4),
        }  # fmt: skip


def _points(rows: list[dict[str, Any]], kinds: Sequence[str], names: Sequence[str]) -> dict[str, Any]:
    return {
        "data": {"values": rows},
        "mark": {"type": "point", "filled": True, "opacity": 1},
        "encoding": {
            "x": _scale("x", 0, 1), "y": _scale("row", -0.6, max(len(rows) - 0.4, 1.4), turned=True),
            "size": {"condition": {"test": "datum.marked", "value": 170}, "value": 70},
            "color": {
                "field": "kind", "type": "nominal", "title": None,
                "scale": {"domain": list(names), "range": [_COLOURS[KINDS.index(kind)] for kind in kinds]},
                "legend": {"columns": 4},
            },
        },
    }  # fmt: skip


def _labels(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "data": {"values": rows},
        "mark": {"type": "text", "align": "left", "dx": 10, "limit": {"expr": "width * 0.77"}},
        "encoding": {
            "x": _scale("x", 0, 1), "y": _scale("row", -0.6, max(len(rows) - 0.4, 1.4), turned=True),
            "text": {"field": "name"},
            "fontWeight": {"condition": {"test": "datum.marked", "value": "bold"}, "value": "normal"},
        },
    }  # fmt: skip


def _scale(field: str, least: float, most: float, *, turned: bool = False) -> dict[str, Any]:
    scale = {"domain": [least, most], "reverse": turned, "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}


def _alt(graph: Graph, view: View) -> str:
    told = [f"{_name(graph, e.start, view)} {say(RELATIONS, e.relation, view.language)} {_name(graph, e.end, view)}"
            for e in graph.edges[:12]]  # fmt: skip
    return view.say("What leads to what: ", "知识关联：") + ("; ".join(told) or "—")


def _table(graph: Graph, view: View) -> DataTable:
    columns = (
        TableColumn("start", view.say("from", "起点")), TableColumn("relation", view.say("relation", "关系")),
        TableColumn("end", view.say("to", "终点")),
    )  # fmt: skip
    rows = tuple(
        (_name(graph, one.start, view), say(RELATIONS, one.relation, view.language), _name(graph, one.end, view))
        for one in graph.edges
    )
    return DataTable(columns, rows)


def _name(graph: Graph, node: str, view: View) -> str:
    return graph.nodes[node].names[view.language]

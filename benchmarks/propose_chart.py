"""How chances turned out, drawn: said against right, for public data sets each held out, the city and unseen exports"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from medark.flows.figures import Form, draw
from medark.model.page import Figure
from propose_truth import Judged

EDGES = (0.0, 0.6, 0.75, 0.85, 0.9, 0.95, 0.97, 1.01)
_FEWEST = 8  # columns of a point


def points(some: Sequence[Judged]) -> list[tuple[float, float, int]]:
    """By steps of the chance: the middle chance, the share right, how many columns of tables that maps don't leave."""
    some, found = [one for one in some if one.is_told], []
    for low, high in pairwise(EDGES):
        mine = [one for one in some if low <= one.chance < high]
        if mine:
            said = sum(one.chance for one in mine) / len(mine)
            found.append((said, sum(one.right for one in mine) / len(mine), len(mine)))
    return found


def chart(groups: Mapping[str, Sequence[Judged]], place: Path) -> None:
    """Write the chart as SVG."""
    rows = [
        {"said": said, "right": right, "columns": number, "source": name}
        for name, some in groups.items()
        for said, right, number in points(some)
        if number >= _FEWEST
    ]
    scale = {"domain": [0.5, 1.0], "clamp": True}
    said = {"field": "said", "type": "quantitative", "title": "chance said", "scale": scale}
    right = {"field": "right", "type": "quantitative", "title": "share right", "scale": scale}
    source = {"field": "source", "type": "nominal", "title": None}
    size = {"field": "columns", "type": "quantitative", "title": "columns"}
    line = {"data": {"values": [{"said": 0.5, "right": 0.5}, {"said": 1.0, "right": 1.0}]},
            "mark": {"type": "line", "strokeDash": [4, 4], "color": "#888888"},
            "encoding": {"x": said, "y": right}}  # fmt: skip
    told = {"data": {"values": rows}, "mark": {"type": "line", "point": False, "opacity": 0.6},
            "encoding": {"x": said, "y": right, "color": source}}  # fmt: skip
    dots = {"data": {"values": rows}, "mark": {"type": "point", "filled": True},
            "encoding": {"x": said, "y": right, "color": source, "size": size}}  # fmt: skip
    words = "; ".join(f"{row['source']}: said {row['said']:.2f}, right {row['right']:.2f}" for row in rows)
    figure = Figure({"layer": [line, told, dots], "height": 320}, f"Chances said and shares right. {words}.")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(draw(figure, Form.SVG))

"""The map as a picture on its page: coloured as was asked, all of it or what flows through one thing"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from medark.catalog.flow import Colour, Flow, Node, Words, stream, svg
from medark.catalog.flow.drawn import PHRASES, shape
from medark.catalog.flow.marks import LEGEND, TITLES, Mark
from medark.flows.catalog import picture, with_addresses
from medark.flows.data_map import Seen
from medark.messages import _
from medark.serve.console.addresses import asset_address
from medark.serve.console.data_map.told import MAP
from medark.serve.console.screens import Visit

_MOST: Final = 64  # drawings of a picture that are kept


@dataclass(frozen=True, slots=True)
class Picture:
    """What the page's data say of it, and the drawing."""

    told: dict[str, Any]
    drawn: dict[str, Any]


def drawing(found: Seen, visit: Visit) -> Picture:
    """`colour`: by what it is coloured; `focus`: the one thing whose stream is shown."""
    whole = picture(visit.workspace, visit.reader, found)
    asked, focus = visit.text("colour"), visit.text("focus")
    colour = Colour(asked) if asked in list(map(str, whole.colours)) else whole.colours[0]
    focused = next((node for node in whole.flow.nodes if node.key == focus), None)
    key = (colour, focused.key if focused else "", visit.language)
    kept: dict[Any, tuple[Flow, Picture]] = visit.workspace.kept.setdefault("drawings of the map", {})
    if len(kept) > _MOST:
        kept.clear()
    known = kept.get((visit.reader.user, *key))
    if known is None or known[0] is not whole.flow:
        made = _made(whole.flow, whole.colours, colour, focused, visit)
        known = kept[(visit.reader.user, *key)] = (whole.flow, made)
    return known[1]


def _made(flow: Flow, colours: tuple[Colour, ...], colour: Colour, focused: Node | None, visit: Visit) -> Picture:
    shown = stream(flow, focused.key) if focused else flow
    shown = with_addresses(shown, lambda key: _address(colour, key))
    words = Words(_("From source to table to dataset to application"), {phrase: _(phrase) for phrase in PHRASES})
    told = {
        "colour": str(colour),
        "colours": [
            {"name": str(one), "title": _(TITLES[one]), "address": _address(one, focused.key if focused else "")}
            for one in colours
        ],
        "focus": {"name": focused.name, "address": asset_address(focused.key), "all": _address(colour, "")}
        if focused
        else None,
        "nodes": [_node(node, colour) for node in shown.nodes],
        "edges": [{"from": edge.source, "to": edge.target, "told": edge.told} for edge in shown.edges],
    }
    drawn = svg(shown, colour, words, focus=focused.key if focused else "")
    legend = [{"shape": Markup(_key(name)), "told": _(phrase)} for name, phrase in LEGEND[colour].items()]
    return Picture(told, {"flow_svg": Markup(drawn), "flow_legend": legend})


def _node(node: Node, colour: Colour) -> dict[str, Any]:
    mark = node.mark(colour)
    return {
        "key": node.key, "layer": node.layer.name.lower(), "name": node.name, "title": node.title, "group": node.group,
        "note": node.note, "mark": mark.name, "told": mark.told, "address": node.address,
    }  # fmt: skip


def _key(name: str) -> str:
    """The shape of a class, as big as a letter."""
    box = 'viewBox="-9 -9 18 18" width="18" height="18" aria-hidden="true"'
    return f'<svg class="flow-key" {box}>{shape(Mark(name), 0, 0)}</svg>'


def _address(colour: Colour, key: str) -> str:
    told = {"colour": str(colour), **({"focus": key} if key else {})}
    return f"{MAP}?{urlencode(told)}#flow"

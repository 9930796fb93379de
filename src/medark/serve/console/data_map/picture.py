"""The map as a picture on its page: coloured as was asked, all of it or what flows through one thing"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from medark.catalog.flow import Colour, Edge, Flow, Layer, Node, Words, svg
from medark.catalog.flow.drawn import PHRASES, shape
from medark.catalog.flow.folds import FOLD
from medark.catalog.flow.marks import LEGEND, TITLES, Mark
from medark.flows.catalog import Drawable, Shown, node_of, picture, shown, with_addresses
from medark.flows.data_map import Seen
from medark.messages import _
from medark.serve.console.addresses import asset_address
from medark.serve.console.data_map.told import MAP
from medark.serve.console.screens import Visit

FORMS: Final = ("svg", "png")  # of the picture as a file
_MOST: Final = 64  # drawings of a picture that are kept


@dataclass(frozen=True, slots=True)
class Picture:
    """What the page's data say of it, and the drawing."""

    told: dict[str, Any]
    drawn: dict[str, Any]


def drawing(found: Seen, visit: Visit) -> Picture:
    """`colour`: by what it is coloured; `focus`: the one thing whose stream is shown."""
    whole = picture(visit.workspace, visit.reader, found)
    colour, focused = asked_for(whole, visit)
    key = (colour, focused.key if focused else "", visit.language)
    kept: dict[Any, tuple[Flow, Picture]] = visit.workspace.kept.setdefault("drawings of the map", {})
    if len(kept) > _MOST:
        kept.clear()
    known = kept.get((visit.reader.user, *key))
    if known is None or known[0] is not whole.flow:
        one = shown(whole.flow, whole.raw, focused.key if focused else "")
        known = kept[(visit.reader.user, *key)] = (whole.flow, _made(one, whole.colours, colour))
    return known[1]


def asked_for(whole: Drawable, visit: Visit) -> tuple[Colour, Node | None]:
    """By what it is to be coloured, and the one thing whose stream is to be shown, as the address says."""
    asked = visit.text("colour")
    colour = Colour(asked) if asked in list(map(str, whole.colours)) else whole.colours[0]
    return colour, node_of(whole.flow, whole.raw, visit.text("focus"))


def words(title: str) -> Words:
    """The picture's own phrases, in the reader's language."""
    return Words(title, {phrase: _(phrase) for phrase in PHRASES})


def _made(one: Shown, colours: tuple[Colour, ...], colour: Colour) -> Picture:
    focus = one.focus.key if one.focus else ""
    flow = with_addresses(one.flow, lambda key: _address(colour, key))
    told = {
        "colour": str(colour),
        "colours": [
            {"name": str(each), "title": _(TITLES[each]), "address": _address(each, focus)} for each in colours
        ],
        "focus": _focus(one.focus, colour) if one.focus else None,
        "files": [{"form": form, "address": _file(form, colour, focus)} for form in FORMS],
        "nodes": [_node(node, colour) for node in flow.nodes],
        "edges": _edges(flow),
    }
    drawn = svg(flow, colour, words(_("From source to table to dataset to application")), focus=focus)
    legend = [{"shape": Markup(_key(name)), "told": _(phrase)} for name, phrase in LEGEND[colour].items()]
    return Picture(told, {"flow_svg": Markup(drawn), "flow_legend": legend})


def _focus(one: Node, colour: Colour) -> dict[str, str]:
    own = "" if one.key.startswith(FOLD) else asset_address(one.key)
    return {"name": one.name, "called": _called(one), "address": own, "all": _address(colour, "")}


def _called(one: Node) -> str:
    """A source by its whole name, as others have systems of the same one."""
    return one.title if one.layer is Layer.SOURCE and one.title else one.name


def _edges(flow: Flow) -> list[dict[str, str]]:
    """Each by its keys, and in words."""
    name = {node.key: _called(node) for node in flow.nodes}
    return [
        {
            "from": edge.source, "to": edge.target, "told": edge.told,
            "from_called": name[edge.source], "to_called": name[edge.target], "flows": _flows(edge),
        }
        for edge in flow.edges
    ]  # fmt: skip


def _flows(edge: Edge) -> str:
    return _("is read by") if edge.rows is None else edge.told.partition(": ")[2] or _("rows")


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
    return f"{MAP}?{_query(colour, key)}#flow"


def _file(form: str, colour: Colour, key: str) -> str:
    return f"{MAP}/picture.{form}?{_query(colour, key)}"


def _query(colour: Colour, key: str) -> str:
    return urlencode({"colour": str(colour), **({"focus": key} if key else {})})

"""SVG that can stand in a page of ours: only shapes and words are let through, in the colours of the reader's theme"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree
from markupsafe import Markup

from medark.flows.figures.style import CRITICAL, GRID, INK, PAPER, QUIET, SERIES

_SVG: Final = "{http://www.w3.org/2000/svg}"
_ELEMENTS: Final = frozenset({
    "svg", "g", "path", "line", "rect", "circle", "ellipse", "polygon", "polyline", "text", "tspan", "defs",
    "clipPath", "linearGradient", "radialGradient", "stop",
})  # fmt: skip
_ATTRIBUTES: Final = frozenset({
    "class", "clip-path", "cx", "cy", "d", "display", "dx", "dy", "fill", "fill-opacity", "font-size", "font-style",
    "font-weight", "gradientUnits", "height", "id", "offset", "opacity", "points", "preserveAspectRatio", "r", "rx",
    "ry", "stop-color", "stop-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor", "transform", "viewBox",
    "width", "x", "x1", "x2", "y", "y1", "y2",
})  # fmt: skip
_COLOURED: Final = frozenset({"fill", "stroke", "stop-color"})
_THEMED: Final[Mapping[str, str]] = {
    INK: "var(--ink)", QUIET: "var(--muted)", GRID: "var(--line)", PAPER: "var(--panel)", "white": "var(--panel)",
    "black": "var(--ink)", "#000": "var(--ink)", CRITICAL: "var(--critical)",
    **{colour: f"var(--series-{number})" for number, colour in enumerate(SERIES, 1)},
}  # fmt: skip
_INSIDE: Final = re.compile(r"url\(#([\w-]{1,60})\)")
_VALUE: Final = re.compile(r"[\w\s.,;:#%()+\-]*")
_MARK: Final = "graphics-symbol"  # the role of what stands for a value, and tells it
_UNMARKED: Final = ("axis", "legend", "title", "group mark container")


def framed(drawn: bytes, name: str, label: str) -> Markup:
    """A drawing to be put into a page. `name`: what its parts' ids begin with; `label`: what is heard instead."""
    root = _cleaned(drawn, name)
    for node in root.iter():
        for attribute in _COLOURED & set(node.attrib):
            node.set(attribute, _THEMED.get(node.attrib[attribute], node.attrib[attribute]))
    root.set("role", "img")
    root.set("aria-label", label)
    return Markup(etree.tostring(root, encoding="unicode"))


def alone(drawn: bytes, label: str, font: str) -> bytes:
    """The same as a file of its own, in its own colours."""
    root = _cleaned(drawn, "figure")
    root.set("font-family", font)
    root.set("role", "img")
    root.set("aria-label", label)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + bytes(etree.tostring(root, encoding="utf-8"))


def _cleaned(drawn: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(drawn, parser)
    for node in list(root.iter()):
        if not isinstance(node.tag, str) or node.tag.removeprefix(_SVG) not in _ELEMENTS:
            _drop(node)
            continue
        told = _told(node)
        kept = dict(_kept(node.attrib, name))
        node.attrib.clear()
        node.attrib.update(kept)
        if told:
            title = etree.Element(f"{_SVG}title")
            title.text = told
            node.insert(0, title)
    return root


def _drop(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _told(node: etree._Element) -> str:
    """What a mark says when it is pointed at: the values that it stands for."""
    is_mark = node.get("role") == _MARK and not (node.get("aria-roledescription") or "").startswith(_UNMARKED)
    return (node.get("aria-label") or "")[:300] if is_mark and not len(node) else ""


def _kept(attributes: Mapping[str, str], name: str) -> Iterator[tuple[str, str]]:
    """The attributes that only draw; references to nothing but other parts of the same drawing."""
    for attribute, value in attributes.items():
        if attribute not in _ATTRIBUTES:
            continue
        if attribute == "id":
            yield attribute, f"{name}-{value}"
        elif inside := _INSIDE.fullmatch(value.strip()):
            yield attribute, f"url(#{name}-{inside[1]})"
        elif _VALUE.fullmatch(value) and "url" not in value.lower():
            yield attribute, value

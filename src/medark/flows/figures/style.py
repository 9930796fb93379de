"""How figures look: a Vega-Lite with our colours, our letters and a width, and nothing else of it changed"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from medark.model.page import Figure

INK: Final = "#16222c"
QUIET: Final = "#566471"
GRID: Final = "#dde4e9"
PAPER: Final = "#ffffff"
# 3:1 or more on white. Source: WCAG 2.2, 1.4.11
SERIES: Final = (
    "#0b7a80",
    "#3476bd",
    "#7a5fb5",
    "#b97a14",
    "#3f8f4a",
    "#b54f74",
)
CRITICAL: Final = "#b0281f"  # what alarms
FONT: Final = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, Noto Sans, Arial, sans-serif"
_SIZE: Final = 11  # of letters, in pixels
_HEIGHT: Final = 220


class Form(StrEnum):
    """How a figure is written."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"


class Width(StrEnum):
    """How wide a figure is drawn that leaves that open: on a screen, on a small one, on paper."""

    WIDE = "wide"
    NARROW = "narrow"
    PAPER = "paper"

    @property
    def pixels(self) -> int:
        """Of what is drawn between the axes."""
        return _PIXELS[self]


_PIXELS: Final = {Width.WIDE: 880, Width.NARROW: 285, Width.PAPER: 560}


_TEXT: Final = {"labelFontSize": _SIZE, "titleFontSize": _SIZE, "labelColor": QUIET, "titleColor": QUIET,
                "titleFontWeight": "normal", "labelLimit": 160}  # fmt: skip
_CONFIG: Final[Mapping[str, Any]] = {
    "background": PAPER,
    "font": FONT,
    "padding": 4,
    "scale": {"bandPaddingInner": 0.4, "bandPaddingOuter": 0.2},
    "view": {"stroke": None, "continuousHeight": _HEIGHT, "discreteHeight": _HEIGHT},
    "mark": {"color": SERIES[0]},
    "line": {"strokeWidth": 2},
    "rule": {"color": QUIET},
    "text": {"color": INK, "fontSize": _SIZE},
    "axis": {**_TEXT, "gridColor": GRID, "domainColor": GRID, "tickColor": GRID, "labelPadding": 6},
    "axisX": {"grid": False, "labelFlush": False, "labelOverlap": True},
    "axisY": {"domain": False, "ticks": False, "tickCount": 5},
    "axisBand": {"grid": False, "labelOverlap": False},
    "legend": {**_TEXT, "orient": "top"},
    "header": _TEXT,
    "title": {"color": INK, "fontSize": 13, "anchor": "start", "offset": 10},
    "range": {"category": list(SERIES)},
}


_IN_LINES: Final = "split(datum.label, regexp('(?<=[^ ]{4}) '))"
_NARROW: Final[Mapping[str, Any]] = {"axisXBand": {"labelFontSize": 10, "labelLimit": 78}, "axisX": {"tickCount": 5}}


def styled(figure: Figure, width: Width = Width.PAPER) -> dict[str, Any]:
    """The figure's own Vega-Lite, as it is drawn: what it says of itself stands, what it leaves open is ours."""
    told: dict[str, Any] = msgspec.to_builtins(dict(figure.vega_lite), str_keys=True)
    own = told.get("config")
    ours = _over(_CONFIG, _NARROW) if width is Width.NARROW else _CONFIG
    told["config"] = _over(ours, own if isinstance(own, dict) else {})
    if told.get("width") == "container":
        told["width"] = width.pixels
    if width is Width.NARROW:
        _break_labels(told)
    told.setdefault("description", figure.alt)
    return told


def _break_labels(told: dict[str, Any]) -> None:
    """Let the names below bars go on in a second line, where there is no room for them beside each other."""
    encoding = told.get("encoding")
    x = encoding.get("x") if isinstance(encoding, dict) else None
    if isinstance(x, dict) and x.get("type") in ("nominal", "ordinal"):
        axis = x.setdefault("axis", {})
        if isinstance(axis, dict):
            axis.setdefault("labelExpr", _IN_LINES)


def is_open(figure: Figure) -> bool:
    """Does it leave its width to whoever shows it?"""
    return figure.vega_lite.get("width") == "container"


def digest(figure: Figure) -> str:
    """What tells figures apart: equal digests, equal drawings."""
    return hashlib.sha256(msgspec.json.encode([figure.vega_lite, figure.alt], order="deterministic")).hexdigest()


def _over(ours: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Two configurations as one: where both say something, the figure's own holds."""
    both = {name: _over(value, own[name]) for name, value in ours.items() if _both(value, own.get(name))}
    return {**ours, **own, **both}


def _both(one: object, other: object) -> bool:
    return isinstance(one, Mapping) and isinstance(other, Mapping)
